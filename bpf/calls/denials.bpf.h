/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_DENIALS_BPF_H
#define SG_DENIALS_BPF_H

/*
 * Denied calls. seccomp decides before sys_enter fires, so a denied call never enters; but it
 * exits. A task of a watched target is marked as it enters and unmarked as it exits: an exit of an
 * unmarked task that has a filter is a denial.
 *
 * What is no denial though it seems one: the first event of a task that this watch never saw
 * (a new child's first exit is that of its parent's fork; a task can be inside a call when the
 * watch begins), and a call that a tracer emulates (PTRACE_SYSEMU). A task is identified by its
 * task_struct, not its tid: a thread that execs takes over the leader's.
 */

#include "tasks/stage.bpf.h"

enum phase {
	PHASE_OUTSIDE,		/* in user space, as far as we saw */
	PHASE_INSIDE,		/* entered a call */
	PHASE_EMULATED,		/* its last call was a tracer's */
	PHASE_FALLBACK_OUTSIDE, /* outside, as the fallback saw it */
	PHASE_DYING,		/* killed by its filter, and counted */
};

struct task_state {
	u32 phase;
	u32 watch; /* during which this was so: watches[] */
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct task_state);
} task_states SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024); /* set at load, by the number of slots */
	__type(key, struct sg_denied_key);
	__type(value, struct sg_denied);
} denied SEC(".maps");

/*
 * By slot: it may have rows in `denied`, set before the first. Without it userspace would read
 * the whole table for each of many targets, of which few have any.
 */
__u8 has_denied[SG_SLOTS_MAX];

static __always_inline void set_phase(u32 slot, enum phase phase)
{
	struct task_state *state = bpf_task_storage_get(&task_states, bpf_get_current_task_btf(), 0,
							BPF_LOCAL_STORAGE_GET_F_CREATE);

	if (!state) {
		count_loss(SG_BPF_LOSS_DENIALS, slot);
		return;
	}
	state->phase = phase;
	state->watch = watches[SLOT_INDEX(slot)];
}

static __always_inline void mark_entered(u32 slot)
{
	if (cfg_denials)
		set_phase(slot, PHASE_INSIDE);
}

/* Of the current task; NULL when it was not seen since this watch began. */
static __always_inline struct task_state *watched_state(u32 slot)
{
	struct task_state *state =
		bpf_task_storage_get(&task_states, bpf_get_current_task_btf(), 0, 0);

	return state && state->watch == watches[SLOT_INDEX(slot)] ? state : NULL;
}

/* By stage, as calls that are not denied: what a runtime is denied between its filter and its exec
 * is the runtime's. */
__noinline int count_denied(u32 slot, u64 nr, u32 compat, u32 kind)
{
	struct sg_denied_key key = { .slot = (u16)slot, .kind = (u8)kind };
	struct sg_denied fresh = { .boot_ns = bpf_ktime_get_boot_ns() };
	struct sg_denied *row;

	key.class = (u8)SG_CLASS(call_abi(compat, &nr), stage_strict(slot));
	if (nr >= SG_NR_MAX) { /* a tracer took the number away, or it never was one */
		count_loss(SG_BPF_LOSS_DENIALS, slot);
		return 0;
	}
	key.nr = (u32)nr;
	row = bpf_map_lookup_elem(&denied, &key);
	if (!row) {
		has_denied[SLOT_INDEX(slot)] = 1;
		fresh.tgid = (u32)(bpf_get_current_pid_tgid() >> 32);
		bpf_get_current_comm(fresh.comm, sizeof(fresh.comm));
		bpf_map_update_elem(&denied, &key, &fresh, BPF_NOEXIST);
		row = bpf_map_lookup_elem(&denied, &key);
	}
	if (row)
		__sync_fetch_and_add(&row->count, 1);
	else
		count_loss(SG_BPF_LOSS_DENIALS, slot);
	return 0;
}

static __always_inline bool is_watched(u32 slot)
{
	return slot_flags[SLOT_INDEX(slot)] & SG_FLAG_DENIALS;
}

/*
 * By whose watch the current task is marked, that is in the cgroup of @slot: by that one's, else by
 * that of the target that it has left, whose filter it has. 0: nobody watches it.
 */
__noinline u32 watched_slot(u32 slot)
{
	struct sg_setup_task *row;
	u32 key = current_key();

	if (!wanted(slot))
		slot = slot_outside();
	if (!slot || is_watched(slot))
		return slot;
	row = in_setup(slot) ? bpf_map_lookup_elem(&setup_tasks, &key) : NULL;
	if (!row || row->slot != slot)
		return 0;
	slot = left_slot(row);
	return slot && is_watched(slot) ? slot : 0;
}

/*
 * A denied call of the current task, that is in the cgroup of @slot: there, and for the target that
 * it has left, as calls that are not denied. Whose it is while that is not decided would need a
 * row: for who may be its target it is one that was not counted.
 */
__noinline int count_denied_for_all(u32 slot, u64 nr, u32 compat, u32 kind)
{
	struct sg_setup_task *row;
	u32 key = current_key(), left;

	if (!wanted(slot))
		slot = slot_outside();
	if (!slot)
		return 0;
	count_denied(slot, nr, compat, kind);
	row = in_setup(slot) ? bpf_map_lookup_elem(&setup_tasks, &key) : NULL;
	if (!row || row->slot != slot)
		return 0;
	if (row->from_slot && relation_to_origin(row) == NOT_DECIDED) {
		count_loss(SG_BPF_LOSS_DENIALS, row->from_slot);
		return 0;
	}
	left = left_slot(row);
	if (!left || (row->has_execed && target_of[SLOT_INDEX(slot)]))
		return 0;
	if (row->has_execed)
		count_loss(SG_BPF_LOSS_DENIALS, left);
	else
		count_denied(left, nr, compat, kind);
	if (left == row->left_slot && !target_of[SLOT_INDEX(left)] &&
	    may_be_target(row->before_slot, row->before_id))
		count_loss(SG_BPF_LOSS_DENIALS, row->before_slot);
	return 0;
}

/* Nobody watches the slot, but who watches a target that the task has left wants its mark. */
static __always_inline void mark_left(u32 slot)
{
	u32 watched = cfg_denials ? watched_slot(slot) : 0;

	if (watched)
		mark_entered(watched);
}

#endif
