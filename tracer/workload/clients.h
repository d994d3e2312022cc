/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_WORKLOAD_CLIENTS_H
#define SG_TRACER_WORKLOAD_CLIENTS_H

#include "workload/workload.h"

/*
 * Whether a process of the unit @w, in @cg, has its work done in another cgroup: a client of a
 * container engine, or the monitor of a container, as in a unit that podman has generated. *ret
 * says what to record instead, and is the caller's; NULL: none is known. -ENOMEM.
 */
int sg_clients_hint(const struct sg_workload *w, const struct sg_cgroup *cg, char **ret,
		    struct sg_error *err);

#endif
