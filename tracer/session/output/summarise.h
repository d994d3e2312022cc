/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_OUTPUT_SUMMARISE_H
#define SG_TRACER_SESSION_OUTPUT_SUMMARISE_H

#include "session/targets/target.h"

/* For tracer/session/ only. What a person has to know of @rec, the finished recording of @t. */
void sg_session_summarise(const struct sg_targets *ts, const struct sg_sources *src,
			  const struct sg_session_target *t, const struct sg_recording *rec);

#endif
