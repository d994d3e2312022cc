/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/yaml.h"
#include "dialect/draft_read.h"

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

static const struct sg_draft_field resource_fields[] = {
	{ "apiVersion", SG_IN_CRD, SG_IN_CRD, read_api_version },
	{ "kind", SG_IN_CRD, SG_IN_CRD, read_kind },
	{ "metadata", SG_IN_CRD, 0, read_object },
	{ "spec", SG_IN_CRD, SG_IN_CRD, sg_draft_read_profile },
	{ "status", SG_IN_CRD, 0, read_object },
	{ NULL, 0, 0, NULL },
};

static int read_root(struct sg_reader *rd, struct sg_error *err)
{
	const cJSON *root = sg_json_root(rd->doc);
	const cJSON *profile;

	if (!cJSON_IsObject(root))
		return sg_json_error(rd->doc, root, err, "expected an object: a seccomp profile");
	if (cJSON_GetObjectItemCaseSensitive(root, "apiVersion") ||
	    cJSON_GetObjectItemCaseSensitive(root, "kind")) {
		rd->dialects = SG_IN_CRD;
		return sg_draft_object(rd, root, resource_fields, rd->draft, err);
	}
	if (cJSON_GetObjectItemCaseSensitive(root, "ociVersion")) {
		/* A container's whole configuration: the rest of it is not ours to judge. */
		profile = cJSON_GetObjectItemCaseSensitive(
			cJSON_GetObjectItemCaseSensitive(root, "linux"), "seccomp");
		if (!profile || cJSON_IsNull(profile))
			return sg_json_error(
				rd->doc, root, err,
				"no linux.seccomp: this container runs without filter");
		rd->dialects = SG_IN(SG_DRAFT_OCI);
		return sg_draft_read_profile(rd, profile, rd->draft, err);
	}
	rd->dialects = SG_IN_OCI;
	return sg_draft_read_profile(rd, root, rd->draft, err);
}

/* JSON starts with a brace; what starts with one and is YAML all the same can be written without.
 */
static bool is_json(const char *text, size_t len)
{
	size_t i = 0;

	while (i < len && memchr(" \t\r\n", text[i], 4))
		i++;
	return i == len || text[i] == '{' || text[i] == '[';
}

int sg_draft_read(const char *name, const char *text, size_t len, struct sg_draft **ret,
		  struct sg_error *err)
{
	_cleanup_(sg_draft_freep) struct sg_draft *draft = NULL;
	struct sg_reader rd = { 0 };
	int r;

	draft = calloc(1, sizeof(*draft));
	if (!draft)
		return sg_error_oom(err);
	if (is_json(text, len))
		r = sg_json_parse_limit(name, text, len, SG_DRAFT_MAX_BYTES, &draft->doc, err);
	else
		r = sg_yaml_parse(name, text, len, SG_DRAFT_MAX_BYTES, &draft->doc, err);
	if (r < 0)
		return r;
	rd.draft = draft;
	rd.doc = draft->doc;
	r = read_root(&rd, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(draft);
	return 0;
}
