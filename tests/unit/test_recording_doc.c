/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "random_recording.h"
#include "recording/facts.h"
#include "view/show/show.h"

#define DOC SG_SOURCE_DIR "/docs/recording-format.md"

/* docs/recording-format.md is a contract with people whom we do not know: it must not drift from
 * the code. */

static char *doc;

static int read_doc(void **state)
{
	_cleanup_fclose_ FILE *f = fopen(DOC, "re");
	struct sg_strbuf b = SG_STRBUF_INIT;
	char part[4096];
	size_t n;

	(void)state;
	if (!f)
		return -1;
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		sg_strbuf_add_mem(&b, part, n);
	return sg_strbuf_steal(&b, &doc, NULL);
}

static int free_doc(void **state)
{
	(void)state;
	free(doc);
	return 0;
}

/* The text of the @nth block of JSON (from 0); the caller frees it. */
static char *example(size_t nth)
{
	static const char fence[] = "\n```json\n";
	const char *p = doc, *end;
	char *text;

	for (size_t i = 0; i <= nth; i++) {
		p = strstr(p, fence);
		assert_non_null(p);
		p += strlen(fence);
	}
	end = strstr(p, "\n```\n");
	assert_non_null(end);
	text = strndup(p, (size_t)(end - p) + 1);
	assert_non_null(text);
	return text;
}

static void the_example_is_what_we_print(void **state)
{
	_cleanup_free_ char *text = example(0), *printed = NULL;
	_cleanup_(sg_recording_freep) struct sg_recording *rec = parse_recording(text);

	(void)state;
	printed = print_recording(rec);
	assert_string_equal(text, printed);
	assert_int_equal(rec->runs[0]->entries[3].n_programs, 1);
	assert_string_equal(rec->runs[0]->entries[3].programs[0], "caf\xe9");
}

static void the_summary_is_that_of_the_example(void **state)
{
	_cleanup_free_ char *text = example(0), *expected = example(1), *printed = NULL;
	_cleanup_(sg_recording_freep) struct sg_recording *rec = parse_recording(text);
	struct sg_strbuf b = SG_STRBUF_INIT;

	(void)state;
	assert_int_equal(sg_view_show_json(rec, &b, NULL), 0);
	assert_int_equal(sg_strbuf_steal(&b, &printed, NULL), 0);
	assert_string_equal(expected, printed);
}

static void assert_in_doc(const char *text)
{
	if (!strstr(doc, text))
		fail_msg("%s does not have:\n%s", DOC, text);
}

static void assert_named_in_doc(const char *name)
{
	char quoted[128];

	snprintf(quoted, sizeof(quoted), "`%s`", name);
	assert_in_doc(quoted);
}

static void every_loss_is_in_the_table(void **state)
{
	static const char *const classes[] = {
		[SG_LOSS_CLASS_SET] = "set",
		[SG_LOSS_CLASS_AUDIT] = "audit",
		[SG_LOSS_CLASS_DETAIL] = "detail",
	};

	(void)state;
	for (size_t i = 0; i < SG_LOSS_MAX_; i++) {
		char row[512];

		snprintf(row, sizeof(row), "\n| `%s` | %s | %s |\n", sg_loss_kinds[i].name,
			 classes[sg_loss_kinds[i].class], sg_loss_kinds[i].meaning);
		assert_in_doc(row);
	}
}

static void every_fact_stage_denial_and_source_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; sg_fact_groups[i]; i++) {
		for (const struct sg_fact *fact = sg_fact_groups[i]->facts; fact->name; fact++)
			assert_named_in_doc(fact->name);
	}
	for (size_t i = 0; i < SG_STAGE_MAX_; i++)
		assert_named_in_doc(sg_stage_names[i]);
	for (size_t i = 0; i < SG_DENIAL_MAX_; i++)
		assert_named_in_doc(sg_denial_names[i]);
	for (size_t i = 0; i < SG_SOURCE_COUNT; i++)
		assert_named_in_doc(sg_source_names[i]);
}

static void assert_names_in_doc(const cJSON *node)
{
	const cJSON *child;

	if (node->string)
		assert_named_in_doc(node->string);
	cJSON_ArrayForEach (child, node)
		assert_names_in_doc(child);
}

/* Whatever the printer writes: a recording in which everything is known. */
static void every_field_that_is_printed_is_named(void **state)
{
	uint64_t seed = 42;

	(void)state;
	for (int i = 0; i < 100; i++) {
		_cleanup_(sg_recording_freep) struct sg_recording *rec = random_recording(&seed);
		_cleanup_free_ char *text = print_recording(rec);
		cJSON *root = cJSON_Parse(text);

		assert_non_null(root);
		assert_names_in_doc(root);
		cJSON_Delete(root);
	}
}

static void every_field_of_the_summary_is_named(void **state)
{
	_cleanup_free_ char *text = example(1);
	cJSON *root = cJSON_Parse(text), *child;
	char name[64];

	(void)state;
	assert_non_null(root);
	cJSON_ArrayForEach (child, root)
		assert_named_in_doc(child->string);
	cJSON_ArrayForEach (child, cJSON_GetArrayItem(cJSON_GetObjectItem(root, "syscalls"), 0)) {
		if (strcmp(child->string, "nr") == 0)
			continue; /* shares its row with arch */
		snprintf(name, sizeof(name), "| `syscalls[].%s`", child->string);
		assert_in_doc(name);
	}
	cJSON_Delete(root);
}

static void the_limits_are_those_of_the_code(void **state)
{
	char text[128];

	(void)state;
	snprintf(text, sizeof(text), "more than %u MiB, with more than %u,%03u,%03u values",
		 SG_RECORDING_MAX_BYTES >> 20, SG_JSON_MAX_VALUES / 1000000,
		 SG_JSON_MAX_VALUES / 1000 % 1000, SG_JSON_MAX_VALUES % 1000);
	assert_in_doc(text);
	snprintf(text, sizeof(text), "nested deeper than %d\n", SG_JSON_MAX_DEPTH);
	assert_in_doc(text);
	snprintf(text, sizeof(text), "# The recording format, version %d\n", SG_RECORDING_VERSION);
	assert_in_doc(text);
	assert_named_in_doc(SG_RECORDING_FORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_is_what_we_print),
		cmocka_unit_test(the_summary_is_that_of_the_example),
		cmocka_unit_test(every_loss_is_in_the_table),
		cmocka_unit_test(every_fact_stage_denial_and_source_is_named),
		cmocka_unit_test(every_field_that_is_printed_is_named),
		cmocka_unit_test(every_field_of_the_summary_is_named),
		cmocka_unit_test(the_limits_are_those_of_the_code),
	};

	return cmocka_run_group_tests(tests, read_doc, free_doc);
}
