/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_H
#define SG_TRACER_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "cgroup.h"

/*
 * One recording from start to end: attach, run the command if there is one, watch, checkpoint, and
 * in every case write what was seen.
 */
enum sg_watch {
	SG_WATCH_AUTO, /* while a filter is there or may come: see session.c */
	SG_WATCH_ALWAYS,
	SG_WATCH_NEVER,
};

struct sg_session_options {
	struct sg_cgroup *cgroup; /* the target; NULL with a command, which gets one of its own */
	const char *kind;	  /* target.kind of the recording: "cgroup", "command" */
	char **command;		  /* argv, or NULL */
	size_t n_command;
	bool descendants;
	enum sg_watch denials; /* whether denied calls are watched */
	bool no_audit;	       /* do not read the live audit trail */
	uint64_t duration_ns;  /* 0: no limit */
	const char *output;    /* NULL: the store */
};

/* Returns the exit code to end with (a command's own), or a negative errno. */
int sg_session_run(const struct sg_session_options *opts, struct sg_error *err);

#endif
