/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/random.h"
#include "estimate/bounds.h"
#include "estimate/estimate.h"
#include "estimate/order.h"

static void assert_close(double a, double b)
{
	if (fabs(a - b) > 0.0005)
		fail_msg("%f is not %f", a, b);
}

/* 1 - alpha^(1/n) for d = 0; the others from tables of the F distribution. */
static void the_bounds_are_those_of_the_tables(void **state)
{
	(void)state;
	assert_close(sg_binomial_upper(0, 20, 0.05), 0.1391);
	assert_close(sg_binomial_upper(0, 46, 0.0125), 0.0909);
	assert_close(sg_binomial_upper(1, 10, 0.05), 0.3942);
	assert_close(sg_binomial_upper(5, 10, 0.05), 0.7776);
	assert_close(sg_binomial_upper(10, 10, 0.05), 1);
	assert_close(sg_binomial_upper(0, 0, 0.05), 1);
	assert_close(sg_hypergeometric_tail(2, 10, 2, 5), 10.0 / 45);
	assert_close(sg_hypergeometric_tail(0, 10, 2, 5), 1);
	/* Beta(1, n) and one draw: 1 / (n + 1) of it is new */
	assert_int_equal(sg_beta_binomial_upper(0, 18, 1, 0.05), 1);
	assert_int_equal(sg_beta_binomial_upper(0, 19, 1, 0.05), 0);
	assert_int_equal(sg_beta_binomial_upper(4, 4, 7, 0.05), 7);
	assert_int_equal(sg_beta_binomial_upper(0, 0, 7, 0.05), 7);
}

/* A large sample: nothing overflows, and it takes no time. */
static void the_bounds_hold_for_large_samples(void **state)
{
	(void)state;
	assert_close(sg_binomial_upper(0, 1000000, 0.05), 0);
	assert_true(sg_binomial_upper(5000, 10000, 0.05) < 0.51);
	assert_true(sg_beta_binomial_upper(1000, 10000, 20000, 0.05) < 2200);
	assert_true(sg_beta_binomial_upper(1000, 10000, 20000, 0.05) > 2000);
}

static void the_stop_tests_are_those_that_were_computed(void **state)
{
	static const struct sg_stop_test wanted[SG_STOP_TESTS] = {
		{ 46, 0 }, { 66, 1 }, { 95, 3 }, { 137, 5 }
	};
	struct sg_stop_test tests[SG_STOP_TESTS];

	(void)state;
	sg_stop_tests(0.10, tests);
	for (int i = 0; i < SG_STOP_TESTS; i++) {
		assert_true(tests[i].units <= wanted[i].units);
		assert_int_equal(tests[i].at_most, wanted[i].at_most);
	}
}

/* Item i, held by the units listed. */
static void hold(struct sg_sample *sample, uint32_t nr, const uint32_t *units, size_t n)
{
	struct sg_item *item;
	struct sg_error err;

	assert_int_equal(sg_sample_item(sample, (struct sg_syscall_id){ 1, nr }, &item, &err), 0);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(sg_item_in(item, units[i], &err), 0);
}

static void hold_all(struct sg_sample *sample, uint32_t nr)
{
	for (uint32_t i = 0; i < sample->n; i++) {
		if (i == 0)
			hold(sample, nr, &i, 1);
		else
			sg_item_in(&sample->items[sample->n_items - 1], i, NULL);
	}
}

static struct sg_estimate estimate(const struct sg_sample *sample, size_t horizon, bool lossy)
{
	struct sg_estimate e;
	struct sg_error err;

	assert_int_equal(sg_estimate(sample, horizon, lossy, &e, &err), 0);
	return e;
}

static void what_cannot_be_estimated_is_said(void **state)
{
	struct sg_sample sample = { .n = 0 };

	(void)state;
	assert_int_equal(estimate(&sample, 0, false).answer, SG_ESTIMATE_NONE);
	sample.n = 1;
	hold_all(&sample, 1);
	assert_int_equal(estimate(&sample, 0, false).answer, SG_ESTIMATE_ONE);
	sg_sample_done(&sample);
	sample.n = 46;
	hold_all(&sample, 1);
	hold_all(&sample, 2);
	assert_int_equal(estimate(&sample, 0, false).answer, SG_ESTIMATE_ALIKE);
	assert_int_equal(estimate(&sample, 0, true).answer, SG_ESTIMATE_LOSSY);
	sg_sample_done(&sample);
}

static void items_of_one_unit_are_one_bundle(void **state)
{
	static const uint32_t third = 3, tenth = 10;
	static const uint32_t pair[] = { 5, 8 };
	struct sg_sample sample = { .n = 40 };
	struct sg_estimate e;

	(void)state;
	hold_all(&sample, 1);
	hold(&sample, 2, &third, 1);
	hold(&sample, 3, &third, 1);
	hold(&sample, 4, &tenth, 1);
	hold(&sample, 5, pair, 2);
	e = estimate(&sample, 0, false);
	assert_int_equal(e.answer, SG_ESTIMATE_GIVEN);
	assert_int_equal(e.once, 3);
	assert_int_equal(e.twice, 1);
	assert_int_equal(e.units_new, 2);
	assert_close(e.share, 0.05);
	assert_close(e.share_upper, sg_binomial_upper(2, 40, 0.05));
	assert_int_equal(e.horizon, 40);
	assert_close(e.next_items, 3.0 / 40);
	assert_close(e.more_items, 3 * 39.0 / 40);
	assert_int_equal(estimate(&sample, 1000, false).horizon, 80);
	sg_sample_done(&sample);
}

/* Each item with a probability of its own in every unit; from unit @shift on others. */
static void draw(struct sg_sample *sample, uint64_t *seed, size_t shift)
{
	for (uint32_t i = 0; i < 60; i++) {
		/* of a third of the items one unit in two has each, of a third one in 10, of a
		 * third one in 60 */
		size_t rarity = i < 20 ? 2 : i < 40 ? 10 : 60;
		struct sg_item *item = NULL;

		for (uint32_t unit = 0; unit < sample->n; unit++) {
			if (sg_random_below(seed, rarity) != 0 ||
			    (shift && (i % 2 == 0) == (unit >= shift)))
				continue;
			if (!item)
				sg_sample_item(sample, (struct sg_syscall_id){ 1, i }, &item, NULL);
			sg_item_in(item, unit, NULL);
		}
	}
}

static void the_order_test_is_rarely_wrong_and_sees_a_change(void **state)
{
	size_t alarms = 0, noticed = 0;
	uint64_t seed = 7;

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct sg_sample calm = { .n = 40 }, changed = { .n = 40 };

		draw(&calm, &seed, 0);
		draw(&changed, &seed, 30);
		alarms += estimate(&calm, 0, false).answer == SG_ESTIMATE_ORDER;
		noticed += estimate(&changed, 0, false).answer == SG_ESTIMATE_ORDER;
		sg_sample_done(&calm);
		sg_sample_done(&changed);
	}
	if (alarms > 15 || noticed < 220)
		fail_msg("of 300: %zu false alarms, %zu changes noticed", alarms, noticed);
}

/* The share of further units that hold something new, against the bound: by drawing. */
static void the_bound_covers(void **state)
{
	size_t covered = 0, rounds = 0;
	uint64_t seed = 11;

	(void)state;
	for (int round = 0; round < 400; round++) {
		struct sg_sample sample = { .n = 20 };
		struct sg_estimate e;
		size_t news = 0;

		draw(&sample, &seed, 0);
		e = estimate(&sample, 0, false);
		if (e.answer == SG_ESTIMATE_GIVEN) {
			for (size_t unit = 0; unit < e.horizon; unit++) {
				bool is_new = false;

				for (uint32_t i = 0; i < 60; i++) {
					size_t rarity = i < 20 ? 2 : i < 40 ? 10 : 60;
					bool seen = false;

					if (sg_random_below(&seed, rarity) != 0)
						continue;
					for (size_t k = 0; k < sample.n_items; k++)
						seen |= sample.items[k].id.nr == i;
					is_new |= !seen;
				}
				news += is_new;
			}
			rounds++;
			covered += news <= e.at_most;
		}
		sg_sample_done(&sample);
	}
	if ((double)covered < 0.93 * (double)rounds)
		fail_msg("%zu of %zu covered", covered, rounds);
}

static void blocks_are_units_only_where_longer_ones_agree(void **state)
{
	struct sg_sample steady = { .unit = SG_UNIT_BLOCK, .n = 160 };
	struct sg_sample modes = { .unit = SG_UNIT_BLOCK, .n = 160 };
	struct sg_error err;
	size_t factor = 0;

	(void)state;
	/* rare things, each in one block wherever it is */
	for (uint32_t i = 0; i < 12; i++) {
		uint32_t unit = 5 + i * 13;

		hold(&steady, i, &unit, 1);
	}
	hold_all(&steady, 99);
	assert_int_equal(sg_sample_find_blocks(&steady, &factor, &err), 0);
	assert_int_equal(factor, 1);
	/* modes of 8 blocks, each with calls of its own */
	for (uint32_t i = 0; i < 20; i++) {
		uint32_t units[8];

		for (uint32_t k = 0; k < 8; k++)
			units[k] = i * 8 + k;
		hold(&modes, i, units, 8);
	}
	assert_int_equal(sg_sample_find_blocks(&modes, &factor, &err), 0);
	assert_int_equal(factor, 8);
	assert_int_equal(modes.n, 20);
	assert_int_equal(estimate(&modes, 0, false).units_new, 20);
	sg_sample_done(&steady);
	sg_sample_done(&modes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_bounds_are_those_of_the_tables),
		cmocka_unit_test(the_bounds_hold_for_large_samples),
		cmocka_unit_test(the_stop_tests_are_those_that_were_computed),
		cmocka_unit_test(what_cannot_be_estimated_is_said),
		cmocka_unit_test(items_of_one_unit_are_one_bundle),
		cmocka_unit_test(the_order_test_is_rarely_wrong_and_sees_a_change),
		cmocka_unit_test(the_bound_covers),
		cmocka_unit_test(blocks_are_units_only_where_longer_ones_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
