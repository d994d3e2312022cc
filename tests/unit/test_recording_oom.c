/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "failing_malloc.h"
#include "random_recording.h"
#include "recording/merge/merge.h"
#include "view/show/show.h"

static char *text_a, *text_b;

static int road(char **ret, struct sg_error *err)
{
	_cleanup_(sg_recording_freep) struct sg_recording *a = NULL, *b = NULL;
	struct sg_strbuf out = SG_STRBUF_INIT;
	int r;

	r = sg_recording_parse("a", text_a, strlen(text_a), &a, err);
	if (r < 0)
		return r;
	r = sg_recording_parse("b", text_b, strlen(text_b), &b, err);
	if (r < 0)
		return r;
	r = sg_recording_merge(a, b, err);
	if (r < 0)
		return r;
	r = sg_view_show_json(a, &out, err);
	if (r == 0) {
		sg_recording_print(a, &out);
		r = sg_strbuf_steal(&out, ret, NULL);
	}
	sg_strbuf_done(&out);
	return r;
}

static void each_allocation_that_fails_is_reported_and_leaks_nothing(void **state)
{
	(void)state;
	free(each_fails_once(road, 300));
}

static void a_merge_that_fails_leaves_its_target_as_it_was(void **state)
{
	struct sg_recording *a, *b;
	char *expected;

	(void)state;
	if (!CAN_FAIL)
		skip();
	a = parse_recording(text_a);
	b = parse_recording(text_b);
	expected = print_recording(a);
	for (long n = 0;; n++) {
		char *text;
		int r;

		left = n;
		r = sg_recording_merge(a, b, NULL);
		left = -1;
		if (r == 0)
			break;
		text = print_recording(a);
		assert_string_equal(text, expected);
		free(text);
	}
	free(expected);
	sg_recording_free(a);
	sg_recording_free(b);
}

static int make_texts(void **state)
{
	uint64_t seed = 12;
	struct sg_recording *a, *b;

	(void)state;
	a = random_recording(&seed);
	b = random_recording(&seed);
	while (a->n_runs < 3) {
		sg_recording_free(a);
		a = random_recording(&seed);
	}
	while (b->n_runs < 3) {
		sg_recording_free(b);
		b = random_recording(&seed);
	}
	text_a = print_recording(a);
	text_b = print_recording(b);
	sg_recording_free(a);
	sg_recording_free(b);
	return 0;
}

static int free_texts(void **state)
{
	(void)state;
	free(text_a);
	free(text_b);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_allocation_that_fails_is_reported_and_leaks_nothing),
		cmocka_unit_test(a_merge_that_fails_leaves_its_target_as_it_was),
	};

	return cmocka_run_group_tests(tests, make_texts, free_texts);
}
