/* SPDX-License-Identifier: Apache-2.0 */
/* Who calls the container what: Docker, containers/storage, the kubelet. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json/json.h"
#include "base/texts.h"
#include "origin/learn.h"

/* The container's row in a list; NULL: it is not there. */
static const cJSON *find_row(const struct sg_workload *w, const cJSON *list, const char *member)
{
	const cJSON *row;

	cJSON_ArrayForEach (row, list) {
		const char *id = sg_member_text(row, member);

		if (id && w->id && !strcmp(id, w->id))
			return row;
	}
	return NULL;
}

int sg_learn_image_id(struct sg_workload *w, const char *id, struct sg_error *err)
{
	_cleanup_free_ char *digest = NULL;

	if (id && !strncmp(id, SG_DIGEST_PREFIX, strlen(SG_DIGEST_PREFIX)))
		id += strlen(SG_DIGEST_PREFIX);
	if (!id || !sg_path_is_long_id(id))
		return 0;
	if (asprintf(&digest, SG_DIGEST_PREFIX "%s", id) < 0) {
		digest = NULL;
		return sg_error_oom(err);
	}
	return sg_text_fill(&w->image_digest, digest, err);
}

/*
 * A row of GET /containers/json:
 * { "Names": ["/web"], "Image": "nginx", "ImageID": "sha256:…", "Labels": {…} }
 */
static int learn_docker_row(struct sg_workload *w, const cJSON *row, struct sg_error *err)
{
	const cJSON *names = cJSON_GetObjectItemCaseSensitive(row, "Names");
	const char *name = cJSON_GetStringValue(cJSON_GetArrayItem(names, 0));
	int r;

	r = sg_text_fill(&w->name, name && name[0] == '/' ? name + 1 : name, err);
	if (r == 0)
		r = sg_text_fill(&w->image, sg_member_text(row, "Image"), err);
	if (r == 0)
		r = sg_learn_image_id(w, sg_member_text(row, "ImageID"), err);
	if (r == 0)
		r = sg_learn_labels(w, cJSON_GetObjectItemCaseSensitive(row, "Labels"), err);
	return r;
}

int sg_learn_docker_list(struct sg_workload *w, const cJSON *list, struct sg_error *err)
{
	const cJSON *row = find_row(w, list, "Id");

	return row ? learn_docker_row(w, row, err) : 0;
}

int sg_learn_docker_config(struct sg_workload *w, const cJSON *config, struct sg_error *err)
{
	const cJSON *inner = cJSON_GetObjectItemCaseSensitive(config, "Config");
	const char *name = sg_member_text(config, "Name");
	int r;

	r = sg_text_fill(&w->name, name && name[0] == '/' ? name + 1 : name, err);
	if (r == 0)
		r = sg_text_fill(&w->image, sg_member_text(inner, "Image"), err);
	if (r == 0)
		r = sg_learn_image_id(w, sg_member_text(config, "Image"), err);
	if (r == 0)
		r = sg_learn_labels(w, cJSON_GetObjectItemCaseSensitive(inner, "Labels"), err);
	return r;
}

static int learn_storage_row(struct sg_workload *w, const cJSON *row, struct sg_error *err)
{
	const cJSON *names = cJSON_GetObjectItemCaseSensitive(row, "names");
	const char *metadata = sg_member_text(row, "metadata");
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;
	struct sg_error ignored;
	int r;

	r = sg_text_fill(&w->name, cJSON_GetStringValue(cJSON_GetArrayItem(names, 0)), err);
	if (r == 0)
		r = sg_learn_image_id(w, sg_member_text(row, "image"), err);
	if (r < 0 || !metadata)
		return r;
	r = sg_json_parse("metadata", metadata, strlen(metadata), &doc, &ignored);
	if (r == -ENOMEM)
		return sg_error_oom(err);
	return doc ? sg_text_fill(&w->image, sg_member_text(sg_json_root(doc), "image-name"), err)
		   : 0;
}

int sg_learn_storage(struct sg_workload *w, const cJSON *list, struct sg_error *err)
{
	const cJSON *row = find_row(w, list, "id");

	return row ? learn_storage_row(w, row, err) : 0;
}

/* /var/log/pods/NAMESPACE_NAME_UID */
int sg_learn_pod_dir(struct sg_workload *w, const char *name, struct sg_error *err)
{
	const char *first = strchr(name, '_'), *second = first ? strchr(first + 1, '_') : NULL;
	_cleanup_free_ char *space = NULL, *pod = NULL;
	int r;

	if (!second || strcmp(second + 1, w->path.pod_uid))
		return 0;
	space = strndup(name, (size_t)(first - name));
	pod = strndup(first + 1, (size_t)(second - first - 1));
	if (!space || !pod)
		return sg_error_oom(err);
	r = sg_text_fill(&w->pod_namespace, space, err);
	return r < 0 ? r : sg_text_fill(&w->pod, pod, err);
}

/* /var/log/containers/POD_NAMESPACE_CONTAINER-ID.log */
int sg_learn_log_name(struct sg_workload *w, const char *name, struct sg_error *err)
{
	size_t n = strlen(name), tail = strlen(".log");
	const char *first = strchr(name, '_'), *second = first ? strchr(first + 1, '_') : NULL;
	_cleanup_free_ char *container = NULL;
	size_t id_len = w->id ? strlen(w->id) : 0;

	if (!second || !id_len || n < id_len + tail + 1 || strcmp(name + n - tail, ".log") ||
	    strncmp(name + n - tail - id_len, w->id, id_len) ||
	    name[n - tail - id_len - 1] != '-' || second + 1 > name + n - tail - id_len - 1)
		return 0;
	container = strndup(second + 1, (size_t)(name + n - tail - id_len - 1 - (second + 1)));
	if (!container)
		return sg_error_oom(err);
	return sg_text_fill(&w->pod_container, container, err);
}
