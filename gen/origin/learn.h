/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_ORIGIN_LEARN_H
#define SG_ORIGIN_LEARN_H

#include <cjson/cJSON.h>

#include "origin/workload.h"

/*
 * What the documents of runtimes and managers say of a workload. Each fills in what is not known
 * yet and returns 0, also when it knows nothing or the document is another than expected; -ENOMEM
 * is the only failure. Nodes may be anything, also NULL.
 */

/* NULL where there is no such member, or it is no string. Borrowed. */
const char *sg_member_text(const cJSON *object, const char *name);

/*
 * Set w->image_digest, where it is not known yet, to the id of an image as managers give it: 64
 * digits, with "sha256:" before them or without. Anything else is nothing.
 */
int sg_learn_image_id(struct sg_workload *w, const char *id, struct sg_error *err);

/* Annotations and labels that name a pod, a container or an image: an object of strings. Those that
 * an image can have brought along are passed over. */
int sg_learn_labels(struct sg_workload *w, const cJSON *labels, struct sg_error *err);

/* The config.json of an OCI bundle (w->path says what pod of podman it is in, if any). */
int sg_learn_config(struct sg_workload *w, const cJSON *config, struct sg_error *err);

/*
 * The container whose host name is the name of the podman pod that @w is in, according to @config,
 * which is that of @w: 64 digits, borrowed. NULL: it is in none, or is that one itself.
 */
const char *sg_podman_infra(const struct sg_workload *w, const cJSON *config);

/*
 * The state of a container as runc (state.json), crun (status) and youki (state.json) keep it, in a
 * directory that is named by the container's @id, if it is that of the cgroup @path.
 */
int sg_learn_state(struct sg_workload *w, const cJSON *state, const char *runtime, const char *id,
		   const char *path, struct sg_error *err);

/* Docker's answer to GET /containers/json, and its config.v2.json, of the container w->id. */
int sg_learn_docker_list(struct sg_workload *w, const cJSON *list, struct sg_error *err);
int sg_learn_docker_config(struct sg_workload *w, const cJSON *config, struct sg_error *err);

/* The containers.json of containers/storage, which podman and CRI-O use, of w->id. */
int sg_learn_storage(struct sg_workload *w, const cJSON *list, struct sg_error *err);

/* A name in /var/log/pods, NAMESPACE_NAME_UID, and one in /var/log/containers,
 * POD_NAMESPACE_CONTAINER-ID.log: if it is that of the pod or the container. */
int sg_learn_pod_dir(struct sg_workload *w, const char *name, struct sg_error *err);
int sg_learn_log_name(struct sg_workload *w, const char *name, struct sg_error *err);

#endif
