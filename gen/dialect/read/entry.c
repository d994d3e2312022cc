/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile/errno_name.h"
#include "dialect/read/read.h"
#include "dialect/read/reader.h"

static int too_many(struct sg_reader *rd, const cJSON *node, const char *what, unsigned int max,
		    struct sg_error *err)
{
	sg_json_error(rd->doc, node, err, "more than %u %s", max, what);
	if (err)
		err->code = -E2BIG;
	return -E2BIG;
}

/* Conditions. */

static int read_index(struct sg_reader *rd, const cJSON *node, void *data, struct sg_error *err)
{
	struct sg_parsed_condition *c = data;
	uint32_t v;
	int r;

	r = sg_json_u32(rd->doc, node, &v, err);
	if (r < 0)
		return r;
	if (v >= SG_ARGS_MAX)
		return sg_json_error(rd->doc, node, err,
				     "field \"index\": %u is out of range (0 to %u)", v,
				     SG_ARGS_MAX - 1);
	c->condition.index = (uint8_t)v;
	return 0;
}

static int read_number(struct sg_reader *rd, const cJSON *node, uint64_t *ret, struct sg_error *err)
{
	int r;

	r = sg_json_u64(rd->doc, node, ret, err);
	if (r < 0)
		return r;
	/* The resource's schema has int64 there. */
	if (sg_reader_is(rd, SG_PARSED_CRD) && *ret > INT64_MAX)
		return sg_json_error(rd->doc, node, err,
				     "field \"%s\": a SeccompProfile ends at 9223372036854775807",
				     node->string);
	return 0;
}

static int read_value(struct sg_reader *rd, const cJSON *node, void *data, struct sg_error *err)
{
	struct sg_parsed_condition *c = data;

	return read_number(rd, node, &c->condition.value, err);
}

static int read_value_two(struct sg_reader *rd, const cJSON *node, void *data, struct sg_error *err)
{
	struct sg_parsed_condition *c = data;

	return read_number(rd, node, &c->condition.value_two, err);
}

static int read_op(struct sg_reader *rd, const cJSON *node, void *data, struct sg_error *err)
{
	struct sg_parsed_condition *c = data;
	const char *text;
	int r;

	r = sg_json_string(rd->doc, node, &text, err);
	if (r < 0)
		return r;
	if (sg_op_parse(text, &c->condition.op) < 0)
		return sg_json_error_quoting(rd->doc, node, err,
					     "unknown operator %s (SCMP_CMP_EQ, …)", text);
	return 0;
}

static const struct sg_parsed_field condition_fields[] = {
	{ "index", SG_IN_ALL, SG_IN_ALL, read_index },
	{ "value", SG_IN_ALL, SG_IN_OCI, read_value },
	{ "valueTwo", SG_IN_ALL, 0, read_value_two },
	{ "op", SG_IN_ALL, SG_IN_ALL, read_op },
	{ NULL, 0, 0, NULL },
};

static int read_conditions(struct sg_reader *rd, const cJSON *node, void *data,
			   struct sg_error *err)
{
	struct sg_parsed_entry *entry = data;
	const cJSON *child;
	size_t n = 0;
	int r;

	if (!cJSON_IsArray(node))
		return sg_json_error(rd->doc, node, err, "field \"args\": expected an array");
	cJSON_ArrayForEach (child, node)
		n++;
	if (n > SG_PARSED_MAX_CONDITIONS)
		return too_many(rd, node, "conditions in one entry", SG_PARSED_MAX_CONDITIONS, err);
	entry->conditions = calloc(n ? n : 1, sizeof(*entry->conditions));
	if (!entry->conditions)
		return sg_error_oom(err);
	cJSON_ArrayForEach (child, node) {
		struct sg_parsed_condition *c = &entry->conditions[entry->n_conditions++];

		c->at = sg_reader_position(rd, child);
		r = sg_parsed_object(rd, child, condition_fields, c, err);
		if (r < 0)
			return r;
	}
	return 0;
}

/* includes and excludes. */

static int read_caps(struct sg_reader *rd, const cJSON *node, void *data, struct sg_error *err)
{
	struct sg_parsed_filter *filter = data;

	return sg_parse_strings(rd, node, &filter->caps, err);
}

static int read_arches(struct sg_reader *rd, const cJSON *node, void *data, struct sg_error *err)
{
	struct sg_parsed_filter *filter = data;

	return sg_parse_strings(rd, node, &filter->arches, err);
}

/* moby takes exactly "<number>.<number>", each below 256, and not 0.0. */
static bool parse_min_kernel(const char *s, uint32_t *ret)
{
	unsigned long parts[2];
	char *end;

	for (int i = 0; i < 2; i++) {
		if (*s < '0' || *s > '9')
			return false;
		parts[i] = strtoul(s, &end, 10);
		if (parts[i] > 255 || *end != (i == 0 ? '.' : '\0'))
			return false;
		s = end + 1;
	}
	*ret = (uint32_t)(parts[0] << 16 | parts[1]);
	return *ret != 0;
}

static int read_min_kernel(struct sg_reader *rd, const cJSON *node, void *data,
			   struct sg_error *err)
{
	struct sg_parsed_filter *filter = data;
	const char *text;
	int r;

	r = sg_json_string(rd->doc, node, &text, err);
	if (r < 0)
		return r;
	filter->min_kernel_at = sg_reader_position(rd, node);
	if (*text != '\0' && !parse_min_kernel(text, &filter->min_kernel))
		return sg_json_error_quoting(rd->doc, node, err,
					     "minKernel %s: expected a version such as \"4.8\"",
					     text);
	return 0;
}

static const struct sg_parsed_field filter_fields[] = {
	{ "caps", SG_IN_DOCKER, 0, read_caps },
	{ "arches", SG_IN_DOCKER, 0, read_arches },
	{ "minKernel", SG_IN(SG_PARSED_DOCKER), 0, read_min_kernel },
	{ NULL, 0, 0, NULL },
};

/* Entries. */

static int count_names(struct sg_reader *rd, const cJSON *node, size_t n, struct sg_error *err)
{
	rd->parsed->n_names += n;
	if (rd->parsed->n_names > SG_PARSED_MAX_NAMES)
		return too_many(rd, node, "names", SG_PARSED_MAX_NAMES, err);
	return 0;
}

static int read_names(struct sg_reader *rd, const cJSON *node, void *data, struct sg_error *err)
{
	struct sg_parsed_entry *entry = data;
	int r;

	if (entry->names.n)
		return sg_json_error(rd->doc, node, err, "both \"names\" and \"name\": keep one");
	r = sg_parse_strings(rd, node, &entry->names, err);
	return r < 0 ? r : count_names(rd, node, entry->names.n, err);
}

static int read_name(struct sg_reader *rd, const cJSON *node, void *data, struct sg_error *err)
{
	struct sg_parsed_entry *entry = data;
	const char *text;
	int r;

	r = sg_json_string(rd->doc, node, &text, err);
	if (r < 0)
		return r;
	if (*text == '\0') /* Go's zero value */
		return 0;
	sg_parsed_own_field(rd, node, SG_PARSED_DOCKER);
	if (entry->names.n)
		return sg_json_error(rd->doc, node, err, "both \"name\" and \"names\": keep one");
	free(entry->names.items);
	entry->names.items = calloc(1, sizeof(*entry->names.items));
	if (!entry->names.items)
		return sg_error_oom(err);
	entry->names.items[0] = (struct sg_parsed_string){ text, sg_reader_position(rd, node) };
	entry->names.n = 1;
	return count_names(rd, node, 1, err);
}

static int read_action(struct sg_reader *rd, const cJSON *node, void *data, struct sg_error *err)
{
	struct sg_parsed_entry *entry = data;

	entry->action_at = sg_reader_position(rd, node);
	if (cJSON_IsString(node) && sg_action_parse(node->valuestring, &entry->action) < 0) {
		entry->unknown_action = node; /* whether it counts is in other fields */
		return 0;
	}
	return sg_parse_action(rd, node, &entry->action, err);
}

/* podman's errno goes before errnoRet, whatever their order in the file. */
static int read_errno_ret(struct sg_reader *rd, const cJSON *node, void *data, struct sg_error *err)
{
	struct sg_parsed_entry *entry = data;
	uint32_t v;
	int r;

	r = sg_json_u32(rd->doc, node, &v, err);
	if (r < 0 || entry->has_errno)
		return r;
	/* In the resource, 0 is the same as not given. */
	if (v == 0 && sg_reader_is(rd, SG_PARSED_CRD))
		return 0;
	entry->errno_ret = v;
	entry->has_errno = true;
	entry->errno_at = sg_reader_position(rd, node);
	return 0;
}

static int read_errno(struct sg_reader *rd, const cJSON *node, void *data, struct sg_error *err)
{
	struct sg_parsed_entry *entry = data;
	int r;

	if (cJSON_IsString(node) && *node->valuestring == '\0') /* Go's zero value */
		return 0;
	r = sg_parse_errno_name(rd, node, &entry->errno_ret, err);
	if (r < 0)
		return r;
	sg_parsed_own_field(rd, node, SG_PARSED_PODMAN);
	entry->has_errno = true;
	entry->errno_at = sg_reader_position(rd, node);
	return 0;
}

static int read_comment(struct sg_reader *rd, const cJSON *node, void *data, struct sg_error *err)
{
	struct sg_parsed_entry *entry = data;

	return sg_json_string(rd->doc, node, &entry->comment, err);
}

static int read_includes(struct sg_reader *rd, const cJSON *node, void *data, struct sg_error *err)
{
	struct sg_parsed_entry *entry = data;

	sg_parsed_own_field(rd, node, SG_PARSED_DOCKER);
	return sg_parsed_object(rd, node, filter_fields, &entry->includes, err);
}

static int read_excludes(struct sg_reader *rd, const cJSON *node, void *data, struct sg_error *err)
{
	struct sg_parsed_entry *entry = data;

	sg_parsed_own_field(rd, node, SG_PARSED_DOCKER);
	return sg_parsed_object(rd, node, filter_fields, &entry->excludes, err);
}

static const struct sg_parsed_field entry_fields[] = {
	{ "names", SG_IN_ALL, SG_IN_CRD, read_names },
	{ "name", SG_IN_DOCKER, 0, read_name },
	{ "action", SG_IN_ALL, SG_IN_ALL, read_action },
	{ "errnoRet", SG_IN_ALL, 0, read_errno_ret },
	{ "errno", SG_IN_PODMAN, 0, read_errno },
	{ "args", SG_IN_ALL, 0, read_conditions },
	{ "comment", SG_IN_DOCKER, 0, read_comment },
	{ "includes", SG_IN_DOCKER, 0, read_includes },
	{ "excludes", SG_IN_DOCKER, 0, read_excludes },
	{ NULL, 0, 0, NULL },
};

static bool is_conditional(const struct sg_parsed_filter *filter)
{
	return filter->caps.n || filter->arches.n || filter->min_kernel;
}

static int read_entry(struct sg_reader *rd, const cJSON *node, struct sg_parsed_entry *entry,
		      struct sg_error *err)
{
	int r;

	entry->at = sg_reader_position(rd, node);
	/* one without names does nothing: check says so */
	r = sg_parsed_object(rd, node, entry_fields, entry, err);
	if (r == 0 && entry->unknown_action && !is_conditional(&entry->includes) &&
	    !is_conditional(&entry->excludes))
		return sg_parse_action(rd, entry->unknown_action, &entry->action, err);
	return r;
}

int sg_parse_entries(struct sg_reader *rd, const cJSON *node, void *data, struct sg_error *err)
{
	struct sg_parsed_profile *parsed = data;
	const cJSON *child;
	size_t n = 0;
	int r;

	if (!cJSON_IsArray(node))
		return sg_json_error(rd->doc, node, err, "field \"syscalls\": expected an array");
	parsed->syscalls_at = sg_reader_position(rd, node);
	cJSON_ArrayForEach (child, node)
		n++;
	if (n > SG_PARSED_MAX_ENTRIES)
		return too_many(rd, node, "entries (a filter ends at 4096 instructions)",
				SG_PARSED_MAX_ENTRIES, err);
	parsed->entries = calloc(n ? n : 1, sizeof(*parsed->entries));
	if (!parsed->entries)
		return sg_error_oom(err);
	cJSON_ArrayForEach (child, node) {
		r = read_entry(rd, child, &parsed->entries[parsed->n_entries++], err);
		if (r < 0)
			return r;
	}
	return 0;
}
