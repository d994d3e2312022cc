/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/watch.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "cli/clock.h"
#include "audit/run/alongside.h"
#include "audit/run/import.h"
#include "audit/live.h"

#define SYNC_NS	     3000000000u
#define SYNC_POLL_MS 20

struct sg_audit_watch {
	struct sg_recorder *recorder;
	struct sg_audit_live *live;
	struct sg_audit_importer **importers; /* by slot; NULL until a record comes */
	uint32_t slots;
	uint64_t foreign, foreign_before; /* before: when the socket was last empty */
	uint64_t unattributed;
};

int sg_audit_watch_new(struct sg_recorder *recorder, uint32_t slots, struct sg_audit_watch **ret,
		       const char **ret_doubt, struct sg_error *err)
{
	_cleanup_(sg_audit_watch_freep) struct sg_audit_watch *watch = calloc(1, sizeof(*watch));
	int r;

	if (!watch)
		return sg_error_oom(err);
	watch->recorder = recorder;
	watch->slots = slots;
	watch->importers = calloc((size_t)slots + 1, sizeof(*watch->importers));
	if (!watch->importers)
		return sg_error_oom(err);
	r = sg_audit_live_open(&watch->live, ret_doubt, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(watch);
	return 0;
}

void sg_audit_watch_free(struct sg_audit_watch *watch)
{
	if (!watch)
		return;
	for (uint32_t slot = 0; watch->importers && slot <= watch->slots; slot++)
		sg_audit_importer_free(watch->importers[slot]);
	free(watch->importers);
	sg_audit_live_free(watch->live);
	free(watch);
}

int sg_audit_watch_fd(const struct sg_audit_watch *watch)
{
	return sg_audit_live_fd(watch->live);
}

static int take(const struct sg_audit_record *record, void *data, struct sg_error *err)
{
	struct sg_audit_watch *watch = data;
	struct sg_audit_record own = *record;
	uint32_t slot;
	int r;

	slot = sg_recorder_slot_of_process(watch->recorder, record->pid, record->time);
	if (slot == 0 || slot > watch->slots) {
		watch->foreign++;
		return 0;
	}
	if (!watch->importers[slot]) {
		r = sg_audit_importer_new(NULL, &watch->importers[slot], err);
		if (r < 0)
			return r;
	}
	own.serial = 0; /* gaps are the host's, and the live source counts them once */
	return sg_audit_importer_record(watch->importers[slot], &own, err);
}

int sg_audit_watch_read(struct sg_audit_watch *watch, bool *ret_drained, struct sg_error *err)
{
	int r;

	r = sg_audit_live_read(watch->live, take, watch, ret_drained, err);
	if (r < 0 || !*ret_drained)
		return r;
	/* while records waited so many processes ended that the kernel half forgot some: whose were
	 * they? */
	if (sg_recorder_forgot_processes(watch->recorder))
		watch->unattributed += watch->foreign - watch->foreign_before;
	watch->foreign_before = watch->foreign;
	return 0;
}

int sg_audit_watch_sync(struct sg_audit_watch *watch, struct sg_error *err)
{
	struct pollfd fd = { .fd = sg_audit_live_fd(watch->live), .events = POLLIN };
	uint64_t until = sg_now_monotonic() + SYNC_NS;
	struct sg_error ignored = { 0 };
	bool marked = sg_audit_live_mark(watch->live, &ignored) == 0;

	for (;;) {
		bool drained;
		int r = sg_audit_watch_read(watch, &drained, err);

		if (r < 0 || (marked ? sg_audit_live_mark_is_seen(watch->live) : drained))
			return r;
		if (sg_now_monotonic() > until) {
			watch->unattributed++; /* what is still queued may be the target's */
			return 0;
		}
		if (drained)
			poll(&fd, 1, SYNC_POLL_MS);
	}
}

uint64_t sg_audit_watch_serial(const struct sg_audit_watch *watch)
{
	return sg_audit_live_serial(watch->live);
}

void sg_audit_watch_begin_at(struct sg_audit_watch *watch, uint64_t serial)
{
	sg_audit_live_begin_at(watch->live, serial);
}

void sg_audit_watch_losses(struct sg_audit_watch *watch, uint64_t loss[SG_LOSS_MAX_])
{
	sg_audit_live_losses(watch->live, loss);
	loss[SG_LOSS_AUDIT_UNATTRIBUTED] += watch->unattributed;
}

int sg_audit_watch_put(struct sg_audit_watch *watch, uint32_t slot, struct sg_run *run,
		       struct sg_error *err)
{
	_cleanup_(sg_run_freep) struct sg_run *audit = NULL;
	int r;

	run->sources |= SG_SOURCE_AUDIT;
	if (!watch->importers[slot])
		return 0;
	r = sg_audit_importer_finish(watch->importers[slot], &audit, err);
	if (r < 0)
		return r;
	return sg_run_put_audit_alongside(run, audit, err);
}

void sg_audit_watch_reset(struct sg_audit_watch *watch, uint32_t slot)
{
	sg_audit_importer_free(watch->importers[slot]);
	watch->importers[slot] = NULL;
}

uint64_t sg_audit_watch_foreign(const struct sg_audit_watch *watch)
{
	return watch->foreign;
}
