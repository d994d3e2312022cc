/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/eval.h"

#include "syscall/multiplexed.h"

static bool holds(const struct sg_condition *condition, const uint64_t *args)
{
	uint64_t arg = args[condition->index], value = condition->value;

	switch (condition->op) {
	case SG_OP_NE:
		return arg != value;
	case SG_OP_LT:
		return arg < value;
	case SG_OP_LE:
		return arg <= value;
	case SG_OP_EQ:
		return arg == value;
	case SG_OP_GE:
		return arg >= value;
	case SG_OP_GT:
		return arg > value;
	case SG_OP_MASKED_EQ:
		return ((arg ^ condition->value_two) & value) == 0;
	case SG_OP_MAX_:
		break;
	}
	return false;
}

/* Whether @rule's conditions hold; @is_numbered: argument 0 is the number of a call that goes
 * through it. */
static bool rule_holds(const struct sg_rule *rule, bool is_numbered, const uint64_t *args)
{
	bool is_split = sg_rule_is_split(rule);

	for (size_t i = 0; i < rule->n_conditions; i++) {
		const struct sg_condition *c = &rule->conditions[i];

		if (((is_numbered && c->index == 0) || holds(c, args)) == is_split)
			return is_split;
	}
	return !is_split;
}

bool sg_rule_holds(const struct sg_rule *rule, const uint64_t *args)
{
	return rule_holds(rule, false, args);
}

/* Whether @rule is for @id with these arguments; *ret_whole: whatever they are. */
static bool rule_matches(const struct sg_rule *rule, struct sg_syscall_id id, bool is_multiplexer,
			 const uint64_t *args, bool *ret_whole)
{
	bool is_found = sg_rule_find(rule, id);

	*ret_whole = is_found && sg_rule_is_whole(rule, id.arch);
	if (*ret_whole || (is_found && rule_holds(rule, false, args)))
		return true;
	for (size_t i = 0; is_multiplexer && i < rule->n_calls; i++) {
		uint64_t number;

		if (sg_is_made_through(rule->calls[i].id, id, &number) && args[0] == number &&
		    rule_holds(rule, true, args))
			return true;
	}
	return false;
}

struct sg_verdict sg_profile_eval(const struct sg_profile *profile,
				  const struct sg_seccomp_data *data, bool *ret_contested)
{
	struct sg_syscall_id id = sg_seccomp_data_id(data);
	const struct sg_rule *chosen = NULL;
	bool contested = false, passed_over = false, chosen_whole = false;
	bool is_multiplexer = sg_is_multiplexer(id);

	if (!sg_profile_has_arch(profile, id.arch)) {
		if (ret_contested)
			*ret_contested = false;
		return (struct sg_verdict){ .action = SG_ACTION_KILL_THREAD };
	}
	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct sg_rule *rule = &profile->rules[i];
		bool is_whole;

		if (!rule_matches(rule, id, is_multiplexer, data->args, &is_whole))
			continue;
		if (sg_rule_says_default(rule, profile)) {
			passed_over = true;
			continue;
		}
		if (chosen && !sg_verdict_equal(rule->verdict, chosen->verdict))
			contested = true;
		if (!chosen || (!chosen_whole && is_whole)) {
			chosen = rule;
			chosen_whole = is_whole;
		}
	}
	if (ret_contested)
		*ret_contested = contested || (chosen && passed_over);
	return chosen ? chosen->verdict : profile->default_verdict;
}
