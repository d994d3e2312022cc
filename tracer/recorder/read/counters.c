/* SPDX-License-Identifier: Apache-2.0 */
/* The counters of a slot, polled, and dated where they have moved. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/clock.h"
#include "recorder/attach/private.h"
#include "recorder/read/private.h"
#include "recorder/recorder.h"

static int state_of(struct sg_recorder *rec, uint32_t slot, struct sg_slot_state **ret,
		    struct sg_error *err)
{
	if (!rec->states[slot])
		rec->states[slot] = calloc(1, sizeof(*rec->states[slot]));
	*ret = rec->states[slot];
	return *ret ? 0 : sg_error_oom(err);
}

int sg_recorder_restore(struct sg_recorder *rec, uint32_t slot, const struct sg_run *run,
			struct sg_error *err)
{
	struct sg_slot_state *state;
	int r = state_of(rec, slot, &state, err);

	for (size_t i = 0; r == 0 && i < run->n_entries; i++) {
		const struct sg_entry *e = &run->entries[i];

		if (e->id.arch != sg_abi_arch[SG_ABI_NATIVE] || e->id.nr >= SG_NATIVE_NR_MAX ||
		    sg_entry_is_in_progress(e))
			continue;
		state->n[e->id.nr] = e->count[SG_STAGE_APP];
		state->last_seen[e->id.nr] = e->last_seen;
	}
	return r;
}

/* Sum the slot's per-CPU counters, and date what has moved since the last poll. */
int sg_recorder_poll(struct sg_recorder *rec, uint32_t slot, struct sg_slot_state **ret,
		     struct sg_error *err)
{
	struct sg_slot_state *state;
	uint64_t now = sg_now_real();
	size_t size = (size_t)rec->cpus * sizeof(*rec->per_cpu);
	int r = state_of(rec, slot, &state, err);

	if (r < 0)
		return r;
	if (bpf_map__lookup_elem(rec->skel->maps.counts, &slot, sizeof(slot), rec->per_cpu, size,
				 0))
		return sg_error_set(err, -errno, "read the counters of slot %u: %s", slot,
				    strerror(errno));
	for (size_t nr = 0; nr < SG_NATIVE_NR_MAX; nr++) {
		uint64_t sum = 0;

		for (int cpu = 0; cpu < rec->cpus; cpu++)
			sum += rec->per_cpu[cpu].n[nr];
		if (sum != state->n[nr])
			state->last_seen[nr] = now;
		state->n[nr] = sum;
	}
	*ret = state;
	return 0;
}

int sg_recorder_totals(struct sg_recorder *rec, uint32_t slot, struct sg_recorder_totals *ret,
		       struct sg_error *err)
{
	struct sg_recorder_totals totals = { 0 };
	struct sg_slot_state *state;
	int r;

	r = sg_recorder_poll(rec, slot, &state, err);
	if (r < 0)
		return r;
	for (size_t nr = 0; nr < SG_NATIVE_NR_MAX; nr++) {
		totals.calls += state->n[nr];
		totals.distinct += state->n[nr] != 0;
	}
	totals.losses =
		rec->skel->bss->losses[slot].n[SG_BPF_LOSS_SLOTS_FULL] + sg_recorder_misses(rec);
	*ret = totals;
	return 0;
}
