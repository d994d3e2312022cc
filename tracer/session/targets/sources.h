/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_TARGETS_SOURCES_H
#define SG_TRACER_SESSION_TARGETS_SOURCES_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/watch.h"
#include "recorder/recorder.h"

/* For tracer/session/ only. Where what is recorded comes from. */
struct sg_sources {
	struct sg_recorder *recorder;
	struct sg_audit_watch *audit; /* NULL: not asked for, or not available */
	bool audit_is_read;	      /* for all that is over by now */
	bool denials_of_new;	      /* of cgroups that appear, from their first instruction */
	/* at the poll before the last one, so from before anything appeared that was not reported
	 * yet; and at the last one */
	uint64_t losses_before[SG_LOSS_MAX_], losses[SG_LOSS_MAX_];
};

void sg_sources_done(struct sg_sources *src);

/*
 * Open the audit trail, for @slots cgroups. It is evidence in addition to BPF's: where it is not
 * available, recording continues without it, and that is said. -ENOMEM.
 */
int sg_sources_open_audit(struct sg_sources *src, uint32_t slots, struct sg_error *err);

/* Put into @loss the losses of which nobody can say whose they are, up to now. */
void sg_sources_losses(const struct sg_sources *src, uint64_t loss[SG_LOSS_MAX_]);

/* At each poll, to know later what had been lost before a cgroup appeared. */
void sg_sources_poll_losses(struct sg_sources *src);

/* This process counts the audit trail's losses again, from nothing. */
void sg_sources_forget_audit(uint64_t loss[SG_LOSS_MAX_]);

/* Read all that the trail has by now, once for all instances that end at this moment. */
int sg_sources_read_audit(struct sg_sources *src, struct sg_error *err);

#endif
