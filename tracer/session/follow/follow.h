/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_FOLLOW_FOLLOW_H
#define SG_TRACER_SESSION_FOLLOW_FOLLOW_H

#include "session/parts.h"

/* For tracer/session/ only. What is done while it lasts: cgroups that appear and end, the audit
 * trail, the status line. */

/* Until there is a reason to end. */
int sg_session_loop(struct sg_session *s, struct sg_error *err);

#endif
