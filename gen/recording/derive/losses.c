/* SPDX-License-Identifier: Apache-2.0 */
/* What a whole recording lost, and what it holds all the same: one definition for all commands. */
#include <inttypes.h>

#include "recording/recording.h"

static bool doubts_set(const struct sg_run *run, enum sg_loss loss)
{
	if (!run->loss[loss])
		return false;
	switch (sg_loss_kinds[loss].class) {
	case SG_LOSS_CLASS_SET:
		return true;
	case SG_LOSS_CLASS_AUDIT:
		return !(run->sources & SG_SOURCE_BPF); /* BPF has seen what audit lost */
	case SG_LOSS_CLASS_DETAIL:
		break;
	}
	return false;
}

bool sg_run_is_lossy(const struct sg_run *run)
{
	for (int loss = 0; loss < SG_LOSS_MAX_; loss++) {
		if (doubts_set(run, (enum sg_loss)loss))
			return true;
	}
	return false;
}

bool sg_recording_is_lossy(const struct sg_recording *rec)
{
	for (size_t i = 0; i < rec->n_runs; i++) {
		if (sg_run_is_lossy(rec->runs[i]))
			return true;
	}
	return false;
}

uint64_t sg_recording_loss(const struct sg_recording *rec, enum sg_loss loss)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < rec->n_runs; i++)
		sum = sg_add_capped(sum, rec->runs[i]->loss[loss]);
	return sum;
}

uint64_t sg_recording_set_loss(const struct sg_recording *rec, enum sg_loss loss)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < rec->n_runs; i++) {
		if (doubts_set(rec->runs[i], loss))
			sum = sg_add_capped(sum, rec->runs[i]->loss[loss]);
	}
	return sum;
}

struct sg_totals sg_recording_totals(const struct sg_recording *rec, const struct sg_run *folded)
{
	struct sg_totals totals = { 0 };

	(void)rec; /* the fold knows what was which run's */

	for (size_t i = 0; i < folded->n_entries; i++) {
		const struct sg_entry *entry = &folded->entries[i];

		totals.calls = sg_add_capped(totals.calls, entry->count[SG_STAGE_APP]);
		totals.logged = sg_add_capped(totals.logged, entry->logged);
		totals.denied =
			sg_add_capped(totals.denied, sg_entry_denied_in(entry, SG_STAGE_APP));
		totals.distinct += sg_entry_is_application(entry);
	}
	return totals;
}
