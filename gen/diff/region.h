/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_DIFF_REGION_H
#define SG_DIFF_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/*
 * A set of calls, as the outcomes of tests on the 32-bit words that a filter sees: word 2 * i is
 * the low half of argument i, word 2 * i + 1 its high half, and the last two are the instruction
 * pointer's. All outcomes must hold (AND); whether some call has them all is decided exactly, word
 * by word.
 */
#define SG_WORDS 14

enum sg_test_op {
	SG_TEST_EQ, /* (word & mask) == value */
	SG_TEST_GT, /* word > value; the mask is all ones */
	SG_TEST_GE, /* word >= value; the mask is all ones */
};

struct sg_test {
	uint8_t word;
	enum sg_test_op op;
	uint32_t mask, value;
};

/* What the outcomes on one word come to, but for those that forbid a masked value. */
struct sg_word {
	uint32_t low, high;   /* low <= x <= high */
	uint32_t mask, value; /* (x & mask) == value */
};

struct sg_outcome {
	struct sg_test test;
	bool holds;
	struct sg_word before; /* the word's state without this outcome */
};

struct sg_region {
	struct sg_word words[SG_WORDS];
	struct sg_outcome *outcomes;
	size_t n, cap;
	uint64_t steps, max_steps; /* of searching, over the region's whole life */
};

enum sg_sat {
	SG_SAT_NO,
	SG_SAT_YES,
	SG_SAT_GAVE_UP, /* max_steps is used up */
};

/* @max_steps bounds the time that all pushes together may take: a step is some nanoseconds. */
void sg_region_init(struct sg_region *region, uint64_t max_steps);
void sg_region_done(struct sg_region *region);

/*
 * Add an outcome and tell whether calls are left. Where none are, or on GAVE_UP, it was not added.
 * Returns 0 or -ENOMEM.
 */
int sg_region_push(struct sg_region *region, const struct sg_test *test, bool holds,
		   enum sg_sat *ret, struct sg_error *err);
/* Take the last outcomes back, until @n are left. */
void sg_region_cut(struct sg_region *region, size_t n);

/*
 * One call of the region: the smallest values that the search meets, 0 where nothing is asked.
 * Returns false where it gave up.
 */
bool sg_region_example(struct sg_region *region, uint32_t *ret_words);

/* The words that the outcomes from the one at @first on are about, bit i for word i. */
uint32_t sg_region_words(const struct sg_region *region, size_t first);

#endif
