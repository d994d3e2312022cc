/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_RECORDER_LOAD_PRIVATE_H
#define SG_TRACER_RECORDER_LOAD_PRIVATE_H

#include "recorder/private.h"

/* Loading the kernel half. For tracer/recorder/ only. */

struct sg_recorder_options;

/* check.c: the message for a load that failed with @code, which it returns; -EPERM for -EACCES. */
int sg_recorder_load_failed(int code, struct sg_error *err);

/* mechanism.c: load the kernel half in the best way that this kernel offers. */
int sg_recorder_load(struct sg_recorder *rec, const struct sg_recorder_options *opts,
		     struct sg_error *err);

#endif
