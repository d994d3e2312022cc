/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_START_COMMAND_H
#define SG_TRACER_SESSION_START_COMMAND_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "cgroup/cgroup.h"
#include "confine/helper.h"
#include "session/start/spawn.h"
#include "session/targets/target.h"

/* For tracer/session/ only. The command that is recorded, and the signals that end the recording or
 * are passed on to it. */
struct sg_session_command {
	struct sg_cgroup cgroup; /* made for it; removed at the end; dir NULL: there is none */
	struct sg_spawn spawn;
	int exit_code;
	uint64_t term_sent; /* CLOCK_MONOTONIC, ns; 0: not yet */
};

#define SG_SESSION_COMMAND_INIT        \
	{                              \
		.spawn = SG_SPAWN_INIT \
	}

struct sg_signals {
	int fd; /* -1: they are not ours */
	sigset_t before;
};

#define SG_SIGNALS_INIT  \
	{                \
		.fd = -1 \
	}

int sg_signals_catch(struct sg_signals *signals, struct sg_error *err);

/* They are ours no more; those that wait end us, if they are to. */
void sg_signals_release(struct sg_signals *signals);

/*
 * Pass on to the command what has arrived, through the @writer, and note in @instance, the
 * command's, how it ended. Without a command a signal ends the recording. *ret_over: it ends.
 */
int sg_signals_take(const struct sg_signals *signals, struct sg_session_command *command,
		    struct sg_helper *writer, struct sg_instance *instance, bool *ret_over,
		    struct sg_error *err);

/* Make the command's cgroup, and a target of it that begins. */
int sg_command_make_cgroup(struct sg_session_command *command, struct sg_targets *ts,
			   struct sg_sources *src, struct sg_error *err);

/* Start it in there. @instance is its own. */
int sg_command_start(struct sg_session_command *command, const struct sg_session_options *opts,
		     struct sg_recorder *recorder, const struct sg_instance *instance,
		     struct sg_error *err);

/*
 * Whether the recording, which began at @start, is over at @now (both CLOCK_MONOTONIC, ns). At the
 * end of --duration a command is asked to end, and recorded until it has.
 */
bool sg_command_time_is_up(struct sg_session_command *command,
			   const struct sg_session_options *opts, struct sg_helper *writer,
			   uint64_t start, uint64_t now);

void sg_command_remove_cgroup(struct sg_session_command *command, struct sg_helper *writer);

#endif
