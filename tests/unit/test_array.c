/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/array.h"

static void elements_stay_where_they_are(void **state)
{
	uint32_t *array = NULL, *with_cap = NULL;
	size_t cap = 0;

	(void)state;
	for (uint32_t n = 0; n < 1000; n++) {
		assert_int_equal(SG_ARRAY_GROW(array, n), 0);
		assert_int_equal(SG_ARRAY_GROW_CAP(with_cap, n, cap), 0);
		assert_true(cap > n);
		array[n] = with_cap[n] = n;
	}
	for (uint32_t n = 0; n < 1000; n++) {
		assert_int_equal(array[n], n);
		assert_int_equal(with_cap[n], n);
	}
	free(array);
	free(with_cap);
}

/* As a copy is: made with room for what it has, and no more. The rest is for ASan to see. */
static void an_array_without_room_grows(void **state)
{
	uint32_t *array = calloc(5, sizeof(*array));

	(void)state;
	assert_non_null(array);
	array[4] = 4;
	assert_int_equal(SG_ARRAY_GROW(array, 5), 0);
	array[5] = 5;
	assert_int_equal(array[4], 4);
	free(array);
}

static void a_size_that_overflows_is_no_memory(void **state)
{
	uint64_t one = 1, *array = &one;
	size_t cap = SIZE_MAX / 2 + 1;

	(void)state;
	assert_int_equal(SG_ARRAY_GROW(array, SIZE_MAX / 4), -ENOMEM);	   /* the bytes do */
	assert_int_equal(SG_ARRAY_GROW(array, SIZE_MAX / 2 + 1), -ENOMEM); /* the number does */
	assert_int_equal(SG_ARRAY_GROW_CAP(array, cap, cap), -ENOMEM);
	assert_int_equal(cap, SIZE_MAX / 2 + 1);
	cap = SIZE_MAX / 8;
	assert_int_equal(SG_ARRAY_GROW_CAP(array, cap, cap), -ENOMEM);
	assert_int_equal(cap, SIZE_MAX / 8);
	assert_ptr_equal(array, &one);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements_stay_where_they_are),
		cmocka_unit_test(an_array_without_room_grows),
		cmocka_unit_test(a_size_that_overflows_is_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
