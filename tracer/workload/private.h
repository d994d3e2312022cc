/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_WORKLOAD_PRIVATE_H
#define SG_TRACER_WORKLOAD_PRIVATE_H

#include "base/json.h"
#include "confine/helper.h"
#include "origin/learn.h"
#include "workload/file.h"
#include "workload/workload.h"

/*
 * For tracer/workload/ only: the sources of what a workload is. Each fills in what is not known yet
 * and returns 0, also when it knows nothing; -ENOMEM is the only failure. What can have been
 * written by others than root and sg_workload_speaker() is passed over.
 */

/* What processes around the container say on their command lines: its runtime, conmon, containerd's
 * shim. */
int sg_learn_from_creator(struct sg_workload *w, struct sg_managers *m, uint32_t tgid,
			  struct sg_error *err);
int sg_learn_from_processes(struct sg_workload *w, struct sg_managers *m,
			    const struct sg_cgroup *cg, struct sg_error *err);

/* Whose a namespace of containerd is: Docker's is "moby". */
const char *sg_manager_of_space(const char *space);

/* The OCI bundle's config.json: w->bundle, else where its manager usually puts it. */
int sg_learn_from_bundle(struct sg_workload *w, struct sg_error *err);

/* What runc, crun and youki keep below /run of a container that was started by hand. */
int sg_learn_from_state(struct sg_workload *w, const struct sg_cgroup *cg, struct sg_error *err);

int sg_learn_from_docker(struct sg_workload *w, struct sg_managers *m, struct sg_error *err);
int sg_learn_from_podman(struct sg_workload *w, struct sg_error *err);
int sg_learn_from_kubelet(struct sg_workload *w, struct sg_error *err);

/* The helper that runs programs to ask them: version.c. */
int sg_versions_start(struct sg_helper *ret, struct sg_error *err);

/* The version that the program at @path says it is; NULL when it does not, or is not one that root
 * could run. The caller's. */
void sg_versions_ask(struct sg_helper *helper, const char *path, char **ret);

/* The helper that asks Docker on the unix socket @path, borrowed: docker.c. */
int sg_docker_start(const char *path, struct sg_helper *ret, struct sg_error *err);

/*
 * The row of "docker ps" of the container with the long @id, as JSON text; the caller's. NULL: no
 * Docker here. -EBADMSG: it answers, but not so; else, it does not answer.
 */
int sg_docker_ask(struct sg_helper *helper, const char *id, char **ret, size_t *ret_len,
		  struct sg_error *err);

/* The program of that name in the usual directories, or NULL; the caller's. */
int sg_program_find(const char *name, char **ret_path, struct sg_error *err);

/* Remember one reason why a manager could not be asked. */
void sg_managers_note_trouble(struct sg_managers *m, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* What Docker lists of the container with that long id; *ret is NULL when it gave no good answer.
 */
int sg_managers_docker(struct sg_managers *m, const char *id, struct sg_json_doc **ret,
		       struct sg_error *err);

/* Whether the manager's socket is his: of somebody else's containers it knows nothing. */
bool sg_docker_is_of(const struct sg_managers *m, uint32_t uid);

/* The version of @runtime's program, asked once a program. */
int sg_managers_version(struct sg_managers *m, const char *path, const char **ret,
			struct sg_error *err);

#endif
