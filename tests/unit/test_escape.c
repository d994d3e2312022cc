/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/escape.h"
#include "base/utf8.h"

struct row {
	const char *in, *out;
};

static void check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct sg_strbuf b = SG_STRBUF_INIT;

		sg_escape(&b, rows[i].in);
		sg_strbuf_add(&b, "");
		assert_string_equal(b.data, rows[i].out);
		sg_strbuf_done(&b);
	}
}

static void what_can_be_shown_stays_as_it_is(void **state)
{
	static const struct row rows[] = {
		{ "", "" },
		{ "nginx: worker", "nginx: worker" },
		{ "\u00fcber \u65e5\u672c \U0001f600 \u00a0",
		  "\u00fcber \u65e5\u672c \U0001f600 \u00a0" },
		{ "/dev\\x2ddisk", "/dev\\x2ddisk" },
	};

	(void)state;
	check(rows, SG_ARRAY_SIZE(rows));
}

static void what_acts_on_a_terminal_is_spelled_out(void **state)
{
	static const struct row rows[] = {
		{ "a\x1b[2Jb", "a\\x1b[2Jb" },
		{ "a\nb\tc\rd\x07", "a\\x0ab\\x09c\\x0dd\\x07" },
		{ "\x01\x1f\x7f", "\\x01\\x1f\\x7f" },
		{ "\xc2\x80\xc2\x9b\xc2\x9f", "\\xc2\\x80\\xc2\\x9b\\xc2\\x9f" },
		{ "\u202e\u2066\u200f\u061c",
		  "\\xe2\\x80\\xae\\xe2\\x81\\xa6\\xe2\\x80\\x8f\\xd8\\x9c" },
		{ "\u2028\u200b\ufeff", "\\xe2\\x80\\xa8\\xe2\\x80\\x8b\\xef\\xbb\\xbf" },
	};

	(void)state;
	check(rows, SG_ARRAY_SIZE(rows));
}

static void bytes_that_are_not_utf8_are_spelled_out(void **state)
{
	static const struct row rows[] = {
		{ "a\xff"
		  "b",
		  "a\\xffb" },
		{ "\x9b"
		  "31m",
		  "\\x9b31m" },
		{ "\xc3", "\\xc3" },
		{ "\xc3(", "\\xc3(" },
		{ "\xe2\x82", "\\xe2\\x82" },
		{ "\xc0\x9b", "\\xc0\\x9b" },
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },
		{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },
	};

	(void)state;
	check(rows, SG_ARRAY_SIZE(rows));
}

static void a_nul_does_not_end_a_counted_text(void **state)
{
	struct sg_strbuf b = SG_STRBUF_INIT;

	(void)state;
	sg_escape_mem(&b, "a\0b", 3);
	assert_string_equal(b.data, "a\\x00b");
	sg_strbuf_done(&b);
}

/* Whatever goes in, what comes out is UTF-8 without a control character. */
static void no_pair_of_bytes_gets_through(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 0x10000; i++) {
		char in[] = { (char)(i >> 8), (char)i, '[', 'm' };
		struct sg_strbuf b = SG_STRBUF_INIT;

		sg_escape_mem(&b, in, sizeof(in));
		for (size_t at = 0; at < b.len;) {
			uint32_t cp = 0;
			size_t n = sg_utf8_decode(b.data + at, b.len - at, &cp);

			assert_int_not_equal(n, 0);
			assert_true(cp >= 0x20 && !(cp >= 0x7f && cp <= 0x9f));
			at += n;
		}
		sg_strbuf_done(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_can_be_shown_stays_as_it_is),
		cmocka_unit_test(what_acts_on_a_terminal_is_spelled_out),
		cmocka_unit_test(bytes_that_are_not_utf8_are_spelled_out),
		cmocka_unit_test(a_nul_does_not_end_a_counted_text),
		cmocka_unit_test(no_pair_of_bytes_gets_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
