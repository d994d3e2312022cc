/* SPDX-License-Identifier: Apache-2.0 */
#include "base/array.h"
#include "dialect/read/read.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/texts.h"
#include "syscall/arch.h"
#include "syscall/multiplexed.h"
#include "syscall/table.h"

const char *const sg_read_notice_formats[SG_READ_NOTICE_MAX_] = {
	[SG_READ_EMPTY_NAME] = "a name is empty%s: runc, podman and Docker refuse the profile",
	[SG_READ_UNKNOWN_NAME] = "no architecture has a call \"%s\": runtimes skip it",
	[SG_READ_NAME_NOT_HERE] = "\"%s\" is a call of other architectures: without effect here",
	[SG_READ_UNSUPPORTED_ARCH] = "architecture \"%s\" is not in our table: not judged",
	[SG_READ_UNKNOWN_FIELD] = "field \"%s\" is not known: runtimes pass over it",
	[SG_READ_OTHER_CASE] = "field \"%s\" has another case in the format: crun passes over it",
	[SG_READ_BASE_PROFILE] = "what the base profile \"%s\" allows is not known here",
};
static_assert(SG_ARRAY_SIZE(sg_read_notice_formats) == 7, "a note has no text");

void sg_read_notices_done(struct sg_read_notices *notices)
{
	for (size_t i = 0; i < notices->n; i++)
		free(notices->items[i].text);
	free(notices->items);
	*notices = (struct sg_read_notices){ 0 };
}

/* A call, and where its name stands in the entry. */
struct placed_id {
	struct sg_syscall_id id;
	unsigned int place;
};

struct resolver {
	const struct sg_parsed_profile *parsed;
	const struct sg_read_options *opts;
	const struct sg_arch *native;
	struct sg_profile *profile;
	struct sg_read_notices notices;
	struct placed_id *ids; /* scratch for one entry */
	size_t n_ids, cap_ids;
	char **idle; /* the same: names without a call here, borrowed */
	size_t n_idle;
};

static int add_notice(struct resolver *rs, enum sg_read_notice_kind kind,
		      const struct sg_parsed_string *about, struct sg_error *err)
{
	struct sg_read_notices *notices = &rs->notices;
	char *text;

	if (!rs->opts->notices)
		return 0;
	if (SG_ARRAY_GROW(notices->items, notices->n) < 0)
		return sg_error_oom(err);
	text = strdup(about->text);
	if (!text)
		return sg_error_oom(err);
	notices->items[notices->n++] = (struct sg_read_notice){ kind, text, about->at };
	return 0;
}

static int add_arch(struct resolver *rs, const struct sg_parsed_string *name, struct sg_error *err)
{
	const struct sg_arch *arch = strcmp(name->text, "SCMP_ARCH_NATIVE") == 0
					     ? rs->native
					     : sg_arch_by_scmp_name(name->text);

	if (arch == rs->native)
		rs->profile->native_is_implied = false;
	if (!arch)
		return add_notice(rs, SG_READ_UNSUPPORTED_ARCH, name, err);
	return sg_profile_add_arch(rs->profile, arch->token, err);
}

static int resolve_arches(struct resolver *rs, struct sg_error *err)
{
	const struct sg_parsed_profile *parsed = rs->parsed;
	int r;

	rs->profile->native_is_implied = true;
	r = sg_profile_add_arch(rs->profile, rs->native->token, err);
	for (size_t i = 0; r == 0 && i < parsed->arches.n; i++)
		r = add_arch(rs, &parsed->arches.items[i], err);
	for (size_t i = 0; r == 0 && i < parsed->n_arch_map; i++) {
		const struct sg_parsed_arch_row *row = &parsed->arch_map[i];

		if (strcmp(row->arch.text, rs->native->scmp_name) != 0)
			continue;
		rs->profile->native_is_implied = false;
		for (size_t k = 0; r == 0 && k < row->sub.n; k++)
			r = add_arch(rs, &row->sub.items[k], err);
		break;
	}
	return r;
}

static bool has_cap(const struct sg_read_options *opts, const char *cap)
{
	for (size_t i = 0; i < opts->n_caps; i++) {
		if (strcmp(opts->caps[i], cap) == 0)
			return true;
	}
	return false;
}

static bool names_native(const struct resolver *rs, const struct sg_parsed_strings *arches)
{
	for (size_t i = 0; i < arches->n; i++) {
		if (strcmp(arches->items[i].text, rs->native->docker_arch) == 0)
			return true;
		/* podman takes libseccomp's word, which differs for mips n32 */
		if (rs->parsed->dialect == SG_PARSED_PODMAN &&
		    strcmp(arches->items[i].text, rs->native->name) == 0)
			return true;
	}
	return false;
}

static bool kernel_reaches(const struct resolver *rs, uint32_t min_kernel)
{
	return rs->opts->kernel == 0 || rs->opts->kernel >= min_kernel;
}

/* Docker's and podman's order: excludes wins on any hit, includes wants all capabilities. */
static bool entry_counts(const struct resolver *rs, const struct sg_parsed_entry *entry)
{
	const struct sg_parsed_filter *in = &entry->includes, *ex = &entry->excludes;

	if (names_native(rs, &ex->arches))
		return false;
	for (size_t i = 0; i < ex->caps.n; i++) {
		if (has_cap(rs->opts, ex->caps.items[i].text))
			return false;
	}
	if (ex->min_kernel && !rs->opts->no_min_kernel && kernel_reaches(rs, ex->min_kernel))
		return false;
	if (in->arches.n && !names_native(rs, &in->arches))
		return false;
	for (size_t i = 0; i < in->caps.n; i++) {
		if (!has_cap(rs->opts, in->caps.items[i].text))
			return false;
	}
	return !in->min_kernel || rs->opts->no_min_kernel || kernel_reaches(rs, in->min_kernel);
}

static int add_id(struct resolver *rs, struct sg_syscall_id id, unsigned int place,
		  struct sg_error *err)
{
	if (SG_ARRAY_GROW_CAP(rs->ids, rs->n_ids, rs->cap_ids) < 0)
		return sg_error_oom(err);
	rs->ids[rs->n_ids++] = (struct placed_id){ id, place };
	return 0;
}

static int resolve_name(struct resolver *rs, const struct sg_parsed_string *name,
			unsigned int place, struct sg_error *err)
{
	size_t before = rs->n_ids;
	uint32_t nr;
	int r;

	for (size_t i = 0; i < rs->profile->n_arches; i++) {
		uint32_t arch = rs->profile->arches[i];

		if (sg_syscall_nr_or_multiplexed(arch, name->text, &nr) < 0)
			continue;
		r = add_id(rs, (struct sg_syscall_id){ arch, nr }, place, err);
		if (r < 0)
			return r;
	}
	if (rs->n_ids != before)
		return 0;
	rs->idle[rs->n_idle++] = (char *)(uintptr_t)name->text;
	return add_notice(rs,
			  !*name->text				 ? SG_READ_EMPTY_NAME
			  : sg_syscall_name_is_known(name->text) ? SG_READ_NAME_NOT_HERE
								 : SG_READ_UNKNOWN_NAME,
			  name, err);
}

/*
 * What runtimes take with ERRNO and TRACE when the profile says nothing: EPERM (runc, crun). A
 * filter has 16 bits for it.
 */
static struct sg_verdict verdict_of(enum sg_action action, bool has_errno, uint32_t errno_ret)
{
	struct sg_verdict verdict = { .action = action };

	if (sg_action_has_data(action))
		verdict.data = has_errno ? (uint16_t)errno_ret : EPERM;
	return verdict;
}

static int compare_ids(const void *a, const void *b)
{
	const struct placed_id *x = a, *y = b;
	int r = sg_syscall_id_compare(x->id, y->id);

	return r ? r : (x->place > y->place) - (x->place < y->place);
}

/* In order, so that each is added after the last; of a name that occurs twice the first counts. */
static int add_calls(struct resolver *rs, struct sg_rule *rule, struct sg_error *err)
{
	int r;

	qsort(rs->ids, rs->n_ids, sizeof(*rs->ids), compare_ids);
	for (size_t i = 0; i < rs->n_ids; i++) {
		if (i && sg_syscall_id_equal(rs->ids[i].id, rs->ids[i - 1].id))
			continue;
		r = sg_rule_add_call(rule, rs->ids[i].id, NULL, err);
		if (r < 0)
			return r;
		rule->calls[rule->n_calls - 1].place = rs->ids[i].place;
	}
	return 0;
}

static int resolve_entry(struct resolver *rs, const struct sg_parsed_entry *entry,
			 struct sg_error *err)
{
	struct sg_condition conditions[SG_PARSED_MAX_CONDITIONS];
	struct sg_verdict verdict = verdict_of(entry->action, entry->has_errno, entry->errno_ret);
	unsigned int line = rs->opts->entries_as_lines
				    ? (unsigned int)(entry - rs->parsed->entries) + 1
				    : entry->at.line;
	struct sg_rule *rule;
	int r = 0;

	if (entry->unknown_action)
		return sg_json_error_quoting(rs->parsed->doc, entry->unknown_action, err,
					     "unknown action %s, and the entry counts here",
					     entry->unknown_action->valuestring);
	rs->n_ids = rs->n_idle = 0;
	rs->idle = calloc(entry->names.n + 1, sizeof(*rs->idle));
	if (!rs->idle)
		return sg_error_oom(err);
	for (size_t i = 0; r == 0 && i < entry->names.n; i++)
		r = resolve_name(rs, &entry->names.items[i], (unsigned int)i, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < entry->n_conditions; i++) {
		conditions[i] = entry->conditions[i].condition;
		/* nothing but a mask has a second value; what stands there makes no other
		 * condition */
		if (conditions[i].op != SG_OP_MASKED_EQ)
			conditions[i].value_two = 0;
	}
	if (rs->n_idle || !entry->names.items)
		r = sg_profile_add_idle(rs->profile,
					&(struct sg_idle){ .names = rs->idle,
							   .n_names = rs->n_idle,
							   .verdict = verdict,
							   .conditions = conditions,
							   .n_conditions = entry->n_conditions,
							   .line = line },
					err);
	if (r < 0 || rs->n_ids == 0)
		return r;
	r = sg_profile_add_rule(rs->profile, verdict, conditions, entry->n_conditions, &rule, err);
	if (r < 0)
		return r;
	rule->line = line;
	return add_calls(rs, rule, err);
}

static int copy_flags(struct resolver *rs, struct sg_error *err)
{
	const struct sg_parsed_strings *flags = &rs->parsed->flags;
	struct sg_profile *profile = rs->profile;
	int r = 0;

	if (!flags->n)
		return 0;
	profile->flags = calloc(flags->n, sizeof(*profile->flags));
	if (!profile->flags)
		return sg_error_oom(err);
	for (size_t i = 0; r == 0 && i < flags->n; i++)
		r = sg_text_copy(flags->items[i].text, &profile->flags[profile->n_flags++], err);
	return r;
}

static int resolve(struct resolver *rs, struct sg_error *err)
{
	const struct sg_parsed_profile *parsed = rs->parsed;
	struct sg_profile *profile = rs->profile;
	int r;

	profile->default_verdict = verdict_of(parsed->default_action, parsed->has_default_errno,
					      parsed->default_errno);
	profile->has_default_errno = parsed->has_default_errno;
	r = resolve_arches(rs, err);
	if (r == 0)
		r = copy_flags(rs, err);
	if (r == 0)
		r = sg_text_copy(parsed->listener_path, &profile->listener_path, err);
	if (r == 0)
		r = sg_text_copy(parsed->listener_metadata, &profile->listener_metadata, err);
	for (size_t i = 0; r == 0 && i < parsed->n_unknown; i++) {
		const struct sg_parsed_unknown *u = &parsed->unknown[i];
		const struct sg_parsed_string about = { u->name, u->at };

		r = add_notice(rs, u->taken_for ? SG_READ_OTHER_CASE : SG_READ_UNKNOWN_FIELD,
			       &about, err);
	}
	if (r == 0 && parsed->base_profile.text)
		r = add_notice(rs, SG_READ_BASE_PROFILE, &parsed->base_profile, err);
	for (size_t i = 0; r == 0 && i < parsed->n_entries; i++) {
		if (entry_counts(rs, &parsed->entries[i]))
			r = resolve_entry(rs, &parsed->entries[i], err);
		free(rs->idle);
		rs->idle = NULL;
	}
	return r;
}

int sg_profile_resolve(const struct sg_parsed_profile *parsed, const struct sg_read_options *opts,
		       struct sg_profile **ret, struct sg_error *err)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = NULL;
	struct resolver rs = { .parsed = parsed, .opts = opts };
	int r;

	rs.native = sg_arch_by_token(opts->native_arch);
	if (!rs.native)
		return sg_error_set(err, -EINVAL, "architecture 0x%08x is not in our table",
				    opts->native_arch);
	r = sg_profile_new(&profile, err);
	if (r < 0)
		return r;
	rs.profile = profile;
	r = resolve(&rs, err);
	free(rs.ids);
	if (r < 0) {
		sg_read_notices_done(&rs.notices);
		return r;
	}
	if (opts->notices)
		*opts->notices = rs.notices;
	*ret = TAKE_PTR(profile);
	return 0;
}

int sg_profile_read(const char *name, const char *text, size_t len,
		    const struct sg_read_options *opts, struct sg_profile **ret,
		    struct sg_error *err)
{
	_cleanup_(sg_parsed_profile_freep) struct sg_parsed_profile *parsed = NULL;
	int r;

	r = sg_profile_parse(name, text, len, &parsed, err);
	if (r < 0)
		return r;
	return sg_profile_resolve(parsed, opts, ret, err);
}
