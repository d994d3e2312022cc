/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_RECORDING_PINNED_SUMMARY_H
#define SG_RECORDING_PINNED_SUMMARY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* What a list shows of the state of a pinned recording. */
struct sg_pinned_summary {
	char *targets;		     /* "container web, unit nginx.service" */
	uint64_t start;		     /* CLOCK_REALTIME, ns */
	uint64_t pid, pid_namespace; /* of its last recorder */
	bool has_lived;		     /* of at least one target something is recorded */
};

/*
 * From @state, the text of one of any version: fields that are not known are passed over. @ret is
 * freed with sg_pinned_summary_done(), and empty on failure. -EINVAL, -E2BIG, -ENOMEM.
 */
int sg_pinned_summary_read(const char *state, struct sg_pinned_summary *ret, struct sg_error *err);
void sg_pinned_summary_done(struct sg_pinned_summary *summary);

#endif
