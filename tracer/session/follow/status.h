/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_FOLLOW_STATUS_H
#define SG_TRACER_SESSION_FOLLOW_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "session/targets/target.h"

/* For tracer/session/ only. What a person is shown while it lasts. */

/* The status line, where it is due. @start, @now: CLOCK_MONOTONIC, ns. */
void sg_session_show_status(const struct sg_targets *ts, uint64_t start, uint64_t now);

#endif
