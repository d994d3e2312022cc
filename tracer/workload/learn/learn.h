/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_WORKLOAD_LEARN_LEARN_H
#define SG_TRACER_WORKLOAD_LEARN_LEARN_H

#include "cgroup/cgroup.h"
#include "origin/learn.h"
#include "workload/learn/managers.h"

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

#endif
