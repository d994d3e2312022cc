/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <linux/seccomp.h>

#include "audit/line/line.h"
#include "audit_describe.h"
#include "base/cleanup.h"
#include "syscall/arch.h"

#define ROWS_PATH SG_SOURCE_DIR "/tests/golden/audit/lines.rows"
#define MIN_ROWS  150 /* a table that was cut off is no pass */

/* What dates without a year are near: 2026-11-22, a day after the lines of the table. */
static const struct sg_audit_clock clock_2026 = { .latest = 1795305600u * UINT64_C(1000000000) };

/* C escapes of the rows that are written "|e": \xNN, \r. Returns the new length. */
static size_t unescape(char *s)
{
	size_t n = 0;

	for (char *p = s; *p;) {
		if (p[0] == '\\' && p[1] == 'x') {
			char hex[3] = { p[2], p[3], '\0' };

			s[n++] = (char)strtoul(hex, NULL, 16);
			p += 4;
		} else if (p[0] == '\\' && p[1] == 'r') {
			s[n++] = '\r';
			p += 2;
		} else {
			s[n++] = *p++;
		}
	}
	return n;
}

/* A copy without a byte after its end, so that the sanitizer sees a read that goes too far. */
static char *exact_copy(const char *s, size_t n)
{
	char *copy = malloc(n ? n : 1);

	assert_non_null(copy);
	memcpy(copy, s, n);
	return copy;
}

static void assert_reads_as(const char *name, const char *line, size_t n, const char *expected)
{
	_cleanup_free_ char *copy = exact_copy(line, n);
	_cleanup_(sg_strbuf_done) struct sg_strbuf got = SG_STRBUF_INIT;
	struct sg_audit_line read;

	memset(&read, 0x5a, sizeof(read)); /* what is not set must not matter */
	sg_audit_line_read(copy, n, &clock_2026, &read);
	describe_line(&got, &read);
	if (strcmp(got.data, expected) != 0)
		fail_msg("%s: read as\n  %s\nexpected\n  %s", name, got.data, expected);
}

/*
 * The same with a field in front that nobody knows: what is read in the kernel's own order, by the
 * fast reader, must be what the other one reads.
 */
static void assert_reads_in_any_order(const char *name, const char *line, size_t n,
				      const char *expected)
{
	const char *fields = memmem(line, n, "): ", 3);
	_cleanup_free_ char *other = NULL;
	size_t head;

	if (!fields || strncmp(expected, "seccomp", 7) != 0 || strstr(expected, " names"))
		return;
	head = (size_t)(fields + 2 - line);
	other = malloc(n + 5);
	assert_non_null(other);
	memcpy(other, line, head);
	memcpy(other + head, " zz=1", 5);
	memcpy(other + head + 5, line + head, n - head);
	assert_reads_as(name, other, n + 5, expected);
}

static void each_real_line_reads_as_the_table_says(void **state)
{
	_cleanup_fclose_ FILE *f = fopen(ROWS_PATH, "re");
	_cleanup_free_ char *text = NULL, *name = NULL, *line = NULL;
	size_t cap = 0, n_line = 0, n_rows = 0;
	ssize_t n;

	(void)state;
	assert_non_null(f);
	while ((n = getline(&text, &cap, f)) >= 0) {
		if (n > 0 && text[n - 1] == '\n')
			text[--n] = '\0';
		if (text[0] == '#') {
			free(name);
			name = strdup(text + 2);
		} else if (text[0] == '|') {
			assert_true(n >= 2 && (text[1] == ' ' || text[1] == 'e'));
			free(line);
			line = strdup(text + (text[1] == 'e' ? 3 : 2));
			assert_non_null(line);
			n_line = text[1] == 'e' ? unescape(line) : strlen(line);
		} else if (text[0] == '>') {
			assert_true(name && line);
			assert_reads_as(name, line, n_line, text + 2);
			assert_reads_in_any_order(name, line, n_line, text + 2);
			n_rows++;
		} else {
			assert_int_equal(n, 0);
		}
	}
	assert_true(n_rows >= MIN_ROWS);
}

#define TEXT                                                                               \
	"audit(1795293354.710:483): auid=4294967295 uid=0 gid=0 ses=4294967295 pid=15245 " \
	"comm=\"plain\" exe=\"/opt/probe/mk\" sig=0 arch=c000003e syscall=102 compat=0 "   \
	"ip=0x7fe71100c829 code=0x7ffc0000"

static void a_netlink_payload_needs_no_prefix(void **state)
{
	static const char payload[] = TEXT "\n\0\0"; /* padded as netlink aligns */
	struct sg_audit_line line;

	(void)state;
	sg_audit_payload_read(SG_AUDIT_TYPE_SECCOMP, payload, sizeof(payload), &line);
	assert_int_equal(line.kind, SG_AUDIT_SECCOMP);
	assert_int_equal(line.record.serial, 483);
	assert_int_equal(line.record.time, UINT64_C(1795293354710000000));
	assert_int_equal(line.record.pid, 15245);
	assert_int_equal(line.record.id.nr, 102);
	assert_int_equal(line.record.code, SECCOMP_RET_LOG);
	assert_true(sg_audit_text_is(&line.record.comm, "plain"));
	assert_true(sg_audit_text_is(&line.record.exe, "/opt/probe/mk"));
}

static void a_netlink_payload_of_another_type_has_its_serial(void **state)
{
	struct sg_audit_line line;

	(void)state;
	sg_audit_payload_read(1300, TEXT, strlen(TEXT), &line);
	assert_int_equal(line.kind, SG_AUDIT_OTHER);
	assert_int_equal(line.record.serial, 483);
}

/*
 * Truncation must be noticed wherever it strikes; else a call's number could lose its last digits.
 */
static void a_record_cut_off_anywhere_is_not_taken(void **state)
{
	static const char text[] = "type=SECCOMP msg=" TEXT;

	(void)state;
	for (size_t n = 0; n < strlen(text); n++) {
		_cleanup_free_ char *copy = exact_copy(text, n);
		struct sg_audit_line line;

		sg_audit_line_read(copy, n, NULL, &line);
		assert_int_not_equal(line.kind, SG_AUDIT_SECCOMP);
		if (n >= strlen("type=SECCOMP msg=audit("))
			assert_int_equal(line.kind, SG_AUDIT_UNREADABLE);
	}
}

/* What cannot be read must be an error or a nothing, never a crash; the sanitizers watch. */
static void no_damaged_byte_is_read_beyond_its_end(void **state)
{
	static const char text[] = "Nov 21 20:38:14 vm kernel: [ 2858.3] audit: type=1326 " TEXT;

	(void)state;
	for (size_t i = 0; i < strlen(text); i++) {
		static const char bytes[] = { '\0', '"', ' ', '=',    '#',
					      '[',  ':', '9', '\x1d', '\x1b' };

		for (size_t b = 0; b < sizeof(bytes); b++) {
			_cleanup_free_ char *copy = exact_copy(text, strlen(text));
			struct sg_audit_line line;

			copy[i] = bytes[b];
			sg_audit_line_read(copy, strlen(text), &clock_2026, &line);
		}
	}
}

static void hex_names_decode_and_end_at_a_nul(void **state)
{
	static const struct sg_audit_text hex = { "612062", 6, SG_AUDIT_TEXT_HEX };
	static const struct sg_audit_text nul = { "6100620063", 10, SG_AUDIT_TEXT_HEX };
	char buf[8];

	(void)state;
	assert_int_equal(sg_audit_text_copy(&hex, buf, sizeof(buf)), 3);
	assert_string_equal(buf, "a b");
	assert_true(sg_audit_text_is(&hex, "a b"));
	assert_false(sg_audit_text_is(&hex, "a"));
	assert_false(sg_audit_text_is(&hex, "a bc"));
	assert_int_equal(sg_audit_text_copy(&nul, buf, sizeof(buf)), 1);
	assert_string_equal(buf, "a");
}

static void a_long_name_is_cut_to_the_buffer(void **state)
{
	static const struct sg_audit_text text = { "0123456789", 10, SG_AUDIT_TEXT_PLAIN };
	char buf[4];

	(void)state;
	assert_int_equal(sg_audit_text_copy(&text, buf, sizeof(buf)), 3);
	assert_string_equal(buf, "012");
	assert_int_equal(sg_audit_text_copy(&text, buf, 0), 0);
}

/* A year is missing in RFC 3164: the latest that is not in the future. */
static void a_date_without_a_year_is_of_the_last_twelve_months(void **state)
{
	static const struct sg_audit_clock january = { .latest =
							       1767312000u * UINT64_C(1000000000) };
	static const char december[] = "Dec 31 23:59:58 vm audit[1]:";

	(void)state;
	/* seen on 2026-01-02 */
	assert_int_equal(sg_audit_line_time(december, strlen(december), &january),
			 UINT64_C(1767225598) * 1000000000);
	assert_int_equal(sg_audit_line_time(december, strlen(december), NULL), 0);
}

/* What a line starts with; 0 for what is no time, or one that cannot be. */
static void the_times_that_lines_start_with_are_read(void **state)
{
	static const struct {
		const char *line;
		uint64_t ms; /* since the epoch */
	} cases[] = {
		{ "2026-11-21T20:16:29.819333+00:00 x", 1795292189819 },
		{ "2026-11-21T20:16:29,819333Z x", 1795292189819 },
		{ "2026-11-22T01:46:29+05:30 x", 1795292189000 },
		{ "2026-11-21T14:46:29-0530 x", 1795292189000 },
		{ "2026-11-21 20:16:29 x", 1795292189000 },
		{ "Sat 2026-11-21 20:16:29 UTC x", 1795292189000 },
		{ "Nov 21 20:16:29.819 x", 1795292189819 },
		{ "1795292189.819333 x", 1795292189819 },
		{ "2026-13-21T20:16:29Z x", 0 },
		{ "2026-11-32T20:16:29Z x", 0 },
		{ "1969-11-21T20:16:29Z x", 0 },
		{ "2026-11-21T24:16:29Z x", 0 },
		{ "2026-11-21T20:60:29Z x", 0 },
		{ "2026-11-21X20:16:29Z x", 0 },
		{ "2026-11-21T20:16:29.Z x", 0 },
		{ "2026-11-21", 0 },
		{ "Foo 21 20:16:29 host x", 0 },
		{ "Nov 41 20:16:29 host x", 0 },
		{ "Nov xx 20:16:29 host x", 0 },
		{ "Nov 21 20:16:29. host x", 0 },
		{ "1795292189x819333 x", 0 },
		{ "1693.819333 x", 0 }, /* an uptime */
		{ "x", 0 },
		{ "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *copy = exact_copy(cases[i].line, strlen(cases[i].line));
		uint64_t time = sg_audit_line_time(copy, strlen(cases[i].line), &clock_2026);

		if (time / 1000000 != cases[i].ms)
			fail_msg("'%s' is read as %" PRIu64, cases[i].line, time);
	}
}

/* How locales write the date of ausearch -i; a stamp that is none makes the record unreadable. */
static void the_dates_of_locales_are_read(void **state)
{
	static const struct {
		const char *stamp;
		uint64_t ms; /* 0: it is none */
	} cases[] = {
		{ "11/21/26 20:15:57.182:9", 1795292157182 },
		{ "11/21/2026 08:15:57 PM.182:9", 1795292157182 },
		{ "11/21/2026 12:15:57 AM.182:9", 1795220157182 },
		{ "21/11/26 20:15:57.182:9", 1795292157182 },
		{ "21.11.2026 20:15:57.182:9", 1795292157182 },
		{ "2026-11-21 20:15:57.182:9", 1795292157182 },
		{ "2026/11/21 20:15:57.182:9", 1795292157182 },
		{ "11/21/68 20:15:57.182:9", 3120754557182 },
		{ "11:21:26 20:15:57.182:9", 0 },
		{ "11/21-26 20:15:57.182:9", 0 },
		{ "11/21/26T20:15:57.182:9", 0 },
		{ "11/21/26 20:15:57:9", 0 },
		{ "11/21/26 20:15:57.182", 0 },
		{ "11/21/26 20:15:57.182:9x", 0 },
		{ "99/99/99 20:15:57.182:9", 0 },
		{ "179529215a.182:9", 0 },
		{ "1795292157.182:", 0 },
		{ "1795292157.1x2:9", 0 },
		{ "99999999999999999999.182:9", 0 },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *text = NULL;
		uint64_t time = 0, serial = 0;
		const char *p;
		bool names, is_stamp;

		assert_true(asprintf(&text, "audit(%s)", cases[i].stamp) > 0);
		p = text;
		is_stamp =
			sg_audit_stamp_read(&p, text + strlen(text), NULL, &time, &serial, &names);
		if (is_stamp != (cases[i].ms != 0) || (is_stamp && time / 1000000 != cases[i].ms))
			fail_msg("'%s' is read as %d %" PRIu64, text, is_stamp, time);
		if (is_stamp) {
			assert_int_equal(serial, 9);
			assert_true(names);
			assert_int_equal(*p, '\0');
		}
	}
}

static int64_t one_hour_east(struct tm *local)
{
	return (int64_t)timegm(local) - 3600;
}

static void local_times_are_read_in_the_callers_zone(void **state)
{
	static const char line[] =
		"type=SECCOMP msg=audit(11/21/26 21:15:57.182:9) : pid=1 comm=a exe=/a "
		"sig=SIG0 arch=x86_64 syscall=read compat=0 ip=0x0 code=log ";
	static const struct sg_audit_clock clock = { .from_local = one_hour_east };
	struct sg_audit_line read;

	(void)state;
	sg_audit_line_read(line, strlen(line), &clock, &read);
	assert_int_equal(read.kind, SG_AUDIT_SECCOMP);
	assert_int_equal(read.record.time, UINT64_C(1795292157182000000));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_real_line_reads_as_the_table_says),
		cmocka_unit_test(a_netlink_payload_needs_no_prefix),
		cmocka_unit_test(a_netlink_payload_of_another_type_has_its_serial),
		cmocka_unit_test(a_record_cut_off_anywhere_is_not_taken),
		cmocka_unit_test(no_damaged_byte_is_read_beyond_its_end),
		cmocka_unit_test(hex_names_decode_and_end_at_a_nul),
		cmocka_unit_test(a_long_name_is_cut_to_the_buffer),
		cmocka_unit_test(a_date_without_a_year_is_of_the_last_twelve_months),
		cmocka_unit_test(the_times_that_lines_start_with_are_read),
		cmocka_unit_test(the_dates_of_locales_are_read),
		cmocka_unit_test(local_times_are_read_in_the_callers_zone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
