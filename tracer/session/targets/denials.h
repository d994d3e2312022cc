/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_TARGETS_DENIALS_H
#define SG_TRACER_SESSION_TARGETS_DENIALS_H

#include "session/options.h"
#include "session/targets/instance.h"

/*
 * For tracer/session/ only. To watch denied calls takes a program on sys_exit, which costs every
 * process of the host some nanoseconds a call. So, with SG_WHEN_AUTO: on from the start while a
 * filter may still come (nothing runs yet) or is there; off once the application runs without one;
 * on again when a filter is met, and the ledger has the gap.
 */

/* @is_command: nothing runs in it yet. */
int sg_denials_start(struct sg_recorder *recorder, enum sg_when when, bool is_command,
		     struct sg_instance *instance, struct sg_error *err);

/* At each poll. */
int sg_denials_adjust(struct sg_recorder *recorder, enum sg_when when, struct sg_instance *instance,
		      struct sg_error *err);

#endif
