/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_END_END_H
#define SG_TRACER_SESSION_END_END_H

#include "session/parts.h"

/* For tracer/session/ only. Take what has appeared by now, and write and release what has ended. */
int sg_session_follow(struct sg_session *s, struct sg_error *err);

#endif
