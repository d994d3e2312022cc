/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_FOLLOW_POLL_H
#define SG_TRACER_SESSION_FOLLOW_POLL_H

#include "session/targets/target.h"

/* For tracer/session/ only. Totals, facts, names and denials of
 * an instance: once a second or so. */
int sg_instance_poll(const struct sg_targets *ts, struct sg_sources *src,
		     struct sg_instance *instance, struct sg_error *err);

#endif
