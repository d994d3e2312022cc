/* SPDX-License-Identifier: Apache-2.0 */
#include "diff/decide.h"

#include <errno.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "profile/errno_name.h"
#include "syscall/multiplexed.h"

#define NEXT_RULE (SG_DECISION_END - 1) /* stands for what follows until that is known */

void sg_decision_init(struct sg_decision *decision)
{
	*decision = (struct sg_decision){ 0 };
}

void sg_decision_done(struct sg_decision *decision)
{
	free(decision->nodes);
	free(decision->verdicts);
	free(decision->lines);
	sg_decision_init(decision);
}

int sg_decision_add_end(struct sg_decision *d, struct sg_verdict verdict, unsigned int line,
			uint32_t *ret, struct sg_error *err)
{
	if (SG_ARRAY_GROW_CAP(d->verdicts, d->n_verdicts, d->cap_verdicts) < 0 ||
	    SG_ARRAY_GROW_CAP(d->lines, d->n_verdicts, d->cap_lines) < 0)
		return sg_error_oom(err);
	/* what the kernel makes of it (kernel/seccomp.c): to a program 5000 is 4095 */
	if (verdict.action == SG_ACTION_ERRNO && verdict.data > SG_ERRNO_MAX)
		verdict.data = SG_ERRNO_MAX;
	d->verdicts[d->n_verdicts] = verdict;
	d->lines[d->n_verdicts] = line;
	*ret = SG_DECISION_END | (uint32_t)d->n_verdicts++;
	return 0;
}

int sg_decision_add_node(struct sg_decision *d, const struct sg_decision_node *node,
			 struct sg_error *err)
{
	if (SG_ARRAY_GROW_CAP(d->nodes, d->n_nodes, d->cap_nodes) < 0)
		return sg_error_oom(err);
	d->nodes[d->n_nodes++] = *node;
	return 0;
}

/* A node at the end of the list, where "fallthrough" is the node after it. */
static int add_test(struct sg_decision *d, unsigned int word, enum sg_test_op op, uint32_t mask,
		    uint32_t value, uint32_t yes, uint32_t no, struct sg_error *err)
{
	struct sg_decision_node node = {
		.test = { (uint8_t)word, op, mask, value },
		.yes = yes,
		.no = no,
	};

	return sg_decision_add_node(d, &node, err);
}

/*
 * (x & mask) == (value & mask) over both halves; the node that follows the tests is reached where
 * it holds.
 */
static int add_equal(struct sg_decision *d, unsigned int index, uint64_t mask, uint64_t value,
		     uint32_t fail, struct sg_error *err)
{
	int r;

	value &= mask;
	r = add_test(d, 2 * index + 1, SG_TEST_EQ, (uint32_t)(mask >> 32), (uint32_t)(value >> 32),
		     (uint32_t)d->n_nodes + 1, fail, err);
	if (r < 0)
		return r;
	return add_test(d, 2 * index, SG_TEST_EQ, (uint32_t)mask, (uint32_t)value,
			(uint32_t)d->n_nodes + 1, fail, err);
}

/*
 * The comparison of 64 bits as one of the high halves and, where they are equal, one of the low
 * halves. Goes to @yes or @no; the node that follows the tests is not reached.
 */
static int add_greater(struct sg_decision *d, unsigned int index, enum sg_test_op op,
		       uint64_t value, uint32_t yes, uint32_t no, struct sg_error *err)
{
	uint32_t high = (uint32_t)(value >> 32);
	int r;

	r = add_test(d, 2 * index + 1, SG_TEST_GT, UINT32_MAX, high, yes, (uint32_t)d->n_nodes + 1,
		     err);
	if (r == 0)
		r = add_test(d, 2 * index + 1, SG_TEST_EQ, UINT32_MAX, high,
			     (uint32_t)d->n_nodes + 1, no, err);
	if (r == 0)
		r = add_test(d, 2 * index, op, UINT32_MAX, (uint32_t)value, yes, no, err);
	return r;
}

/* Where @c holds, continue after the nodes that are added; else to NEXT_RULE. */
static int add_condition(struct sg_decision *d, const struct sg_condition *c, struct sg_error *err)
{
	uint32_t after_two = (uint32_t)d->n_nodes + 2, after_three = after_two + 1;
	unsigned int i = c->index;
	int r;

	switch (c->op) {
	case SG_OP_EQ:
		return add_equal(d, i, UINT64_MAX, c->value, NEXT_RULE, err);
	case SG_OP_MASKED_EQ:
		return add_equal(d, i, c->value, c->value_two, NEXT_RULE, err);
	case SG_OP_NE:
		/* equal in both halves is the failure; the first half that differs is enough */
		r = add_equal(d, i, UINT64_MAX, c->value, after_two, err);
		if (r == 0)
			d->nodes[d->n_nodes - 1].yes = NEXT_RULE;
		return r;
	case SG_OP_GT:
		return add_greater(d, i, SG_TEST_GT, c->value, after_three, NEXT_RULE, err);
	case SG_OP_GE:
		return add_greater(d, i, SG_TEST_GE, c->value, after_three, NEXT_RULE, err);
	case SG_OP_LE:
		return add_greater(d, i, SG_TEST_GT, c->value, NEXT_RULE, after_three, err);
	case SG_OP_LT:
		return add_greater(d, i, SG_TEST_GE, c->value, NEXT_RULE, after_three, err);
	case SG_OP_MAX_:
		break;
	}
	return sg_error_set(err, -EINVAL, "operator %u is not known", (unsigned int)c->op);
}

/* @rule's verdict where all @n @conditions hold. */
static int add_case(struct sg_decision *d, const struct sg_rule *rule,
		    const struct sg_condition *conditions, size_t n, struct sg_error *err)
{
	size_t first = d->n_nodes;
	uint32_t end, next;
	int r;

	r = sg_decision_add_end(d, rule->verdict, rule->line, &end, err);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = add_condition(d, &conditions[i], err);
	if (r < 0)
		return r;
	next = (uint32_t)d->n_nodes;
	for (size_t i = first; i < d->n_nodes; i++) {
		struct sg_decision_node *node = &d->nodes[i];

		node->yes = node->yes == next ? end : node->yes == NEXT_RULE ? next : node->yes;
		node->no = node->no == next ? end : node->no == NEXT_RULE ? next : node->no;
	}
	return 0;
}

static int add_rule(struct sg_decision *d, const struct sg_rule *rule, struct sg_error *err)
{
	int r = 0;

	if (!sg_rule_is_split(rule))
		return add_case(d, rule, rule->conditions, rule->n_conditions, err);
	for (size_t i = 0; r == 0 && i < rule->n_conditions; i++)
		r = add_case(d, rule, &rule->conditions[i], 1, err);
	return r;
}

/* What @rule says of a multiplexer through the calls that it makes. */
static int add_made_through(struct sg_decision *d, const struct sg_rule *rule,
			    struct sg_syscall_id id, struct sg_error *err)
{
	struct sg_condition *conditions = calloc(rule->n_conditions + 1, sizeof(*conditions));
	size_t n;
	int r = 0;

	if (!conditions)
		return sg_error_oom(err);
	for (size_t i = 0; r == 0 && i < rule->n_calls; i++) {
		if (!sg_rule_through(rule, i, id, conditions, &n))
			continue;
		if (!sg_rule_is_split(rule)) {
			r = add_case(d, rule, conditions, n, err);
			continue;
		}
		/* what it says of argument 0 is no more than the number */
		if (n <= rule->n_conditions)
			r = add_case(d, rule, conditions, 1, err);
		for (size_t k = 1; r == 0 && k < n; k++) {
			struct sg_condition one[2] = { conditions[0], conditions[k] };

			r = add_case(d, rule, one, 2, err);
		}
	}
	free(conditions);
	return r;
}

int sg_decide_by_profile(const struct sg_profile *profile, struct sg_syscall_id id,
			 struct sg_decision *decision, struct sg_error *err)
{
	bool is_multiplexer = sg_is_multiplexer(id);
	const struct sg_rule *whole = NULL;
	uint32_t end;
	int r;

	decision->n_nodes = decision->n_verdicts = 0;
	decision->start = 0;
	for (size_t i = 0; i < profile->n_rules && !whole; i++) {
		const struct sg_rule *rule = &profile->rules[i];

		if (sg_rule_find(rule, id) && sg_rule_is_whole(rule, id.arch) &&
		    !sg_rule_says_default(rule, profile))
			whole = rule;
	}
	if (whole)
		return sg_decision_add_end(decision, whole->verdict, whole->line, &decision->start,
					   err);
	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct sg_rule *rule = &profile->rules[i];

		r = 0;
		if (sg_rule_says_default(rule, profile))
			continue;
		if (rule->n_conditions && sg_rule_find(rule, id))
			r = add_rule(decision, rule, err);
		if (r == 0 && is_multiplexer)
			r = add_made_through(decision, rule, id, err);
		if (r < 0)
			return r;
	}
	r = sg_decision_add_end(decision, profile->default_verdict, 0, &end, err);
	if (r < 0)
		return r;
	/* what would follow the last rule is the default */
	for (size_t i = 0; i < decision->n_nodes; i++) {
		struct sg_decision_node *node = &decision->nodes[i];

		if (node->yes == decision->n_nodes)
			node->yes = end;
		if (node->no == decision->n_nodes)
			node->no = end;
	}
	if (decision->n_nodes == 0)
		decision->start = end;
	return 0;
}
