/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_ESTIMATE_ESTIMATE_H
#define SG_ESTIMATE_ESTIMATE_H

#include <stdbool.h>
#include <stddef.h>

#include "estimate/sample.h"

/*
 * How complete a sample is: what further units like the ones observed would bring. All of it is
 * said under the condition that they are drawn as those were; of others nothing is known.
 * docs/completeness.md has the measurements of it.
 */

/* Why there is no figure. The first that holds. */
enum sg_estimate_answer {
	SG_ESTIMATE_GIVEN,
	SG_ESTIMATE_LOSSY, /* calls can be missing from the recording itself */
	SG_ESTIMATE_NONE,  /* no unit at all, or nothing in any */
	SG_ESTIMATE_ONE,   /* a single unit tells nothing of another */
	SG_ESTIMATE_ORDER, /* what was done changed while it was recorded */
	SG_ESTIMATE_UNIT,  /* blocks: the answer depends on their length */
	SG_ESTIMATE_ALIKE, /* every unit holds the same: given, but worth nothing for other input */
	SG_ESTIMATE_MAX_,
};

extern const char *const sg_estimate_answer_names[SG_ESTIMATE_MAX_]; /* "given", "lossy", … */

#define SG_ESTIMATE_ALPHA 0.05

struct sg_estimate {
	enum sg_estimate_answer answer;
	enum sg_unit unit;
	size_t n;	/* units observed */
	size_t n_items; /* seen in them */
	/* items that exactly one unit holds, and exactly two; units that hold one of the former:
	 * the items that are unique to one unit are one bundle, so this is their number, too */
	size_t once, twice, units_new;
	/* of the next unit: how likely it holds an item that was not seen (Good-Turing, by units),
	 * with its upper 95 % bound (Clopper-Pearson) */
	double share, share_upper;
	/* of the next @horizon units: at most @at_most hold such an item (95 %, beta-binomial) */
	size_t horizon, at_most;
	/* how many items the next unit brings on average (Good-Turing); how many are missing, about
	 * (jackknife of first order, no bound: docs/completeness.md) */
	double next_items, more_items;
	size_t shuffles; /* the order test's (estimate/order.h); SG_ORDER_SHUFFLES: not asked */
};

/*
 * @horizon: further units to look ahead to, cut at twice those observed; 0: as many as were
 * observed. @lossy: a counter of the loss ledger puts the set in doubt, which voids all of it.
 * Returns 0 or -ENOMEM.
 */
int sg_estimate(const struct sg_sample *sample, size_t horizon, bool lossy, struct sg_estimate *ret,
		struct sg_error *err);

/*
 * Blocks of time of a long run are no units unless the answer is the same for longer ones: the
 * smallest block whose expected news agrees within SG_UNIT_AGREES with blocks twice and four times
 * as long, not wholly disagrees with longer ones of which there still are SG_UNIT_MIN_LONGER, and
 * leaves SG_UNIT_MIN_BLOCKS. @sample becomes one of such blocks; -ENODATA
 * when there is none: the load changes more slowly than the recording is long. *ret_factor: how
 * many blocks went into one. Returns 0, -ENODATA, -ENOMEM.
 */
#define SG_UNIT_AGREES	   0.25
#define SG_UNIT_MIN_BLOCKS 20
#define SG_UNIT_MIN_LONGER 5
int sg_sample_find_blocks(struct sg_sample *sample, size_t *ret_factor, struct sg_error *err);

/*
 * The tests of `record --until-new`: with how many units whether fewer than one in ten further ones
 * would bring something is asked, so that the four together are wrong in at most 5 % of the cases:
 * each has an alpha of .0125. @share below .1 or above .5 has others, computed likewise.
 */
#define SG_STOP_TESTS 4
struct sg_stop_test {
	size_t units;	/* the test is made with this many */
	size_t at_most; /* it stops when so many or fewer hold something unique */
};
void sg_stop_tests(double share, struct sg_stop_test ret[SG_STOP_TESTS]);

#endif
