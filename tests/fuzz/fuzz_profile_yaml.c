/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json/yaml.h"
#include "base/json/yaml_write.h"
#include "profile_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The tree as the writer prints it. */
static void write_tree(struct sg_yaml_writer *w, const cJSON *node)
{
	const cJSON *child;

	if (cJSON_IsObject(node)) {
		sg_yaml_open_mapping(w);
		cJSON_ArrayForEach (child, node) {
			sg_yaml_string(w, child->string);
			write_tree(w, child);
		}
		sg_yaml_close_mapping(w);
	} else if (cJSON_IsArray(node)) {
		sg_yaml_open_sequence(w);
		cJSON_ArrayForEach (child, node)
			write_tree(w, child);
		sg_yaml_close_sequence(w);
	} else if (cJSON_IsString(node)) {
		sg_yaml_string(w, node->valuestring);
	} else {
		sg_yaml_u64(w, 7); /* the writer has no other scalars */
	}
}

/* What is read as YAML and written reads back as the same strings. */
static void check_written(const struct sg_json_doc *doc)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *back = NULL;
	_cleanup_(sg_strbuf_done) struct sg_strbuf first = SG_STRBUF_INIT, second = SG_STRBUF_INIT;
	struct sg_error err = { 0 };
	struct sg_yaml_writer w;

	CHECK(sg_yaml_writer_init(&w, &first, NULL) == 0);
	write_tree(&w, sg_json_root(doc));
	if (sg_yaml_writer_finish(&w, &err) < 0)
		return;
	if (sg_yaml_parse("back", first.data, first.len, SIZE_MAX, &back, &err) < 0) {
		fprintf(stderr, "%s\n%s\n", err.message, first.data);
		abort();
	}
	CHECK(sg_yaml_writer_init(&w, &second, NULL) == 0);
	write_tree(&w, sg_json_root(back));
	CHECK(sg_yaml_writer_finish(&w, NULL) == 0);
	CHECK(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;

	if (sg_yaml_parse("fuzz", (const char *)data, size, 1 << 16, &doc, NULL) == 0)
		check_written(doc);
	fuzz_profile((const char *)data, size);
	return 0;
}
