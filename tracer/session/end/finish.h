/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_END_FINISH_H
#define SG_TRACER_SESSION_END_FINISH_H

#include "session/parts.h"

/* For tracer/session/ only. Whatever ended the session, with @result, what was counted is written.
 * Returns @result, or what failed. */
int sg_session_finish(struct sg_session *s, int result, struct sg_error *err);

#endif
