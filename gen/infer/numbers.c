/* SPDX-License-Identifier: Apache-2.0 */
#include "infer/numbers.h"

#include <errno.h>

#include "recording/derive/numbers.h"
#include "syscall/table.h"

#define NUMBERS_SHOWN 8

/* "500 of x86_64 (called once, …), …", as far as there is room. */
struct list {
	struct sg_strbuf text;
	size_t n;
	struct sg_syscall_id first;
};

static void list_add(struct list *list, const struct sg_recording *rec, struct sg_syscall_id id,
		     bool is_app)
{
	const char *separator = " (";

	if (!list->n)
		list->first = id;
	if (list->n++ >= NUMBERS_SHOWN)
		return;
	if (list->text.len)
		sg_strbuf_add(&list->text, ", ");
	sg_number_text(id, &list->text);
	for (size_t i = 0; i < SG_EVIDENCE_KINDS; i++) {
		const struct sg_evidence_kind *kind = &sg_evidence_kinds[i];
		_cleanup_(sg_strbuf_done) struct sg_strbuf b = SG_STRBUF_INIT;

		if ((kind->kind == SG_REASON_DENIED) == is_app ||
		    !sg_evidence_text(rec, id, kind->kind, kind->sources, &b))
			continue;
		sg_strbuf_printf(&list->text, "%s%s", separator, b.failed ? "" : b.data);
		list->text.failed |= b.failed;
		separator = "; ";
	}
	sg_strbuf_add_char(&list->text, ')');
}

static void list_end(struct list *list)
{
	if (list->n > NUMBERS_SHOWN)
		sg_strbuf_printf(&list->text, " and %zu more", list->n - NUMBERS_SHOWN);
}

/* Whether the entry would be in the profile if it had a name. */
static bool is_wanted(const struct sg_evidence *evidence, size_t i,
		      const struct sg_infer_options *opts)
{
	const struct sg_entry *entry = &evidence->all->entries[i];

	return sg_entry_is_application(entry) ||
	       (opts->include_denied && sg_entry_denied_in(entry, SG_STAGE_APP));
}

static void add_list(struct sg_strbuf *line, const struct list *list)
{
	sg_strbuf_printf(line, "number%s %s", list->n == 1 ? "" : "s",
			 list->text.failed ? "" : list->text.data);
	line->failed |= list->text.failed;
}

static int refuse(const struct sg_recording *rec, const struct list *unknown, struct sg_error *err)
{
	struct sg_strbuf why = SG_STRBUF_INIT;
	int r;

	sg_number_why_unknown(rec, unknown->first, &why);
	if (why.failed || unknown->text.failed)
		r = sg_error_oom(err);
	else
		r = sg_error_set(err, -ENOENT,
				 "system call %s: no name: %s; a newer release of seccomp-gen may "
				 "know it, and --allow-lossy leaves it out",
				 unknown->text.data, why.data);
	sg_strbuf_done(&why);
	return r;
}

/* The numbers of @kind among what the profile is made of. */
static struct list list_numbers(const struct sg_recording *rec, const struct sg_evidence *evidence,
				const struct sg_infer_options *opts, enum sg_number kind,
				bool (*wanted)(const struct sg_profile *profile, uint32_t arch),
				const struct sg_profile *profile)
{
	struct list list = { .text = SG_STRBUF_INIT };

	for (size_t i = 0; i < evidence->all->n_entries; i++) {
		const struct sg_entry *entry = &evidence->all->entries[i];

		if (sg_recording_number(rec, entry->id) == kind && is_wanted(evidence, i, opts) &&
		    (!wanted || wanted(profile, entry->id.arch)))
			list_add(&list, rec, entry->id, sg_entry_is_application(entry));
	}
	list_end(&list);
	return list;
}

int sg_infer_numbers(const struct sg_recording *rec, const struct sg_evidence *evidence,
		     const struct sg_infer_options *opts, struct sg_infer_notices *notices,
		     struct sg_error *err)
{
	struct list unknown = list_numbers(rec, evidence, opts, SG_NUMBER_UNKNOWN, NULL, NULL);
	struct sg_strbuf line = SG_STRBUF_INIT;
	int r = 0;

	if (unknown.n && !opts->allow_lossy) {
		r = refuse(rec, &unknown, err);
	} else if (unknown.n) {
		sg_strbuf_add(&line, "calls that have no name are missing from the profile: ");
		add_list(&line, &unknown);
		r = sg_infer_notices_warn(notices, &line, err);
	}
	sg_strbuf_done(&unknown.text);
	return r;
}

static bool lacks_arch(const struct sg_profile *profile, uint32_t arch)
{
	return !sg_profile_has_arch(profile, arch);
}

int sg_infer_notice_absent(const struct sg_recording *rec, const struct sg_evidence *evidence,
			   const struct sg_infer_options *opts, const struct sg_profile *profile,
			   struct sg_infer_notices *notices, struct sg_error *err)
{
	static const struct {
		bool (*wanted)(const struct sg_profile *profile, uint32_t arch);
		const char *answer;
	} rows[] = {
		{ sg_profile_has_arch, "the default action answers ENOSYS, as the kernel does" },
		{ lacks_arch, "where the kernel answers ENOSYS, a filter kills the process, for "
			      "the profile does not have this architecture" },
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < SG_ARRAY_SIZE(rows); i++) {
		struct list absent = list_numbers(rec, evidence, opts, SG_NUMBER_ABSENT,
						  rows[i].wanted, profile);
		struct sg_strbuf line = SG_STRBUF_INIT;

		if (absent.n) {
			sg_strbuf_printf(&line,
					 "left out, for no Linux up to %s has such a system call: ",
					 sg_syscall_newest());
			add_list(&line, &absent);
			sg_strbuf_printf(&line, "; %s", rows[i].answer);
			r = sg_infer_notices_warn(notices, &line, err);
			notices->n_absent += absent.n;
		}
		sg_strbuf_done(&absent.text);
	}
	notices->n_absent += sg_recording_loss(rec, SG_LOSS_INVALID_NUMBERS) > 0;
	return r;
}
