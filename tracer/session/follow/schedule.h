/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_FOLLOW_SCHEDULE_H
#define SG_TRACER_SESSION_FOLLOW_SCHEDULE_H

#include <stddef.h>
#include <stdint.h>

#include "session/follow/loop.h"
#include "session/targets/missed.h"

/* For tracer/session/ only. When what is done. */
struct sg_schedule {
	struct sg_loop *loop;
	uint64_t start, last_reclaim; /* CLOCK_MONOTONIC, ns */
	uint64_t start_real;	      /* CLOCK_REALTIME, ns */
	size_t next_poll;	      /* whose turn it is */
	struct sg_missed missed;
};

#endif
