/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_TARGETS_SIMILAR_H
#define SG_TRACER_SESSION_TARGETS_SIMILAR_H

#include "session/targets/target.h"

/*
 * For tracer/session/ only. Cgroups that are called as a target is and are not it: somebody else's,
 * or a second one. Neither is recorded, and neither is passed over in silence.
 */

/* Warn of @other, a sentence; of many, of the first few. */
void sg_similar_report(struct sg_session_target *t, const char *other);

/* One of somebody else's has appeared. */
void sg_similar_found(struct sg_session_target *t, const struct sg_appeared *a);

/* One that fits, and is another than was found before. */
void sg_similar_found_second(struct sg_session_target *t, const struct sg_appeared *a);

/* Whether the target runs, and this is a second one of its name; that is reported. */
bool sg_similar_is_second(const struct sg_sources *src, struct sg_session_target *t,
			  const struct sg_appeared *a);

/* Whether the unit, which has ended where it was, is what has appeared at @path. */
bool sg_similar_is_unit_again(const struct sg_sources *src, const struct sg_session_target *t,
			      const char *path);

#endif
