/* SPDX-License-Identifier: Apache-2.0 */
#include "infer/floor/row.h"

#include <string.h>

#include "syscall/table.h"

/* One element of "versions": from <= version < before. */
struct range {
	struct sg_floor_version from, before;
	bool has_before;
};

static int read_version(const struct sg_json_doc *doc, const cJSON *node,
			struct sg_floor_version *ret, struct sg_error *err)
{
	const char *text, *rest;
	int r;

	r = sg_json_string(doc, node, &text, err);
	if (r < 0)
		return r;
	rest = sg_floor_version_read(text, ret);
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
	const struct sg_floor_version *version;
	struct range range = { 0 };
	struct sg_floor_row *row = data;
	int r;

	r = sg_json_object(doc, node, fields, SG_JSON_UNKNOWN_REFUSE, &range, err);
	if (r < 0)
		return r;
	version = row->version;
	if (!version ||
	    (sg_floor_version_compare(&range.from, version) <= 0 &&
	     (!range.has_before || sg_floor_version_compare(version, &range.before) < 0)))
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
	struct sg_floor_row *row = data;
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
	struct sg_floor_row *row = data;
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
	struct sg_floor_row *row = data;

	row->calls = node;
	return sg_json_array(doc, node, check_name, NULL, err);
}

static int read_sometimes(const struct sg_json_doc *doc, const cJSON *node, void *data,
			  struct sg_error *err)
{
	struct sg_floor_row *row = data;

	row->sometimes = node;
	return sg_json_array(doc, node, check_name, NULL, err);
}

static int read_not_needed(const struct sg_json_doc *doc, const cJSON *node, void *data,
			   struct sg_error *err)
{
	struct sg_floor_row *row = data;

	row->not_needed = node;
	return sg_json_array(doc, node, check_name, NULL, err);
}

/* "instead": { "faccessat2": ["geteuid", …] } */
static int read_instead(const struct sg_json_doc *doc, const cJSON *node, void *data,
			struct sg_error *err)
{
	struct sg_floor_row *row = data;
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
	struct sg_floor_row *row = data;
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

int sg_floor_row_read(const struct sg_json_doc *doc, const cJSON *node, struct sg_floor_row *row,
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

	return sg_json_object(doc, node, fields, SG_JSON_UNKNOWN_REFUSE, row, err);
}

unsigned int sg_floor_row_when(const struct sg_floor_row *row, const char *call)
{
	const cJSON *only = row->only ? cJSON_GetObjectItemCaseSensitive(row->only, call) : NULL;

	return only ? when_of(only) : SG_FLOOR_EACH_START;
}
