/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_START_CONFINE_H
#define SG_TRACER_SESSION_START_CONFINE_H

#include "session/parts.h"

/*
 * For tracer/session/ only. From root to somebody who can read and nothing else. What is still to
 * be written, attached and removed is the helpers' business: forked here, when it is known what
 * that will be.
 */
int sg_session_confine(struct sg_session *s, struct sg_error *err);

#endif
