/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "base/escape.h"
#include "base/json/json.h"
#include "base/texts.h"
#include "infer/floor/build.h"
#include "infer/floor/row.h"
#include "syscall/table.h"

#define FLOOR_VERSION 1
/* What is asked of the document, and what came of it. */
struct query {
	const char *name;
	const struct sg_floor_version *version; /* NULL: any */
	enum sg_tristate no_new_privs;
	const char *runtime; /* borrowed from the document */
	struct sg_floor *floor;
	bool least; /* what all rows that fit call at every start, in place of what any of them
		       calls */
	bool measured, read; /* how the rows that fit were obtained */
};

/* When the calls of @row are needed. */
static int take_uses(struct sg_floor *floor, const struct sg_floor_row *row, struct sg_error *err)
{
	const cJSON *call;
	int r = 0;

	cJSON_ArrayForEach (call, row->calls) {
		if (r == 0)
			r = sg_floor_add_use(floor, call->valuestring,
					     sg_floor_row_when(row, call->valuestring),
					     row->no_new_privs, err);
	}
	cJSON_ArrayForEach (call, row->sometimes) {
		if (r == 0)
			r = sg_floor_add_use(floor, call->valuestring, SG_FLOOR_AT_TIMES,
					     row->no_new_privs, err);
	}
	return r;
}

static int take_tolerated(const struct sg_json_doc *doc, const cJSON *node, void *data,
			  struct sg_error *err)
{
	struct sg_floor *floor = data;

	(void)doc;
	return sg_texts_add(&floor->tolerated, &floor->n_tolerated, node->valuestring, err);
}

/* Of several rows that have a way for one call, all count: what they call is needed. */
static int take_way(struct sg_floor *floor, const cJSON *node, struct sg_error *err)
{
	struct sg_floor_way *way = NULL;
	const cJSON *child;
	int r = 0;

	for (size_t i = 0; i < floor->n_ways; i++) {
		if (strcmp(floor->ways[i].call, node->string) == 0)
			way = &floor->ways[i];
	}
	if (!way) {
		if (SG_ARRAY_GROW(floor->ways, floor->n_ways) < 0)
			return sg_error_oom(err);
		way = &floor->ways[floor->n_ways];
		*way = (struct sg_floor_way){ .call = strdup(node->string) };
		if (!way->call)
			return sg_error_oom(err);
		floor->n_ways++;
	}
	cJSON_ArrayForEach (child, node) {
		if (r == 0)
			r = sg_texts_add(&way->instead, &way->n_instead, child->valuestring, err);
	}
	return r;
}

static int take_name(const struct sg_json_doc *doc, const cJSON *node, void *data,
		     struct sg_error *err)
{
	(void)doc;
	return sg_floor_add_name(data, node->valuestring, err);
}

/* Drop from @floor what is not in @calls. */
static void keep_common(struct sg_floor *floor, const cJSON *calls)
{
	size_t left = 0;

	for (size_t i = 0; i < floor->n_names; i++) {
		const cJSON *call = calls->child;

		while (call && strcmp(call->valuestring, floor->names[i]) != 0)
			call = call->next;
		if (call)
			floor->names[left++] = floor->names[i];
		else
			free(floor->names[i]);
	}
	floor->n_names = left;
}

static int read_floor(const struct sg_json_doc *doc, const cJSON *node, void *data,
		      struct sg_error *err)
{
	struct query *query = data;
	struct sg_floor_row row = { .version = query->version };
	const cJSON *way;
	int r;

	r = sg_floor_row_read(doc, node, &row, err);
	if (r < 0)
		return r;
	if (!row.fits_version ||
	    (row.no_new_privs && query->no_new_privs && row.no_new_privs != query->no_new_privs))
		return 0;
	if (query->least && !row.calls->child)
		return 0; /* a row of what is called at times only */
	if (query->least && (query->measured || query->read)) {
		keep_common(query->floor, row.calls);
		return 0;
	}
	query->measured |= row.is_measured;
	query->read |= !row.is_measured;
	r = sg_json_array(doc, row.calls, take_name, query->floor, err);
	if (r == 0 && row.sometimes && !query->least)
		r = sg_json_array(doc, row.sometimes, take_name, query->floor, err);
	if (r == 0 && row.not_needed)
		r = sg_json_array(doc, row.not_needed, take_tolerated, query->floor, err);
	if (r == 0)
		r = take_uses(query->floor, &row, err);
	cJSON_ArrayForEach (way, row.instead) {
		if (r == 0)
			r = take_way(query->floor, way, err);
	}
	return r;
}

static int read_format(const struct sg_json_doc *doc, const cJSON *node, void *data,
		       struct sg_error *err)
{
	uint32_t version;
	int r;

	(void)data;
	r = sg_json_u32(doc, node, &version, err);
	if (r == 0 && version != FLOOR_VERSION)
		r = sg_json_error(doc, node, err,
				  "version %u of the format: this program reads version %u",
				  version, FLOOR_VERSION);
	return r;
}

static int read_runtime(const struct sg_json_doc *doc, const cJSON *node, void *data,
			struct sg_error *err)
{
	struct query *query = data;

	return sg_json_string(doc, node, &query->runtime, err);
}

static int read_floors(const struct sg_json_doc *doc, const cJSON *node, void *data,
		       struct sg_error *err)
{
	return sg_json_array(doc, node, read_floor, data, err);
}

/* "runc 1.1.5, with no_new_privs" */
static void describe(const struct query *query, const char *version, struct sg_strbuf *out)
{
	static const char *const privs[] = {
		[SG_UNKNOWN] = ", with or without no_new_privs",
		[SG_NO] = ", without no_new_privs",
		[SG_YES] = ", with no_new_privs",
	};

	sg_escape(out, query->runtime);
	sg_strbuf_add(out, version ? " " : " of any version");
	if (version)
		sg_escape(out, version);
	sg_strbuf_add(out, privs[query->no_new_privs]);
}

static int finish(struct query *query, const char *version, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf b = SG_STRBUF_INIT;

	describe(query, version, &b);
	if (b.failed)
		return sg_error_oom(err);
	if (!query->measured && !query->read)
		return sg_error_set(err, -ENOENT, "%s: no floor for %s", query->name, b.data);
	sg_strbuf_printf(&b, " (%s)",
			 !query->read	    ? "measured"
			 : !query->measured ? "from its source"
					    : "measured, and from its source");
	return sg_floor_set_runtime(query->floor, &b, err);
}

static int parse(const char *name, const char *text, size_t len, const char *version,
		 enum sg_tristate no_new_privs, bool least, struct sg_floor **ret,
		 struct sg_error *err)
{
	static const struct sg_json_field fields[] = {
		{ "version", read_format, true },
		{ "runtime", read_runtime, true },
		{ "floors", read_floors, true },
		{ NULL, NULL, false },
	};
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;
	_cleanup_(sg_floor_freep) struct sg_floor *floor = NULL;
	struct query query = { .name = name, .no_new_privs = no_new_privs, .least = least };
	struct sg_floor_version wanted;
	int r;

	if (version && !sg_floor_version_read(version, &wanted))
		return sg_error_set(err, -EINVAL,
				    "%s: the runtime's version '%s' is none such as 1.1.5", name,
				    version);
	query.version = version ? &wanted : NULL;
	floor = calloc(1, sizeof(*floor));
	if (!floor)
		return sg_error_oom(err);
	floor->one_kind = no_new_privs != SG_UNKNOWN;
	query.floor = floor;
	r = sg_json_parse(name, text, len, &doc, err);
	if (r == 0)
		r = sg_json_object(doc, sg_json_root(doc), fields, SG_JSON_UNKNOWN_REFUSE, &query,
				   err);
	if (r == 0)
		r = finish(&query, version, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(floor);
	return 0;
}

int sg_floor_parse(const char *name, const char *text, size_t len, const char *version,
		   enum sg_tristate no_new_privs, struct sg_floor **ret, struct sg_error *err)
{
	return parse(name, text, len, version, no_new_privs, false, ret, err);
}

int sg_floor_parse_least(const char *name, const char *text, size_t len,
			 enum sg_tristate no_new_privs, struct sg_floor **ret, struct sg_error *err)
{
	return parse(name, text, len, NULL, no_new_privs, true, ret, err);
}
