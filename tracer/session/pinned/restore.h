/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_PINNED_RESTORE_H
#define SG_TRACER_SESSION_PINNED_RESTORE_H

#include "session/parts.h"

/* For tracer/session/ only. The session of the recorder before this one, which has died, as its
 * state and the kernel half have it. */
int sg_session_restore(struct sg_session *s, const char *name, struct sg_error *err);

#endif
