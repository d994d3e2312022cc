/* SPDX-License-Identifier: Apache-2.0 */
/* The OCI bundle of a container: where it is, and what its configuration says. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/texts.h"
#include "workload/learn/learn.h"
#include "workload/file.h"

/* The name of the podman pod, which the configuration of another container has:
 * …/overlay-containers/ID/userdata. */
static int learn_podman_pod(struct sg_workload *w, const char *infra, struct sg_error *err)
{
	const char *end = w->id ? strstr(w->bundle, w->id) : NULL;
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;
	_cleanup_free_ char *path = NULL;
	int r;

	if (!end)
		return 0;
	if (asprintf(&path, "%.*s%s/userdata/config.json", (int)(end - w->bundle), w->bundle,
		     infra) < 0) {
		path = NULL;
		return sg_error_oom(err);
	}
	r = sg_file_json(path, w->owner.uid, &doc, err);
	if (r < 0 || !doc)
		return r;
	return sg_text_fill(&w->pod, sg_member_text(sg_json_root(doc), "hostname"), err);
}

/* Where managers put bundles by default; %s is the container's id. */
static const struct usual {
	const char *manager; /* NULL: any that we do not know better */
	const char *path;
} usual_bundles[] = {
	{ "docker", "/run/containerd/io.containerd.runtime.v2.task/moby/%s" },
	{ "docker", "/run/docker/containerd/daemon/io.containerd.runtime.v2.task/moby/%s" },
	{ "podman", "/var/lib/containers/storage/overlay-containers/%s/userdata" },
	{ "podman", "/var/lib/containers/storage/vfs-containers/%s/userdata" },
	{ "podman", "/var/lib/containers/storage/btrfs-containers/%s/userdata" },
	{ "cri-o", "/run/containers/storage/overlay-containers/%s/userdata" },
	{ "cri-o", "/var/lib/containers/storage/overlay-containers/%s/userdata" },
	{ "containerd", "/run/containerd/io.containerd.runtime.v2.task/k8s.io/%s" },
	{ "containerd", "/run/containerd/io.containerd.runtime.v2.task/default/%s" },
	{ NULL, "/run/containerd/io.containerd.runtime.v2.task/k8s.io/%s" },
};

static int try_bundle(struct sg_workload *w, const char *bundle, bool *ret_found,
		      struct sg_error *err)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;
	_cleanup_free_ char *path = NULL;
	const char *infra;
	int r;

	*ret_found = false;
	if (asprintf(&path, "%s/config.json", bundle) < 0) {
		path = NULL;
		return sg_error_oom(err);
	}
	r = sg_file_json(path, w->owner.uid, &doc, err);
	if (r < 0 || !doc)
		return r;
	*ret_found = true;
	r = sg_learn_config(w, sg_json_root(doc), err);
	infra = r == 0 ? sg_podman_infra(w, sg_json_root(doc)) : NULL;
	return infra ? learn_podman_pod(w, infra, err) : r;
}

const char *sg_manager_of_space(const char *space)
{
	return strcmp(space, "moby") ? "containerd" : "docker";
}

/* The manager of a bundle that is root's: where only containerd makes any, its directory tells. */
static void learn_manager(struct sg_workload *w)
{
	static const char tasks[] = "/run/containerd/io.containerd.runtime.v2.task/";
	char space[64];

	if (w->manager || strncmp(w->bundle, tasks, sizeof(tasks) - 1))
		return;
	snprintf(space, sizeof(space), "%.*s", (int)strcspn(w->bundle + sizeof(tasks) - 1, "/"),
		 w->bundle + sizeof(tasks) - 1);
	w->manager = sg_manager_of_space(space);
}

int sg_learn_from_bundle(struct sg_workload *w, struct sg_error *err)
{
	bool found = false;
	int r = 0;

	if (w->confined != SG_UNKNOWN) /* it has been read */
		return 0;
	if (w->bundle) {
		r = try_bundle(w, w->bundle, &found, err);
		if (found)
			learn_manager(w);
		return r;
	}
	for (size_t i = 0; r == 0 && !found && w->id && i < SG_ARRAY_SIZE(usual_bundles); i++) {
		const struct usual *u = &usual_bundles[i];
		_cleanup_free_ char *bundle = NULL;

		if (u->manager ? !w->manager || strcmp(u->manager, w->manager) : w->manager != NULL)
			continue;
		if (strchr(w->id, '/'))
			break;
			/* the format is a row of the table above */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		if (asprintf(&bundle, u->path, w->id) < 0)
			bundle = NULL;
#pragma GCC diagnostic pop
		if (!bundle)
			return sg_error_oom(err);
		free(w->bundle);
		w->bundle = TAKE_PTR(bundle);
		r = try_bundle(w, w->bundle, &found, err);
	}
	if (!found) {
		free(w->bundle);
		w->bundle = NULL;
	}
	return r;
}
