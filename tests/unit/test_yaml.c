/* SPDX-License-Identifier: Apache-2.0 */
/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
/* clang-format on */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json/yaml.h"

static struct sg_json_doc *parse(const char *text)
{
	struct sg_json_doc *doc = NULL;
	struct sg_error err = { 0 };

	if (sg_yaml_parse("y", text, strlen(text), 1 << 20, &doc, &err) < 0)
		fail_msg("%s", err.message);
	return doc;
}

/* The tree as compact JSON: the words and the structure in one look. */
static void assert_is(const char *text, const char *json)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = parse(text);
	char *printed = cJSON_PrintUnformatted(sg_json_root(doc));

	assert_string_equal(printed, json);
	free(printed);
}

static void scalars_are_typed_as_the_core_schema_has_it(void **state)
{
	(void)state;
	assert_is("[1, -2, 0, 3.5, 38]", "[1,-2,0,3.5,38]");
	assert_is("['1', \"38\", 1.2.3, 10Mi, -, .]",
		  "[\"1\",\"38\",\"1.2.3\",\"10Mi\",\"-\",\".\"]");
	assert_is("[true, True, FALSE, null, ~, ]", "[true,true,false,null,null]");
	assert_is("['true', \"null\", yes, no, on, truely]",
		  "[\"true\",\"null\",\"yes\",\"no\",\"on\",\"truely\"]");
	assert_is("a:\nb: ''\n", "{\"a\":null,\"b\":\"\"}");
	assert_is("a: |\n  1\n  2\n", "{\"a\":\"1\\n2\\n\"}");
}

static void structure_is_preserved(void **state)
{
	(void)state;
	assert_is("a: {b: [1, {c: d}]}\ne:\n- f\n- g: h\n  i: j\n",
		  "{\"a\":{\"b\":[1,{\"c\":\"d\"}]},\"e\":[\"f\",{\"g\":\"h\",\"i\":\"j\"}]}");
	assert_is("--- # a comment\na: b\n...\n", "{\"a\":\"b\"}");
}

static void positions_are_those_of_the_values(void **state)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc =
		parse("\"\xc3\xa4\xc3\xb6\": 'x'\nb:\n  - c: \xe2\x82\xac\n    d: 7\n");
	const cJSON *root = sg_json_root(doc), *b, *element;
	unsigned int line, column;
	uint64_t seven;

	(void)state;
	sg_json_position(doc, root->child, &line, &column);
	assert_int_equal(line, 1);
	assert_int_equal(column, 9); /* in bytes, as in JSON */
	b = cJSON_GetObjectItem(root, "b");
	element = b->child;
	sg_json_position(doc, element, &line, &column);
	assert_int_equal(line, 3);
	assert_int_equal(column, 5);
	sg_json_position(doc, cJSON_GetObjectItem(element, "d"), &line, &column);
	assert_int_equal(line, 4);
	assert_int_equal(column, 8);
	assert_int_equal(sg_json_u64(doc, cJSON_GetObjectItem(element, "d"), &seven, NULL), 0);
	assert_int_equal(seven, 7);
}

static void integers_keep_all_64_bits(void **state)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = parse("v: 18446744073709551615\n");
	uint64_t v = 0;

	(void)state;
	assert_int_equal(sg_json_u64(doc, sg_json_root(doc)->child, &v, NULL), 0);
	assert_true(v == UINT64_MAX);
}

static void a_quoted_number_is_no_number(void **state)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = parse("v: '12'\n");
	struct sg_error err = { 0 };
	uint64_t v;

	(void)state;
	assert_int_equal(sg_json_u64(doc, sg_json_root(doc)->child, &v, &err), -EINVAL);
	assert_string_equal(
		err.message,
		"y:1:4: field \"v\": expected an integer from 0 to 18446744073709551615");
}

static void what_json_cannot_say_is_refused(void **state)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{ "", "y:1:1: the text is empty" },
		{ "# nothing\n", "y:2:1: the text is empty" },
		{ "a: &x 1\nb: *x\n",
		  "y:1:4: an anchor: aliases are not read, so it can serve nothing" },
		{ "a: *x\n", "y:1:4: an alias: write the value out instead" },
		{ "a: !!str 1\n", "y:1:4: a tag: profiles have none" },
		{ "a: !secret [1]\n", "y:1:4: a tag: profiles have none" },
		{ "a: !x {}\n", "y:1:4: a tag: profiles have none" },
		{ "[1]: 2\n", "y:1:1: a key that is no string" },
		{ "a: 1\n---\nb: 2\n", "y:2:1: a second document: keep one profile in a file" },
		{ "a: 1\nb: 2\na: 3\n", "y:3:4: \"a\" occurs a second time in its object" },
		{ "a: 0x26\n",
		  "y:1:4: a number that parsers read differently (write it in decimal, or quote a "
		  "string)" },
		{ "a: 017\n",
		  "y:1:4: a number that parsers read differently (write it in decimal, or quote a "
		  "string)" },
		{ "a: 1_000\n",
		  "y:1:4: a number that parsers read differently (write it in decimal, or quote a "
		  "string)" },
		{ "a: +1\n",
		  "y:1:4: a number that parsers read differently (write it in decimal, or quote a "
		  "string)" },
		{ "a: \"x\\0y\"\n", "y:1:4: a string with a NUL character" },
		{ "\"x\\0y\": 1\n", "y:1:1: a key with a NUL" },
		{ "a: [1\n", "y:2:1: did not find expected ',' or ']'" },
		{ "a: \"x\n", "y:2:1: found unexpected end of stream" },
		{ "a: b: c\n", "y:1:5: mapping values are not allowed in this context" },
		{ "a: \xff\n", "y: byte 4: invalid leading UTF-8 octet" },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		struct sg_json_doc *doc = NULL;
		struct sg_error err = { 0 };
		int r = sg_yaml_parse("y", rows[i].text, strlen(rows[i].text), 1 << 20, &doc, &err);

		if (r != -EINVAL || strcmp(err.message, rows[i].message) != 0)
			fail_msg("row %zu: got %d: %s", i, r, err.message);
		assert_null(doc);
	}
}

static void a_hostile_name_is_escaped_in_messages(void **state)
{
	struct sg_json_doc *doc = NULL;
	struct sg_error err = { 0 };

	(void)state;
	assert_int_equal(sg_yaml_parse("\033[2J", "a: *x", 5, 1 << 20, &doc, &err), -EINVAL);
	assert_null(strchr(err.message, '\033'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scalars_are_typed_as_the_core_schema_has_it),
		cmocka_unit_test(structure_is_preserved),
		cmocka_unit_test(positions_are_those_of_the_values),
		cmocka_unit_test(integers_keep_all_64_bits),
		cmocka_unit_test(a_quoted_number_is_no_number),
		cmocka_unit_test(what_json_cannot_say_is_refused),
		cmocka_unit_test(a_hostile_name_is_escaped_in_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
