/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_OUTPUT_SAVE_H
#define SG_TRACER_SESSION_OUTPUT_SAVE_H

#include "session/parts.h"

/* For tracer/session/ only. Recordings on their way into files. */

/*
 * A directory when several recordings may come, or when there is one of that name. What cannot be
 * written to is refused before anything is recorded; a directory that is missing may yet come.
 */
int sg_output_check(struct sg_output *output, const struct sg_session_options *opts,
		    struct sg_error *err);

/* Write @rec, of @t. A checkpoint that cannot be written must not end the recording, nor be silent,
 * nor be said 100 times: it is warned of once. -ENOMEM. */
int sg_session_save(struct sg_session *s, struct sg_session_target *t,
		    const struct sg_recording *rec, struct sg_error *err);

/*
 * The last state. When the recording cannot be written where it was asked for (a full disk) it goes
 * where it can be saved, so that hours of recording are not lost to the last step. The command
 * still fails.
 */
int sg_session_save_last(struct sg_session *s, struct sg_session_target *t,
			 const struct sg_recording *rec, struct sg_error *err);

/* Write the recording that was not written for the longest time, if that is long. One at a time:
 * two hundred files written and synced in a row would have new cgroups wait. */
void sg_session_checkpoint(struct sg_session *s);

#endif
