/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "check/checker.h"
#include "profile/verdict_text.h"
#include "syscall/arch.h"
#include "syscall/multiplexed.h"
#include "syscall/table.h"

/* Conditions that libseccomp, the runtimes or the kernel take otherwise than they read. */

static const struct {
	const char *name;
	uint8_t index;
} int_args[] = {
#define INT_ARG(name, index) { #name, index },
#include "check/passes/int_args.def"
#undef INT_ARG
};

static bool is_int_arg(const char *name, unsigned int index)
{
	for (size_t i = 0; i < SG_ARRAY_SIZE(int_args); i++) {
		if (int_args[i].index == index && strcmp(int_args[i].name, name) == 0)
			return true;
	}
	return false;
}

/* The rule's first call of whose argument @index the kernel takes 32 bits, on a 64-bit
 * architecture. */
static const char *int_call(const struct sg_rule *rule, unsigned int index)
{
	for (size_t i = 0; i < rule->n_calls; i++) {
		const struct sg_arch *arch = sg_arch_by_token(rule->calls[i].id.arch);
		const char *name = sg_syscall_name(rule->calls[i].id);

		if (arch && arch->is_64bit && is_int_arg(name, index))
			return name;
	}
	return NULL;
}

static bool looks_at_high_half(const struct sg_condition *c)
{
	return c->op != SG_OP_MASKED_EQ || c->value >> 32;
}

/*
 * Whether a value of the lower half that does not satisfy @c does with a bit set above: then
 * anybody can make the condition hold.
 */
static bool high_half_satisfies(const struct sg_condition *c)
{
	switch (c->op) {
	case SG_OP_NE:
	case SG_OP_GT:
	case SG_OP_GE:
		return true;
	default:
		return false;
	}
}

/* Whether one that does satisfy it does not with a bit set above. */
static bool high_half_fails(const struct sg_condition *c)
{
	return looks_at_high_half(c) && !high_half_satisfies(c);
}

static bool is_too_wide(const struct sg_condition *c)
{
	if (c->op == SG_OP_MASKED_EQ)
		return c->value_two >> 32 != 0;
	return c->value >> 32 != 0 && c->value != UINT64_MAX;
}

static int check_condition(struct sg_checker *c, const struct sg_rule *rule, size_t i,
			   struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf text = SG_STRBUF_INIT;
	const struct sg_condition *condition = &rule->conditions[i];
	struct sg_position at = sg_checker_entry(c, rule)->conditions[i].at;
	bool permits = sg_action_is_permissive(rule->verdict.action);
	const char *name = int_call(rule, condition->index);
	enum sg_finding_kind kind;
	int r = 0;

	sg_condition_text(condition, &text);
	if (text.failed)
		return sg_error_oom(err);
	if (condition->op != SG_OP_EQ && condition->op != SG_OP_MASKED_EQ)
		r = sg_findings_add(c->findings, SG_FINDING_ORDER_OPERATOR, at, err,
				    "%s: %s needs a libseccomp of 2.6.1 or newer",
				    sg_syscall_name(rule->calls[0].id), text.data);
	if (r == 0 && condition->op == SG_OP_MASKED_EQ && condition->value_two & ~condition->value)
		r = sg_findings_add(c->findings, SG_FINDING_NEVER_HOLDS, at, err,
				    "%s: %s cannot hold; libseccomp compares what is in the mask, "
				    "0x%" PRIx64,
				    sg_syscall_name(rule->calls[0].id), text.data,
				    condition->value_two & condition->value);
	if (r < 0 || !name)
		return r;
	if (is_too_wide(condition))
		return sg_findings_add(c->findings, SG_FINDING_VALUE_TOO_WIDE, at, err,
				       "%s: %s, and the argument has 32 bits", name, text.data);
	if (permits ? high_half_satisfies(condition) : high_half_fails(condition))
		kind = SG_FINDING_HIGH_HALF_BYPASS;
	else if (permits && high_half_fails(condition))
		kind = SG_FINDING_HIGH_HALF_DENIED;
	else
		return 0;
	return sg_findings_add(c->findings, kind, at, err,
			       kind == SG_FINDING_HIGH_HALF_BYPASS
				       ? "%s: %s, and 0x100000000 more than any value gets past it"
				       : "%s: %s, and a value that is sign-extended is denied",
			       name, text.data);
}

static int check_indices(struct sg_checker *c, const struct sg_rule *rule, struct sg_error *err)
{
	unsigned int seen = 0;

	for (size_t i = 0; i < rule->n_conditions; i++) {
		unsigned int bit = 1u << rule->conditions[i].index;

		if (seen & bit)
			return sg_findings_add(
				c->findings, SG_FINDING_INDEX_TWICE,
				sg_checker_entry(c, rule)->conditions[i].at, err,
				"%s: argument %u has a condition already; each of the %zu "
				"conditions will be enough by itself",
				sg_syscall_name(rule->calls[0].id), rule->conditions[i].index,
				rule->n_conditions);
		seen |= bit;
	}
	return 0;
}

int sg_check_conditions(struct sg_checker *c, struct sg_error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->profile->n_rules; i++) {
		const struct sg_rule *rule = &c->profile->rules[i];

		r = check_indices(c, rule, err);
		for (size_t k = 0; r == 0 && k < rule->n_conditions; k++)
			r = check_condition(c, rule, k, err);
	}
	return r;
}

/* What the arguments of a rule's call come to through a multiplexer of the architecture. */
struct passage {
	struct sg_syscall_id multiplexer;
	enum sg_reach reach;
	bool has_version; /* ipc: the upper half of argument 0, which no rule looks at */
};

/*
 * Whether @rule keeps some use of a call that the multiplexer allows. What is denied there by
 * number is denied, unless all of it is allowed; conditions on argument 0 do not apply there, and
 * those on others meet a pointer.
 */
static const struct sg_rule_call *remaining_call(const struct sg_checker *c,
						 const struct sg_rule *rule,
						 const struct passage *p)
{
	bool lets_default = sg_action_is_permissive(c->profile->default_verdict.action);
	bool denies = !sg_action_is_permissive(rule->verdict.action);
	uint64_t number;

	if (sg_rule_says_default(rule, c->profile) || p->reach == SG_REACH_NEVER ||
	    (!denies && !rule->n_conditions))
		return NULL;
	if (denies && p->reach != SG_REACH_ALWAYS && !(p->has_version && lets_default))
		return NULL;
	for (size_t i = 0; i < rule->n_calls; i++) {
		struct sg_syscall_id id = rule->calls[i].id;

		if (sg_is_made_through(id, p->multiplexer, &number) &&
		    (denies || sg_reach_of(c->profile, id) == SG_REACH_SOMETIMES))
			return &rule->calls[i];
	}
	return NULL;
}

static int check_passage(struct sg_checker *c, const struct passage *p, struct sg_error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->profile->n_rules; i++) {
		const struct sg_rule *rule = &c->profile->rules[i];
		const struct sg_rule_call *call = remaining_call(c, rule, p);
		const char *name = call ? sg_syscall_name(call->id) : NULL;

		if (call)
			r = sg_findings_add(c->findings, SG_FINDING_MULTIPLEXER_BYPASS,
					    sg_entry_position_of(sg_checker_entry(c, rule), name),
					    err, "%s: what this denies is allowed through %s on %s",
					    name, sg_syscall_name(p->multiplexer),
					    sg_arch_by_token(p->multiplexer.arch)->name);
	}
	return r;
}

int sg_check_multiplexers(struct sg_checker *c, struct sg_error *err)
{
	static const char *const names[] = { "socketcall", "ipc" };
	const struct sg_profile *profile = c->profile;
	int r = 0;

	for (size_t a = 0; a < profile->n_arches; a++) {
		for (size_t m = 0; r == 0 && m < SG_ARRAY_SIZE(names); m++) {
			struct passage p = { .multiplexer.arch = profile->arches[a],
					     .has_version = m == 1 };

			if (sg_syscall_nr(p.multiplexer.arch, names[m], &p.multiplexer.nr) < 0)
				continue;
			p.reach = sg_reach_of(profile, p.multiplexer);
			r = check_passage(c, &p, err);
		}
	}
	return r;
}
