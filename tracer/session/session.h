/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_SESSION_H
#define SG_TRACER_SESSION_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "session/options.h"

/*
 * One run of the recorder: attach, run the command if there is one, follow the targets through
 * their instances, checkpoint, and in every case write what was seen.
 *
 * Returns the exit code to end with (a command's own), or a negative errno.
 */
int sg_session_run(const struct sg_session_options *opts, struct sg_error *err);

/*
 * Continue the recording that is pinned as @name, whose recorder has died; with @stop only end it
 * and write what was counted. @output, a file or a directory, and @duration_ns: NULL and 0 are what
 * was asked for at first. -EBUSY: a recorder is at work on it.
 */
int sg_session_resume(const char *name, bool stop, const char *output, uint64_t duration_ns,
		      struct sg_error *err);

#endif
