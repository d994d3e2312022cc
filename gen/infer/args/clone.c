/* SPDX-License-Identifier: Apache-2.0 */
#include "infer/args/clone.h"

#include <string.h>

#include "args/table.h"
#include "base/escape.h"
#include "profile/errno_name.h"
#include "profile/tried_first.h"
#include "syscall/table.h"

/*
 * CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET of linux/sched.h.
 * CLONE_NEWTIME is in the byte that clone(2) takes for the signal at the child's end.
 */
#define NAMESPACES UINT64_C(0x7e020000)

static bool is_allowed_on(const struct sg_profile *profile, uint32_t arch, const char *name,
			  struct sg_syscall_id *ret)
{
	ret->arch = arch;
	return sg_syscall_nr(arch, name, &ret->nr) == 0 && sg_rule_find(&profile->rules[0], *ret);
}

static bool is_allowed(const struct sg_profile *profile, const char *name)
{
	struct sg_syscall_id id;

	for (size_t i = 0; i < profile->n_arches; i++) {
		if (is_allowed_on(profile, profile->arches[i], name, &id))
			return true;
	}
	return false;
}

/* Whether clone, of which @entry is all that was recorded on one architecture, had flags for new
 * namespaces. */
static enum sg_tristate clone_made_namespaces(const struct sg_entry *entry)
{
	const struct sg_arg_call *call = sg_arg_call_find(entry->id, SG_ARG_SET_SECURITY);
	int place = call && entry->args ? sg_arg_obs_place(entry->args, call->args[0].index) : -1;

	if (!entry->count[SG_STAGE_APP] && !entry->logged)
		return SG_NO;
	if (place < 0)
		return SG_UNKNOWN;
	return entry->args->ever[place] & NAMESPACES ? SG_YES : SG_NO;
}

/* The same of all architectures: a name is allowed alike on each of them. */
static enum sg_tristate clone_evidence(const struct sg_evidence *evidence)
{
	enum sg_tristate ret = SG_NO;

	for (size_t i = 0; i < evidence->all->n_entries; i++) {
		const struct sg_entry *entry = &evidence->all->entries[i];
		const char *name = sg_syscall_name(entry->id);
		enum sg_tristate made;

		if (!name || strcmp(name, "clone") != 0)
			continue;
		made = clone_made_namespaces(entry);
		if (made == SG_YES)
			return SG_YES;
		if (made == SG_UNKNOWN)
			ret = SG_UNKNOWN;
	}
	return ret;
}

/* Whether any run saw the application make namespaces, by whichever call. */
static enum sg_tristate runs_evidence(const struct sg_recording *rec)
{
	enum sg_tristate ret = SG_NO;

	for (size_t i = 0; i < rec->n_runs; i++) {
		if (rec->runs[i]->new_namespaces == SG_YES)
			return SG_YES;
		if (rec->runs[i]->new_namespaces == SG_UNKNOWN)
			ret = SG_UNKNOWN;
	}
	return ret;
}

/* Why clone3 stays allowed; NULL: it does not. */
static const char *why_clone3_stays(const struct sg_profile *profile,
				    const struct sg_recording *rec,
				    const struct sg_evidence *evidence,
				    const struct sg_infer_options *opts)
{
	for (size_t i = 0; i < profile->n_arches; i++) {
		struct sg_syscall_id id;
		const struct sg_rule_call *call;

		if (!is_allowed_on(profile, profile->arches[i], "clone3", &id))
			continue;
		call = sg_rule_find(&profile->rules[0], id);
		if (sg_rule_call_has_reason(call, SG_REASON_FLOOR))
			return "the container runtime needs it";
		if (sg_rule_call_has_reason(call, SG_REASON_DENIED))
			return "it was denied, and --include-denied was given";
	}
	if (opts->no_fallbacks)
		return "--no-fallbacks was given";
	if (runs_evidence(rec) == SG_YES && clone_evidence(evidence) != SG_YES)
		return "new namespaces were made while recording, and not by clone";
	return NULL;
}

/* clone takes the place of clone3, as far as the architecture has it. */
static int allow_clone(struct sg_profile *profile, uint32_t arch, struct sg_error *err)
{
	char text[] = "in place of clone3, whose flags no filter can see";
	struct sg_reason reason = { .kind = SG_REASON_PLANNED, .text = text };
	struct sg_syscall_id id = { .arch = arch };

	if (sg_syscall_nr(arch, "clone", &id.nr) < 0)
		return 0;
	return sg_rule_add_call(&profile->rules[0], id, &reason, err);
}

/* On one architecture: recorded, and then answered with ENOSYS; or not recorded. */
static int plan_on(struct sg_profile *profile, size_t errno_rule, uint32_t arch,
		   struct sg_error *err)
{
	_cleanup_(sg_rule_call_done) struct sg_rule_call taken = { 0 };
	_cleanup_(sg_strbuf_done) struct sg_strbuf text = SG_STRBUF_INIT;
	struct sg_reason reason = { .kind = SG_REASON_PLANNED };
	struct sg_syscall_id id = { .arch = arch };
	int r;

	if (sg_syscall_nr(arch, "clone3", &id.nr) < 0)
		return 0;
	if (sg_rule_take_call(&profile->rules[0], id, &taken)) {
		r = allow_clone(profile, arch, err);
		if (r < 0)
			return r;
	}
	sg_strbuf_add(&text, taken.n_reasons && taken.reasons[0].text ? taken.reasons[0].text
								      : "not called");
	sg_strbuf_add(&text, ": ENOSYS makes libc fall back to clone");
	if (text.failed)
		return sg_error_oom(err);
	reason.text = text.data;
	return sg_rule_add_call(&profile->rules[errno_rule], id, &reason, err);
}

/* Who called it, of whom not everybody need fall back. */
static int note_callers(const struct sg_evidence *evidence, struct sg_infer_notices *notices,
			struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf names = SG_STRBUF_INIT;
	struct sg_strbuf line = SG_STRBUF_INIT;
	const char *separator = "";

	for (size_t i = 0; i < evidence->all->n_entries; i++) {
		const struct sg_entry *entry = &evidence->all->entries[i];
		const char *name = sg_syscall_name(entry->id);

		if (!name || strcmp(name, "clone3") != 0 || !evidence->is_app[i])
			continue;
		for (size_t k = 0; k < entry->n_programs; k++) {
			sg_strbuf_add(&names, separator);
			sg_escape(&names, entry->programs[k]);
			separator = ", ";
		}
	}
	if (names.failed)
		return sg_error_oom(err);
	sg_strbuf_add(&line, "clone3, whose flags no filter can see, is answered with ENOSYS, and "
			     "glibc and musl then call clone; a program that does not needs "
			     "--no-fallbacks");
	if (*separator)
		sg_strbuf_printf(&line, " (it was called by %s)", names.data);
	return sg_infer_notices_add(notices, &line, err);
}

int sg_infer_plan_clone3(struct sg_profile *profile, const struct sg_recording *rec,
			 const struct sg_evidence *evidence, const struct sg_infer_options *opts,
			 struct sg_infer_notices *notices, struct sg_error *err)
{
	const bool recorded = is_allowed(profile, "clone3");
	const char *why = recorded ? why_clone3_stays(profile, rec, evidence, opts) : NULL;
	const size_t errno_rule = profile->n_rules;
	struct sg_strbuf line = SG_STRBUF_INIT;
	struct sg_rule *rule;
	int r;

	if (why) {
		sg_strbuf_printf(&line,
				 "clone3 is allowed with any flags, also those for new namespaces, "
				 "since no filter can see them: %s",
				 why);
		return sg_infer_notices_add(notices, &line, err);
	}
	r = sg_profile_add_rule(profile, (struct sg_verdict){ SG_ACTION_ERRNO, SG_ERRNO_ENOSYS },
				NULL, 0, &rule, err);
	for (size_t i = 0; r == 0 && i < profile->n_arches; i++)
		r = plan_on(profile, errno_rule, profile->arches[i], err);
	if (r == 0 && recorded)
		r = note_callers(evidence, notices, err);
	return r;
}

int sg_infer_plan_tried_first(struct sg_profile *profile, struct sg_error *err)
{
	struct sg_rule *rule = NULL;
	int r = 0;

	for (size_t i = 1; i < profile->n_rules && !rule; i++) {
		if (profile->rules[i].verdict.action == SG_ACTION_ERRNO &&
		    profile->rules[i].verdict.data == SG_ERRNO_ENOSYS)
			rule = &profile->rules[i];
	}
	if (!rule)
		r = sg_profile_add_rule(profile,
					(struct sg_verdict){ SG_ACTION_ERRNO, SG_ERRNO_ENOSYS },
					NULL, 0, &rule, err);
	for (size_t i = 0; r == 0 && i < profile->n_arches * sg_n_tried_first; i++) {
		const struct sg_tried_first *call = &sg_tried_first[i % sg_n_tried_first];
		_cleanup_(sg_strbuf_done) struct sg_strbuf text = SG_STRBUF_INIT;
		struct sg_reason reason = { .kind = SG_REASON_PLANNED };
		struct sg_syscall_id id = { .arch = profile->arches[i / sg_n_tried_first] };

		/* a name has one verdict on all architectures */
		if (sg_syscall_nr(id.arch, call->name, &id.nr) < 0 ||
		    is_allowed(profile, call->name) || sg_rule_find(rule, id) ||
		    strcmp(call->name, "clone3") == 0)
			continue;
		sg_strbuf_printf(&text,
				 "not called: ENOSYS, also where the engine does not take "
				 "the default's errno, makes callers fall back to %s",
				 call->text);
		if (text.failed)
			return sg_error_oom(err);
		reason.text = text.data;
		r = sg_rule_add_call(rule, id, &reason, err);
	}
	return r;
}

/* The rule that allows without new namespaces, the flags being argument @index. */
static int bounded_rule(struct sg_profile *profile, unsigned int index, size_t *ret,
			struct sg_error *err)
{
	const struct sg_condition condition = {
		.index = (uint8_t)index, .op = SG_OP_MASKED_EQ, .value = NAMESPACES, .value_two = 0
	};
	struct sg_rule *rule;

	for (size_t i = 1; i < profile->n_rules; i++) {
		const struct sg_rule *old = &profile->rules[i];

		if (old->verdict.action == SG_ACTION_ALLOW && old->n_conditions == 1 &&
		    old->conditions[0].op == SG_OP_MASKED_EQ &&
		    old->conditions[0].index == condition.index &&
		    old->conditions[0].value == NAMESPACES && !old->conditions[0].value_two) {
			*ret = i;
			return 0;
		}
	}
	*ret = profile->n_rules;
	return sg_profile_add_rule(profile, (struct sg_verdict){ SG_ACTION_ALLOW, 0 }, &condition,
				   1, &rule, err);
}

static int bound_on(struct sg_profile *profile, struct sg_syscall_id id, const char *why,
		    struct sg_error *err)
{
	const struct sg_arg_call *call = sg_arg_call_find(id, SG_ARG_SET_SECURITY);
	_cleanup_(sg_rule_call_done) struct sg_rule_call taken = { 0 };
	_cleanup_free_ char *text = strdup(why);
	struct sg_reason reason = { .kind = SG_REASON_ARGS, .text = text };
	size_t at = 0;
	int r = text ? 0 : sg_error_oom(err);

	if (r == 0)
		r = bounded_rule(profile, call->args[0].index, &at, err);
	if (r < 0)
		return r;
	sg_rule_take_call(&profile->rules[0], id, &taken);
	for (size_t i = 0; r == 0 && i < taken.n_reasons; i++) {
		if (taken.reasons[i].kind != SG_REASON_ARGS) /* "not conditioned: …" */
			r = sg_rule_add_call(&profile->rules[at], id, &taken.reasons[i], err);
	}
	return r < 0 ? r : sg_rule_add_call(&profile->rules[at], id, &reason, err);
}

/* Whether the flags are the same argument wherever clone is allowed: the name has one condition. */
static bool can_be_bounded(const struct sg_profile *profile)
{
	int index = -1;

	for (size_t i = 0; i < profile->n_arches; i++) {
		const struct sg_arg_call *call;
		struct sg_syscall_id id;

		if (!is_allowed_on(profile, profile->arches[i], "clone", &id))
			continue;
		call = sg_arg_call_find(id, SG_ARG_SET_SECURITY);
		if (!call || (index >= 0 && index != call->args[0].index))
			return false;
		index = call->args[0].index;
	}
	return index >= 0;
}

int sg_infer_bound_clone(struct sg_profile *profile, const struct sg_recording *rec,
			 const struct sg_evidence *evidence, struct sg_infer_notices *notices,
			 struct sg_error *err)
{
	const enum sg_tristate of_runs = runs_evidence(rec), of_clone = clone_evidence(evidence);
	struct sg_strbuf line = SG_STRBUF_INIT;
	const bool unknown = of_clone == SG_UNKNOWN && of_runs == SG_UNKNOWN;
	int r = 0;

	if (of_clone == SG_YES || (of_clone == SG_UNKNOWN && of_runs == SG_YES) ||
	    !can_be_bounded(profile))
		return 0;
	for (size_t i = 0; r == 0 && i < profile->n_arches; i++) {
		struct sg_syscall_id id;

		if (is_allowed_on(profile, profile->arches[i], "clone", &id))
			r = bound_on(profile, id,
				     unknown ? "no flags for new namespaces: the default profiles "
					       "of the engines have none either"
					     : "no flags for new namespaces: none were made",
				     err);
	}
	if (r < 0 || !unknown)
		return r;
	sg_strbuf_add(&line, "clone is allowed without flags for new namespaces; whether it was "
			     "called with some, the recording does not know: record with --args "
			     "security if the workload makes containers or sandboxes");
	return sg_infer_notices_add(notices, &line, err);
}
