/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_UNFINISHED_BPF_H
#define SG_UNFINISHED_BPF_H

/* Processes that end, also in set-up. */

#include "tasks/setup.bpf.h"

/* Processes that ended in set-up, by what they are and what they called. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 512);
	__type(key, struct sg_unfinished_key);
	__type(value, struct sg_call_set);
} unfinished SEC(".maps");

/* By slot: how many of them found no room there or in `setup_calls`; and whether any did. */
__u32 setup_exited[SG_SLOTS_MAX];
__u8 has_unfinished[SG_SLOTS_MAX];

/* It made calls that perhaps the application never makes: userspace compares, at the end. */
static __noinline int note_unfinished(u32 task, const struct sg_setup_task *setup)
{
	struct sg_call_set *set = bpf_map_lookup_elem(&setup_calls, &task), *row;
	struct sg_unfinished_key key = { .slot = setup->slot,
					 .runtime = setup->runtime,
					 .moved_itself = setup->moved_itself,
					 .own = setup->own,
					 .from_id = setup->from_slot ? setup->from_id : 0 };
	u32 slot = SLOT_INDEX(setup->slot);

	has_unfinished[slot] = 1;
	if (!set) {
		__sync_fetch_and_add(&setup_exited[slot], 1);
		return 0;
	}
	for (u32 i = 0; i < SG_NR_MAX / 8; i++) {
		key.fingerprint ^= ((const u64 *)set->made)[i];
		key.fingerprint *= 0x9e3779b97f4a7c15ULL;
		key.fingerprint ^= key.fingerprint >> 29;
	}
	key.fingerprint += set->others;
	row = bpf_map_lookup_elem(&unfinished, &key);
	if (!row) {
		bpf_map_update_elem(&unfinished, &key, set, BPF_NOEXIST);
		row = bpf_map_lookup_elem(&unfinished, &key);
	}
	__sync_fetch_and_add(row ? &row->processes : &setup_exited[slot], 1);
	return 0;
}

/* A thread's row, or a process's with its last thread. */
__noinline int task_leaves(u32 key)
{
	struct sg_setup_task *setup = bpf_map_lookup_elem(&setup_tasks, &key);

	if (unlikely(setup)) {
		if (!setup->has_execed && setup->runtime != SG_RUNTIME_COPY)
			note_unfinished(key, setup);
		setup_end(key, setup->slot);
	}
	return member_leave(key);
}

#endif
