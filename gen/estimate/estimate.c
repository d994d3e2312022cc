/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/estimate.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "estimate/bounds.h"
#include "estimate/order.h"

const char *const sg_estimate_answer_names[SG_ESTIMATE_MAX_] = { "given", "lossy", "none", "one",
								 "order", "unit",  "alike" };

/* Items that one unit holds, items that two hold, and the units that hold one of the former. */
static int count_rare(const struct sg_sample *sample, struct sg_estimate *ret, struct sg_error *err)
{
	_cleanup_free_ bool *is_new = calloc(sample->n + 1, sizeof(*is_new));

	if (!is_new)
		return sg_error_oom(err);
	for (size_t i = 0; i < sample->n_items; i++) {
		const struct sg_item *item = &sample->items[i];

		ret->twice += item->at_least == 2;
		if (item->at_least != 1)
			continue;
		ret->once++;
		ret->units_new += !is_new[item->units[0]];
		is_new[item->units[0]] = true;
	}
	return 0;
}

static bool all_alike(const struct sg_sample *sample)
{
	for (size_t i = 0; i < sample->n_items; i++) {
		if (sample->items[i].at_least < sample->n)
			return false;
	}
	return true;
}

static void compute(struct sg_estimate *e, size_t horizon)
{
	double n = (double)e->n;

	e->share = (double)e->units_new / n;
	e->share_upper = sg_binomial_upper(e->units_new, e->n, SG_ESTIMATE_ALPHA);
	e->horizon = horizon == 0 ? e->n : horizon > 2 * e->n ? 2 * e->n : horizon;
	e->at_most = sg_beta_binomial_upper(e->units_new, e->n, e->horizon, SG_ESTIMATE_ALPHA);
	e->next_items = (double)e->once / n;
	e->more_items = (double)e->once * (n - 1) / n;
}

int sg_estimate(const struct sg_sample *sample, size_t horizon, bool lossy, struct sg_estimate *ret,
		struct sg_error *err)
{
	struct sg_estimate e = { .unit = sample->unit,
				 .n = sample->n,
				 .n_items = sample->n_items,
				 .shuffles = SG_ORDER_SHUFFLES };
	int r;

	*ret = e;
	r = count_rare(sample, &e, err);
	if (r == 0 && e.n >= SG_ORDER_MIN_UNITS)
		r = sg_order_test(sample, &e.shuffles, err);
	if (r < 0)
		return r;
	if (lossy)
		e.answer = SG_ESTIMATE_LOSSY;
	else if (e.n == 0 || e.n_items == 0)
		e.answer = SG_ESTIMATE_NONE;
	else if (e.n == 1)
		e.answer = SG_ESTIMATE_ONE;
	else if (e.shuffles <= SG_ORDER_ALARM)
		e.answer = SG_ESTIMATE_ORDER;
	else
		e.answer = all_alike(sample) ? SG_ESTIMATE_ALIKE : SG_ESTIMATE_GIVEN;
	if (e.answer == SG_ESTIMATE_GIVEN || e.answer == SG_ESTIMATE_ALIKE)
		compute(&e, horizon);
	*ret = e;
	return 0;
}

void sg_stop_tests(double share, struct sg_stop_test ret[SG_STOP_TESTS])
{
	static const size_t allowed[SG_STOP_TESTS] = { 0, 1, 3, 5 };
	size_t n = 1;

	for (int i = 0; i < SG_STOP_TESTS; i++) {
		while (n <= allowed[i] ||
		       sg_binomial_upper(allowed[i], n, SG_ESTIMATE_ALPHA / SG_STOP_TESTS) > share)
			n++;
		ret[i] = (struct sg_stop_test){ n, allowed[i] };
	}
}
