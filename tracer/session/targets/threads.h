/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_TARGETS_THREADS_H
#define SG_TRACER_SESSION_TARGETS_THREADS_H

#include "session/targets/instance.h"

/*
 * For tracer/session/ only. What only a cgroup's list of threads shows: those of a threaded one
 * (cgroup(7)), whose processes can be elsewhere, and processes without their first thread.
 */

/* Add to @instance, which begins, the threads that are in it already. */
int sg_threads_adopt(struct sg_recorder *recorder, struct sg_instance *instance,
		     struct sg_error *err);

/*
 * Whether the first thread of process @tgid has exited and others live on. Such a process is listed
 * by the cgroup in which that thread exited, even if the others have gone elsewhere.
 */
bool sg_process_is_leaderless(uint32_t tgid);

#endif
