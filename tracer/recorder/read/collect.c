/* SPDX-License-Identifier: Apache-2.0 */
/* What was counted, read out of the kernel half. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/audit.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "recorder/attach/private.h"
#include "recorder/read/private.h"
#include "recorder/recorder.h"

/* One counter into the run's entry for its call; @last_seen is 0 where it is not followed. */
static int add_count(struct sg_recorder *rec, uint32_t slot, uint32_t class, uint32_t nr,
		     uint64_t n, uint64_t last_seen, struct sg_run *run, struct sg_error *err)
{
	struct sg_first_seen_key key = { .slot = (uint16_t)slot,
					 .class = (uint16_t) class,
					 .nr = nr };
	enum sg_stage stage = (enum sg_stage)(class % SG_BPF_STAGE_MAX_);
	uint32_t abi = class / SG_BPF_STAGE_MAX_;
	struct sg_first_seen row;
	struct sg_entry *entry;
	int r;

	if (sg_abi_arch[abi] == AUDIT_ARCH_ARM && nr >= SG_ARM_FOLDED)
		nr = nr - SG_ARM_FOLDED + SG_ARM_PRIVATE;
	r = sg_run_entry(run, (struct sg_syscall_id){ .arch = sg_abi_arch[abi], .nr = nr }, &entry,
			 err);
	if (r < 0)
		return r;
	entry->count[stage] += n;
	entry->sources |= SG_SOURCE_BPF;
	if (bpf_map__lookup_elem(rec->skel->maps.first_seen, &key, sizeof(key), &row, sizeof(row),
				 0))
		return 0; /* no row: the ledger counts it */
	return sg_recorder_add_sight(entry, SG_FIRST_CALLED, stage,
				     sg_recorder_to_real(rec, row.boot_ns), last_seen, row.comm,
				     err);
}

static int read_rare(struct sg_recorder *rec, uint32_t slot, struct sg_rare_counts **ret,
		     struct sg_error *err)
{
	_cleanup_free_ struct sg_rare_counts *rare = calloc(1, sizeof(*rare));

	if (!rare)
		return sg_error_oom(err);
	if (bpf_map__lookup_elem(rec->skel->maps.rare_counts, &slot, sizeof(slot), rare,
				 sizeof(*rare), 0))
		return sg_error_set(err, -errno, "read the rare counters of slot %u: %s", slot,
				    strerror(errno));
	*ret = TAKE_PTR(rare);
	return 0;
}

static bool is_apps(uint32_t class)
{
	return class % SG_BPF_STAGE_MAX_ == SG_BPF_APP;
}

/* Those of the application, or all others. */
static int collect_rare(struct sg_recorder *rec, uint32_t slot, bool app,
			const struct sg_rare_counts *rare, struct sg_run *run, struct sg_error *err)
{
	int r;

	for (uint32_t class = 0; class < SG_CLASSES; class ++) {
		for (uint32_t nr = 0; nr < SG_NR_MAX && is_apps(class) == app; nr++) {
			if (!rare->n[class][nr])
				continue;
			r = add_count(rec, slot, class, nr, rare->n[class][nr], 0, run, err);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

static const enum sg_denial denial_of_kind[SG_BPF_KIND_MAX_] = {
	[SG_BPF_ERRNO] = SG_DENIAL_ERRNO,
	[SG_BPF_TRAP] = SG_DENIAL_TRAP,
	[SG_BPF_USER_NOTIF] = SG_DENIAL_USER_NOTIF,
	[SG_BPF_ZERO] = SG_DENIAL_UNKNOWN,
	[SG_BPF_KILL_THREAD] = SG_DENIAL_KILL_THREAD,
	[SG_BPF_KILL_PROCESS] = SG_DENIAL_KILL_PROCESS,
};

static int add_denied(struct sg_recorder *rec, const struct sg_denied_key *key,
		      struct sg_denied *row, struct sg_run *run, struct sg_error *err)
{
	enum sg_stage stage = (enum sg_stage)(key->class % SG_BPF_STAGE_MAX_);
	uint32_t arch = sg_abi_arch[key->class / SG_BPF_STAGE_MAX_];
	struct sg_entry *entry;
	int r;

	r = sg_run_entry(
		run,
		(struct sg_syscall_id){ .arch = arch, .nr = sg_recorder_public_nr(arch, key->nr) },
		&entry, err);
	if (r < 0)
		return r;
	entry->denied[denial_of_kind[key->kind]] += row->count;
	if (stage != SG_STAGE_APP)
		entry->denied_stage[stage] += row->count;
	entry->sources |= SG_SOURCE_BPF;
	return sg_recorder_add_sight(entry, SG_FIRST_DENIED, stage,
				     sg_recorder_to_real(rec, row->boot_ns), 0, row->comm, err);
}

/* Those of the application, or all others. */
static int collect_denied(struct sg_recorder *rec, uint32_t slot, bool app, struct sg_run *run,
			  struct sg_error *err)
{
	const struct bpf_map *map = rec->skel->maps.denied;
	struct sg_denied_key key, *previous = NULL;
	struct sg_denied row;
	int r;

	if (!__atomic_load_n(&rec->skel->bss->has_denied[slot], __ATOMIC_ACQUIRE))
		return 0;
	while (bpf_map__get_next_key(map, previous, &key, sizeof(key)) == 0) {
		previous = &key;
		if (key.slot != slot || key.kind >= SG_BPF_KIND_MAX_ || key.class >= SG_CLASSES ||
		    is_apps(key.class) != app ||
		    bpf_map__lookup_elem(map, &key, sizeof(key), &row, sizeof(row), 0))
			continue;
		r = add_denied(rec, &key, &row, run, err);
		if (r < 0)
			return r;
	}
	return 0;
}

static void add_losses(const struct sg_recorder *rec, uint32_t slot, uint64_t loss[SG_LOSS_MAX_])
{
	const __u32 *n = rec->skel->bss->losses[slot].n;

	loss[SG_LOSS_CGROUPS_UNTRACKED] += n[SG_BPF_LOSS_SLOTS_FULL];
	loss[SG_LOSS_TASKS_UNFOLLOWED] += n[SG_BPF_LOSS_UNFOLLOWED];
	loss[SG_LOSS_CALLS_UNDECIDED] += n[SG_BPF_LOSS_UNDECIDED];
	loss[SG_LOSS_FIRST_SEEN_ROWS] += n[SG_BPF_LOSS_FIRST_SEEN];
	loss[SG_LOSS_STAGE_UNKNOWN] += n[SG_BPF_LOSS_SETUP_FULL] + n[SG_BPF_LOSS_MEMBERS];
	loss[SG_LOSS_DENIALS_UNCOUNTED] += n[SG_BPF_LOSS_DENIALS];
}

int sg_recorder_collect(struct sg_recorder *rec, uint32_t slot, struct sg_run *run,
			struct sg_error *err)
{
	_cleanup_free_ struct sg_rare_counts *rare = NULL;
	struct sg_slot_state *state;
	int r;

	r = sg_recorder_poll(rec, slot, &state, err);
	if (r == 0)
		r = read_rare(rec, slot, &rare, err);
	if (r < 0)
		return r;
	for (uint32_t nr = 0; nr < SG_NATIVE_NR_MAX; nr++) {
		if (!state->n[nr])
			continue;
		r = add_count(rec, slot, SG_CLASS_NATIVE_APP, nr, state->n[nr],
			      state->last_seen[nr], run, err);
		if (r < 0)
			return r;
	}
	r = collect_rare(rec, slot, true, rare, run, err);
	if (r == 0)
		r = collect_denied(rec, slot, true, run, err);
	if (r == 0)
		r = collect_rare(rec, slot, false, rare, run, err);
	if (r == 0)
		r = collect_denied(rec, slot, false, run, err);
	if (r < 0)
		return r;
	run->loss[SG_LOSS_INVALID_NUMBERS] += rare->invalid;
	add_losses(rec, slot, run->loss);
	r = sg_recorder_collect_args(rec, slot, run, err);
	if (r < 0)
		return r;
	run->sources |= SG_SOURCE_BPF;
	return 0;
}

void sg_recorder_losses(struct sg_recorder *rec, uint64_t loss[SG_LOSS_MAX_])
{
	add_losses(rec, 0, loss);
	loss[SG_LOSS_RECURSION_MISSES] += sg_recorder_misses(rec);
	loss[SG_LOSS_KERNEL_HALF] += rec->links_missing;
}
