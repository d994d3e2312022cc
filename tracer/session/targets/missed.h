/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_TARGETS_MISSED_H
#define SG_TRACER_SESSION_TARGETS_MISSED_H

#include <stdbool.h>
#include <stdint.h>

#include "recorder/recorder.h"

/* For tracer/session/ only. Cgroups that were missed, as far as they were reported. */
struct sg_missed {
	uint64_t reported, of_users_reported, reported_at;
};

/*
 * The ledger has those that were missed; a person is to know at once, and of many in a row not each
 * time: whoever makes them would write our log. @last: whatever was reported a moment ago.
 */
void sg_missed_report(struct sg_missed *missed, const struct sg_recorder *recorder, bool all,
		      bool last);

#endif
