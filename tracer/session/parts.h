/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_PARTS_H
#define SG_TRACER_SESSION_PARTS_H

#include "session/follow/schedule.h"
#include "session/options.h"
#include "session/output/output.h"
#include "session/pinned/pinned.h"
#include "session/start/command.h"
#include "session/targets/sources.h"
#include "session/targets/target.h"

/*
 * For tracer/session/ only. A session is its parts; a function takes those that it needs, and the
 * whole only where it leads from one step to the next.
 */
struct sg_session {
	const struct sg_session_options *opts; /* the caller's, or `resumed` */
	struct sg_session_options resumed;     /* what the recorder before this one was asked for */
	struct sg_sources sources;	       /* the kernel half and the audit trail */
	struct sg_targets targets;
	struct sg_session_command command;
	struct sg_signals signals;
	struct sg_schedule schedule;
	struct sg_output output;
	struct sg_pinned pinned;
};

#define SG_SESSION_INIT_PARTS                                           \
	.command = SG_SESSION_COMMAND_INIT, .signals = SG_SIGNALS_INIT, \
	.output = { .writer = SG_HELPER_INIT }

#endif
