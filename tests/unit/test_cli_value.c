/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "base/suggest.h"
#include "cli/time.h"

#define NS UINT64_C(1000000000)

static void durations_are_exact(void **state)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} rows[] = {
		{ "90s", 90 * NS },
		{ "5m", 300 * NS },
		{ "1.5h", 5400 * NS },
		{ "250ms", NS / 4 },
		{ "7", 7 * NS },
		{ "2d", 172800 * NS },
		{ "0", 0 },
		{ "0.1s", NS / 10 },
		{ ".5", NS / 2 },
		{ "5.", 5 * NS },
		{ "0.000000001s", 1 },
		{ "0.0000000009s", 0 },
		{ "1.000000001", NS + 1 },
		{ "1000000000", NS * NS },
		{ "0007s", 7 * NS },
		{ "0.00000000000000000000000000000000001", 0 },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		uint64_t ns = 99;

		assert_int_equal(sg_duration_parse(rows[i].text, &ns, NULL), 0);
		assert_int_equal(ns, rows[i].ns);
	}
}

static void what_is_no_duration_is_refused(void **state)
{
	static const char *const rows[] = {
		"",
		"s",
		".",
		".s",
		"-5",
		"+5",
		" 5",
		"5 ",
		"1e3",
		"0x10",
		"inf",
		"nan",
		"5S",
		"5 s",
		"5sm",
		"1.2.3",
		"1,5h",
		"5us",
		"5min",
		"٣",
		"soon",
		"1000000000.1",
		"1000000001",
		"12000d",
		"99999999999999999999999999",
		"18446744073709551616ms",
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		struct sg_error err;
		uint64_t ns = 99;

		assert_int_equal(sg_duration_parse(rows[i], &ns, &err), -EINVAL);
		assert_int_equal(ns, 99);
		assert_non_null(strstr(err.message, "is not a duration"));
	}
}

static void points_in_time_are_found(void **state)
{
	const uint64_t now = 1795292157 * NS;
	static const struct {
		const char *text;
		uint64_t ns;
	} rows[] = {
		{ "@1795292157", 1795292157 * NS },
		{ "@1795292157.25", 1795292157 * NS + NS / 4 },
		{ "@0.5", NS / 2 },
		{ "2026-11-21T20:15:57Z", 1795292157 * NS },
		{ "2026-11-21T21:15:57+01:00", 1795292157 * NS },
		{ "2026-11-21 22:15:57", 1795292157 * NS },
		{ "2026-11-21 22:15", 1795292100 * NS },
		{ "2026-11-21", 1795212000 * NS },
		{ "57s", 1795292100 * NS },
		{ "1.5h", (1795292157 - 5400) * NS },
		{ "250ms", 1795292157 * NS - NS / 4 },
		{ "0s", 1795292157 * NS },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		uint64_t ns = 99;

		assert_int_equal(sg_time_parse(rows[i].text, now, &ns, NULL), 0);
		assert_int_equal(ns, rows[i].ns);
	}
}

static void what_is_no_time_is_refused(void **state)
{
	static const char *const rows[] = {
		"",	      "@",	    "@.",	   "@0",
		"@-5",	      "@1e3",	    "@1.2.3",	   "@18446744074",
		"2026",	      "5",	    "yesterday",   "2026-02-30",
		"2026-13-01", "1969-12-31", "2026-11-21T", "2026-11-21 25:00",
		"30000d",     "-2h",
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		struct sg_error err;
		uint64_t ns = 99;

		assert_int_equal(sg_time_parse(rows[i], 1795292157 * NS, &ns, &err), -EINVAL);
		assert_int_equal(ns, 99);
		assert_non_null(strstr(err.message, "is not a time"));
	}
}

static void numbers_are_digits(void **state)
{
	static const char *const bad[] = { "", "-1", "+1", " 1", "1 ", "0x1", "1e1", "1.0", "٣" };
	uint64_t n = 99;
	pid_t pid = 99;

	(void)state;
	assert_int_equal(sg_number_parse("18446744073709551615", UINT64_MAX, &n), 0);
	assert_true(n == UINT64_MAX);
	assert_int_equal(sg_number_parse("18446744073709551616", UINT64_MAX, &n), -ERANGE);
	assert_int_equal(sg_number_parse("99999999999999999999999", UINT64_MAX, &n), -ERANGE);
	assert_int_equal(sg_number_parse("7", 5, &n), -ERANGE);
	assert_int_equal(sg_number_parse("0", 0, &n), 0);
	for (size_t i = 0; i < SG_ARRAY_SIZE(bad); i++) {
		assert_int_equal(sg_number_parse(bad[i], UINT64_MAX, &n), -EINVAL);
		assert_int_equal(sg_pid_parse(bad[i], &pid, NULL), -EINVAL);
	}
	assert_int_equal(sg_pid_parse("0", &pid, NULL), -EINVAL);
	assert_int_equal(sg_pid_parse("2147483648", &pid, NULL), -EINVAL);
	assert_int_equal(pid, 99);
	assert_int_equal(sg_pid_parse("2147483647", &pid, NULL), 0);
	assert_int_equal(pid, 2147483647);
}

static void the_nearest_word_is_near(void **state)
{
	static const struct {
		const char *word, *found;
	} rows[] = {
		{ "cgruop", "cgroup" },
		{ "cgrop", "cgroup" },
		{ "group", "cgroup" },
		{ "xxroup", "cgroup" },
		{ "xxxoup", NULL },
		{ "", NULL },
		{ "pdi", "pid" },
		{ "qqqqq", NULL },
		{ "cgroupcgroupcgroupcgroupcgroupcgroup", NULL },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		struct sg_nearest nearest = sg_nearest_to(rows[i].word, strlen(rows[i].word));

		sg_nearest_try(&nearest, "cgroup");
		sg_nearest_try(&nearest, "pid");
		sg_nearest_try(&nearest, "a-name-of-more-than-thirty-two-letters");
		if (rows[i].found)
			assert_string_equal(nearest.found, rows[i].found);
		else
			assert_null(nearest.found);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations_are_exact),
		cmocka_unit_test(what_is_no_duration_is_refused),
		cmocka_unit_test(points_in_time_are_found),
		cmocka_unit_test(what_is_no_time_is_refused),
		cmocka_unit_test(numbers_are_digits),
		cmocka_unit_test(the_nearest_word_is_near),
	};

	setenv("TZ", "UTC-2", 1); /* two hours east */
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
