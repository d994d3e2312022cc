/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_WORKLOAD_WORKLOAD_H
#define SG_TRACER_WORKLOAD_WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "cgroup/cgroup.h"
#include "origin/workload.h"
#include "workload/learn/managers.h"

/* Who made the cgroup, as the kernel half saw it; zero for one that was there. */
struct sg_creator {
	uint32_t tgid;
	char comm[16];
};

/* Whose its cgroup is; asked once it is known. -ENOMEM. */
int sg_workload_find_owner(struct sg_workload *w, const struct sg_cgroup *cg, struct sg_error *err);

/*
 * Ask who can say more. Never fails but for memory: what cannot be learnt stays unknown. Call it
 * again later while !is_settled; @last says that there is no later, the cgroup being gone or having
 * had its time.
 */
int sg_workload_learn(struct sg_workload *w, struct sg_managers *managers,
		      const struct sg_cgroup *cg, const struct sg_creator *creator, bool last,
		      struct sg_error *err);

/* Whether what targets are named by is known, as far as there is such. */
bool sg_workload_has_names(const struct sg_workload *w);

#endif
