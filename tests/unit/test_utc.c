/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/utc.h"

#define S  UINT64_C(1000000000)
#define MS UINT64_C(1000000)

static const char *text_of(void (*print)(struct sg_strbuf *, uint64_t), uint64_t ns)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf b = SG_STRBUF_INIT;
	static char text[64];

	print(&b, ns);
	assert_false(b.failed);
	snprintf(text, sizeof(text), "%s", b.data);
	return text;
}

static void times_are_those_of_the_table(void **state)
{
	(void)state;
	assert_string_equal(text_of(sg_utc_exact, UINT64_C(1795286882707000001)),
			    "2026-11-21T18:48:02.707000001Z");
	assert_string_equal(text_of(sg_utc_second, UINT64_C(1795286882999999999)),
			    "2026-11-21T18:48:02Z");
	assert_string_equal(text_of(sg_utc_text, UINT64_C(1795286882707999999)),
			    "2026-11-21 18:48:02.707 UTC");
	assert_string_equal(text_of(sg_utc_text, 0), "-");
	assert_string_equal(text_of(sg_utc_exact, 0), "1970-01-01T00:00:00.000000000Z");
	assert_string_equal(text_of(sg_utc_second, UINT64_C(951782400) * S),
			    "2000-02-29T00:00:00Z");
	assert_string_equal(text_of(sg_utc_second, UINT64_C(4107542399) * S),
			    "2100-02-28T23:59:59Z");
	assert_string_equal(text_of(sg_utc_second, UINT64_C(4107542400) * S),
			    "2100-03-01T00:00:00Z");
	assert_string_equal(text_of(sg_utc_exact, UINT64_MAX), "2554-07-21T23:34:33.709551615Z");
}

/* A day and a bit at a time, over all that 64 bits hold: as the C library says. */
static void dates_are_the_c_library_s(void **state)
{
	(void)state;
	for (uint64_t s = 0; s < UINT64_MAX / S; s += 86399 * 3) {
		time_t t = (time_t)s;
		char expected[64];
		struct tm tm;

		assert_non_null(gmtime_r(&t, &tm));
		strftime(expected, sizeof(expected), "%Y-%m-%dT%H:%M:%SZ", &tm);
		assert_string_equal(text_of(sg_utc_second, s * S), expected);
	}
}

static void durations_get_coarser_as_they_get_longer(void **state)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} rows[] = {
		{ 0, "0.000 s" },
		{ 123 * MS, "0.123 s" },
		{ 9999 * MS, "9.999 s" },
		{ 10 * S, "10.0 s" },
		{ 59 * S + 999 * MS, "59.9 s" },
		{ 60 * S, "1 min 0 s" },
		{ 245 * S, "4 min 5 s" },
		{ 3599 * S, "59 min 59 s" },
		{ 3600 * S, "1 h 0 min" },
		{ 12000 * S, "3 h 20 min" },
		{ UINT64_MAX, "5124095 h 34 min" },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++)
		assert_string_equal(text_of(sg_duration_text, rows[i].ns), rows[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_those_of_the_table),
		cmocka_unit_test(dates_are_the_c_library_s),
		cmocka_unit_test(durations_get_coarser_as_they_get_longer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
