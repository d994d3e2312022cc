/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
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

struct refusal {
	const char *text;
	size_t len; /* 0: strlen */
	int code;
	const char *where; /* "line:column" */
};

#define BAD(text, where)                \
	{                               \
		text, 0, -EINVAL, where \
	}
#define BAD_MEM(text, where)                           \
	{                                              \
		text, sizeof(text) - 1, -EINVAL, where \
	}

static const struct refusal refusals[] = {
	BAD("", "1:1"),
	BAD(" \n ", "2:2"),
	BAD("{", "1:2"),
	BAD("[1,", "1:4"),
	BAD("[1,]", "1:4"),
	BAD("{\"a\":1,}", "1:8"),
	BAD("{\"a\" 1}", "1:6"),
	BAD("{a:1}", "1:2"),
	BAD("{'a':1}", "1:2"),
	BAD("[1 2]", "1:4"),
	BAD("[1}", "1:3"),
	BAD("1 2", "1:3"),
	BAD("{}x", "1:3"),
	BAD("tru", "1:1"),
	BAD("True", "1:1"),
	BAD("NaN", "1:1"),
	BAD("nullx", "1:5"),
	BAD("// c\n1", "1:1"),
	BAD("\xef\xbb\xbf{}", "1:1"),
	/* Numbers. */
	BAD("01", "1:1"),
	BAD("-01", "1:1"),
	BAD("+1", "1:1"),
	BAD("-", "1:2"),
	BAD(".5", "1:1"),
	BAD("1.", "1:3"),
	BAD("1.e1", "1:3"),
	BAD("1e", "1:3"),
	BAD("1e+", "1:4"),
	BAD("0x10", "1:2"),
	BAD("1_000", "1:2"),
	BAD("1234567890123456789012345678901234567890123456789012345678901234", "1:1"),
	/* Strings. */
	BAD("\"abc", "1:1"),
	BAD("\"a\nb\"", "1:3"),
	BAD("\"a\tb\"", "1:3"),
	BAD("\"\x1f\"", "1:2"),
	BAD("\"\\q\"", "1:3"),
	BAD("\"\\u12g4\"", "1:6"),
	BAD("\"\\u0000\"", "1:2"),
	BAD("\"\\ud800\"", "1:2"),
	BAD("\"\\ud800x\"", "1:2"),
	BAD("\"\\ud800\\n\"", "1:2"),
	BAD("\"\\ud800\\u0041\"", "1:2"),
	BAD("\"\\udc00\"", "1:2"),
	BAD("\"\x80\"", "1:2"),
	BAD("\"\xc0\xaf\"", "1:2"),
	BAD("\"\xe0\x80\xaf\"", "1:2"),
	BAD("\"\xed\xa0\x80\"", "1:2"),
	BAD("\"\xf4\x90\x80\x80\"", "1:2"),
	BAD("\"\xc3\"", "1:2"),
	BAD_MEM("\"a\0b\"", "1:3"),
	BAD_MEM("1\0", "1:2"),
	BAD_MEM("\0", "1:1"),
	/* Names. */
	BAD("{\"a\":1,\"b\":2,\n\"a\":3}", "2:5"),
	BAD("{\"a\":1,\"\\u0061\":2}", "1:17"),
	BAD("{\"\":1,\"\":2}", "1:10"),
	BAD("[{\"x\":{\"a\":[],\"a\":[]}}]", "1:19"),
};

static void what_json_does_not_know_is_refused_at_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(refusals); i++) {
		const struct refusal *c = &refusals[i];
		struct sg_json_doc *doc = NULL;
		struct sg_error err = { 0 };
		char start[64];
		int r = sg_json_parse("t.json", c->text, c->len ? c->len : strlen(c->text), &doc,
				      &err);

		snprintf(start, sizeof(start), "t.json:%s: ", c->where);
		if (r != c->code || strncmp(err.message, start, strlen(start)) != 0)
			fail_msg("%s\n  gives %d, \"%s\"\n  not %d, \"%s…\"", c->text, r,
				 err.message, c->code, start);
		assert_null(doc);
	}
}

static void every_kind_of_value_is_read(void **state)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;
	const char *s;
	bool b;

	(void)state;
	doc = parse("\r\n\t "
		    "{\"s\":\"a\\\"\\\\\\/"
		    "\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\",\"t\":true,\"f\":false,"
		    "\"n\":null,\"a\":[],\"o\":{},\"x\":-1.5e+3,\"z\":-0}\n");
	assert_int_equal(sg_json_string(doc, cJSON_GetObjectItem(sg_json_root(doc), "s"), &s, NULL),
			 0);
	assert_string_equal(s, "a\"\\/\b\f\n\r\t\u00e9\U0001f600");
	assert_int_equal(sg_json_bool(doc, cJSON_GetObjectItem(sg_json_root(doc), "t"), &b, NULL),
			 0);
	assert_true(b);
	assert_int_equal(sg_json_bool(doc, cJSON_GetObjectItem(sg_json_root(doc), "f"), &b, NULL),
			 0);
	assert_false(b);
	assert_true(cJSON_IsNull(cJSON_GetObjectItem(sg_json_root(doc), "n")));
}

static void positions_are_those_of_the_values(void **state)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;
	const cJSON *a, *foreign;
	unsigned int line, column;

	(void)state;
	doc = parse("{\n  \"a\": [10, {\"b\": \"x,y\"},\n\t30],\n  \"c\": 4\n}\n");
	sg_json_position(doc, sg_json_root(doc), &line, &column);
	assert_int_equal(line, 1);
	assert_int_equal(column, 1);
	a = cJSON_GetObjectItem(sg_json_root(doc), "a");
	sg_json_position(doc, a, &line, &column);
	assert_int_equal(line, 2);
	assert_int_equal(column, 8);
	sg_json_position(doc, cJSON_GetObjectItem(cJSON_GetArrayItem(a, 1), "b"), &line, &column);
	assert_int_equal(line, 2);
	assert_int_equal(column, 19);
	sg_json_position(doc, cJSON_GetArrayItem(a, 2), &line, &column);
	assert_int_equal(line, 3);
	assert_int_equal(column, 2);
	sg_json_position(doc, cJSON_GetObjectItem(sg_json_root(doc), "c"), &line, &column);
	assert_int_equal(line, 4);
	assert_int_equal(column, 8);
	foreign = &(cJSON){ 0 };
	sg_json_position(doc, foreign, &line, &column);
	assert_int_equal(line, 0);
	assert_int_equal(column, 0);
}

static void integers_are_exact_to_64_bits(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
	} cases[] = {
		{ "0", 0 },
		{ "4294967296", UINT64_C(4294967296) },
		{ "9007199254740993", UINT64_C(9007199254740993) },
		{ "1795286882707000001", UINT64_C(1795286882707000001) },
		{ "18446744073709486081", UINT64_C(0xffffffffffff0001) },
		{ "18446744073709551615", UINT64_MAX },
	};
	static const char *const bad[] = {
		"18446744073709551616",	   "-1",   "-0",   "1.0", "1e3", "1E3", "\"1\"",
		"99999999999999999999999", "true", "null", "[]",  "{}"
	};
	uint64_t v = 7;

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(cases); i++) {
		_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = parse(cases[i].text);

		assert_int_equal(sg_json_u64(doc, sg_json_root(doc), &v, NULL), 0);
		assert_true(v == cases[i].value);
	}
	v = 7;
	for (size_t i = 0; i < SG_ARRAY_SIZE(bad); i++) {
		_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = parse(bad[i]);
		struct sg_error err = { 0 };

		assert_int_equal(sg_json_u64(doc, sg_json_root(doc), &v, &err), -EINVAL);
		assert_string_equal(
			err.message,
			"t.json:1:1: expected an integer from 0 to 18446744073709551615");
		assert_true(v == 7);
	}
}

static void a_u32_has_its_own_range(void **state)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = parse("[4294967295,4294967296]");
	struct sg_error err = { 0 };
	uint32_t v = 0;

	(void)state;
	assert_int_equal(sg_json_u32(doc, cJSON_GetArrayItem(sg_json_root(doc), 0), &v, &err), 0);
	assert_true(v == UINT32_MAX);
	assert_int_equal(sg_json_u32(doc, cJSON_GetArrayItem(sg_json_root(doc), 1), &v, &err),
			 -EINVAL);
	assert_string_equal(err.message, "t.json:1:13: expected an integer from 0 to 4294967295");
}

struct point {
	uint32_t x, y;
};

static int read_x(const struct sg_json_doc *doc, const cJSON *node, void *data,
		  struct sg_error *err)
{
	return sg_json_u32(doc, node, &((struct point *)data)->x, err);
}

static int read_y(const struct sg_json_doc *doc, const cJSON *node, void *data,
		  struct sg_error *err)
{
	return sg_json_u32(doc, node, &((struct point *)data)->y, err);
}

static const struct sg_json_field point_fields[] = {
	{ "x", read_x, true },
	{ "y", read_y, false },
	{ 0 },
};

static int read_point(const char *text, enum sg_json_unknown unknown, struct point *p,
		      struct sg_error *err)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = parse(text);

	return sg_json_object(doc, sg_json_root(doc), point_fields, unknown, p, err);
}

static void an_object_is_read_by_its_table(void **state)
{
	struct sg_error err = { 0 };
	struct point p = { 0 };

	(void)state;
	assert_int_equal(read_point("{\"y\":2,\"x\":1}", SG_JSON_UNKNOWN_REFUSE, &p, &err), 0);
	assert_int_equal(p.x, 1);
	assert_int_equal(p.y, 2);
	assert_int_equal(read_point("{\"y\":2}", SG_JSON_UNKNOWN_REFUSE, &p, &err), -EINVAL);
	assert_string_equal(err.message, "t.json:1:1: the field \"x\" is missing");
	assert_int_equal(read_point("[1]", SG_JSON_UNKNOWN_REFUSE, &p, &err), -EINVAL);
	assert_string_equal(err.message, "t.json:1:1: expected an object");
	assert_int_equal(read_point("{\"x\":\"1\"}", SG_JSON_UNKNOWN_REFUSE, &p, &err), -EINVAL);
	assert_string_equal(err.message,
			    "t.json:1:6: field \"x\": expected an integer from 0 to 4294967295");
}

static void unknown_fields_are_refused_or_passed_over(void **state)
{
	struct sg_error err = { 0 };
	struct point p = { 0 };

	(void)state;
	assert_int_equal(read_point("{\"x\":1,\"\\u001b[2Jz\":0}", SG_JSON_UNKNOWN_SKIP, &p, &err),
			 0);
	assert_int_equal(
		read_point("{\"x\":1,\"\\u001b[2Jz\":0}", SG_JSON_UNKNOWN_REFUSE, &p, &err),
		-EINVAL);
	assert_string_equal(err.message, "t.json:1:21: unknown field \"\\x1b[2Jz\"");
}

static void a_quoted_text_is_cut_between_characters(void **state)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;
	struct sg_error err = { 0 };
	char text[128] = "a";

	(void)state;
	for (int i = 0; i < 40; i++)
		strcat(text, "\u00e9");
	doc = parse("1");
	assert_int_equal(sg_json_error_quoting(doc, sg_json_root(doc), &err, "no %s", text),
			 -EINVAL);
	assert_int_equal(strlen(err.message), strlen("t.json:1:1: no \"\"") + 63 + strlen("…"));
}

static int sum(const struct sg_json_doc *doc, const cJSON *node, void *data, struct sg_error *err)
{
	uint64_t v;
	int r = sg_json_u64(doc, node, &v, err);

	if (r == 0)
		*(uint64_t *)data += v;
	return r;
}

static void an_array_is_read_element_by_element(void **state)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = parse("[[1,2,3],[1,\"2\"],4]");
	const cJSON *root = sg_json_root(doc);
	struct sg_error err = { 0 };
	uint64_t total = 0;

	(void)state;
	assert_int_equal(sg_json_array(doc, cJSON_GetArrayItem(root, 0), sum, &total, &err), 0);
	assert_int_equal(total, 6);
	assert_int_equal(sg_json_array(doc, cJSON_GetArrayItem(root, 1), sum, &total, &err),
			 -EINVAL);
	assert_non_null(strstr(err.message, "t.json:1:13: "));
	assert_int_equal(sg_json_array(doc, cJSON_GetArrayItem(root, 2), sum, &total, &err),
			 -EINVAL);
	assert_string_equal(err.message, "t.json:1:18: expected an array");
}

static void depth_is_bounded(void **state)
{
	static char text[200001];
	struct sg_json_doc *doc = NULL;
	struct sg_error err = { 0 };

	(void)state;
	memset(text, '[', 100000);
	memset(text + 100000, ']', 100000);
	assert_int_equal(sg_json_parse("t", text, 200000, &doc, &err), -E2BIG);
	assert_string_equal(err.message, "t:1:65: nested too deep");
	memset(text, '[', SG_JSON_MAX_DEPTH);
	memset(text + SG_JSON_MAX_DEPTH, ']', SG_JSON_MAX_DEPTH);
	assert_int_equal(sg_json_parse("t", text, 2 * SG_JSON_MAX_DEPTH, &doc, &err), 0);
	sg_json_doc_free(doc);
}

static void size_is_bounded_before_anything_is_read(void **state)
{
	struct sg_json_doc *doc = NULL;
	struct sg_error err = { 0 };

	(void)state;
	/* One byte is all there is: a larger length must not be touched. */
	assert_int_equal(sg_json_parse("t", "1", SG_JSON_MAX_BYTES + 1, &doc, &err), -E2BIG);
	assert_non_null(strstr(err.message, "16777217 bytes"));
	assert_int_equal(sg_json_parse_limit("t", "[1]", 3, 2, &doc, &err), -E2BIG);
	assert_int_equal(sg_json_parse_limit("t", "[1]", 3, 3, &doc, &err), 0);
	sg_json_doc_free(doc);
}

static void the_number_of_values_is_bounded(void **state)
{
	size_t n = (size_t)SG_JSON_MAX_VALUES * 2 + 1; /* "[0,0,…,0]": the array and MAX zeros */
	_cleanup_free_ char *text = malloc(n);
	struct sg_json_doc *doc = NULL;
	struct sg_error err = { 0 };

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < n; i++)
		text[i] = i % 2 ? '0' : ',';
	text[0] = '[';
	text[n - 1] = ']';
	assert_int_equal(sg_json_parse("t", text, n, &doc, &err), -E2BIG);
	assert_non_null(strstr(err.message, "more values than"));
}

static double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* Quadratic work on 500,000 names would be 10^11 steps: minutes, not seconds. */
static void one_object_of_half_a_million_names_is_quick(void **state)
{
	struct sg_strbuf b = SG_STRBUF_INIT;
	struct sg_json_doc *doc = NULL;
	struct sg_error err = { 0 };
	const cJSON *child;
	unsigned int line, column, last = 0;
	double start;

	(void)state;
	sg_strbuf_add(&b, "{");
	for (int i = 0; i < 500000; i++)
		sg_strbuf_printf(&b, "%s\n\"alike %ld\": %d", i ? "," : "", i * 7919L % 500000, i);
	sg_strbuf_add(&b, "}");
	start = seconds();
	assert_int_equal(sg_json_parse("t", b.data, b.len, &doc, &err), 0);
	cJSON_ArrayForEach (child, sg_json_root(doc)) {
		sg_json_position(doc, child, &line, &column);
		assert_true(line > last);
		last = line;
	}
	assert_int_equal(last, 500001);
	assert_true(seconds() - start < 10);
	sg_json_doc_free(doc);
	sg_strbuf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_json_does_not_know_is_refused_at_its_place),
		cmocka_unit_test(every_kind_of_value_is_read),
		cmocka_unit_test(positions_are_those_of_the_values),
		cmocka_unit_test(integers_are_exact_to_64_bits),
		cmocka_unit_test(a_u32_has_its_own_range),
		cmocka_unit_test(an_object_is_read_by_its_table),
		cmocka_unit_test(unknown_fields_are_refused_or_passed_over),
		cmocka_unit_test(a_quoted_text_is_cut_between_characters),
		cmocka_unit_test(an_array_is_read_element_by_element),
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(size_is_bounded_before_anything_is_read),
		cmocka_unit_test(the_number_of_values_is_bounded),
		cmocka_unit_test(one_object_of_half_a_million_names_is_quick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
