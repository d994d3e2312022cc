/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "diff/decide.h"

/*
 * Filters that a process has loaded one after the other all run, and the strongest verdict counts.
 * Two decisions become one by following the first to its end and then the second; a pair of places
 * that was met before is not followed again.
 */
#define NODES_MAX 20000u

struct join {
	const struct sg_decision *a, *b; /* b is the newer filter's */
	struct sg_decision *out;
	uint64_t *pairs; /* by node: a << 32 | b */
	size_t cap_pairs;
	uint32_t *slots; /* by hash of the pair: node + 1, or 0 */
	size_t n_slots;	 /* a power of two */
};

static bool is_end(uint32_t node)
{
	return (node & SG_DECISION_END) != 0;
}

static size_t slot_of(const struct join *j, uint64_t pair)
{
	return (size_t)(pair * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (j->n_slots - 1);
}

static int end_of(struct join *j, uint32_t a, uint32_t b, uint32_t *ret, struct sg_error *err)
{
	struct sg_decision *d = j->out;
	struct sg_verdict verdict;
	uint32_t older, newer;

	*ret = SG_DECISION_UNKNOWN;
	if (a == SG_DECISION_UNKNOWN || b == SG_DECISION_UNKNOWN)
		return 0;
	older = sg_verdict_to_ret(j->a->verdicts[a & ~SG_DECISION_END]);
	newer = sg_verdict_to_ret(j->b->verdicts[b & ~SG_DECISION_END]);
	verdict = sg_verdict_from_ret(sg_filter_stronger(newer, older));
	for (size_t i = 0; i < d->n_verdicts; i++) {
		if (sg_verdict_equal(d->verdicts[i], verdict)) {
			*ret = SG_DECISION_END | (uint32_t)i;
			return 0;
		}
	}
	return sg_decision_add_end(d, verdict, 0, ret, err);
}

static int add_pair(struct join *j, uint64_t pair, size_t slot, const struct sg_test *test,
		    uint32_t *ret, struct sg_error *err)
{
	struct sg_decision_node node = { .test = *test };
	size_t n = j->out->n_nodes;
	int r;

	if (SG_ARRAY_GROW_CAP(j->pairs, n, j->cap_pairs) < 0)
		return sg_error_oom(err);
	r = sg_decision_add_node(j->out, &node, err);
	if (r < 0)
		return r;
	j->pairs[n] = pair;
	j->slots[slot] = (uint32_t)n + 1;
	*ret = (uint32_t)n;
	return 0;
}

/* The node for the places @a and @b; its branches are filled by the loop that goes over all
 * nodes. */
static int place_of(struct join *j, uint32_t a, uint32_t b, uint32_t *ret, struct sg_error *err)
{
	uint64_t pair = (uint64_t)a << 32 | b;
	const struct sg_test *test;
	size_t slot;

	if (is_end(a) && is_end(b))
		return end_of(j, a, b, ret, err);
	for (slot = slot_of(j, pair); j->slots[slot]; slot = (slot + 1) & (j->n_slots - 1)) {
		if (j->pairs[j->slots[slot] - 1] == pair) {
			*ret = j->slots[slot] - 1;
			return 0;
		}
	}
	*ret = SG_DECISION_UNKNOWN;
	if (j->out->n_nodes >= NODES_MAX)
		return 0;
	test = is_end(a) ? &j->b->nodes[b].test : &j->a->nodes[a].test;
	return add_pair(j, pair, slot, test, ret, err);
}

static int join(struct join *j, struct sg_error *err)
{
	int r;

	r = place_of(j, j->a->start, j->b->start, &j->out->start, err);
	for (size_t i = 0; r == 0 && i < j->out->n_nodes; i++) {
		uint32_t a = (uint32_t)(j->pairs[i] >> 32), b = (uint32_t)j->pairs[i], yes, no;

		if (is_end(a)) {
			r = place_of(j, a, j->b->nodes[b].yes, &yes, err);
			if (r == 0)
				r = place_of(j, a, j->b->nodes[b].no, &no, err);
		} else {
			r = place_of(j, j->a->nodes[a].yes, b, &yes, err);
			if (r == 0)
				r = place_of(j, j->a->nodes[a].no, b, &no, err);
		}
		if (r == 0) {
			j->out->nodes[i].yes = yes;
			j->out->nodes[i].no = no;
		}
	}
	return r;
}

static int join_two(const struct sg_decision *a, const struct sg_decision *b,
		    struct sg_decision *out, struct sg_error *err)
{
	struct join j = { .a = a, .b = b, .out = out, .n_slots = 65536 };
	int r;

	out->n_nodes = out->n_verdicts = 0;
	j.slots = calloc(j.n_slots, sizeof(*j.slots));
	r = j.slots ? join(&j, err) : sg_error_oom(err);
	free(j.slots);
	free(j.pairs);
	return r;
}

static void swap(struct sg_decision *a, struct sg_decision *b)
{
	struct sg_decision t = *a;

	*a = *b;
	*b = t;
}

int sg_decide_by_filters(const struct sg_filter *const *filters, size_t n, struct sg_syscall_id id,
			 struct sg_decision *decision, struct sg_error *err)
{
	_cleanup_(sg_decision_done) struct sg_decision next = { 0 }, both = { 0 };
	int r;

	r = sg_decide_by_filter(filters[0], id, decision, err);
	for (size_t i = 1; r == 0 && i < n; i++) {
		r = sg_decide_by_filter(filters[i], id, &next, err);
		if (r == 0)
			r = join_two(decision, &next, &both, err);
		if (r == 0)
			swap(decision, &both);
	}
	return r;
}
