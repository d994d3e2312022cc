/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/read/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/json/yaml.h"
#include "profile/errno_name.h"
#include "syscall/arch.h"

struct sg_position sg_reader_position(const struct sg_reader *rd, const cJSON *node)
{
	struct sg_position at;

	sg_json_position(rd->doc, node, &at.line, &at.column);
	return at;
}

static int add_unknown(struct sg_reader *rd, const cJSON *node, const char *taken_for,
		       struct sg_error *err)
{
	struct sg_parsed_profile *parsed = rd->parsed;

	if (SG_ARRAY_GROW(parsed->unknown, parsed->n_unknown) < 0)
		return sg_error_oom(err);
	parsed->unknown[parsed->n_unknown++] =
		(struct sg_parsed_unknown){ node->string, taken_for, sg_reader_position(rd, node) };
	return 0;
}

void sg_parsed_own_field(struct sg_reader *rd, const cJSON *node, enum sg_parsed_dialect dialect)
{
	struct sg_parsed_profile *parsed = rd->parsed;
	bool is_empty = cJSON_IsString(node)
				? *node->valuestring == '\0'
				: (cJSON_IsArray(node) || cJSON_IsObject(node)) && !node->child;

	for (size_t i = 0; i < parsed->n_own_fields; i++)
		is_empty |= strcasecmp(parsed->own_fields[i].name, node->string) == 0;
	if (!is_empty && parsed->n_own_fields < SG_PARSED_MAX_OWN_FIELDS)
		parsed->own_fields[parsed->n_own_fields++] =
			(struct sg_parsed_own_field){ node->string, dialect,
						      sg_reader_position(rd, node) };
}

/* The row for @name, to the letter or else but for case; a dialect that is left has it. */
static const struct sg_parsed_field *find_field(const struct sg_reader *rd,
						const struct sg_parsed_field *fields,
						const char *name)
{
	const struct sg_parsed_field *alike = NULL;

	for (size_t i = 0; fields[i].name; i++) {
		if (!(fields[i].in & rd->dialects) || strcasecmp(fields[i].name, name) != 0)
			continue;
		if (strcmp(fields[i].name, name) == 0)
			return &fields[i];
		alike = &fields[i];
	}
	return alike;
}

int sg_parsed_object(struct sg_reader *rd, const cJSON *node, const struct sg_parsed_field *fields,
		     void *data, struct sg_error *err)
{
	const cJSON *child;
	uint64_t seen = 0;
	int r;

	if (!cJSON_IsObject(node))
		return sg_json_error(rd->doc, node, err, "expected an object");
	cJSON_ArrayForEach (child, node) {
		const struct sg_parsed_field *field = find_field(rd, fields, child->string);
		uint64_t bit = field ? UINT64_C(1) << (field - fields) : 0;

		r = 0;
		if (!field || strcmp(field->name, child->string) != 0)
			r = add_unknown(rd, child, field ? field->name : NULL, err);
		if (r < 0)
			return r;
		if (!field)
			continue;
		rd->dialects &= field->in;
		if (cJSON_IsNull(child) && !(field->required & rd->dialects))
			continue;
		if (seen & bit)
			return sg_json_error(rd->doc, child, err,
					     "the field \"%s\" stands here twice", field->name);
		seen |= bit;
		r = field->read(rd, child, data, err);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; fields[i].name; i++) {
		if ((fields[i].required & rd->dialects) && !(seen & UINT64_C(1) << i))
			return sg_json_error(rd->doc, node, err, "the field \"%s\" is missing",
					     fields[i].name);
	}
	return 0;
}

int sg_parse_strings(struct sg_reader *rd, const cJSON *node, struct sg_parsed_strings *ret,
		     struct sg_error *err)
{
	_cleanup_free_ struct sg_parsed_string *items = NULL;
	const cJSON *child;
	size_t n = 0, i = 0;
	int r;

	if (!cJSON_IsArray(node))
		return sg_json_error(rd->doc, node, err, "field \"%s\": expected an array",
				     node->string ? node->string : "");
	cJSON_ArrayForEach (child, node)
		n++;
	items = calloc(n ? n : 1, sizeof(*items));
	if (!items)
		return sg_error_oom(err);
	cJSON_ArrayForEach (child, node) {
		items[i].text = ""; /* what Go makes of null */
		r = cJSON_IsNull(child) ? 0 : sg_json_string(rd->doc, child, &items[i].text, err);
		if (r < 0)
			return r;
		items[i++].at = sg_reader_position(rd, child);
	}
	free(ret->items);
	ret->items = TAKE_PTR(items);
	ret->n = n;
	return 0;
}

int sg_parse_action(struct sg_reader *rd, const cJSON *node, enum sg_action *ret,
		    struct sg_error *err)
{
	const char *text;
	int r;

	r = sg_json_string(rd->doc, node, &text, err);
	if (r < 0)
		return r;
	if (sg_action_parse(text, ret) < 0)
		return sg_json_error_quoting(
			rd->doc, node, err, "unknown action %s (SCMP_ACT_ALLOW, SCMP_ACT_ERRNO, …)",
			text);
	return 0;
}

int sg_parse_errno_name(struct sg_reader *rd, const cJSON *node, uint32_t *ret,
			struct sg_error *err)
{
	const char *text;
	uint16_t number;
	int r;

	r = sg_json_string(rd->doc, node, &text, err);
	if (r < 0)
		return r;
	/* podman reads a number of 32 bits, else a name */
	if (*text && text[strspn(text, "0123456789")] == '\0') {
		unsigned long v = strtoul(text, NULL, 10);

		if (v <= UINT32_MAX && strlen(text) <= 10) {
			*ret = (uint32_t)v;
			return 0;
		}
	}
	if (sg_errno_by_name(text, &number) < 0)
		return sg_json_error_quoting(rd->doc, node, err, "unknown errno %s (EPERM, …)",
					     text);
	if (!sg_errno_is_podmans(text))
		return sg_json_error(rd->doc, node, err,
				     "podman has no name %s, and refuses it: write \"%u\"", text,
				     number);
	*ret = number;
	return 0;
}
