/* SPDX-License-Identifier: Apache-2.0 */
/* Who calls the container what: Docker, podman's storage, the kubelet. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/texts.h"
#include "workload/learn/learn.h"
#include "workload/file.h"

#define DOCKER_DIR "/var/lib/docker/containers"

/* Its answers come from a copy of its state: unlike "inspect" it does not wait for a container that
 * is starting. */
static int ask_docker(struct sg_workload *w, struct sg_managers *m, struct sg_error *err)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;
	int r = sg_managers_docker(m, w->id, &doc, err);

	return r < 0 || !doc ? r : sg_learn_docker_list(w, sg_json_root(doc), err);
}

int sg_learn_from_docker(struct sg_workload *w, struct sg_managers *m, struct sg_error *err)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;
	char path[192];
	int r;

	if (w->name || !w->id || !sg_path_is_long_id(w->id))
		return 0;
	if (w->manager ? strcmp(w->manager, "docker") : !w->path.pod_uid[0])
		return 0;
	if (sg_managers_docker_is_of(m, w->owner.uid)) {
		r = ask_docker(w, m, err);
		if (r < 0 || w->name)
			return r;
	}
	if (w->owner.uid) /* what is below is root's */
		return 0;
	snprintf(path, sizeof(path), DOCKER_DIR "/%s/config.v2.json", w->id);
	r = sg_file_json(path, w->owner.uid, &doc, err);
	return r < 0 || !doc ? r : sg_learn_docker_config(w, sg_json_root(doc), err);
}

/* --- podman, and CRI-O: containers/storage */

static int read_storage(struct sg_workload *w, const char *dir, int dir_len, const char *file,
			struct sg_error *err)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;
	_cleanup_free_ char *path = NULL;
	int r;

	if (asprintf(&path, "%.*s/%s", dir_len, dir, file) < 0) {
		path = NULL;
		return sg_error_oom(err);
	}
	r = sg_file_json(path, w->owner.uid, &doc, err);
	return r < 0 || !doc ? r : sg_learn_storage(w, sg_json_root(doc), err);
}

/* The bundle is …/overlay-containers/ID/userdata, the list …/overlay-containers/containers.json. */
int sg_learn_from_podman(struct sg_workload *w, struct sg_error *err)
{
	static const char *const files[] = { "containers.json", "volatile-containers.json" };
	const char *id;
	int r = 0;

	if ((w->name && w->image && w->image_digest) || !w->id || !w->bundle || !w->manager ||
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

static int each_name(struct sg_workload *w, const char *path,
		     int (*read)(struct sg_workload *w, const char *name, struct sg_error *err),
		     struct sg_error *err)
{
	DIR *dir = sg_directory_of_root(path);
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

	if (!w->path.pod_uid[0] || !sg_owner_is(&w->owner, 0))
		return 0;
	r = sg_text_fill(&w->pod_uid, w->path.pod_uid, err);
	if (r == 0 && !w->pod)
		r = each_name(w, "/var/log/pods", sg_learn_pod_dir, err);
	if (r == 0 && !w->pod_container && !w->is_sandbox && w->is_itself)
		r = each_name(w, "/var/log/containers", sg_learn_log_name, err);
	return r;
}
