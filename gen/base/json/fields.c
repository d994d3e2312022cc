/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json/json.h"

#include <errno.h>
#include <string.h>

/* -EINVAL: "field "x": expected …"; the field is left out where the value is not an object's
 * member. */
static int type_error(const struct sg_json_doc *doc, const cJSON *node, const char *expected,
		      struct sg_error *err)
{
	char fmt[128];

	if (!node || !node->string)
		return sg_json_error(doc, node, err, "expected %s", expected);
	snprintf(fmt, sizeof(fmt), "field %%s: expected %s", expected);
	return sg_json_error_quoting(doc, node, err, fmt, node->string);
}

int sg_json_string(const struct sg_json_doc *doc, const cJSON *node, const char **ret,
		   struct sg_error *err)
{
	if (!cJSON_IsString(node))
		return type_error(doc, node, "a string", err);
	*ret = node->valuestring;
	return 0;
}

int sg_json_bool(const struct sg_json_doc *doc, const cJSON *node, bool *ret, struct sg_error *err)
{
	if (!cJSON_IsBool(node))
		return type_error(doc, node, "true or false", err);
	*ret = cJSON_IsTrue(node);
	return 0;
}

/* The digits at the start of @p, when they are a whole JSON number of at most @max. */
static bool digits_to_u64(const char *p, uint64_t max, uint64_t *ret)
{
	uint64_t v = 0;

	if (*p < '0' || *p > '9')
		return false;
	for (; *p >= '0' && *p <= '9'; p++) {
		if (__builtin_mul_overflow(v, UINT64_C(10), &v) ||
		    __builtin_add_overflow(v, (uint64_t)(*p - '0'), &v))
			return false;
	}
	if (*p == '.' || *p == 'e' || *p == 'E' || v > max)
		return false;
	*ret = v;
	return true;
}

static int read_unsigned(const struct sg_json_doc *doc, const cJSON *node, uint64_t max,
			 const char *expected, uint64_t *ret, struct sg_error *err)
{
	const char *raw = cJSON_IsNumber(node) ? sg_json_raw(doc, node) : NULL;

	if (!raw || !digits_to_u64(raw, max, ret))
		return type_error(doc, node, expected, err);
	return 0;
}

int sg_json_u64(const struct sg_json_doc *doc, const cJSON *node, uint64_t *ret,
		struct sg_error *err)
{
	return read_unsigned(doc, node, UINT64_MAX, "an integer from 0 to 18446744073709551615",
			     ret, err);
}

int sg_json_u32(const struct sg_json_doc *doc, const cJSON *node, uint32_t *ret,
		struct sg_error *err)
{
	uint64_t v;
	int r;

	r = read_unsigned(doc, node, UINT32_MAX, "an integer from 0 to 4294967295", &v, err);
	if (r < 0)
		return r;
	*ret = (uint32_t)v;
	return 0;
}

int sg_json_object(const struct sg_json_doc *doc, const cJSON *node,
		   const struct sg_json_field *fields, enum sg_json_unknown unknown, void *data,
		   struct sg_error *err)
{
	const cJSON *child;
	uint64_t seen = 0;
	int r;

	if (!cJSON_IsObject(node))
		return type_error(doc, node, "an object", err);
	cJSON_ArrayForEach (child, node) {
		size_t i = 0;

		while (fields[i].name && strcmp(fields[i].name, child->string) != 0)
			i++;
		if (!fields[i].name) {
			if (unknown == SG_JSON_UNKNOWN_SKIP)
				continue;
			return sg_json_error_quoting(doc, child, err, "unknown field %s",
						     child->string);
		}
		seen |= UINT64_C(1) << i;
		r = fields[i].read(doc, child, data, err);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; fields[i].name; i++) {
		if (fields[i].required && !(seen & UINT64_C(1) << i))
			return sg_json_error(doc, node, err, "the field \"%s\" is missing",
					     fields[i].name);
	}
	return 0;
}

int sg_json_array(const struct sg_json_doc *doc, const cJSON *node,
		  int (*read)(const struct sg_json_doc *doc, const cJSON *node, void *data,
			      struct sg_error *err),
		  void *data, struct sg_error *err)
{
	const cJSON *child;
	int r;

	if (!cJSON_IsArray(node))
		return type_error(doc, node, "an array", err);
	cJSON_ArrayForEach (child, node) {
		r = read(doc, child, data, err);
		if (r < 0)
			return r;
	}
	return 0;
}
