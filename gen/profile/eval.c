/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/eval.h"

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
		return (arg & value) == condition->value_two;
	case SG_OP_MAX_:
		break;
	}
	return false;
}

bool sg_conditions_hold(const struct sg_condition *conditions, size_t n, const uint64_t *args)
{
	for (size_t i = 0; i < n; i++) {
		if (!holds(&conditions[i], args))
			return false;
	}
	return true;
}

static bool has_arch(const struct sg_profile *profile, uint32_t arch)
{
	for (size_t i = 0; i < profile->n_arches; i++) {
		if (profile->arches[i] == arch)
			return true;
	}
	return false;
}

static bool verdict_equal(struct sg_verdict a, struct sg_verdict b)
{
	return a.action == b.action && a.data == b.data;
}

struct sg_verdict sg_profile_eval(const struct sg_profile *profile,
				  const struct sg_seccomp_data *data, bool *ret_contested)
{
	struct sg_syscall_id id = sg_seccomp_data_id(data);
	const struct sg_rule *chosen = NULL;
	bool contested = false, passed_over = false;

	if (!has_arch(profile, id.arch)) {
		if (ret_contested)
			*ret_contested = false;
		return (struct sg_verdict){ .action = SG_ACTION_KILL_THREAD };
	}
	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct sg_rule *rule = &profile->rules[i];

		if (!sg_rule_find(rule, id) ||
		    !sg_conditions_hold(rule->conditions, rule->n_conditions, data->args))
			continue;
		if (verdict_equal(rule->verdict, profile->default_verdict)) {
			passed_over = true;
			continue;
		}
		if (chosen && !verdict_equal(rule->verdict, chosen->verdict))
			contested = true;
		if (!chosen || (chosen->n_conditions && !rule->n_conditions))
			chosen = rule;
	}
	if (ret_contested)
		*ret_contested = contested || (chosen && passed_over);
	return chosen ? chosen->verdict : profile->default_verdict;
}
