/* SPDX-License-Identifier: Apache-2.0 */
/* What annotations, labels, the OCI configuration and the runtimes' state say of a container. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/texts.h"
#include "origin/learn.h"

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

const char *sg_member_text(const cJSON *object, const char *name)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

/*
 * Docker and podman put labels and annotations of the image among the container's: whoever made the
 * image can have written them. In a pod's cgroup they are the kubelet's, which has the last word,
 * and it can be seen that they are of this pod.
 */
static bool are_of_manager(const struct sg_workload *w, const cJSON *node)
{
	const char *uid = sg_member_text(node, "io.kubernetes.pod.uid");

	if (!uid)
		uid = sg_member_text(node, "io.kubernetes.cri.sandbox-uid");
	if (w->path.pod_uid[0])
		return !uid || !strcmp(uid, w->path.pod_uid);
	return !w->manager || (strcmp(w->manager, "docker") && strcmp(w->manager, "podman"));
}

int sg_learn_labels(struct sg_workload *w, const cJSON *node, struct sg_error *err)
{
	const char *value = sg_member_text(node, "io.container.manager");
	int r;

	if (!w->manager && value && !strcmp(value, "libpod"))
		w->manager = "podman";
	else if (!w->manager && value && !strcmp(value, "cri-o"))
		w->manager = "cri-o";
	if (!are_of_manager(w, node))
		return 0;
	for (size_t i = 0; i < SG_ARRAY_SIZE(labels); i++) {
		r = sg_text_fill((char **)((char *)w + labels[i].field),
				 sg_member_text(node, labels[i].name), err);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < SG_ARRAY_SIZE(sandbox_labels); i++) {
		value = sg_member_text(node, sandbox_labels[i].name);
		if (value && !strcmp(value, sandbox_labels[i].value))
			w->is_sandbox = true;
	}
	return 0;
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
	return sg_text_fill(&w->user, text, err);
}

/* podman gives a pod's containers the id of its infra container, whose host name is the pod's
 * name. */
static const char *infra_of(const cJSON *config)
{
	return sg_member_text(cJSON_GetObjectItemCaseSensitive(config, "annotations"),
			      "io.kubernetes.cri-o.SandboxID");
}

const char *sg_podman_infra(const struct sg_workload *w, const cJSON *config)
{
	const char *infra = w->path.pod_id[0] ? infra_of(config) : NULL;

	return infra && sg_path_is_long_id(infra) ? infra : NULL;
}

static int learn_podman_pod(struct sg_workload *w, const cJSON *config, struct sg_error *err)
{
	int r;

	if (!w->path.pod_id[0])
		return 0;
	r = sg_text_fill(&w->pod_uid, w->path.pod_id, err);
	if (r < 0 || infra_of(config))
		return r;
	w->is_sandbox = true;
	return sg_text_fill(&w->pod, sg_member_text(config, "hostname"), err);
}

int sg_learn_config(struct sg_workload *w, const cJSON *config, struct sg_error *err)
{
	const cJSON *os = cJSON_GetObjectItemCaseSensitive(config, "linux");
	const cJSON *seccomp = cJSON_GetObjectItemCaseSensitive(os, "seccomp");
	int r;

	r = sg_learn_labels(w, cJSON_GetObjectItemCaseSensitive(config, "annotations"), err);
	if (r == 0)
		r = learn_process(w, cJSON_GetObjectItemCaseSensitive(config, "process"), err);
	if (r == 0)
		r = learn_podman_pod(w, config, err);
	if (r == 0)
		r = sg_text_fill(&w->cgroups_path, sg_member_text(os, "cgroupsPath"), err);
	w->confined = cJSON_IsObject(seccomp) ? SG_YES : SG_NO;
	return r;
}

/* Whether @text, a path as a runtime keeps it, ends with the cgroup's. */
static bool names_cgroup(const char *text, const char *path)
{
	size_t n = text ? strlen(text) : 0, len = strlen(path);

	return n >= len && !strcmp(text + n - len, path);
}

static bool is_of_cgroup(const cJSON *state, const char *path)
{
	const cJSON *paths = cJSON_GetObjectItemCaseSensitive(state, "cgroup_paths"), *row;

	if (names_cgroup(sg_member_text(state, "cgroup-path"), path) ||
	    names_cgroup(sg_member_text(state, "cgroup_path"), path))
		return true;
	cJSON_ArrayForEach (row, paths) {
		if (names_cgroup(cJSON_GetStringValue(row), path))
			return true;
	}
	return false;
}

/* crun and youki say "bundle"; runc has it among the labels of its configuration, "bundle=…". */
static const char *bundle_of(const cJSON *state)
{
	const cJSON *config = cJSON_GetObjectItemCaseSensitive(state, "config"), *label;

	cJSON_ArrayForEach (label, cJSON_GetObjectItemCaseSensitive(config, "labels")) {
		const char *text = cJSON_GetStringValue(label);

		if (text && !strncmp(text, "bundle=", 7))
			return text + 7;
	}
	return sg_member_text(state, "bundle");
}

int sg_learn_state(struct sg_workload *w, const cJSON *state, const char *runtime, const char *id,
		   const char *path, struct sg_error *err)
{
	int r;

	if (!is_of_cgroup(state, path))
		return 0;
	r = sg_text_fill(&w->id, id, err);
	if (r == 0)
		r = sg_text_fill(&w->runtime, runtime, err);
	if (r == 0)
		r = sg_text_fill(&w->bundle, bundle_of(state), err);
	return r;
}
