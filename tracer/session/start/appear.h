/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_START_APPEAR_H
#define SG_TRACER_SESSION_START_APPEAR_H

#include "session/targets/target.h"

/*
 * For tracer/session/ only. Cgroups that appear while recording. Each has a slot of its own from
 * the kernel before a task can enter it; here it is decided, in the time that takes, whose it is.
 * Nothing is missed meanwhile: what is not wanted gives its slot back.
 */
int sg_session_take_new(struct sg_targets *ts, struct sg_sources *src, struct sg_error *err);

#endif
