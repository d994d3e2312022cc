/* SPDX-License-Identifier: Apache-2.0 */
/* What annotations, labels and the OCI configuration say of a container. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "workload/private.h"
#include "workload/proc.h"

#define CONFIG_MAX (4u << 20)

/*
 * Whoever asked the CRI for the container put its names there. Sources: containerd
 * pkg/cri/annotations; CRI-O pkg/annotations and the kubelet's labels that it copies (which
 * cri-dockerd makes Docker's labels); nerdctl pkg/labels.
 */
static const struct label {
	const char *name;
	size_t field;
} labels[] = {
	{ "io.kubernetes.cri.sandbox-name", offsetof(struct sg_workload, pod) },
	{ "io.kubernetes.cri.sandbox-namespace", offsetof(struct sg_workload, pod_namespace) },
	{ "io.kubernetes.cri.sandbox-uid", offsetof(struct sg_workload, pod_uid) },
	{ "io.kubernetes.cri.container-name", offsetof(struct sg_workload, pod_container) },
	{ "io.kubernetes.cri.image-name", offsetof(struct sg_workload, image) },
	{ "io.kubernetes.pod.name", offsetof(struct sg_workload, pod) },
	{ "io.kubernetes.pod.namespace", offsetof(struct sg_workload, pod_namespace) },
	{ "io.kubernetes.pod.uid", offsetof(struct sg_workload, pod_uid) },
	{ "io.kubernetes.container.name", offsetof(struct sg_workload, pod_container) },
	{ "io.kubernetes.cri-o.ImageName", offsetof(struct sg_workload, image) },
	{ "nerdctl/name", offsetof(struct sg_workload, name) },
};

/* Labels that say that a container is its pod's sandbox. */
static const struct {
	const char *name, *value;
} sandbox_labels[] = {
	{ "io.kubernetes.cri.container-type", "sandbox" },
	{ "io.kubernetes.cri-o.ContainerType", "sandbox" },
	{ "io.kubernetes.docker.type", "podsandbox" },
};

int sg_learn_text(char **field, const char *value, struct sg_error *err)
{
	if (*field || !value || !*value)
		return 0;
	*field = strdup(value);
	return *field ? 0 : sg_error_oom(err);
}

const char *sg_member_text(const cJSON *object, const char *name)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

int sg_learn_from_labels(struct sg_workload *w, const cJSON *node, struct sg_error *err)
{
	const char *value;
	int r;

	for (size_t i = 0; i < SG_ARRAY_SIZE(labels); i++) {
		r = sg_learn_text((char **)((char *)w + labels[i].field),
				  sg_member_text(node, labels[i].name), err);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < SG_ARRAY_SIZE(sandbox_labels); i++) {
		value = sg_member_text(node, sandbox_labels[i].name);
		if (value && !strcmp(value, sandbox_labels[i].value))
			w->is_sandbox = true;
	}
	value = sg_member_text(node, "io.container.manager");
	if (value && !strcmp(value, "libpod"))
		w->manager = "podman";
	else if (value && !strcmp(value, "cri-o"))
		w->manager = "cri-o";
	return 0;
}

int sg_file_json(const char *path, struct sg_json_doc **ret, struct sg_error *err)
{
	_cleanup_free_ char *text = NULL;
	struct sg_error ignored;
	size_t len;
	int r;

	*ret = NULL;
	r = sg_file_read(path, CONFIG_MAX, &text, &len);
	if (r == 0)
		r = sg_json_parse(path, text, len, ret, &ignored);
	return r == -ENOMEM ? sg_error_oom(err) : 0;
}

/* A list that has practically all: what "privileged" gives. Linux 5.9 and later know 41. */
#define ALL_CAPABILITIES 37

static int learn_process(struct sg_workload *w, const cJSON *process, struct sg_error *err)
{
	const cJSON *user = cJSON_GetObjectItemCaseSensitive(process, "user");
	const cJSON *uid = cJSON_GetObjectItemCaseSensitive(user, "uid");
	const cJSON *caps = cJSON_GetObjectItemCaseSensitive(process, "capabilities");
	const cJSON *bounding = cJSON_GetObjectItemCaseSensitive(caps, "bounding");
	char text[16];

	w->no_new_privs = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(process, "noNewPrivileges"))
				  ? SG_YES
				  : SG_NO;
	w->privileged = cJSON_GetArraySize(bounding) >= ALL_CAPABILITIES ? SG_YES : SG_NO;
	if (!cJSON_IsNumber(uid) || !(uid->valuedouble >= 0 && uid->valuedouble <= UINT32_MAX))
		return 0;
	snprintf(text, sizeof(text), "%u", (unsigned int)uid->valuedouble);
	return sg_learn_text(&w->user, text, err);
}

/* podman gives a pod's containers the id of its infra container, whose host name is the pod's name.
 */
static int learn_podman_pod(struct sg_workload *w, const cJSON *root, struct sg_error *err)
{
	const cJSON *annotations = cJSON_GetObjectItemCaseSensitive(root, "annotations");
	const char *infra = sg_member_text(annotations, "io.kubernetes.cri-o.SandboxID");
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;
	_cleanup_free_ char *path = NULL;
	const char *end;
	int r;

	if (!w->path.pod_id[0])
		return 0;
	r = sg_learn_text(&w->pod_uid, w->path.pod_id, err);
	if (r < 0)
		return r;
	if (!infra) {
		w->is_sandbox = true;
		return sg_learn_text(&w->pod, sg_member_text(root, "hostname"), err);
	}
	/* …/overlay-containers/ID/userdata */
	end = w->id ? strstr(w->bundle, w->id) : NULL;
	if (!end || !sg_path_is_long_id(infra))
		return 0;
	if (asprintf(&path, "%.*s%s/userdata/config.json", (int)(end - w->bundle), w->bundle,
		     infra) < 0)
		return sg_error_oom(err);
	r = sg_file_json(path, &doc, err);
	if (r < 0 || !doc)
		return r;
	return sg_learn_text(&w->pod, sg_member_text(sg_json_root(doc), "hostname"), err);
}

static int learn_config(struct sg_workload *w, const cJSON *root, struct sg_error *err)
{
	const cJSON *os = cJSON_GetObjectItemCaseSensitive(root, "linux");
	const cJSON *seccomp = cJSON_GetObjectItemCaseSensitive(os, "seccomp");
	int r;

	r = sg_learn_from_labels(w, cJSON_GetObjectItemCaseSensitive(root, "annotations"), err);
	if (r == 0)
		r = learn_process(w, cJSON_GetObjectItemCaseSensitive(root, "process"), err);
	if (r == 0)
		r = learn_podman_pod(w, root, err);
	if (r == 0)
		r = sg_learn_text(&w->cgroups_path, sg_member_text(os, "cgroupsPath"), err);
	w->confined = cJSON_IsObject(seccomp) ? SG_YES : SG_NO;
	return r;
}

/* Where managers put bundles unless told otherwise; %s is the container's id. */
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
	int r;

	*ret_found = false;
	if (asprintf(&path, "%s/config.json", bundle) < 0) {
		path = NULL;
		return sg_error_oom(err);
	}
	r = sg_file_json(path, &doc, err);
	if (r < 0 || !doc)
		return r;
	*ret_found = true;
	return learn_config(w, sg_json_root(doc), err);
}

int sg_learn_from_bundle(struct sg_workload *w, struct sg_error *err)
{
	bool found = false;
	int r = 0;

	if (w->confined != SG_UNKNOWN) /* it has been read */
		return 0;
	if (w->bundle)
		return try_bundle(w, w->bundle, &found, err);
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
