/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_START_SPAWN_H
#define SG_TRACER_SESSION_START_SPAWN_H

#include <sys/types.h>

#include "base/error.h"

/*
 * A command that waits, forked but not yet executed, until it is released: time to move it into its
 * cgroup, so that its very first instruction runs there.
 */
struct sg_spawn {
	pid_t pid;
	int go_fd; /* closed without a byte: the child ends without executing anything */
	/* the child's errno when the exec fails; closed by
	 * the exec when it does not */
	int error_fd;
};

#define SG_SPAWN_INIT                                  \
	{                                              \
		.pid = -1, .go_fd = -1, .error_fd = -1 \
	}

int sg_spawn_prepare(char **argv, struct sg_spawn *ret, struct sg_error *err);

/* Let it execute @argv. -ENOENT, -EACCES, … as exec says; the child is gone then. */
int sg_spawn_release(struct sg_spawn *spawn, char **argv, struct sg_error *err);

/* End a child that was never released; harmless afterwards. */
void sg_spawn_abandon(struct sg_spawn *spawn);

#endif
