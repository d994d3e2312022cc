/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_WORKLOAD_WORKLOAD_H
#define SG_TRACER_WORKLOAD_WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "cgroup/cgroup.h"
#include "origin/workload.h"

/* Who made the cgroup, as the kernel half saw it; zero for one that was there. */
struct sg_creator {
	uint32_t tgid;
	char comm[16];
};

/* Where managers keep what they know, and what has been read of it: one for the whole run. */
struct sg_managers;

int sg_managers_new(struct sg_managers **ret, struct sg_error *err);
void sg_managers_free(struct sg_managers *managers);

/* Why a manager that seems to be here could not be asked ("Docker: /run/docker.sock: Permission
 * denied"), or NULL. */
const char *sg_managers_last_error(const struct sg_managers *managers);

/* Whose its cgroup is; asked once it is known. -ENOMEM. */
int sg_workload_find_owner(struct sg_workload *w, const struct sg_cgroup *cg, struct sg_error *err);

/*
 * Ask who can say more. Never fails but for memory: what is not to be learnt stays unknown. Call it
 * again later while !is_settled; @last says that there is no later, the cgroup being gone or having
 * had its time.
 */
int sg_workload_learn(struct sg_workload *w, struct sg_managers *managers,
		      const struct sg_cgroup *cg, const struct sg_creator *creator, bool last,
		      struct sg_error *err);

/* Whether what targets are named by is known, as far as there is such. */
bool sg_workload_has_names(const struct sg_workload *w);

SG_DEFINE_CLEANUP(struct sg_managers, sg_managers_free)

#endif
