/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_FOLLOW_LOOP_H
#define SG_TRACER_SESSION_FOLLOW_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"

/*
 * Who waits for what: descriptors with input, and times. Callbacks run one after the other; the
 * first that does not return 0 ends the loop, and a negative errno is its result.
 */
struct sg_loop;

typedef int sg_loop_call(void *data, struct sg_error *err);

int sg_loop_new(struct sg_loop **ret, struct sg_error *err);
void sg_loop_free(struct sg_loop *loop);

/* Call @call while @fd, which is borrowed, has input. */
int sg_loop_add_fd(struct sg_loop *loop, int fd, sg_loop_call *call, void *data,
		   struct sg_error *err);

/* Call @call about every @interval_ns, the first time after one interval. */
int sg_loop_add_timer(struct sg_loop *loop, uint64_t interval_ns, sg_loop_call *call, void *data,
		      struct sg_error *err);

/* Come back at once and not only when there is input: a callback has left some unread. */
void sg_loop_hurry(struct sg_loop *loop);

/* Returns 0 when a callback returned more than 0. */
int sg_loop_run(struct sg_loop *loop, struct sg_error *err);

SG_DEFINE_CLEANUP(struct sg_loop, sg_loop_free)

#endif
