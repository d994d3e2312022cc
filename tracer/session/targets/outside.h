/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_TARGETS_OUTSIDE_H
#define SG_TRACER_SESSION_TARGETS_OUTSIDE_H

#include "session/targets/instance.h"

/* For tracer/session/ only. Where processes of an instance continued outside of its cgroups: its
 * filter goes along. */

/* Put the places into @run, and how many processes were lost there. */
int sg_outside_collect(struct sg_recorder *recorder, const struct sg_instance *instance,
		       struct sg_run *run, struct sg_error *err);

/* Say which are new since the last call. */
int sg_outside_report(struct sg_recorder *recorder, struct sg_instance *instance,
		      struct sg_error *err);

#endif
