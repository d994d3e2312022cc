/* SPDX-License-Identifier: Apache-2.0 */
#include "diff/diff.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "diff/decide.h"
#include "syscall/arch.h"
#include "syscall/table.h"

const char *const sg_diff_kind_names[SG_DIFF_KIND_MAX_] = {
	[SG_DIFF_ONLY_A] = "only-a",
	[SG_DIFF_ONLY_B] = "only-b",
	[SG_DIFF_CHANGED] = "changed",
	[SG_DIFF_UNDECIDED] = "undecided",
};
static_assert(SG_ARRAY_SIZE(sg_diff_kind_names) == 4, "a kind has no name");

const char *const sg_diff_scope_names[SG_DIFF_SCOPE_MAX_] = {
	[SG_DIFF_CALL] = "call",
	[SG_DIFF_UNNAMED] = "unnamed",
	[SG_DIFF_ARCH] = "arch",
};
static_assert(SG_ARRAY_SIZE(sg_diff_scope_names) == 3, "a scope has no name");

/* One call's search may take as many when nothing is left of the rest: ordinary ones need fewer. */
#define FEW_STEPS (UINT64_C(1) << 16)

/* What libseccomp answers under an architecture that the filter does not list. */
static const struct sg_verdict bad_arch = { .action = SG_ACTION_KILL_THREAD };

struct differ {
	const struct sg_diff_side *a, *b;
	const struct sg_diff_options *opts;
	struct sg_decision da, db;
	uint64_t *steps; /* left */
	struct sg_diff *diff;
	struct sg_diff_item item; /* the call being compared */
	size_t n_given;		  /* outcomes that hold for every such call */
	size_t n_own;		  /* of its items, at the end of diff->items */
};

void sg_diff_done(struct sg_diff *diff)
{
	free(diff->items);
	*diff = (struct sg_diff){ 0 };
}

static enum sg_diff_kind kind_of(struct sg_verdict a, struct sg_verdict b)
{
	bool lets_a = sg_action_is_permissive(a.action), lets_b = sg_action_is_permissive(b.action);

	if (lets_a == lets_b)
		return SG_DIFF_CHANGED;
	return lets_a ? SG_DIFF_ONLY_A : SG_DIFF_ONLY_B;
}

static int add_item(struct differ *df, const struct sg_diff_item *item, struct sg_error *err)
{
	struct sg_diff *diff = df->diff;

	if (item->kind == SG_DIFF_CHANGED && df->opts && df->opts->permission_only)
		return 0;
	/* the parts of a call that differ in the same way are one item, with the first one's
	 * example */
	for (size_t i = diff->n - df->n_own; i < diff->n; i++) {
		struct sg_diff_item *own = &diff->items[i];

		if (own->kind != item->kind || !sg_verdict_equal(own->a, item->a) ||
		    !sg_verdict_equal(own->b, item->b))
			continue;
		own->args_mask |= item->args_mask;
		own->is_partial |= item->is_partial;
		return 0;
	}
	if (SG_ARRAY_GROW(diff->items, diff->n) < 0)
		return sg_error_oom(err);
	diff->items[diff->n++] = *item;
	diff->counts[item->kind]++;
	df->n_own++;
	return 0;
}

static int note_difference(void *data, struct sg_region *region,
			   const struct sg_difference *difference, struct sg_error *err)
{
	struct differ *df = data;
	struct sg_diff_item item = df->item;
	uint32_t words[SG_WORDS], asked = sg_region_words(region, df->n_given);

	if (difference->a && difference->b) {
		item.a = *difference->a;
		item.b = *difference->b;
		item.kind = kind_of(item.a, item.b);
	} else {
		item.kind = SG_DIFF_UNDECIDED;
	}
	item.line_a = difference->line_a;
	item.line_b = difference->line_b;
	if (!sg_region_example(region, words))
		item.kind = SG_DIFF_UNDECIDED;
	for (size_t i = 0; i < SG_ARGS_MAX; i++) {
		item.args[i] = (uint64_t)words[2 * i + 1] << 32 | words[2 * i];
		if (asked >> 2 * i & 3)
			item.args_mask |= (uint8_t)(1u << i);
	}
	item.is_partial = df->da.n_nodes || df->db.n_nodes;
	return add_item(df, &item, err);
}

static int decide(const struct sg_diff_side *side, struct sg_syscall_id id, struct sg_decision *ret,
		  struct sg_error *err)
{
	if (!side->profile)
		return sg_decide_by_filters(side->filters, side->n_filters, id, ret, err);
	if (sg_profile_has_arch(side->profile, id.arch))
		return sg_decide_by_profile(side->profile, id, ret, err);
	ret->n_nodes = ret->n_verdicts = 0;
	return sg_decision_add_end(ret, bad_arch, 0, &ret->start, err);
}

/* Under a 32-bit architecture the kernel fills arguments up with zeroes; x32 and n32 have 64
 * bits. */
static bool has_high_halves(const struct differ *df, uint32_t token)
{
	const struct sg_arch *arch = sg_arch_by_token(token);

	return !arch || (arch->is_64bit &&
			 !(sg_arch_is_ilp32(token) && df->opts && df->opts->small_arguments));
}

static int clear_high_halves(struct sg_region *region, struct sg_error *err)
{
	int r = 0;

	for (uint8_t i = 0; r == 0 && i < SG_ARGS_MAX; i++) {
		struct sg_test zero = { (uint8_t)(2 * i + 1), SG_TEST_EQ, UINT32_MAX, 0 };
		enum sg_sat sat;

		r = sg_region_push(region, &zero, true, &sat, err);
	}
	return r;
}

static int compare_call(struct differ *df, struct sg_syscall_id id, enum sg_diff_scope scope,
			struct sg_error *err)
{
	struct sg_region region;
	int r;

	df->item = (struct sg_diff_item){ .scope = scope, .id = id };
	df->n_own = 0;
	r = decide(df->a, id, &df->da, err);
	if (r == 0)
		r = decide(df->b, id, &df->db, err);
	if (r < 0)
		return r;
	sg_region_init(&region, *df->steps > FEW_STEPS ? *df->steps : FEW_STEPS);
	if (!has_high_halves(df, id.arch))
		r = clear_high_halves(&region, err);
	df->n_given = region.n;
	if (r == 0)
		r = sg_decisions_compare(&df->da, &df->db, &region, note_difference, df, err);
	*df->steps -= region.steps < *df->steps ? region.steps : *df->steps;
	sg_region_done(&region);
	return r;
}

/* Whether some rule of the profile speaks of @id; a filter speaks of every number. */
static bool names(const struct sg_diff_side *side, struct sg_syscall_id id)
{
	if (!side->profile)
		return true;
	for (size_t i = 0; i < side->profile->n_rules; i++) {
		if (sg_rule_speaks_of(&side->profile->rules[i], id))
			return true;
	}
	return false;
}

static bool lists(const struct sg_diff_side *side, uint32_t arch)
{
	return !side->profile || sg_profile_has_arch(side->profile, arch);
}

/*
 * Numbers that the table does not name: beyond its end, and what is left free between its rows. A
 * filter can do anything there, so all of them are compared, but one that differs stands for all.
 */
static int compare_unnamed(struct differ *df, uint32_t arch, struct sg_error *err)
{
	uint32_t end = sg_syscall_max(arch) + 64;
	size_t before = df->diff->n;
	int r = 0;

	if (df->a->profile && df->b->profile)
		return compare_call(df, (struct sg_syscall_id){ arch, end }, SG_DIFF_UNNAMED, err);
	for (uint32_t nr = 0; r == 0 && nr < end && df->diff->n == before; nr++) {
		struct sg_syscall_id id = { arch, nr };

		if (!sg_syscall_name(id))
			r = compare_call(df, id, SG_DIFF_UNNAMED, err);
	}
	return r;
}

/* All calls of an architecture that one side does not list come to one item a kind. */
static int compare_missing_arch(struct differ *df, uint32_t arch, struct sg_error *err)
{
	size_t before = df->diff->n, pos = 0, left;
	struct sg_diff *diff = df->diff;
	uint32_t nr;
	int r = 0;

	while (r == 0 && sg_syscall_next(arch, &pos, &nr))
		r = compare_call(df, (struct sg_syscall_id){ arch, nr }, SG_DIFF_ARCH, err);
	if (r < 0)
		return r;
	left = before;
	for (size_t i = before; i < diff->n; i++) {
		bool seen = false;

		for (size_t k = before; k < left && !seen; k++)
			seen = diff->items[k].kind == diff->items[i].kind;
		if (seen)
			diff->counts[diff->items[i].kind]--;
		else
			diff->items[left++] = diff->items[i];
	}
	diff->n = left;
	return 0;
}

static int compare_arch(struct differ *df, uint32_t arch, struct sg_error *err)
{
	size_t pos = 0;
	uint32_t nr;
	int r = 0;

	if (lists(df->a, arch) != lists(df->b, arch))
		return compare_missing_arch(df, arch, err);
	while (r == 0 && sg_syscall_next(arch, &pos, &nr)) {
		struct sg_syscall_id id = { arch, nr };

		if (names(df->a, id) || names(df->b, id))
			r = compare_call(df, id, SG_DIFF_CALL, err);
	}
	return r < 0 ? r : compare_unnamed(df, arch, err);
}

static bool is_compared(const struct differ *df, const struct sg_arch *arch)
{
	const struct sg_arch *native;

	if (df->a->profile && sg_profile_has_arch(df->a->profile, arch->token))
		return true;
	if (df->b->profile && sg_profile_has_arch(df->b->profile, arch->token))
		return true;
	if (df->a->profile || df->b->profile)
		return false;
	native = sg_arch_by_token(df->opts->native_arch);
	return native && arch->native == native->native;
}

int sg_diff(const struct sg_diff_side *a, const struct sg_diff_side *b,
	    const struct sg_diff_options *opts, struct sg_diff *ret, struct sg_error *err)
{
	_cleanup_(sg_diff_done) struct sg_diff diff = { 0 };
	struct differ df = { .a = a, .b = b, .opts = opts, .diff = &diff };
	uint64_t own = SG_DIFF_STEPS;
	int r = 0;

	if (!a->profile && !b->profile && (!opts || !sg_arch_by_token(opts->native_arch)))
		return sg_error_set(err, -EINVAL, "diff: two filters, and no architecture known");
	df.steps = opts && opts->steps ? opts->steps : &own;
	sg_decision_init(&df.da);
	sg_decision_init(&df.db);
	for (const struct sg_arch *arch = sg_arches; r == 0 && arch->name; arch++) {
		if (is_compared(&df, arch))
			r = compare_arch(&df, arch->token, err);
	}
	sg_decision_done(&df.da);
	sg_decision_done(&df.db);
	if (r < 0)
		return r;
	*ret = diff;
	diff = (struct sg_diff){ 0 };
	return 0;
}

bool sg_diff_is_subset(const struct sg_diff *diff)
{
	return diff->counts[SG_DIFF_ONLY_B] == 0 && diff->counts[SG_DIFF_UNDECIDED] == 0;
}
