/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_COMMANDS_PARTS_PID_FILTER_H
#define SG_TRACER_COMMANDS_PARTS_PID_FILTER_H

#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "filter/filter.h"

/*
 * The seccomp filters that a thread has loaded, as the kernel gives them out
 * (PTRACE_SECCOMP_GET_FILTER, ptrace(2)). The thread is stopped for that, well under a millisecond.
 */
struct sg_pid_filters {
	struct sg_filter **filters; /* the first was loaded first */
	size_t n;
};

/*
 * Needs CAP_SYS_ADMIN in the initial user namespace, and not to be under a filter itself.
 *
 * Returns 0; a thread without filters has n == 0 and was not stopped. -ESRCH (there is no such
 * thread), -EPERM, -EBUSY (traced by somebody else), -ETIMEDOUT (it does not stop), -EOPNOTSUPP
 * (mode strict, or a kernel without CONFIG_CHECKPOINT_RESTORE), -ENOMEM.
 */
int sg_pid_filters_read(pid_t pid, struct sg_pid_filters *ret, struct sg_error *err);
void sg_pid_filters_done(struct sg_pid_filters *filters);

#endif
