/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audit/stream/stream.h"
#include "audit_sink.h"
#include "base/cleanup.h"

#define GOLDEN SG_SOURCE_DIR "/tests/golden/audit/"
/*
 * Read @text in pieces of @piece bytes (0: in one), and return what was reported; the caller frees.
 */
static char *read_pieces(const char *text, size_t len, size_t piece,
			 struct sg_audit_stats *ret_stats)
{
	_cleanup_(sg_audit_stream_freep) struct sg_audit_stream *stream = NULL;
	struct log log = { 0 };
	char *out = NULL;

	assert_int_equal(sg_audit_stream_new(&sink, &log, NULL, &stream, NULL), 0);
	for (size_t done = 0; done < len;) {
		size_t n = piece && piece < len - done ? piece : len - done;
		/* of its own size, so that the sanitizer sees a read beyond it */
		_cleanup_free_ char *copy = malloc(n);

		assert_non_null(copy);
		memcpy(copy, text + done, n);
		assert_int_equal(sg_audit_stream_feed(stream, copy, n, NULL), 0);
		done += n;
	}
	assert_int_equal(sg_audit_stream_finish(stream, NULL), 0);
	if (ret_stats)
		*ret_stats = *sg_audit_stream_stats(stream);
	assert_int_equal(sg_strbuf_steal(&log.text, &out, NULL), 0);
	return out;
}

static void assert_reported(const char *text, const char *expected)
{
	_cleanup_free_ char *got = read_pieces(text, strlen(text), 0, NULL);

	assert_string_equal(got, expected);
}

static char *read_file(const char *path, size_t *ret_len)
{
	_cleanup_fclose_ FILE *f = fopen(path, "re");
	char *text = NULL;
	size_t cap = 0;
	ssize_t n;

	assert_non_null(f);
	n = getdelim(&text, &cap, EOF, f);
	assert_true(n > 0);
	*ret_len = (size_t)n;
	return text;
}

static void records_come_with_their_line(void **state)
{
	(void)state;
	assert_reported(RECORD(1, 2) "\n\n----\n" RECORD(2, 3) "\n", SEEN(1, 1, 2) SEEN(4, 2, 3));
}

static void the_last_line_needs_no_newline(void **state)
{
	(void)state;
	assert_reported("\n" RECORD(1, 2), SEEN(2, 1, 2));
}

static void an_event_of_several_records_is_reported_once(void **state)
{
	struct sg_audit_stats stats;
	static const char text[] = OTHER("SYSCALL", 5) "\n" OTHER("CWD", 5) "\n" OTHER(
		"PATH", 5) "\n" OTHER("SYSCALL", 6) "\n" RECORD(6, 1) "\n" OTHER("CWD", 6) "\n";
	_cleanup_free_ char *got = read_pieces(text, strlen(text), 0, &stats);

	(void)state;
	assert_string_equal(got, "other 5\nother 6\n" SEEN(5, 6, 1));
	assert_int_equal(stats.others, 5);
	assert_int_equal(stats.records, 1);
	assert_int_equal(stats.lines, 6);
	assert_int_equal(stats.bytes, strlen(text));
}

/* A stamp that merely starts as the one before it does is another event. */
static void a_longer_serial_is_another_event(void **state)
{
	(void)state;
	assert_reported(OTHER("A", 5) "\n" OTHER("A", 51) "\n", "other 5\nother 51\n");
}

static void unreadable_and_quoted_records_are_reported_with_their_line(void **state)
{
	(void)state;
	assert_reported(
		"\ntype=SECCOMP msg=audit(1.000:1): arch=c000003e\nNov 1 00:00:00 h sudo: audit: "
		"type=1326 audit(1.000:1): x\n",
		"2: unreadable there is no syscall=\n3: foreign quoted by a program that is "
		"neither the kernel nor an audit daemon\n");
	assert_reported("[ 1.0] kauditd_printk_skb: 3 callbacks suppressed\n", "1: notice 3\n");
}

static void an_overlong_line_is_reported_and_the_next_one_read(void **state)
{
	_cleanup_free_ char *text = malloc(3 * SG_AUDIT_LINE_MAX);
	struct sg_audit_stats stats;
	size_t n = 2 * SG_AUDIT_LINE_MAX;

	(void)state;
	assert_non_null(text);
	for (size_t piece = 0; piece <= 70000; piece += 35000) {
		_cleanup_free_ char *got = NULL;

		memset(text, 'x', n);
		strcpy(text + n, "\n" RECORD(1, 2) "\n");
		got = read_pieces(text, strlen(text), piece, &stats);
		assert_string_equal(got,
				    "1: problem the line is longer than 128 KiB\n" SEEN(2, 1, 2));
		assert_int_equal(stats.overlong, 1);
		assert_int_equal(stats.lines, 2);
	}
	/* one that starts as a record is a record that could not be read */
	memcpy(text, RECORD(1, 2), strlen(RECORD(1, 2)));
	{
		_cleanup_free_ char *got = read_pieces(text, strlen(text), 4096, &stats);

		assert_string_equal(
			got, "1: unreadable the line is longer than 128 KiB\n" SEEN(2, 1, 2));
		assert_int_equal(stats.unreadable, 1);
	}
}

static void a_line_of_the_greatest_length_is_read(void **state)
{
	_cleanup_free_ char *text = malloc(SG_AUDIT_LINE_MAX + 2);
	struct sg_audit_stats stats;

	(void)state;
	assert_non_null(text);
	memset(text, ' ', SG_AUDIT_LINE_MAX);
	memcpy(text, RECORD(1, 2), strlen(RECORD(1, 2)));
	strcpy(text + SG_AUDIT_LINE_MAX, "\n");
	for (size_t piece = 0; piece <= 5000; piece += 5000) {
		_cleanup_free_ char *got = read_pieces(text, strlen(text), piece, &stats);

		assert_string_equal(got, SEEN(1, 1, 2));
		assert_int_equal(stats.overlong, 0);
	}
}

/* What journald writes in three ways is the same records; the fields of each stand in another
 * order. */
static void the_journals_formats_say_the_same(void **state)
{
	static const char *const formats[] = { "journal.export", "journal.json",
					       "journal.json-pretty" };
	_cleanup_free_ char *first = NULL;

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(formats); i++) {
		_cleanup_free_ char *path = NULL, *text = NULL, *got = NULL, *bare = NULL;
		struct sg_audit_stats stats;
		size_t len, n = 0;

		assert_true(asprintf(&path, GOLDEN "%s", formats[i]) > 0);
		text = read_file(path, &len);
		got = read_pieces(text, len, 0, &stats);
		assert_int_equal(stats.records, 7);
		assert_int_equal(stats.notices, 1);
		assert_int_equal(stats.foreign + stats.unreadable, 0);
		/* without the line numbers */
		bare = calloc(1, strlen(got) + 1);
		for (char *line = strtok(got, "\n"); line; line = strtok(NULL, "\n"))
			n += (size_t)sprintf(bare + n, "%s\n", strchr(line, ' ') + 1);
		if (!first)
			first = TAKE_PTR(bare);
		else
			assert_string_equal(bare, first);
	}
	assert_non_null(strstr(first, "seccomp 1795293423.078:1924 pid=17640 comm=[plain] "
				      "exe=[/opt/probe/mk] sig=0 c000003e/102 code=7ffc0000\n"));
	assert_non_null(strstr(first, "comm=[a b] exe=[/opt/probe/my prog]"));
}

static void the_pieces_do_not_matter(void **state)
{
	static const char *const files[] = { "journal.export", "journal.json",
					     "journal.json-pretty", "lines.rows" };

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(files); i++) {
		_cleanup_free_ char *path = NULL, *text = NULL, *whole = NULL;
		size_t len;

		assert_true(asprintf(&path, GOLDEN "%s", files[i]) > 0);
		text = read_file(path, &len);
		whole = read_pieces(text, len, 0, NULL);
		for (size_t piece = 1; piece < 600; piece = piece * 3 / 2 + 1) {
			_cleanup_free_ char *got = read_pieces(text, len, piece, NULL);

			assert_string_equal(got, whole);
		}
	}
}

#define MESSAGE                                                                                \
	"audit: type=1326 audit(1795293354.710:9): pid=7 comm=\"a\" exe=\"/a\" arch=c000003e " \
	"syscall=2 code=0x7ffc0000"

/* journald writes a value with a newline, or one that is not UTF-8, as its length and its bytes. */
static void binary_fields_of_the_export_format_are_read(void **state)
{
	static const char head[] =
		"__CURSOR=x\n_TRANSPORT=kernel\nOTHER\n\3\0\0\0\0\0\0\0a\nb\nMESSAGE\n";
	char text[512], size[8] = { (char)strlen(MESSAGE) };
	size_t n = sizeof(head) - 1;

	(void)state;
	memcpy(text, head, n);
	memcpy(text + n, size, sizeof(size));
	n += sizeof(size);
	n += (size_t)snprintf(text + n, sizeof(text) - n, "%s\n\n%s\n", MESSAGE, RECORD(10, 3));
	/* what is not of the journal's form after it has no sender */
	for (size_t piece = 0; piece < 20; piece++) {
		struct sg_audit_stats stats;
		_cleanup_free_ char *got = read_pieces(text, n, piece, &stats);

		assert_string_equal(got, SEEN(1, 9, 2));
		assert_int_equal(stats.unverified, 1);
		assert_int_equal(stats.lines, 9);
	}
}

static void an_entry_that_neither_kernel_nor_audit_sent_is_no_evidence(void **state)
{
	static const char *const transports[] = { "syslog", "stdout", "journal", "driver" };

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(transports); i++) {
		_cleanup_free_ char *text = NULL, *json = NULL;

		assert_true(asprintf(&text, "__CURSOR=x\nMESSAGE=" MESSAGE "\n_TRANSPORT=%s\n\n",
				     transports[i]) > 0);
		assert_reported(
			text,
			"1: foreign a journal entry that neither the kernel nor audit sent\n");
		assert_true(asprintf(&json,
				     "{\"MESSAGE\":\"audit: type=1326 audit(1.0:9): arch=c000003e "
				     "syscall=2 code=0x0\",\"_TRANSPORT\":\"%s\"}\n",
				     transports[i]) > 0);
		assert_reported(
			json,
			"1: foreign a journal entry that neither the kernel nor audit sent\n");
	}
}

static void json_escapes_and_byte_arrays_are_decoded(void **state)
{
	(void)state;
	assert_reported("{\"MESSAGE\" : \"audit: type=1326 audit(1795293354.710:1): pid=7 "
			"comm=\\u0022\\u0061\\\" exe=\\\"\\/a\\\" arch=c000003e syscall=2 "
			"code=0x7ffc0000\",\"_TRANSPORT\":\"kernel\"}\n",
			SEEN(1, 1, 2));
	assert_reported(
		"{\"x\":null,\"n\":-1.5e3,\"MESSAGE\":[83,69,67,67,79,77,80,32,112,105,100,61,55,"
		"32,97,"
		"114,99,104,61,99,48,48,48,48,48,51,101,32,115,121,115,99,97,108,108,61,50,32,99,"
		"111,"
		"100,101,61,48,120,48],\"_AUDIT_TYPE\":\"1326\",\"_AUDIT_ID\":\"4\"}\n",
		"1: seccomp 0.000:4 pid=7 comm: none exe: none sig=0 c000003e/2 code=00000000\n");
}

static void damaged_json_is_passed_over(void **state)
{
	static const char *const damaged[] = {
		"{\"MESSAGE\":\"",
		"{\"MESSAGE\":[1,2",
		"{\"MESSAGE\":\"\\u12\"}",
		"{\"",
		"{\"a\":}",
		"{\"a\" 1}",
		"{\"MESSAGE\":[300]}",
		"{\"a\":\"\\q\"}",
		"\"",
		"{ \"",
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(damaged); i++) {
		_cleanup_free_ char *text = NULL;

		assert_true(asprintf(&text, "{}\n%s\n" ENTRY("kernel", AUDIT_TEXT_JSON(1, 2)) "\n",
				     damaged[i]) > 0);
		assert_reported(text, SEEN(3, 1, 2));
	}
}

/* A program that sets a field twice must not hide by that who sent the entry. */
static void arrays_of_strings_are_passed_over(void **state)
{
	(void)state;
	assert_reported(
		"{\"MESSAGE\":\"audit: type=1326 audit(1.0:9): arch=c000003e syscall=2 code=0x0\","
		"\"MINE\":[\"a]\",\"b\",[1,{\"_TRANSPORT\":\"kernel\"}]],\"_TRANSPORT\":\"stdout\"}"
		"\n",
		"1: foreign a journal entry that neither the kernel nor audit sent\n");
}

static void a_record_in_damaged_json_is_unreadable(void **state)
{
	(void)state;
	assert_reported(
		"{\"MESSAGE\":\"audit: type=1326 audit(1.0:9): arch=c000003e syscall=2 code=0x0\","
		"\"_TRANSP\n",
		"1: unreadable the JSON object is malformed\n");
}

static void dmesg_json_is_read(void **state)
{
	(void)state;
	assert_reported(
		"{\n   \"dmesg\": [\n      {\n         \"pri\": 5,\n         \"time\":  "
		"1693.819329,\n         \"msg\": \"audit: type=1326 audit(1795293354.710:1): pid=7 "
		"comm=\\\"a\\\" exe=\\\"/a\\\" arch=c000003e syscall=2 code=0x7ffc0000\"\n      "
		"},{\n         \"pri\": 4,\n         \"msg\": \"kauditd_printk_skb: 3 callbacks "
		"suppressed\"\n      }\n   ]\n}\n",
		SEEN(4, 1, 2) "8: notice 3\n");
}

/* Else the transport would be that of another entry than the message. */
static void an_array_within_an_entry_does_not_end_it(void **state)
{
	(void)state;
	assert_reported(
		"{\n\t\"MESSAGE\" : \"audit: type=1326 audit(1.0:1): arch=c000003e syscall=2 "
		"code=0x0\",\n\t\"MINE\" : [\n\t\t\"a\",\n\t\t\"b\"\n\t],\n\t\"_TRANSPORT\" : "
		"\"syslog\"\n}\n",
		"2: foreign a journal entry that neither the kernel nor audit sent\n");
}

/* A log is of one kind: in a log whose messages have no head, a line can look like any other's. */
static void a_line_of_another_kind_of_log_is_unverified(void **state)
{
	static const char *const texts[] = {
		/* journalctl -o cat, dmesg -t: what anybody said, in anybody's form */
		"prose\n" RECORD(1, 2) "\n",
		"prose\n[ 2858.324975] " AUDIT_TEXT(1, 2) "\n",
		"prose\n5,513,2858324975,-;" AUDIT_TEXT(1, 2) "\n",
		"prose\n" AUDIT_TEXT(1, 2) "\n",
		/* a log that begins as auditd's, and continues as none */
		OTHER("SYSCALL", 5) "\nprose\n" RECORD(1, 2) "\n",
		OTHER("SYSCALL", 5) "\n  indented\n" RECORD(1, 2) "\n",
		"[ 1.0] usb\nprose\n[ 2858.324975] " AUDIT_TEXT(1, 2) "\n",
		"[ 1.0] usb\n" RECORD(1, 2) "\n",
		"5,1,2,-;usb\n[ 2858.324975] " AUDIT_TEXT(1, 2) "\n",
		ENTRY("stdout", "hello") "\n" RECORD(1, 2) "\n",
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(texts); i++) {
		struct sg_audit_stats stats;
		_cleanup_free_ char *got = read_pieces(texts[i], strlen(texts[i]), 0, &stats);

		assert_null(strstr(got, "seccomp"));
		assert_int_equal(stats.unverified, 1);
		assert_int_equal(stats.records, 0);
	}
}

/* The journal's forms are theirs from the first line on; under a head they are somebody's text. */
static void a_journals_form_within_another_log_is_not_read(void **state)
{
	static const char *const texts[] = {
		"[ 1.0] usb 1-1: \n        " ENTRY("kernel", AUDIT_TEXT_JSON(1, 2)) "\n",
		"[ 1.0] x\n        \"MESSAGE\" : \"" AUDIT_TEXT_JSON(1, 2) "\",\n}\n",
		"prose\n" ENTRY("kernel", AUDIT_TEXT_JSON(1, 2)) "\n",
		"prose\ndata: " ENTRY("kernel", AUDIT_TEXT_JSON(1, 2)) "\n",
		"prose\n__CURSOR=x\n_TRANSPORT=kernel\nMESSAGE=" AUDIT_TEXT(1, 2) "\n\n",
		OTHER("SYSCALL", 5) "\n__CURSOR=x\n_TRANSPORT=audit\n_AUDIT_TYPE=1326\nMESSAGE=" //
		AUDIT_TEXT(1, 2) "\n\n",
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(texts); i++) {
		struct sg_audit_stats stats;
		_cleanup_free_ char *got = read_pieces(texts[i], strlen(texts[i]), 0, &stats);

		assert_null(strstr(got, "seccomp"));
		assert_int_equal(stats.records, 0);
	}
}

/* dmesg --force-prefix, dmesg -S and /proc/kmsg give every line of a message the message's head. */
static void a_further_line_of_a_programs_message_is_foreign(void **state)
{
#define USERS "audit: type=1107 audit(1795293354.709:8): pid=1 uid=9 auid=1 ses=1 msg='x'\n"
	(void)state;
	assert_reported("[ 2858.324975] " USERS
			"[ 2858.324975] " AUDIT_TEXT(9, 2) "\n[ 2858.324976] " //
			AUDIT_TEXT(9, 2) "\n",
			"other 8\n2: foreign a further line of a message that a program sent to "
			"audit\n" SEEN(3, 9, 2));
	assert_reported("<5>[ 2858.324975] " USERS "<5>[ 2858.324975] " AUDIT_TEXT(9, 2) "\n",
			"other 8\n2: foreign a further line of a message that a program sent to "
			"audit\n");
	/* of a whole second nothing more can be said */
	assert_reported("[Sat Nov 21 20:35:54 2026] " USERS "[Sat Nov 21 20:35:54 2026] " //
			AUDIT_TEXT(9, 2) "\n",
			"other 8\n");
	assert_reported("[  +0.000012] " USERS "[  +0.000000] " AUDIT_TEXT(9, 2) "\n", "other 8\n");
}

static void what_is_unverified_is_taken_when_asked_for(void **state)
{
	_cleanup_(sg_audit_stream_freep) struct sg_audit_stream *stream = NULL;
	static const char text[] = "Nov 21 20:38:14 vm kernel: " AUDIT_TEXT(1, 2) "\n";
	struct log log = { 0 };

	(void)state;
	assert_int_equal(sg_audit_stream_new(&sink, &log, NULL, &stream, NULL), 0);
	assert_int_equal(sg_audit_stream_feed(stream, text, strlen(text), NULL), 0);
	assert_int_equal(log.n_records, 0);
	sg_audit_stream_take_unverified(stream, true);
	assert_int_equal(sg_audit_stream_feed(stream, text, strlen(text), NULL), 0);
	assert_int_equal(log.n_records, 1);
	assert_int_equal(sg_audit_stream_stats(stream)->unverified, 2);
	sg_strbuf_done(&log.text);
}

/* Processes reach the kernel's log through /dev/kmsg, but not under the kernel's facility. */
static void an_entry_of_the_kernels_log_is_the_kernels_by_its_facility(void **state)
{
	(void)state;
	assert_reported("__CURSOR=x\n_TRANSPORT=kernel\nSYSLOG_FACILITY=0\nMESSAGE=" MESSAGE "\n\n",
			SEEN(1, 9, 2));
	assert_reported("__CURSOR=x\n_TRANSPORT=kernel\nSYSLOG_FACILITY=1\nMESSAGE=" MESSAGE "\n\n",
			"1: foreign a journal entry that neither the kernel nor audit sent\n");
	assert_reported("__CURSOR=x\nMESSAGE=" MESSAGE "\n\n", ""); /* --output-fields=MESSAGE */
	assert_reported("{\"dmesg\":[\n{\"pri\":14,\"msg\":\"" AUDIT_TEXT_JSON(1, 2) "\"}\n",
			"2: foreign a journal entry that neither the kernel nor audit sent\n");
	assert_reported(
		"{\n{\"fac\":\"kern\",\"pri\":\"notice\",\"msg\":\"" AUDIT_TEXT_JSON(1, 2) //
		"\"}\n",
		SEEN(2, 1, 2));
	/* and by the start of its message */
	assert_reported("__CURSOR=x\n_TRANSPORT=kernel\nMESSAGE=kernel: " MESSAGE "\n\n", "");
}

static void only_who_can_know_says_what_was_lost(void **state)
{
#define NOTICE "kauditd_printk_skb: 3 callbacks suppressed\n\n"
#define MISSED "Missed 52 kernel messages\n\n"
	(void)state;
	assert_reported("__CURSOR=x\n_TRANSPORT=kernel\nMESSAGE=" NOTICE, "1: notice 3\n");
	assert_reported("__CURSOR=x\n_TRANSPORT=syslog\n_UID=65534\nMESSAGE=" NOTICE, "");
	assert_reported("__CURSOR=x\n_TRANSPORT=syslog\n_UID=0\nMESSAGE=" NOTICE, "");
	assert_reported("__CURSOR=x\n_TRANSPORT=driver\nMESSAGE=" MISSED, "1: notice 52\n");
	assert_reported("__CURSOR=x\n_TRANSPORT=syslog\n_UID=65534\nMESSAGE=" MISSED, "");
	assert_reported("__CURSOR=x\nMESSAGE=[ 1.0] " NOTICE, ""); /* --output-fields=MESSAGE */
	assert_reported("prose\nNov 21 20:37:00 vm kernel: " NOTICE, "");
}

static void what_the_sink_returns_ends_the_reading(void **state)
{
	_cleanup_(sg_audit_stream_freep) struct sg_audit_stream *stream = NULL;
	struct log log = { .answer = -ENOSPC };
	static const char text[] = RECORD(1, 2) "\n" RECORD(2, 2) "\n";
	struct sg_error err = { 0 };

	(void)state;
	assert_int_equal(sg_audit_stream_new(&sink, &log, NULL, &stream, NULL), 0);
	assert_int_equal(sg_audit_stream_feed(stream, text, strlen(text), &err), -ENOSPC);
	assert_string_equal(err.message, "the sink refuses");
	assert_int_equal(log.n_records, 1);
	sg_strbuf_done(&log.text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_come_with_their_line),
		cmocka_unit_test(the_last_line_needs_no_newline),
		cmocka_unit_test(an_event_of_several_records_is_reported_once),
		cmocka_unit_test(a_longer_serial_is_another_event),
		cmocka_unit_test(unreadable_and_quoted_records_are_reported_with_their_line),
		cmocka_unit_test(an_overlong_line_is_reported_and_the_next_one_read),
		cmocka_unit_test(a_line_of_the_greatest_length_is_read),
		cmocka_unit_test(the_journals_formats_say_the_same),
		cmocka_unit_test(the_pieces_do_not_matter),
		cmocka_unit_test(binary_fields_of_the_export_format_are_read),
		cmocka_unit_test(an_entry_that_neither_kernel_nor_audit_sent_is_no_evidence),
		cmocka_unit_test(json_escapes_and_byte_arrays_are_decoded),
		cmocka_unit_test(damaged_json_is_passed_over),
		cmocka_unit_test(arrays_of_strings_are_passed_over),
		cmocka_unit_test(a_record_in_damaged_json_is_unreadable),
		cmocka_unit_test(dmesg_json_is_read),
		cmocka_unit_test(an_array_within_an_entry_does_not_end_it),
		cmocka_unit_test(a_line_of_another_kind_of_log_is_unverified),
		cmocka_unit_test(a_journals_form_within_another_log_is_not_read),
		cmocka_unit_test(a_further_line_of_a_programs_message_is_foreign),
		cmocka_unit_test(what_is_unverified_is_taken_when_asked_for),
		cmocka_unit_test(an_entry_of_the_kernels_log_is_the_kernels_by_its_facility),
		cmocka_unit_test(only_who_can_know_says_what_was_lost),
		cmocka_unit_test(what_the_sink_returns_ends_the_reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
