/* SPDX-License-Identifier: Apache-2.0 */
/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
/* clang-format on */

#include "diff/region.h"
#include "sim_random.h"

static bool holds(const struct sg_outcome *o, uint32_t x)
{
	switch (o->test.op) {
	case SG_TEST_EQ:
		return ((x & o->test.mask) == o->test.value) == o->holds;
	case SG_TEST_GT:
		return (x > o->test.value) == o->holds;
	default:
		return (x >= o->test.value) == o->holds;
	}
}

/* The truth for words that only 8 bits are asked of: try all 256, and again with the rest set. */
static bool any_holds(const struct sg_outcome *o, size_t n, uint32_t *ret)
{
	for (uint32_t i = 0; i < 512; i++) {
		uint32_t x = i < 256 ? i : (i & 255) | 0xffffff00;
		bool all = true;

		for (size_t k = 0; k < n && all; k++)
			all = holds(&o[k], x);
		if (all) {
			*ret = x;
			return true;
		}
	}
	return false;
}

static void answers_are_those_of_trying_all_values(void **state)
{
	struct sg_random random = { 1 };
	size_t n_yes = 0, n_no = 0;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct sg_outcome all[24];
		size_t n = 0, want = 1 + random_below(&random, 24);
		struct sg_region region;
		uint32_t truth = 0, words[SG_WORDS];

		sg_region_init(&region, 1000000);
		while (n < want) {
			enum sg_sat sat;
			uint32_t few = (uint32_t[]){
				0xff, 0x0f, 3, 0x81, 0xff, 0xff
			}[random_below(&random, 6)];

			all[n].test =
				(struct sg_test){ .op = random_below(&random, 8) < 6 ? SG_TEST_EQ
							: random_below(&random, 2)   ? SG_TEST_GT
										     : SG_TEST_GE,
						  .mask = few };
			all[n].test.value = random_below(&random, 256) & few;
			all[n].holds = random_below(&random, 4) == 0;
			assert_int_equal(
				sg_region_push(&region, &all[n].test, all[n].holds, &sat, NULL), 0);
			assert_int_not_equal(sat, SG_SAT_GAVE_UP);
			if ((sat == SG_SAT_YES) != any_holds(all, n + 1, &truth))
				fail_msg("round %d, outcome %zu", round, n);
			if (sat == SG_SAT_NO) {
				n_no++;
				break;
			}
			n_yes++;
			n++;
		}
		sg_region_example(&region, words);
		for (size_t k = 0; k < n; k++)
			assert_true(holds(&all[k], words[0]));
		sg_region_done(&region);
	}
	/* both answers must have been put to the test */
	assert_true(n_yes > 10000 && n_no > 5000);
}

static enum sg_sat push(struct sg_region *region, uint8_t word, enum sg_test_op op, uint32_t mask,
			uint32_t value, bool outcome)
{
	struct sg_test test = { word, op, mask, value };
	enum sg_sat sat;

	assert_int_equal(sg_region_push(region, &test, outcome, &sat, NULL), 0);
	return sat;
}

static void the_ends_of_the_range_are_exact(void **state)
{
	struct sg_region region;

	(void)state;
	sg_region_init(&region, 1000);
	assert_int_equal(push(&region, 0, SG_TEST_GT, UINT32_MAX, UINT32_MAX, true), SG_SAT_NO);
	assert_int_equal(push(&region, 0, SG_TEST_GE, UINT32_MAX, 0, false), SG_SAT_NO);
	assert_int_equal(push(&region, 0, SG_TEST_GE, UINT32_MAX, UINT32_MAX, true), SG_SAT_YES);
	assert_int_equal(push(&region, 0, SG_TEST_EQ, UINT32_MAX, UINT32_MAX, false), SG_SAT_NO);
	assert_int_equal(push(&region, 0, SG_TEST_GT, UINT32_MAX, UINT32_MAX, false), SG_SAT_YES);
	sg_region_done(&region);
}

static void a_value_outside_its_mask_is_never_met(void **state)
{
	struct sg_region region;

	(void)state;
	sg_region_init(&region, 1000);
	assert_int_equal(push(&region, 0, SG_TEST_EQ, 0xf0, 0x0f, true), SG_SAT_NO);
	assert_int_equal(push(&region, 0, SG_TEST_EQ, 0xf0, 0x0f, false), SG_SAT_YES);
	assert_int_equal(push(&region, 0, SG_TEST_EQ, 0, 0, false), SG_SAT_NO);
	assert_int_equal(push(&region, 0, SG_TEST_EQ, 0, 0, true), SG_SAT_YES);
	sg_region_done(&region);
}

static void words_do_not_touch_each_other(void **state)
{
	struct sg_region region;
	uint32_t words[SG_WORDS];

	(void)state;
	sg_region_init(&region, 1000);
	assert_int_equal(push(&region, 3, SG_TEST_EQ, UINT32_MAX, 7, true), SG_SAT_YES);
	assert_int_equal(push(&region, 4, SG_TEST_EQ, UINT32_MAX, 8, true), SG_SAT_YES);
	assert_int_equal(push(&region, 4, SG_TEST_EQ, UINT32_MAX, 9, true), SG_SAT_NO);
	sg_region_example(&region, words);
	assert_int_equal(words[3], 7);
	assert_int_equal(words[4], 8);
	assert_int_equal(words[0], 0);
	assert_int_equal(sg_region_words(&region, 0), 1 << 3 | 1 << 4);
	sg_region_cut(&region, 1);
	assert_int_equal(push(&region, 4, SG_TEST_EQ, UINT32_MAX, 9, true), SG_SAT_YES);
	sg_region_done(&region);
}

static void searching_ends_at_its_limit(void **state)
{
	struct sg_region region;
	enum sg_sat sat;
	size_t n = 0;

	(void)state;
	sg_region_init(&region, 200);
	for (uint32_t i = 0;
	     (sat = push(&region, 0, SG_TEST_EQ, UINT32_MAX, i, false)) == SG_SAT_YES; i++)
		n++;
	assert_int_equal(sat, SG_SAT_GAVE_UP);
	assert_int_equal(region.n, n);
	assert_true(n > 2 && n < 200);
	sg_region_done(&region);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_those_of_trying_all_values),
		cmocka_unit_test(the_ends_of_the_range_are_exact),
		cmocka_unit_test(a_value_outside_its_mask_is_never_met),
		cmocka_unit_test(words_do_not_touch_each_other),
		cmocka_unit_test(searching_ends_at_its_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
