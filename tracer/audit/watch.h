/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_AUDIT_WATCH_H
#define SG_TRACER_AUDIT_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "recorder/recorder.h"
#include "recording/recording.h"

/*
 * The live audit trail, alongside a recorder: each SECCOMP record goes to the slot that its process
 * was in at the time, by the history that the kernel half keeps; records of other processes are
 * left out and counted.
 */
struct sg_audit_watch;

/*
 * @recorder is borrowed and outlives the watch. @ret_doubt: as sg_audit_live_open() says.
 */
int sg_audit_watch_new(struct sg_recorder *recorder, uint32_t slots, struct sg_audit_watch **ret,
		       const char **ret_doubt, struct sg_error *err);
void sg_audit_watch_free(struct sg_audit_watch *watch);

/* To poll for input, and what to call then. *@ret_drained as sg_audit_live_read() says. */
int sg_audit_watch_fd(const struct sg_audit_watch *watch);
int sg_audit_watch_read(struct sg_audit_watch *watch, bool *ret_drained, struct sg_error *err);

/*
 * Read until everything is in that the kernel had queued when this was called. Takes some
 * milliseconds; where the kernel does not get to it within three seconds the ledger says so.
 */
int sg_audit_watch_sync(struct sg_audit_watch *watch, struct sg_error *err);

/* As sg_audit_live_serial() and _begin_at(). */
uint64_t sg_audit_watch_serial(const struct sg_audit_watch *watch);
void sg_audit_watch_begin_at(struct sg_audit_watch *watch, uint64_t serial);

/* Add to @loss what the trail is known to have missed so far, whosever it was. */
void sg_audit_watch_losses(struct sg_audit_watch *watch, uint64_t loss[SG_LOSS_MAX_]);

/* Put what the trail said of @slot so far into @run, alongside what BPF counted. */
int sg_audit_watch_put(struct sg_audit_watch *watch, uint32_t slot, struct sg_run *run,
		       struct sg_error *err);

/* Forget what was said of @slot, which gets another target. */
void sg_audit_watch_reset(struct sg_audit_watch *watch, uint32_t slot);

/* Records that belong to no target. */
uint64_t sg_audit_watch_foreign(const struct sg_audit_watch *watch);

SG_DEFINE_CLEANUP(struct sg_audit_watch, sg_audit_watch_free)

#endif
