/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "dialect/plan.h"
#include "dialect/print/printers.h"
#include "dialect/project.h"
#include "profile/errno_name.h"
#include "profile/verdict_text.h"
#include "syscall/arch.h"
#include "syscall/table.h"

/*
 * A minijail policy (minijail0(5)) has a line a call: "name: 1", "name: return ERRNO", or an
 * expression in disjunctive normal form, with an errno for when it does not hold. What has no line
 * is killed. It is for the architecture that minijail0 was built for.
 */

static int no_default(struct sg_verdict verdict, struct sg_error *err)
{
	return sg_error_set(err, -EOPNOTSUPP,
			    "minijail: default action %s: a policy denies what it does not name",
			    sg_action_names[verdict.action]);
}

/* What becomes of a verdict; false: the call gets no line, and is killed. */
static bool can_say(const struct sg_rule *rule, struct sg_verdict *ret)
{
	if (sg_action_is_permissive(rule->verdict.action)) {
		*ret = (struct sg_verdict){ .action = SG_ACTION_ALLOW };
		return true;
	}
	*ret = rule->verdict;
	return rule->verdict.action == SG_ACTION_ERRNO && rule->n_conditions == 0;
}

static int note_default(const struct sg_profile *profile, struct sg_conversion_loss *loss,
			struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf text = SG_STRBUF_INIT;

	if (profile->default_verdict.action == SG_ACTION_KILL_PROCESS ||
	    profile->default_verdict.action == SG_ACTION_KILL_THREAD)
		return 0;
	sg_verdict_text(profile->default_verdict, &text);
	if (text.failed)
		return sg_error_oom(err);
	return sg_conversion_loss_add(loss, err, SG_CONVERSION_DIFFERENT,
				      "every call that is not named: %s becomes KILL_PROCESS",
				      text.data);
}

int sg_minijail_reduce(const struct sg_profile *profile, const struct sg_print_options *opts,
		       struct sg_profile **ret, struct sg_conversion_loss *loss,
		       struct sg_error *err)
{
	_cleanup_(sg_profile_freep) struct sg_profile *named = NULL, *to = NULL;
	struct sg_project_options project = { 0 };
	uint32_t native;
	int r;

	(void)opts;
	if (sg_action_is_permissive(profile->default_verdict.action) || !profile->n_arches)
		return no_default(profile->default_verdict, err);
	native = project.family = sg_family_of(profile->arches[0]);
	r = sg_project(profile, &project, &named, err);
	if (r == 0)
		r = sg_profile_new(&to, err);
	if (r == 0)
		r = sg_profile_add_arch(to, native, err);
	if (r < 0)
		return r;
	to->default_verdict = named->default_verdict;
	for (size_t i = 0; i < named->n_rules; i++) {
		const struct sg_rule *from = &named->rules[i];
		struct sg_verdict verdict;
		struct sg_rule *rule;

		if (!can_say(from, &verdict))
			continue;
		r = sg_project_rule(to, from, &rule, err);
		if (r < 0)
			return r;
		rule->verdict = verdict;
		for (size_t k = 0; k < from->n_calls; k++) {
			if (from->calls[k].id.arch != native)
				continue;
			r = sg_rule_add_call(rule, from->calls[k].id, NULL, err);
			if (r < 0)
				return r;
		}
	}
	if (named->n_flags || named->listener_path) {
		r = sg_conversion_loss_add(loss, err, SG_CONVERSION_DETAIL, "flags and listener");
		if (r < 0)
			return r;
	}
	r = note_default(profile, loss, err);
	if (r == 0)
		*ret = TAKE_PTR(to);
	return r;
}

/*
 * (arg & mask) == value as minijail has it: the bits of the mask that are to be 0 are not in the
 * argument
 * ("in" the complement), and each bit that is to be 1 is set ("&").
 */
static void print_masked(const struct sg_condition *c, const char **separator,
			 struct sg_strbuf *out)
{
	uint64_t zeroes = c->value & ~c->value_two;

	if (zeroes) {
		sg_strbuf_printf(out, "%sarg%u in 0x%" PRIx64, *separator, c->index, ~zeroes);
		*separator = " && ";
	}
	for (uint64_t ones = c->value_two; ones; ones &= ones - 1) {
		sg_strbuf_printf(out, "%sarg%u & 0x%" PRIx64, *separator, c->index, ones & -ones);
		*separator = " && ";
	}
}

/* One rule's conditions; nothing where they always hold. */
static void print_group(const struct sg_rule *rule, const char *separator, struct sg_strbuf *out)
{
	static const char *const signs[SG_OP_MAX_] = {
		[SG_OP_NE] = "!=", [SG_OP_LT] = "<",  [SG_OP_LE] = "<=",
		[SG_OP_EQ] = "==", [SG_OP_GE] = ">=", [SG_OP_GT] = ">",
	};

	for (size_t i = 0; i < rule->n_conditions; i++) {
		const struct sg_condition *c = &rule->conditions[i];

		if (c->op == SG_OP_MASKED_EQ) {
			print_masked(c, &separator, out);
			continue;
		}
		sg_strbuf_printf(out, "%sarg%u %s 0x%" PRIx64, separator, c->index, signs[c->op],
				 c->value);
		separator = " && ";
	}
}

/* Whether no argument can satisfy the rule: a masked value with bits outside of its mask. */
static bool never_holds(const struct sg_rule *rule)
{
	for (size_t i = 0; i < rule->n_conditions; i++) {
		const struct sg_condition *c = &rule->conditions[i];

		if (c->op == SG_OP_MASKED_EQ && c->value_two & ~c->value)
			return true;
	}
	return false;
}

static void print_errno(struct sg_verdict verdict, struct sg_strbuf *out)
{
	const char *name = sg_errno_name(verdict.data);

	if (name)
		sg_strbuf_printf(out, "return %s", name);
	else
		sg_strbuf_printf(out, "return %u", verdict.data);
}

/* The line of @id; the rules for it either are one without conditions, or all have some and
 * allow. */
static void print_call(const struct sg_profile *profile, struct sg_syscall_id id,
		       struct sg_strbuf *out)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf groups = SG_STRBUF_INIT;
	struct sg_verdict fallback = profile->default_verdict;
	bool is_named = false, always = false;

	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct sg_rule *rule = &profile->rules[i];
		size_t before = groups.len;

		if (!sg_rule_find(rule, id))
			continue;
		is_named = true;
		if (rule->verdict.action == SG_ACTION_ERRNO) {
			sg_strbuf_printf(out, "%s: ", sg_syscall_name(id));
			print_errno(rule->verdict, out);
			sg_strbuf_add_char(out, '\n');
			return;
		}
		if (never_holds(rule))
			continue;
		print_group(rule, before ? " || " : "", &groups);
		always |= groups.len == before;
	}
	if (!is_named)
		return;
	if (always) {
		sg_strbuf_printf(out, "%s: 1\n", sg_syscall_name(id));
		return;
	}
	if (groups.len) {
		sg_strbuf_printf(out, "%s: %s", sg_syscall_name(id), groups.data);
		if (fallback.action == SG_ACTION_ERRNO) {
			sg_strbuf_add(out, "; ");
			print_errno(fallback, out);
		}
		sg_strbuf_add_char(out, '\n');
	}
	if (groups.failed)
		out->failed = true;
}

int sg_minijail_print(const struct sg_profile *reduced, const struct sg_print_options *opts,
		      struct sg_strbuf *out, struct sg_error *err)
{
	struct sg_syscall_id id = { .arch = reduced->arches[0] };
	size_t pos = 0;

	(void)opts;
	(void)err;
	sg_strbuf_printf(out, "# for %s; everything else is killed\n",
			 sg_arch_by_token(id.arch)->name);
	while (sg_syscall_next(id.arch, &pos, &id.nr))
		print_call(reduced, id, out);
	return 0;
}
