/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/json/json.h"

static struct sg_json_doc *parse(const char *text)
{
	struct sg_json_doc *doc = NULL;
	struct sg_error err = { 0 };
	int r = sg_json_parse("t.json", text, strlen(text), &doc, &err);

	if (r < 0)
		fail_msg("%s", err.message);
	return doc;
}

static void what_is_written_is_laid_out_and_exact(void **state)
{
	struct sg_strbuf b = SG_STRBUF_INIT;
	struct sg_json_writer w;

	(void)state;
	sg_json_writer_init(&w, &b);
	sg_json_open_object(&w, NULL);
	sg_json_add_u64(&w, "max", UINT64_MAX);
	sg_json_open_array(&w, "rows");
	sg_json_open_inline_object(&w, NULL);
	sg_json_add_string(&w, "name", "read");
	sg_json_open_array(&w, "args");
	sg_json_add_u64(&w, NULL, 1);
	sg_json_add_u64(&w, NULL, 2);
	sg_json_close_array(&w);
	sg_json_close_object(&w);
	sg_json_open_inline_object(&w, NULL);
	sg_json_close_object(&w);
	sg_json_close_array(&w);
	sg_json_open_array(&w, "none");
	sg_json_close_array(&w);
	sg_json_open_inline_array(&w, "set");
	sg_json_add_bool(&w, NULL, true);
	sg_json_add_null(&w, NULL);
	sg_json_close_array(&w);
	sg_json_add_bool(&w, "no", false);
	sg_json_close_object(&w);
	assert_false(b.failed);
	assert_string_equal(b.data, "{\n"
				    "  \"max\": 18446744073709551615,\n"
				    "  \"rows\": [\n"
				    "    {\"name\": \"read\", \"args\": [1, 2]},\n"
				    "    {}\n"
				    "  ],\n"
				    "  \"none\": [],\n"
				    "  \"set\": [true, null],\n"
				    "  \"no\": false\n"
				    "}\n");
	sg_strbuf_done(&b);
}

static void written_strings_act_on_nothing(void **state)
{
	struct sg_strbuf b = SG_STRBUF_INIT;
	struct sg_json_writer w;

	(void)state;
	sg_json_writer_init(&w, &b);
	sg_json_add_string(
		&w, NULL,
		"\"\\/\b\f\n\r\t\x01\x1b\x7f\xc2\x85\u00e9\u202e\U0001f600\U000e0041\xff\xc3");
	assert_string_equal(b.data,
			    "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001b\\u007f\\u0085\u00e9\\u202e"
			    "\U0001f600\\udb40\\udc41\ufffd\ufffd\"\n");
	sg_strbuf_done(&b);
}

static void what_is_written_reads_back(void **state)
{
	(void)state;
	for (unsigned int c = 1; c < 0x110000; c += c < 0x3000 ? 1 : 977) {
		_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;
		struct sg_strbuf b = SG_STRBUF_INIT;
		struct sg_json_writer w;
		const char *s = NULL;
		char in[8];

		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		if (c < 0x80)
			snprintf(in, sizeof(in), "%c", (int)c);
		else if (c < 0x800)
			snprintf(in, sizeof(in), "%c%c", (int)(0xc0 | c >> 6),
				 (int)(0x80 | (c & 0x3f)));
		else if (c < 0x10000)
			snprintf(in, sizeof(in), "%c%c%c", (int)(0xe0 | c >> 12),
				 (int)(0x80 | (c >> 6 & 0x3f)), (int)(0x80 | (c & 0x3f)));
		else
			snprintf(in, sizeof(in), "%c%c%c%c", (int)(0xf0 | c >> 18),
				 (int)(0x80 | (c >> 12 & 0x3f)), (int)(0x80 | (c >> 6 & 0x3f)),
				 (int)(0x80 | (c & 0x3f)));
		sg_json_writer_init(&w, &b);
		sg_json_add_string(&w, NULL, in);
		doc = parse(b.data);
		assert_int_equal(sg_json_string(doc, sg_json_root(doc), &s, NULL), 0);
		assert_string_equal(s, in);
		sg_strbuf_done(&b);
	}
}

static void a_writer_that_is_nested_too_deep_fails(void **state)
{
	struct sg_strbuf b = SG_STRBUF_INIT;
	struct sg_json_writer w;

	(void)state;
	sg_json_writer_init(&w, &b);
	for (int i = 0; i < 200; i++)
		sg_json_open_array(&w, NULL);
	assert_true(b.failed);
	sg_strbuf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_laid_out_and_exact),
		cmocka_unit_test(written_strings_act_on_nothing),
		cmocka_unit_test(what_is_written_reads_back),
		cmocka_unit_test(a_writer_that_is_nested_too_deep_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
