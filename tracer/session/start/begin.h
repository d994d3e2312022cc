/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_START_BEGIN_H
#define SG_TRACER_SESSION_START_BEGIN_H

#include "session/targets/target.h"

/* For tracer/session/ only. How the recording of a cgroup begins that is there: what is in it
 * already, what is below it, and who of those that were named is there at all. */

/*
 * No call of it is missed from the moment this returns. Takes what @cgroup holds, and @workload
 * (NULL for a command).
 */
int sg_session_begin(struct sg_targets *ts, struct sg_sources *src, struct sg_session_target *t,
		     struct sg_cgroup *cgroup, struct sg_workload *workload, struct sg_error *err);

/*
 * Targets that have names: those that are there begin, the others are waited for. One for which
 * several could be meant is an error, and no reason to leave the others unrecorded.
 */
int sg_session_find_targets(struct sg_targets *ts, struct sg_sources *src, struct sg_error *err);

/* Say that @instance is recorded. */
void sg_instance_report_begin(const struct sg_targets *ts, const struct sg_session_target *t,
			      const struct sg_instance *instance);

#endif
