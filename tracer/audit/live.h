/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_AUDIT_LIVE_H
#define SG_TRACER_AUDIT_LIVE_H

#include <stdint.h>

#include "audit/line/line.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "recording/recording.h"

/*
 * The audit records of this moment, from the kernel's netlink multicast group (AUDIT_NLGRP_READLOG,
 * linux/audit.h): no auditd is needed, and none is disturbed.
 */
struct sg_audit_live;

/*
 * -EPERM names the capability. Where the socket can be had but nothing can arrive (another network
 * namespace than the initial one, audit=0), @ret_doubt says why in one static line; else it is
 * NULL.
 */
int sg_audit_live_open(struct sg_audit_live **ret, const char **ret_doubt, struct sg_error *err);
void sg_audit_live_free(struct sg_audit_live *live);

/* To poll for input. Borrowed. */
int sg_audit_live_fd(const struct sg_audit_live *live);

/*
 * Read what has arrived, and call @take with each SECCOMP record; the record's names are good only
 * during the call. *@ret_drained is false when the budget of one call ended before the socket was
 * empty.
 */
int sg_audit_live_read(struct sg_audit_live *live,
		       int (*take)(const struct sg_audit_record *record, void *data,
				   struct sg_error *err),
		       void *data, bool *ret_drained, struct sg_error *err);

/*
 * The kernel hands records on from a queue, some time after the calls. A mark is a record of our
 * own after all that is queued now (one SECCOMP record of a child of this process, which stays in
 * the host's trail); once it is seen, everything before it has been read. -ENOTSUP where the kernel
 * logs no LOG actions.
 */
int sg_audit_live_mark(struct sg_audit_live *live, struct sg_error *err);
bool sg_audit_live_mark_is_seen(const struct sg_audit_live *live);

/* The highest serial that was seen; 0: none. */
uint64_t sg_audit_live_serial(const struct sg_audit_live *live);
/* Another had read up to @serial: what comes after it and is not seen here is missing. */
void sg_audit_live_begin_at(struct sg_audit_live *live, uint64_t serial);

/* Add to @loss what this source knows to have missed. */
void sg_audit_live_losses(struct sg_audit_live *live, uint64_t loss[SG_LOSS_MAX_]);

SG_DEFINE_CLEANUP(struct sg_audit_live, sg_audit_live_free)

#endif
