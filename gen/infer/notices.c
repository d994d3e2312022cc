/* SPDX-License-Identifier: Apache-2.0 */
#include "infer/notices.h"

#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/texts.h"
#include "syscall/arch.h"
#include "syscall/table.h"

void sg_infer_notices_done(struct sg_infer_notices *notices)
{
	for (size_t i = 0; i < notices->n_lines; i++)
		free(notices->lines[i]);
	free(notices->lines);
	*notices = (struct sg_infer_notices){ 0 };
}

int sg_infer_notices_add(struct sg_infer_notices *notices, struct sg_strbuf *b,
			 struct sg_error *err)
{
	_cleanup_free_ char *line = NULL;

	if (sg_strbuf_steal(b, &line, NULL) < 0) {
		sg_strbuf_done(b);
		return sg_error_oom(err);
	}
	if (SG_ARRAY_GROW(notices->lines, notices->n_lines) < 0)
		return sg_error_oom(err);
	notices->lines[notices->n_lines++] = TAKE_PTR(line);
	return 0;
}

int sg_infer_notices_warn(struct sg_infer_notices *notices, struct sg_strbuf *b,
			  struct sg_error *err)
{
	int r = sg_infer_notices_add(notices, b, err);
	char *line;

	if (r < 0)
		return r;
	line = notices->lines[notices->n_lines - 1];
	memmove(notices->lines + notices->n_warnings + 1, notices->lines + notices->n_warnings,
		(notices->n_lines - 1 - notices->n_warnings) * sizeof(*notices->lines));
	notices->lines[notices->n_warnings++] = line;
	return 0;
}

/* "a, b, c", sorted; names are of the table, hence safe. */
static void add_names(struct sg_strbuf *out, const char **names, size_t n)
{
	qsort(names, n, sizeof(*names), sg_text_compare);
	for (size_t i = 0; i < n; i++)
		sg_strbuf_printf(out, "%s%s", i ? ", " : "", names[i]);
}

/* Counters that a person should know of before trusting the result; %s is its meaning in the
 * ledger. */
static const struct {
	enum sg_loss loss;
	const char *advice;
} noted_losses[] = {
	{ SG_LOSS_SETUP_UNFINISHED, "what they called is not in the profile; record for longer if "
				    "one of them was the workload" },
	{ SG_LOSS_STAGE_UNKNOWN, "the profile may hold calls of the container's set-up" },
	{ SG_LOSS_DENIALS_UNCOUNTED, "what the filter in force denied is more than is said here" },
	{ SG_LOSS_DENIALS_UNWATCHED, "what those filters denied is not known" },
	{ SG_LOSS_INVALID_NUMBERS,
	  "the kernel answers ENOSYS to them, and so does the default action" },
	{ SG_LOSS_IN_PROGRESS, "record the target from its start" },
};

int sg_infer_notice_runs(struct sg_infer_notices *notices, const struct sg_recording *rec,
			 struct sg_error *err)
{
	struct sg_strbuf b = SG_STRBUF_INIT;
	size_t running = 0;
	int r = 0;

	if (!sg_recording_saw_start(rec)) {
		sg_strbuf_add(&b,
			      "the target ran already when the recording began: the profile lacks "
			      "what only its start calls (record it from its start: name it "
			      "before it is there, or restart it meanwhile)");
		r = sg_infer_notices_add(notices, &b, err);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < rec->n_runs; i++)
		running += !rec->runs[i]->complete;
	if (running) {
		sg_strbuf_printf(&b,
				 "%zu of %zu runs had not ended when the recording was written: "
				 "what came later is not in the profile",
				 running, rec->n_runs);
		r = sg_infer_notices_add(notices, &b, err);
	}
	for (size_t i = 0; r == 0 && i < SG_ARRAY_SIZE(noted_losses); i++) {
		enum sg_loss loss = noted_losses[i].loss;
		uint64_t sum = sg_recording_loss(rec, loss);

		/* those that put the set in doubt are refused, or noted as allowed */
		if (!sum || sg_loss_kinds[loss].class != SG_LOSS_CLASS_DETAIL)
			continue;
		sg_strbuf_printf(&b, "%s %" PRIu64 " (%s): %s", sg_loss_kinds[loss].name, sum,
				 sg_loss_kinds[loss].meaning, noted_losses[i].advice);
		r = sg_infer_notices_add(notices, &b, err);
	}
	return r;
}

int sg_infer_notice_denied(struct sg_infer_notices *notices, const struct sg_evidence *evidence,
			   struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf nameless = SG_STRBUF_INIT;
	_cleanup_free_ const char **names = NULL;
	struct sg_strbuf b = SG_STRBUF_INIT;
	size_t n = 0;

	names = calloc(evidence->all->n_entries + 1, sizeof(*names));
	if (!names)
		return sg_error_oom(err);
	for (size_t i = 0; i < evidence->all->n_entries; i++) {
		const struct sg_entry *entry = &evidence->all->entries[i];
		const char *name = sg_syscall_name(entry->id);

		if (sg_entry_is_application(entry) || !sg_entry_denied_in(entry, SG_STAGE_APP))
			continue;
		if (name)
			names[n++] = name;
		else
			sg_strbuf_printf(&nameless, " %" PRIu32 "@0x%" PRIx32, entry->id.nr,
					 entry->id.arch);
	}
	if (!n && !nameless.len)
		return 0;
	sg_strbuf_add(&b,
		      "denied by the filter in force, and left out (--include-denied adds them): ");
	add_names(&b, names, n);
	if (nameless.len)
		sg_strbuf_printf(&b, "%sof unknown name:%s", n ? ", " : "", nameless.data);
	if (nameless.failed)
		b.failed = true;
	return sg_infer_notices_add(notices, &b, err);
}

/* Whether another architecture's calls bring @name into the profile. */
static bool is_allowed_elsewhere(const struct sg_profile *profile, const struct sg_rule *allowed,
				 uint32_t arch, const char *name)
{
	for (size_t i = 0; i < profile->n_arches; i++) {
		struct sg_syscall_id id = { .arch = profile->arches[i] };

		if (id.arch != arch && sg_syscall_nr(id.arch, name, &id.nr) == 0 &&
		    sg_rule_find(allowed, id))
			return true;
	}
	return false;
}

static int note_widening_of(struct sg_infer_notices *notices, const struct sg_profile *profile,
			    const struct sg_rule *allowed, uint32_t arch, struct sg_error *err)
{
	_cleanup_free_ const char **names = NULL;
	struct sg_syscall_id id = { .arch = arch };
	struct sg_strbuf b = SG_STRBUF_INIT;
	size_t n = 0, pos = 0;
	const char *name;

	names = calloc(allowed->n_calls + 1, sizeof(*names));
	if (!names)
		return sg_error_oom(err);
	/* each name found stands for a call of @allowed, so @names has room */
	while ((name = sg_syscall_next(arch, &pos, &id.nr))) {
		if (!sg_rule_find(allowed, id) &&
		    is_allowed_elsewhere(profile, allowed, arch, name))
			names[n++] = name;
	}
	if (!n)
		return 0;
	sg_strbuf_printf(
		&b,
		"a name counts for each architecture of the profile: without evidence, %zu %s also "
		"allowed on %s: ",
		n, n == 1 ? "call is" : "calls are", sg_arch_by_token(arch)->name);
	add_names(&b, names, n);
	return sg_infer_notices_add(notices, &b, err);
}

int sg_infer_notice_widening(struct sg_infer_notices *notices, const struct sg_profile *profile,
			     const struct sg_rule *allowed, struct sg_error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < profile->n_arches; i++)
		r = note_widening_of(notices, profile, allowed, profile->arches[i], err);
	return r;
}
