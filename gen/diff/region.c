/* SPDX-License-Identifier: Apache-2.0 */
#include "diff/region.h"

#include <errno.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/cleanup.h"

void sg_region_init(struct sg_region *region, uint64_t max_steps)
{
	*region = (struct sg_region){ .max_steps = max_steps };
	for (size_t i = 0; i < SG_WORDS; i++)
		region->words[i] = (struct sg_word){ .high = UINT32_MAX };
}

void sg_region_done(struct sg_region *region)
{
	free(region->outcomes);
	*region = (struct sg_region){ 0 };
}

static bool is_exclusion(const struct sg_test *test, bool holds)
{
	return test->op == SG_TEST_EQ && !holds;
}

/* Narrow @w to an outcome that is no exclusion; false when nothing is left. */
static bool narrow(struct sg_word *w, const struct sg_test *test, bool holds)
{
	uint32_t bound = test->value;

	if (test->op == SG_TEST_EQ) {
		if ((w->value ^ test->value) & w->mask & test->mask || test->value & ~test->mask)
			return false;
		w->mask |= test->mask;
		w->value |= test->value;
	} else if (holds) {
		if (test->op == SG_TEST_GT && bound++ == UINT32_MAX)
			return false;
		if (bound > w->low)
			w->low = bound;
	} else {
		if (test->op == SG_TEST_GE && bound-- == 0)
			return false;
		if (bound < w->high)
			w->high = bound;
	}
	return w->low <= w->high;
}

/* The smallest x >= w->low with the bits that @w fixes; false when there is none up to w->high. */
static bool smallest(const struct sg_word *w, uint32_t *ret)
{
	uint32_t wrong = (w->low ^ w->value) & w->mask, x = w->low;

	if (wrong) {
		uint32_t top = UINT32_C(1) << (31 - __builtin_clz(wrong));

		if (!(w->value & top)) {
			/* A bit must be 0 where low has a 1: a free 0 above it becomes 1
			 * instead. */
			uint32_t room = ~w->mask & ~w->low & ~(top | (top - 1));

			if (!room)
				return false;
			top = room & -room;
		}
		x = (w->low & ~(top | (top - 1))) | top | (w->value & (top - 1));
	}
	if (x > w->high)
		return false;
	*ret = x;
	return true;
}

/* The first exclusion of @word that forbids @x; NULL when none does. */
static const struct sg_outcome *forbidding(struct sg_region *region, unsigned int word, uint32_t x)
{
	for (size_t i = 0; i < region->n; i++) {
		const struct sg_outcome *o = &region->outcomes[i];

		if (o->test.word == word && is_exclusion(&o->test, o->holds) &&
		    (x & o->test.mask) == o->test.value) {
			region->steps += i;
			return o;
		}
	}
	region->steps += region->n;
	return NULL;
}

/*
 * A value for the word that no exclusion forbids. Where the smallest one is forbidden, a value that
 * is not must differ from it in one of the exclusion's free bits: try them one after the other,
 * each time with the bits before it unchanged, so that the parts searched do not overlap. Every
 * level fixes a bit: 32 at most.
 */
static enum sg_sat search(struct sg_region *region, unsigned int word, const struct sg_word *w,
			  uint32_t *ret)
{
	const struct sg_outcome *hit;
	struct sg_word part = *w;
	uint32_t x, bits;

	if (region->steps++ >= region->max_steps)
		return SG_SAT_GAVE_UP;
	if (!smallest(w, &x))
		return SG_SAT_NO;
	hit = forbidding(region, word, x);
	if (!hit) {
		*ret = x;
		return SG_SAT_YES;
	}
	for (bits = hit->test.mask & ~w->mask; bits; bits &= bits - 1) {
		uint32_t bit = bits & -bits;
		enum sg_sat found;

		part.mask |= bit;
		part.value = (part.value & ~bit) | (~hit->test.value & bit);
		found = search(region, word, &part, ret);
		if (found != SG_SAT_NO)
			return found;
		part.value ^= bit;
	}
	return SG_SAT_NO;
}

/* What the word's state alone tells of @test, without a search. */
static bool is_decided(const struct sg_word *w, const struct sg_test *test, bool *ret)
{
	if (test->op == SG_TEST_EQ) {
		*ret = false;
		if ((w->value ^ test->value) & w->mask & test->mask || test->value & ~test->mask)
			return true;
		*ret = true;
		return (test->mask & ~w->mask) == 0;
	}
	if (w->mask != UINT32_MAX)
		return false;
	*ret = test->op == SG_TEST_GT ? w->value > test->value : w->value >= test->value;
	return true;
}

int sg_region_push(struct sg_region *region, const struct sg_test *test, bool holds,
		   enum sg_sat *ret, struct sg_error *err)
{
	struct sg_word *w = &region->words[test->word];
	struct sg_word before = *w;
	uint32_t example;
	bool outcome;

	if (SG_ARRAY_GROW_CAP(region->outcomes, region->n, region->cap) < 0)
		return sg_error_oom(err);
	region->steps++;
	if (is_decided(w, test, &outcome)) {
		*ret = outcome == holds ? SG_SAT_YES : SG_SAT_NO;
	} else if (is_exclusion(test, holds) || narrow(w, test, holds)) {
		region->outcomes[region->n++] = (struct sg_outcome){ *test, holds, before };
		*ret = search(region, test->word, w, &example);
		if (*ret == SG_SAT_YES)
			return 0;
		region->n--;
	} else {
		*ret = SG_SAT_NO;
	}
	*w = before;
	return 0;
}

void sg_region_cut(struct sg_region *region, size_t n)
{
	while (region->n > n) {
		const struct sg_outcome *o = &region->outcomes[--region->n];

		region->words[o->test.word] = o->before;
	}
}

bool sg_region_example(struct sg_region *region, uint32_t *ret_words)
{
	for (unsigned int i = 0; i < SG_WORDS; i++) {
		ret_words[i] = 0;
		if (search(region, i, &region->words[i], &ret_words[i]) != SG_SAT_YES)
			return false;
	}
	return true;
}

uint32_t sg_region_words(const struct sg_region *region, size_t first)
{
	uint32_t words = 0;

	for (size_t i = first; i < region->n; i++)
		words |= UINT32_C(1) << region->outcomes[i].test.word;
	return words;
}
