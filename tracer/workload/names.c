/* SPDX-License-Identifier: Apache-2.0 */
/* Who calls the container what: Docker, podman's storage, the kubelet. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "workload/private.h"

#define DOCKER_DIR "/var/lib/docker/containers"

/* A row of GET /containers/json: { "Names": ["/web"], "Image": "nginx", "Labels": {…} } */
static int learn_docker_row(struct sg_workload *w, const cJSON *row, struct sg_error *err)
{
	const cJSON *names = cJSON_GetObjectItemCaseSensitive(row, "Names");
	const char *name = cJSON_GetStringValue(cJSON_GetArrayItem(names, 0));
	int r;

	r = sg_learn_text(&w->name, name && name[0] == '/' ? name + 1 : name, err);
	if (r == 0)
		r = sg_learn_text(&w->image, sg_member_text(row, "Image"), err);
	if (r == 0)
		r = sg_learn_from_labels(w, cJSON_GetObjectItemCaseSensitive(row, "Labels"), err);
	return r;
}

/* Its answers come from a copy of its state: unlike "inspect" it does not wait for a container that
 * is starting. */
static int ask_docker(struct sg_workload *w, struct sg_managers *m, struct sg_error *err)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;
	char path[192];
	const cJSON *row;
	int r;

	snprintf(path, sizeof(path),
		 "/containers/json?all=1&filters=%%7B%%22id%%22%%3A%%5B%%22%s%%22%%5D%%7D", w->id);
	r = sg_docker_get(m, path, &doc, err);
	if (r < 0 || !doc)
		return r;
	cJSON_ArrayForEach (row, sg_json_root(doc)) {
		const char *id = sg_member_text(row, "Id");

		if (id && !strcmp(id, w->id))
			return learn_docker_row(w, row, err);
	}
	return 0;
}

int sg_learn_from_docker(struct sg_workload *w, struct sg_managers *m, struct sg_error *err)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;
	const cJSON *config;
	const char *name;
	char path[192];
	int r;

	if (w->name || !w->id || !sg_path_is_long_id(w->id))
		return 0;
	if (w->manager ? strcmp(w->manager, "docker") : !w->path.pod_uid[0])
		return 0;
	r = ask_docker(w, m, err);
	if (r < 0 || w->name)
		return r;
	snprintf(path, sizeof(path), DOCKER_DIR "/%s/config.v2.json", w->id);
	r = sg_file_json(path, &doc, err);
	if (r < 0 || !doc)
		return r;
	config = cJSON_GetObjectItemCaseSensitive(sg_json_root(doc), "Config");
	name = sg_member_text(sg_json_root(doc), "Name");
	r = sg_learn_text(&w->name, name && name[0] == '/' ? name + 1 : name, err);
	if (r == 0)
		r = sg_learn_text(&w->image, sg_member_text(config, "Image"), err);
	if (r == 0)
		r = sg_learn_from_labels(w, cJSON_GetObjectItemCaseSensitive(config, "Labels"),
					 err);
	return r;
}

/* --- podman, and CRI-O: containers/storage */

static int learn_storage_row(struct sg_workload *w, const cJSON *row, struct sg_error *err)
{
	const cJSON *names = cJSON_GetObjectItemCaseSensitive(row, "names");
	const char *metadata = sg_member_text(row, "metadata");
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;
	struct sg_error ignored;
	int r;

	r = sg_learn_text(&w->name, cJSON_GetStringValue(cJSON_GetArrayItem(names, 0)), err);
	if (r < 0 || !metadata)
		return r;
	r = sg_json_parse("metadata", metadata, strlen(metadata), &doc, &ignored);
	if (r == -ENOMEM)
		return sg_error_oom(err);
	return doc ? sg_learn_text(&w->image, sg_member_text(sg_json_root(doc), "image-name"), err)
		   : 0;
}

static int read_storage(struct sg_workload *w, const char *dir, int dir_len, const char *file,
			struct sg_error *err)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;
	_cleanup_free_ char *path = NULL;
	const cJSON *row;
	int r;

	if (asprintf(&path, "%.*s/%s", dir_len, dir, file) < 0) {
		path = NULL;
		return sg_error_oom(err);
	}
	r = sg_file_json(path, &doc, err);
	if (r < 0 || !doc)
		return r;
	cJSON_ArrayForEach (row, sg_json_root(doc)) {
		const char *id = sg_member_text(row, "id");

		if (id && !strcmp(id, w->id))
			return learn_storage_row(w, row, err);
	}
	return 0;
}

/* The bundle is …/overlay-containers/ID/userdata, the list …/overlay-containers/containers.json. */
int sg_learn_from_podman(struct sg_workload *w, struct sg_error *err)
{
	static const char *const files[] = { "containers.json", "volatile-containers.json" };
	const char *id;
	int r = 0;

	if ((w->name && w->image) || !w->id || !w->bundle || !w->manager ||
	    (strcmp(w->manager, "podman") && strcmp(w->manager, "cri-o")))
		return 0;
	id = strstr(w->bundle, w->id);
	if (!id || id <= w->bundle + 1)
		return 0;
	for (size_t i = 0; r == 0 && i < SG_ARRAY_SIZE(files); i++)
		r = read_storage(w, w->bundle, (int)(id - 1 - w->bundle), files[i], err);
	return r;
}

/* --- the kubelet */

/* /var/log/pods/NAMESPACE_NAME_UID */
static int read_pod_dir(struct sg_workload *w, const char *name, struct sg_error *err)
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
	r = sg_learn_text(&w->pod_namespace, space, err);
	return r < 0 ? r : sg_learn_text(&w->pod, pod, err);
}

/* /var/log/containers/POD_NAMESPACE_CONTAINER-ID.log */
static int read_container_link(struct sg_workload *w, const char *name, struct sg_error *err)
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
	return sg_learn_text(&w->pod_container, container, err);
}

static int each_name(struct sg_workload *w, const char *path,
		     int (*read)(struct sg_workload *w, const char *name, struct sg_error *err),
		     struct sg_error *err)
{
	DIR *dir = opendir(path);
	const struct dirent *e;
	int r = 0;

	while (dir && r == 0 && (e = readdir(dir)))
		r = read(w, e->d_name, err);
	if (dir)
		closedir(dir);
	return r;
}

int sg_learn_from_kubelet(struct sg_workload *w, struct sg_error *err)
{
	int r = 0;

	if (!w->path.pod_uid[0])
		return 0;
	r = sg_learn_text(&w->pod_uid, w->path.pod_uid, err);
	if (r == 0 && !w->pod)
		r = each_name(w, "/var/log/pods", read_pod_dir, err);
	if (r == 0 && !w->pod_container && !w->is_sandbox && w->is_itself)
		r = each_name(w, "/var/log/containers", read_container_link, err);
	return r;
}
