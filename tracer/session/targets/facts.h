/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_TARGETS_FACTS_H
#define SG_TRACER_SESSION_TARGETS_FACTS_H

#include "base/error.h"
#include "cgroup/cgroup.h"
#include "recording/recording.h"

/* For tracer/session/ only. What a recording says about where and when it was made, read from this
 * machine. */

/* A random UUID (RFC 4122, version 4) in its usual spelling. */
int sg_random_uuid(char ret[37], struct sg_error *err);

int sg_facts_host(struct sg_host *ret, struct sg_error *err);

/* Whether a process of @cg has a seccomp filter, or the strict mode; of many, the first few are
 * asked. */
enum sg_tristate sg_facts_filtered(const struct sg_cgroup *cg);

/*
 * Read of a process of @cg, and put into @target, what it runs under: uid, no_new_privs, a seccomp
 * filter. What cannot be read (no process is left) stays as it is.
 */
void sg_facts_process(const struct sg_cgroup *cg, struct sg_target *target);

#endif
