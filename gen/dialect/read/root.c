/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/strbuf.h"
#include "base/json/yaml.h"
#include "dialect/read/reader.h"
#include "dialect/read/foreign.h"

#define CRD_GROUP "security-profiles-operator.x-k8s.io/"

static int read_api_version(struct sg_reader *rd, const cJSON *node, void *data,
			    struct sg_error *err)
{
	static const char *const versions[] = { "v1alpha1", "v1beta1", "v1" };
	const char *text;
	int r;

	(void)data;
	r = sg_json_string(rd->doc, node, &text, err);
	if (r < 0)
		return r;
	if (strncmp(text, CRD_GROUP, strlen(CRD_GROUP)) == 0) {
		for (size_t i = 0; i < SG_ARRAY_SIZE(versions); i++) {
			if (strcmp(text + strlen(CRD_GROUP), versions[i]) == 0)
				return 0;
		}
	}
	return sg_json_error_quoting(rd->doc, node, err,
				     "apiVersion %s: expected " CRD_GROUP "v1, v1beta1 or v1alpha1",
				     text);
}

static int read_kind(struct sg_reader *rd, const cJSON *node, void *data, struct sg_error *err)
{
	const char *text;
	int r;

	(void)data;
	r = sg_json_string(rd->doc, node, &text, err);
	if (r < 0)
		return r;
	if (strcmp(text, "SeccompProfile") != 0)
		return sg_json_error_quoting(rd->doc, node, err,
					     "kind %s: only SeccompProfile holds a profile", text);
	return 0;
}

/* Kubernetes' own part of the resource. */
static int read_object(struct sg_reader *rd, const cJSON *node, void *data, struct sg_error *err)
{
	(void)data;
	if (!cJSON_IsObject(node))
		return sg_json_error(rd->doc, node, err, "field \"%s\": expected an object",
				     node->string);
	return 0;
}

static const struct sg_parsed_field resource_fields[] = {
	{ "apiVersion", SG_IN_CRD, SG_IN_CRD, read_api_version },
	{ "kind", SG_IN_CRD, SG_IN_CRD, read_kind },
	{ "metadata", SG_IN_CRD, 0, read_object },
	{ "spec", SG_IN_CRD, SG_IN_CRD, sg_parse_profile },
	{ "status", SG_IN_CRD, 0, read_object },
	{ NULL, 0, 0, NULL },
};

static int read_root(struct sg_reader *rd, struct sg_error *err)
{
	const cJSON *root = sg_json_root(rd->doc);
	const cJSON *profile;
	const char *kind;

	if (!cJSON_IsObject(root))
		return sg_json_error(rd->doc, root, err, "expected an object: a seccomp profile");
	kind = sg_foreign_object(root);
	if (kind)
		return sg_json_error(rd->doc, root, err, "no seccomp profile, but %s", kind);
	if (cJSON_GetObjectItemCaseSensitive(root, "apiVersion") ||
	    cJSON_GetObjectItemCaseSensitive(root, "kind")) {
		rd->dialects = SG_IN_CRD;
		return sg_parsed_object(rd, root, resource_fields, rd->parsed, err);
	}
	if (cJSON_GetObjectItemCaseSensitive(root, "ociVersion")) {
		/* A container's whole configuration: the rest of it is not ours to judge. */
		profile = cJSON_GetObjectItemCaseSensitive(
			cJSON_GetObjectItemCaseSensitive(root, "linux"), "seccomp");
		if (!profile || cJSON_IsNull(profile))
			return sg_json_error(
				rd->doc, root, err,
				"no linux.seccomp: this container runs without filter");
		rd->dialects = SG_IN(SG_PARSED_OCI);
		rd->parsed->is_whole_config = true;
		return sg_parse_profile(rd, profile, rd->parsed, err);
	}
	/* as Go reads it: moby and containers/common take it for "seccomp disabled" */
	if (!cJSON_GetObjectItem(root, "defaultAction") && !cJSON_GetObjectItem(root, "syscalls"))
		return sg_json_error(
			rd->doc, root, err,
			"no seccomp profile: \"defaultAction\" and \"syscalls\" are "
			"missing, and Docker and podman start containers without a filter");
	rd->dialects = SG_IN_OCI;
	return sg_parse_profile(rd, root, rd->parsed, err);
}

/* JSON starts with a brace; what starts with one and is YAML all the same can be written
 * without. */
static bool is_json(const char *text, size_t len)
{
	size_t i = 0;

	while (i < len && memchr(" \t\r\n", text[i], 4))
		i++;
	return i == len || text[i] == '{' || text[i] == '[';
}

/* -EINVAL about the file as a whole. */
static int refuse(const char *name, struct sg_error *err, const char *why)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf shown = SG_STRBUF_INIT;

	sg_escape(&shown, name);
	if (shown.failed)
		return sg_error_oom(err);
	return sg_error_set(err, -EINVAL, "%s:1:1: %s", shown.data ? shown.data : "", why);
}

/* The next line that separates documents of YAML, from @at on; @len when there is none. */
static size_t next_separator(const char *text, size_t len, size_t at)
{
	while (at < len) {
		const char *end = memchr(text + at, '\n', len - at);

		if (len - at >= 3 && memcmp(text + at, "---", 3) == 0 &&
		    (len - at == 3 || memchr(" \t\r\n", text[at + 3], 4)))
			return at;
		at = end ? (size_t)(end - text) + 1 : len;
	}
	return len;
}

static bool has_line(const char *text, size_t len, const char *line)
{
	size_t n = strlen(line);

	for (size_t at = 0; at < len;) {
		const char *end = memchr(text + at, '\n', len - at);

		if (len - at >= n && memcmp(text + at, line, n) == 0)
			return true;
		at = end ? (size_t)(end - text) + 1 : len;
	}
	return false;
}

/*
 * Of several documents, as kubectl takes them, the one that is a SeccompProfile; the others become
 * blank, so that its lines keep their numbers. *ret is NULL where there are not several.
 */
static int choose_document(const char *name, const char *text, size_t len, char **ret,
			   struct sg_error *err)
{
	size_t n_documents = 0, n_profiles = 0, first = 0, chosen = 0, chosen_end = 0;
	char *copy;

	for (size_t at = 0; at < len; at = first) {
		size_t end = next_separator(text, len, at);

		/* what stands before the first separator is one only if it is something */
		n_documents += end > at && has_line(text + at, end - at, "kind:");
		if (has_line(text + at, end - at, "kind: SeccompProfile")) {
			n_profiles++;
			chosen = at;
			chosen_end = end;
		}
		first = end == len ? len : end + 3;
	}
	if (n_documents < 2)
		return 0;
	if (n_profiles != 1)
		return refuse(name, err,
			      n_profiles ? "several SeccompProfiles: keep one in a file"
					 : "several documents, none of them a SeccompProfile");
	copy = malloc(len + 1);
	if (!copy)
		return sg_error_oom(err);
	for (size_t i = 0; i < len; i++)
		copy[i] = (i >= chosen && i < chosen_end) || text[i] == '\n' ? text[i] : ' ';
	copy[len] = '\0';
	*ret = copy;
	return 0;
}

static int read_yaml(const char *name, const char *text, size_t len, struct sg_json_doc **ret,
		     struct sg_error *err)
{
	_cleanup_free_ char *one = NULL;
	const char *kind = sg_foreign_text(text, len);
	char why[128];
	int r;

	if (kind) {
		snprintf(why, sizeof(why), "no seccomp profile, but %s", kind);
		return refuse(name, err, why);
	}
	r = choose_document(name, text, len, &one, err);
	return r < 0 ? r
		     : sg_yaml_parse(name, one ? one : text, len, SG_PARSED_MAX_BYTES, ret, err);
}

int sg_profile_parse(const char *name, const char *text, size_t len, struct sg_parsed_profile **ret,
		     struct sg_error *err)
{
	_cleanup_(sg_parsed_profile_freep) struct sg_parsed_profile *parsed = NULL;
	struct sg_reader rd = { 0 };
	int r;

	parsed = calloc(1, sizeof(*parsed));
	if (!parsed)
		return sg_error_oom(err);
	if (is_json(text, len))
		r = sg_json_parse_limit(name, text, len, SG_PARSED_MAX_BYTES, &parsed->doc, err);
	else
		r = read_yaml(name, text, len, &parsed->doc, err);
	if (r < 0)
		return r;
	rd.parsed = parsed;
	rd.doc = parsed->doc;
	r = read_root(&rd, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(parsed);
	return 0;
}
