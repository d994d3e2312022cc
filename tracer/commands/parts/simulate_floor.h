/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_COMMANDS_PARTS_SIMULATE_FLOOR_H
#define SG_TRACER_COMMANDS_PARTS_SIMULATE_FLOOR_H

#include "view/simulate.h"
#include "recording/recording.h"
#include "store/data.h"

/* The runtimes that may start the recorded container, and what they lack under a filter. */
struct sg_simulate_floors {
	struct sg_floors floors;	/* owned */
	struct sg_simulate_floor *list; /* one for each of them */
	bool alternatives; /* one that starts it is enough: it is not known which it is */
};

/*
 * Judge by @filters: the floor of @runtime, where one is given; else of the runtimes that @rec
 * names; else, of a container, of all that are known. None where @rec is of no container, or a
 * runtime has no floor. @version may be NULL. Release with _done, also after a failure.
 */
int sg_simulate_judge_floors(const struct sg_recording *rec, const char *runtime,
			     const char *version, const struct sg_filter *const *filters,
			     size_t n_filters, struct sg_simulate_floors *ret,
			     struct sg_error *err);
void sg_simulate_floors_done(struct sg_simulate_floors *floors);

/* Whether the container does not start. */
bool sg_simulate_floors_deny(const struct sg_simulate_floors *floors);

#endif
