/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_START_START_H
#define SG_TRACER_SESSION_START_START_H

#include "session/parts.h"

/* For tracer/session/ only. From what is asked for to the recorder that is attached, and targets
 * that are recorded. */
int sg_session_start(struct sg_session *s, struct sg_error *err);

#endif
