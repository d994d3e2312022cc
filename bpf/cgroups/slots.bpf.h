/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_SLOTS_BPF_H
#define SG_SLOTS_BPF_H

/* Which slot a cgroup has: the table, and the cache before it. */

#include "common.bpf.h"

/* Cgroup id to slot: the truth that slot_cache caches. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SG_INHERITED_MAX); /* set at load: and one a slot */
	__type(key, u64);
	__type(value, u32);
} slots SEC(".maps");

/*
 * What lets the hot path do without a map lookup: a cache of `slots`. A cell is one word,
 * id << SG_SLOT_BITS | slot, so it is read and written whole, and racing writers leave one valid
 * pair or the other. Slot 0 caches "not tracked". An id has two cells: two cgroups that are busy at
 * the same time and share the first would take it from each other at every call.
 *
 * Cells are given back at cgroup_rmdir. An id that gets its slot at cgroup_mkdir gets it before a
 * task of that cgroup can make a call, and kernfs gives no id twice, so these are never wrong. What
 * userspace gives a slot to, or takes it from, while it lives, it also corrects in here
 * (tracer/recorder/slots/), and so does follow_into().
 */
__u64 slot_cache[SG_CACHE_CELLS];

/* Only ever added to: on x86 what stands before that is seen before what follows is read. */
__u64 barrier;

/* For pointers that the verifier does not trust; any kernel. */
static __always_inline u64 read_cgroup_id(struct task_struct *task)
{
	struct css_set *css = BPF_CORE_READ(task, cgroups);
	struct cgroup_subsys_state *state;
	unsigned long subsys;

	if (cfg_hierarchy == 0)
		return BPF_CORE_READ(css, dfl_cgrp, kn, id);
	/* a v1 hierarchy is reached through its controller, whose number is known only at load */
	subsys = (unsigned long)css + bpf_core_field_offset(css->subsys) +
		 cfg_v1_subsys * sizeof(state);
	if (bpf_probe_read_kernel(&state, sizeof(state), (void *)subsys))
		return 0;
	return BPF_CORE_READ(state, cgroup, kn, id);
}

/* Where the cache has the id, it has this slot. */
static __always_inline void put_right(u64 cgroup_id, u32 slot)
{
	u64 cell = cgroup_id << SG_SLOT_BITS | slot;

	if (slot_cache[SG_CACHE_FIRST(cgroup_id)] >> SG_SLOT_BITS == cgroup_id)
		slot_cache[SG_CACHE_FIRST(cgroup_id)] = cell;
	if (slot_cache[SG_CACHE_SECOND(cgroup_id)] >> SG_SLOT_BITS == cgroup_id)
		slot_cache[SG_CACHE_SECOND(cgroup_id)] = cell;
}

__noinline u32 slot_lookup(u64 cgroup_id)
{
	u64 cell = slot_cache[SG_CACHE_SECOND(cgroup_id)];
	u32 *found, slot;

	if (likely(cell >> SG_SLOT_BITS == cgroup_id))
		return SLOT_INDEX(cell);
	found = bpf_map_lookup_elem(&slots, &cgroup_id);
	slot = found ? *found : 0;
	/* an id too large for its share of the word is never cached: slower, not wrong */
	if (unlikely(cgroup_id >> (64 - SG_SLOT_BITS)))
		return slot;
	cell = cgroup_id << SG_SLOT_BITS | slot;
	if (slot_cache[SG_CACHE_FIRST(cgroup_id)])
		slot_cache[SG_CACHE_SECOND(cgroup_id)] = cell;
	else
		slot_cache[SG_CACHE_FIRST(cgroup_id)] = cell;
	if (slot)
		return slot;
	/* follow_into() writes `slots` first and puts the cells right then: either it finds what we
	 * have just written, or we find what it wrote */
	__sync_fetch_and_add(&barrier, 1); /* of 0 clang makes an "or", which 5.10 lacks */
	found = bpf_map_lookup_elem(&slots, &cgroup_id);
	if (likely(!found))
		return 0;
	put_right(cgroup_id, *found);
	return *found;
}

/* No task is left to ask for the id: its cells are free for others. */
static __always_inline void uncache(u64 cgroup_id)
{
	if (slot_cache[SG_CACHE_FIRST(cgroup_id)] >> SG_SLOT_BITS == cgroup_id)
		slot_cache[SG_CACHE_FIRST(cgroup_id)] = 0;
	if (slot_cache[SG_CACHE_SECOND(cgroup_id)] >> SG_SLOT_BITS == cgroup_id)
		slot_cache[SG_CACHE_SECOND(cgroup_id)] = 0;
}

static __always_inline u32 slot_of(u64 cgroup_id)
{
	u64 cell = slot_cache[SG_CACHE_FIRST(cgroup_id)];

	if (likely(cell >> SG_SLOT_BITS == cgroup_id))
		return SLOT_INDEX(cell);
	return slot_lookup(cgroup_id);
}

/*
 * Two ways to the same two facts: plain loads where the verifier trusts the task, else probe reads.
 */
static __always_inline void current_facts(u64 *cgroup_id, u32 *compat)
{
#ifdef __TARGET_ARCH_x86
#define COMPAT_FIELD thread_info.status
#define COMPAT_BIT   TS_COMPAT
#else
#define COMPAT_FIELD thread_info.flags
#define COMPAT_BIT   (1 << TIF_32BIT)
#endif
	if (cfg_task_btf && cfg_hierarchy == 0) {
		struct task_struct *task = bpf_get_current_task_btf();

		*cgroup_id = task->cgroups->dfl_cgrp->kn->id;
		*compat = (u32)task->COMPAT_FIELD & COMPAT_BIT;
	} else {
		struct task_struct *task = current_task();

		*cgroup_id = read_cgroup_id(task);
		*compat = (u32)BPF_CORE_READ(task, COMPAT_FIELD) & COMPAT_BIT;
	}
}

#endif
