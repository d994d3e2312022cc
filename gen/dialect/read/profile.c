/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of a profile, but for its entries. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dialect/read/reader.h"
#include "syscall/arch.h"

/* The first dialect of the set: they stand in the order of what they add. */
static enum sg_parsed_dialect first_of(uint32_t dialects)
{
	return (enum sg_parsed_dialect)__builtin_ctz(dialects);
}

static int read_default_action(struct sg_reader *rd, const cJSON *node, void *data,
			       struct sg_error *err)
{
	struct sg_parsed_profile *parsed = data;

	parsed->default_action_at = sg_reader_position(rd, node);
	return sg_parse_action(rd, node, &parsed->default_action, err);
}

/* podman's defaultErrno goes before defaultErrnoRet, whatever their order in the file. */
static int read_default_errno_ret(struct sg_reader *rd, const cJSON *node, void *data,
				  struct sg_error *err)
{
	struct sg_parsed_profile *parsed = data;
	uint32_t v = 0;
	int r;

	r = sg_json_u32(rd->doc, node, &v, err);
	if (r < 0 || parsed->has_default_errno)
		return r;
	parsed->default_errno = v;
	parsed->has_default_errno = true;
	parsed->default_errno_at = sg_reader_position(rd, node);
	return 0;
}

static int read_default_errno(struct sg_reader *rd, const cJSON *node, void *data,
			      struct sg_error *err)
{
	struct sg_parsed_profile *parsed = data;

	sg_parsed_own_field(rd, node, SG_PARSED_PODMAN);
	parsed->has_default_errno = true;
	parsed->default_errno_at = sg_reader_position(rd, node);
	return sg_parse_errno_name(rd, node, &parsed->default_errno, err);
}

static int check_arch(struct sg_reader *rd, const cJSON *node, const char *text,
		      struct sg_error *err)
{
	if (strcmp(text, "SCMP_ARCH_NATIVE") == 0 || sg_arch_by_scmp_name(text))
		return 0;
	return sg_json_error_quoting(rd->doc, node, err,
				     "unknown architecture %s (SCMP_ARCH_X86_64, …)", text);
}

static int read_arch_strings(struct sg_reader *rd, const cJSON *node, struct sg_parsed_strings *ret,
			     struct sg_error *err)
{
	const cJSON *child;
	size_t n = 0;
	int r;

	r = sg_parse_strings(rd, node, ret, err);
	if (r < 0)
		return r;
	cJSON_ArrayForEach (child, node) {
		r = check_arch(rd, child, ret->items[n++].text, err);
		if (r < 0)
			return r;
	}
	return 0;
}

static int read_architectures(struct sg_reader *rd, const cJSON *node, void *data,
			      struct sg_error *err)
{
	struct sg_parsed_profile *parsed = data;
	int r;

	r = read_arch_strings(rd, node, &parsed->arches, err);
	if (r == 0 && parsed->arches.n && parsed->n_arch_map)
		return sg_json_error(rd->doc, node, err,
				     "both \"architectures\" and \"archMap\": keep one of them");
	return r;
}

static int read_row_arch(struct sg_reader *rd, const cJSON *node, void *data, struct sg_error *err)
{
	struct sg_parsed_arch_row *row = data;
	int r;

	r = sg_json_string(rd->doc, node, &row->arch.text, err);
	if (r < 0)
		return r;
	row->arch.at = sg_reader_position(rd, node);
	return check_arch(rd, node, row->arch.text, err);
}

static int read_row_sub(struct sg_reader *rd, const cJSON *node, void *data, struct sg_error *err)
{
	struct sg_parsed_arch_row *row = data;

	return read_arch_strings(rd, node, &row->sub, err);
}

static const struct sg_parsed_field arch_row_fields[] = {
	{ "architecture", SG_IN_DOCKER, SG_IN_DOCKER, read_row_arch },
	{ "subArchitectures", SG_IN_DOCKER, 0, read_row_sub },
	{ NULL, 0, 0, NULL },
};

static int read_arch_map(struct sg_reader *rd, const cJSON *node, void *data, struct sg_error *err)
{
	struct sg_parsed_profile *parsed = data;
	const cJSON *child;
	size_t n = 0;
	int r;

	if (!cJSON_IsArray(node))
		return sg_json_error(rd->doc, node, err, "field \"archMap\": expected an array");
	sg_parsed_own_field(rd, node, SG_PARSED_DOCKER);
	cJSON_ArrayForEach (child, node)
		n++;
	if (n && parsed->arches.n)
		return sg_json_error(rd->doc, node, err,
				     "both \"archMap\" and \"architectures\": keep one of them");
	parsed->arch_map = calloc(n ? n : 1, sizeof(*parsed->arch_map));
	if (!parsed->arch_map)
		return sg_error_oom(err);
	cJSON_ArrayForEach (child, node) {
		r = sg_parsed_object(rd, child, arch_row_fields,
				     &parsed->arch_map[parsed->n_arch_map++], err);
		if (r < 0)
			return r;
	}
	return 0;
}

static int read_flags(struct sg_reader *rd, const cJSON *node, void *data, struct sg_error *err)
{
	/* seccomp(2); runtime-spec config-linux.md lists these four. */
	static const char *const known[] = {
		"SECCOMP_FILTER_FLAG_TSYNC",
		"SECCOMP_FILTER_FLAG_LOG",
		"SECCOMP_FILTER_FLAG_SPEC_ALLOW",
		"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
	};
	struct sg_parsed_profile *parsed = data;
	const cJSON *child;
	size_t n = 0;
	int r;

	r = sg_parse_strings(rd, node, &parsed->flags, err);
	if (r < 0)
		return r;
	cJSON_ArrayForEach (child, node) {
		const char *flag = parsed->flags.items[n++].text;
		size_t i = 0;

		while (i < SG_ARRAY_SIZE(known) && strcmp(known[i], flag) != 0)
			i++;
		if (i == SG_ARRAY_SIZE(known))
			return sg_json_error_quoting(rd->doc, child, err, "unknown flag %s", flag);
	}
	return 0;
}

static int read_listener_path(struct sg_reader *rd, const cJSON *node, void *data,
			      struct sg_error *err)
{
	struct sg_parsed_profile *parsed = data;

	parsed->listener_at = sg_reader_position(rd, node);
	return sg_json_string(rd->doc, node, &parsed->listener_path, err);
}

static int read_listener_metadata(struct sg_reader *rd, const cJSON *node, void *data,
				  struct sg_error *err)
{
	struct sg_parsed_profile *parsed = data;

	return sg_json_string(rd->doc, node, &parsed->listener_metadata, err);
}

static int read_base_profile(struct sg_reader *rd, const cJSON *node, void *data,
			     struct sg_error *err)
{
	struct sg_parsed_profile *parsed = data;

	parsed->base_profile.at = sg_reader_position(rd, node);
	return sg_json_string(rd->doc, node, &parsed->base_profile.text, err);
}

/* Facts about the resource, not about calls. */
static int read_nothing(struct sg_reader *rd, const cJSON *node, void *data, struct sg_error *err)
{
	(void)rd;
	(void)node;
	(void)data;
	(void)err;
	return 0;
}

static const struct sg_parsed_field profile_fields[] = {
	{ "defaultAction", SG_IN_ALL, SG_IN_ALL, read_default_action },
	{ "defaultErrnoRet", SG_IN_OCI, 0, read_default_errno_ret },
	{ "defaultErrno", SG_IN_PODMAN, 0, read_default_errno },
	{ "architectures", SG_IN_ALL, 0, read_architectures },
	{ "archMap", SG_IN_DOCKER, 0, read_arch_map },
	{ "flags", SG_IN_ALL, 0, read_flags },
	{ "listenerPath", SG_IN_ALL, 0, read_listener_path },
	{ "listenerMetadata", SG_IN_ALL, 0, read_listener_metadata },
	{ "syscalls", SG_IN_ALL, 0, sg_parse_entries },
	{ "baseProfileName", SG_IN_CRD, 0, read_base_profile },
	{ "state", SG_IN_CRD, 0, read_nothing },
	{ "disabled", SG_IN_CRD, 0, read_nothing }, /* what `state` was before v1 */
	{ NULL, 0, 0, NULL },
};

int sg_parse_profile(struct sg_reader *rd, const cJSON *node, void *data, struct sg_error *err)
{
	struct sg_parsed_profile *parsed = data;
	int r;

	r = sg_parsed_object(rd, node, profile_fields, parsed, err);
	if (r < 0)
		return r;
	parsed->dialect = first_of(rd->dialects);
	return 0;
}
