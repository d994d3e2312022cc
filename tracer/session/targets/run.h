/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_TARGETS_RUN_H
#define SG_TRACER_SESSION_TARGETS_RUN_H

#include "session/targets/target.h"

/* For tracer/session/ only. From an instance to its run, and from a target to its recording. */

/*
 * All that is known of @instance, of @t, up to now. @complete says that it is the last time: then
 * the audit trail is read first. *ret is the caller's.
 */
int sg_instance_snapshot(const struct sg_targets *ts, struct sg_sources *src,
			 const struct sg_session_target *t, const struct sg_instance *instance,
			 bool complete, struct sg_run **ret, struct sg_error *err);

/* All that is known of @t: runs that have ended, and those of its instances. */
int sg_session_target_snapshot(const struct sg_targets *ts, struct sg_sources *src,
			       const struct sg_session_target *t, bool complete,
			       struct sg_recording **ret, struct sg_error *err);

/* Whether more is known of the instance than at the last call. */
int sg_instance_has_news(const struct sg_targets *ts, const struct sg_session_target *t,
			 struct sg_instance *instance, bool *ret, struct sg_error *err);

#endif
