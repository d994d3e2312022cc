/* SPDX-License-Identifier: Apache-2.0 */
#include "base/array.h"
#include "infer/floor/floor.h"

#include <errno.h>
#include <string.h>

#include "base/escape.h"
#include "base/json.h"
#include "base/texts.h"
#include "infer/floor/build.h"
#include "syscall/table.h"

#define FLOOR_VERSION 1
#define VERSION_PARTS 4

/* "1.1.5" as numbers; parts that are not there are 0. */
struct version {
	uint32_t parts[VERSION_PARTS];
};

/* What is asked of the document, and what came of it. */
struct query {
	const char *name;
	const struct version *version; /* NULL: any */
	enum sg_tristate no_new_privs;
	const char *runtime; /* borrowed from the document */
	struct sg_floor *floor;
	bool least; /* what all rows that fit call at every start, in place of what any of them
		       calls */
	bool measured, read; /* how the rows that fit were obtained */
};

/* One element of "floors" while it is read; nothing is owned. */
struct row {
	struct query *query;
	bool fits_version;
	enum sg_tristate no_new_privs;
	const cJSON *calls, *sometimes, *not_needed, *instead, *only;
	bool is_measured;
};

/* One element of "versions": from <= version < before. */
struct range {
	struct version from, before;
	bool has_before;
};

/* The dotted numbers at the start of @s; returns what follows them, NULL when there are none. */
static const char *version_read(const char *s, struct version *ret)
{
	struct version v = { 0 };

	for (size_t i = 0; i < VERSION_PARTS; i++) {
		if (*s < '0' || *s > '9')
			return i ? s - 1 : NULL;
		for (; *s >= '0' && *s <= '9'; s++) {
			if (__builtin_mul_overflow(v.parts[i], 10u, &v.parts[i]) ||
			    __builtin_add_overflow(v.parts[i], (uint32_t)(*s - '0'), &v.parts[i]))
				return NULL;
		}
		*ret = v;
		if (*s != '.')
			return s;
		s++;
	}
	return s - 1;
}

static int version_compare(const struct version *a, const struct version *b)
{
	for (size_t i = 0; i < VERSION_PARTS; i++) {
		if (a->parts[i] != b->parts[i])
			return a->parts[i] < b->parts[i] ? -1 : 1;
	}
	return 0;
}

static int read_version(const struct sg_json_doc *doc, const cJSON *node, struct version *ret,
			struct sg_error *err)
{
	const char *text, *rest;
	int r;

	r = sg_json_string(doc, node, &text, err);
	if (r < 0)
		return r;
	rest = version_read(text, ret);
	if (!rest || *rest)
		return sg_json_error(doc, node, err, "expected a version, as in \"1.1.5\"");
	return 0;
}

static int read_from(const struct sg_json_doc *doc, const cJSON *node, void *data,
		     struct sg_error *err)
{
	struct range *range = data;

	return read_version(doc, node, &range->from, err);
}

static int read_before(const struct sg_json_doc *doc, const cJSON *node, void *data,
		       struct sg_error *err)
{
	struct range *range = data;

	range->has_before = true;
	return read_version(doc, node, &range->before, err);
}

static int read_range(const struct sg_json_doc *doc, const cJSON *node, void *data,
		      struct sg_error *err)
{
	static const struct sg_json_field fields[] = {
		{ "from", read_from, false },
		{ "before", read_before, false },
		{ NULL, NULL, false },
	};
	const struct version *version;
	struct range range = { 0 };
	struct row *row = data;
	int r;

	r = sg_json_object(doc, node, fields, SG_JSON_UNKNOWN_REFUSE, &range, err);
	if (r < 0)
		return r;
	version = row->query->version;
	if (!version || (version_compare(&range.from, version) <= 0 &&
			 (!range.has_before || version_compare(version, &range.before) < 0)))
		row->fits_version = true;
	return 0;
}

static int read_versions(const struct sg_json_doc *doc, const cJSON *node, void *data,
			 struct sg_error *err)
{
	return sg_json_array(doc, node, read_range, data, err);
}

static int read_nnp(const struct sg_json_doc *doc, const cJSON *node, void *data,
		    struct sg_error *err)
{
	struct row *row = data;
	bool value;
	int r;

	r = sg_json_bool(doc, node, &value, err);
	if (r < 0)
		return r;
	row->no_new_privs = value ? SG_YES : SG_NO;
	return 0;
}

static int read_obtained(const struct sg_json_doc *doc, const cJSON *node, void *data,
			 struct sg_error *err)
{
	struct row *row = data;
	const char *text;
	int r;

	r = sg_json_string(doc, node, &text, err);
	if (r < 0)
		return r;
	row->is_measured = strcmp(text, "measured") == 0;
	if (!row->is_measured && strcmp(text, "read") != 0)
		return sg_json_error(doc, node, err, "expected \"measured\" or \"read\"");
	return 0;
}

/* For people alone, but a string it must be. */
static int read_text(const struct sg_json_doc *doc, const cJSON *node, void *data,
		     struct sg_error *err)
{
	const char *text;

	(void)data;
	return sg_json_string(doc, node, &text, err);
}

static int check_name(const struct sg_json_doc *doc, const cJSON *node, void *data,
		      struct sg_error *err)
{
	const char *text;
	int r;

	(void)data;
	r = sg_json_string(doc, node, &text, err);
	if (r < 0)
		return r;
	if (!sg_syscall_name_is_known(text))
		return sg_json_error_quoting(doc, node, err, "no architecture has a call named %s",
					     text);
	return 0;
}

/* Rows that do not fit are held to the format all the same. */
static int read_calls(const struct sg_json_doc *doc, const cJSON *node, void *data,
		      struct sg_error *err)
{
	struct row *row = data;

	row->calls = node;
	return sg_json_array(doc, node, check_name, NULL, err);
}

static int read_sometimes(const struct sg_json_doc *doc, const cJSON *node, void *data,
			  struct sg_error *err)
{
	struct row *row = data;

	row->sometimes = node;
	return sg_json_array(doc, node, check_name, NULL, err);
}

static int read_not_needed(const struct sg_json_doc *doc, const cJSON *node, void *data,
			   struct sg_error *err)
{
	struct row *row = data;

	row->not_needed = node;
	return sg_json_array(doc, node, check_name, NULL, err);
}

/* "instead": { "faccessat2": ["geteuid", …] } */
static int read_instead(const struct sg_json_doc *doc, const cJSON *node, void *data,
			struct sg_error *err)
{
	struct row *row = data;
	const cJSON *child;
	int r = 0;

	if (!cJSON_IsObject(node))
		return sg_json_error(doc, node, err, "field \"instead\": expected an object");
	row->instead = node;
	cJSON_ArrayForEach (child, node) {
		if (r == 0 && !sg_syscall_name_is_known(child->string))
			return sg_json_error_quoting(doc, child, err,
						     "no architecture has a call named %s",
						     child->string);
		if (r == 0)
			r = sg_json_array(doc, child, check_name, NULL, err);
	}
	return r;
}

static const struct {
	const char *word;
	enum sg_floor_when when;
} whens[] = {
	{ "user", SG_FLOOR_OTHER_USER },
	{ "exec", SG_FLOOR_EXEC },
};

/* The bits of a word of "only"; 0: it is none. */
static unsigned int when_of(const cJSON *word)
{
	for (size_t i = 0; i < SG_ARRAY_SIZE(whens); i++) {
		if (word->valuestring && strcmp(word->valuestring, whens[i].word) == 0)
			return whens[i].when;
	}
	return 0;
}

/* "only": { "fchown": "user", … } */
static int read_only(const struct sg_json_doc *doc, const cJSON *node, void *data,
		     struct sg_error *err)
{
	struct row *row = data;
	const cJSON *child;

	if (!cJSON_IsObject(node))
		return sg_json_error(doc, node, err, "field \"only\": expected an object");
	row->only = node;
	cJSON_ArrayForEach (child, node) {
		if (!sg_syscall_name_is_known(child->string))
			return sg_json_error_quoting(doc, child, err,
						     "no architecture has a call named %s",
						     child->string);
		if (!when_of(child))
			return sg_json_error(doc, child, err, "expected \"user\" or \"exec\"");
	}
	return 0;
}

/* When the calls of @row are needed. */
static int take_uses(struct sg_floor *floor, const struct row *row, struct sg_error *err)
{
	const cJSON *call, *only;
	int r = 0;

	cJSON_ArrayForEach (call, row->calls) {
		only = row->only ? cJSON_GetObjectItemCaseSensitive(row->only, call->valuestring)
				 : NULL;
		if (r == 0)
			r = sg_floor_add_use(floor, call->valuestring,
					     only ? when_of(only) : SG_FLOOR_EACH_START,
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
	static const struct sg_json_field fields[] = {
		{ "versions", read_versions, true },
		{ "no_new_privs", read_nnp, false },
		{ "obtained", read_obtained, true },
		{ "on", read_text, true },
		{ "how", read_text, true },
		{ "calls", read_calls, true },
		{ "sometimes", read_sometimes, false },
		{ "not_needed", read_not_needed, false },
		{ "instead", read_instead, false },
		{ "only", read_only, false },
		{ NULL, NULL, false },
	};
	struct query *query = data;
	struct row row = { .query = query };
	const cJSON *way;
	int r;

	r = sg_json_object(doc, node, fields, SG_JSON_UNKNOWN_REFUSE, &row, err);
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
	struct version wanted;
	int r;

	if (version && !version_read(version, &wanted))
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
