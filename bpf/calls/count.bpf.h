/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_COUNT_BPF_H
#define SG_COUNT_BPF_H

/* The counters, and the rows that say who made a call first. */

#include "tasks/stage.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1); /* set at load: slots + 1 */
	__type(key, u32);
	__type(value, struct sg_counts);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* set at load: slots + 1 */
	__type(key, u32);
	__type(value, struct sg_rare_counts);
} rare_counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024); /* set at load, by the number of slots */
	__type(key, struct sg_first_seen_key);
	__type(value, struct sg_first_seen);
} first_seen SEC(".maps");

/*
 * Functions that are not static are verified once and for any arguments, not again along each way
 * that leads to them: with static ones the verifier walked for 300 ms through on_sys_enter.
 */
__noinline int note_first_seen(u32 slot, u32 class, u32 nr)
{
	struct sg_first_seen_key key = { .slot = (u16)slot, .class = (u16) class, .nr = nr };
	struct sg_first_seen row = { .boot_ns = bpf_ktime_get_boot_ns() };
	int r; /* of a long, before 6.4, only the lower half is defined: the call is inlined */

	row.tgid = (u32)(bpf_get_current_pid_tgid() >> 32);
	bpf_get_current_comm(row.comm, sizeof(row.comm));
	r = bpf_map_update_elem(&first_seen, &key, &row, BPF_NOEXIST);
	if (r && r != -EEXIST) /* another CPU was first */
		count_loss(SG_BPF_LOSS_FIRST_SEEN, slot);
	return 0;
}

/*
 * The counter, or NULL for a number beyond the tables. The bound is checked on a value that cannot
 * be fetched again from the stack, where older verifiers (6.1) have dropped it.
 */
static __always_inline u64 *rare_counter(struct sg_rare_counts *rare, u32 class, u64 nr)
{
	asm volatile("" : "+r"(class), "+r"(nr));
	if (class >= SG_CLASSES || nr >= SG_NR_MAX)
		return NULL;
	return &rare->n[class][nr];
}

/*
 * The first sight of a call of the application's. Returns 1 when it was none, the caller being on
 * its way in, and has been counted as set-up. Only here, off the hot path, is that checked: so a
 * call that the application has made itself can have one too many, and one that it has not made is
 * never among its calls.
 */
__noinline int first_sight(u32 slot, u32 abi, u32 nr)
{
	u32 class = SG_CLASS(abi, stage_strict(slot)), from = undecided_origin(slot);
	struct sg_rare_counts *rare;
	u64 *count;

	if (unlikely(from)) {
		struct sg_undecided_key key = { .slot = (u16)slot,
						.class = (u8)SG_CLASS(abi, stage_before_app()),
						.kind = SG_CAME_FROM,
						.nr = nr,
						.other = slot_cgroup(from) };

		count_undecided(&key, from);
		return 1;
	}

	if (likely(class == SG_CLASS(abi, SG_BPF_APP))) {
		note_first_seen(slot, class, nr);
		return 0;
	}
	rare = bpf_map_lookup_elem(&rare_counts, &slot);
	count = rare ? rare_counter(rare, class, nr) : NULL;
	if (!count)
		return 1;
	if (!*count)
		note_first_seen(slot, class, nr);
	__sync_fetch_and_add(count, 1);
	return 1;
}

/* @unpreempted, a constant: nobody else counts on this CPU meanwhile, whatever the kernel */
static __always_inline int count_native(u32 slot, u64 nr, bool unpreempted)
{
	struct sg_counts *c = bpf_map_lookup_elem(&counts, &slot);

	if (!c || nr >= SG_NATIVE_NR_MAX)
		return 0;
	if (unlikely(!c->n[nr]) && first_sight(slot, SG_ABI_NATIVE, (u32)nr))
		return 0;
	if (cfg_preemptible && !unpreempted)
		__sync_fetch_and_add(&c->n[nr], 1);
	else
		c->n[nr]++;
	return 0;
}

__noinline int count_rare(u32 slot, u32 abi, u32 stage, u64 nr)
{
	u32 class = SG_CLASS(abi, stage);
	struct sg_rare_counts *rare;
	u64 *count;

	if (class == SG_CLASS_NATIVE_APP && nr < SG_NATIVE_NR_MAX)
		return count_native(slot, nr, false);
	rare = bpf_map_lookup_elem(&rare_counts, &slot);
	if (!rare)
		return 0;
	count = rare_counter(rare, class, nr);
	if (!count) {
		__sync_fetch_and_add(&rare->invalid, 1);
		return 0;
	}
	if (!*count) {
		if (stage != SG_BPF_APP)
			note_first_seen(slot, class, (u32)nr);
		else if (first_sight(slot, abi, (u32)nr))
			return 0;
	}
	__sync_fetch_and_add(count, 1);
	return 0;
}

#endif
