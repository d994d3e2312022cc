/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_STAGE_BPF_H
#define SG_STAGE_BPF_H

/*
 * Whose a call is: the application's, or of somebody who prepares its start; and of which target.
 */

#include "cgroups/appear.bpf.h"
#include "cgroups/slots.bpf.h"
#include "cgroups/targets.bpf.h"
#include "tasks/members.bpf.h"

/* Who came into a target's cgroup from outside and has not exec'd since: setup.bpf.h. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, u32);
	__type(value, struct sg_setup_task);
} setup_tasks SEC(".maps");

/* What each of them has called. One that finds no room is taken for having called what nobody else
 * has. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, u32);
	__type(value, struct sg_call_set);
} setup_calls SEC(".maps");

/* Not decided yet: enum sg_undecided_kind. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct sg_undecided_key);
	__type(value, struct sg_undecided);
} undecided SEC(".maps");

/* By slot: it, or another one's row for it, may be in `undecided`. */
__u8 has_undecided[SG_SLOTS_MAX];

static __noinline int count_undecided(const struct sg_undecided_key *key, u32 other_slot)
{
	struct sg_undecided fresh = { .boot_ns = bpf_ktime_get_boot_ns(),
				      .other_slot = other_slot };
	struct sg_undecided *row = bpf_map_lookup_elem(&undecided, key);

	if (!row) {
		has_undecided[SLOT_INDEX(key->slot)] = 1;
		has_undecided[SLOT_INDEX(other_slot)] = 1;
		bpf_get_current_comm(fresh.comm, sizeof(fresh.comm));
		bpf_map_update_elem(&undecided, key, &fresh, BPF_NOEXIST);
		row = bpf_map_lookup_elem(&undecided, key);
	}
	if (row)
		__sync_fetch_and_add(&row->count, 1);
	else
		count_loss(SG_BPF_LOSS_UNDECIDED, key->slot);
	return 0;
}

/* The cgroup that the slot was given to. */
__noinline u64 slot_cgroup(u32 slot)
{
	struct sg_allocation *row = bpf_map_lookup_elem(&allocations, &slot);

	return row ? row->cgroup_id : 0;
}

/* Of a call that is not the application's. */
static __always_inline u32 stage_before_app(void)
{
	return BPF_CORE_READ(current_task(), seccomp.mode) >= SECCOMP_MODE_FILTER ? SG_BPF_FLOOR
										  : SG_BPF_SETUP;
}

__noinline int setup_end(u32 key, u32 slot)
{
	if (bpf_map_delete_elem(&setup_tasks, &key))
		return 0;
	bpf_map_delete_elem(&setup_calls, &key);
	__sync_fetch_and_add(&slot_flags[SLOT_INDEX(slot)], -1);
	return 0;
}

static __always_inline bool may_be_target(u32 slot, u64 cgroup_id)
{
	return slot && target_of[SLOT_INDEX(slot)] != SG_NO_TARGET &&
	       slot_cgroup(slot) == cgroup_id;
}

/* The target that the task left, as long as that is recorded. */
static __noinline u32 left_slot(const struct sg_setup_task *row)
{
	if (may_be_target(row->left_slot, row->left_id))
		return row->left_slot;
	return may_be_target(row->before_slot, row->before_id) ? row->before_slot : 0;
}

/* The target whose filter a task has that leaves the slot in which it was preparing something. */
static __noinline u32 left_by(const struct sg_setup_task *setup)
{
	if (setup->from_slot && slot_cgroup(setup->from_slot) == setup->from_id)
		return setup->from_slot;
	return left_slot(setup);
}

/* It was no move within a target: from now on it is followed as any that leaves one. */
static __always_inline void came_from_outside(struct sg_setup_task *row)
{
	row->left_slot = row->from_slot;
	row->left_id = row->from_id;
	row->from_slot = 0;
}

static __noinline enum relation relation_to_origin(const struct sg_setup_task *row)
{
	if (slot_cgroup(row->from_slot) != row->from_id)
		return OTHER_TARGET; /* it was given back, which a target's is not before the end */
	return relation(row->from_slot, row->slot);
}

/* The slot that a task's calls belong to while it is in no target's cgroup; 0: to none. */
__noinline u32 followed_slot(u32 key)
{
	struct sg_member *member = bpf_map_lookup_elem(&members, &key);
	struct sg_setup_task *row;

	if (!member)
		return 0;
	if (likely(target_of[SLOT_INDEX(member->slot)] != SG_NO_TARGET))
		return member->slot;
	/* it had gone into another cgroup, which nobody wanted in the end */
	row = bpf_map_lookup_elem(&setup_tasks, &key);
	if (row && row->slot == member->slot)
		return left_slot(row);
	/* userspace has given it back meanwhile: members first, then the row goes */
	member = bpf_map_lookup_elem(&members, &key);
	return member && target_of[SLOT_INDEX(member->slot)] != SG_NO_TARGET ? member->slot : 0;
}

/*
 * The same of the current task, whose cgroup is no target's: a thread can be outside of the slot
 * that its process prepares.
 */
__noinline u32 slot_outside(void)
{
	u32 key = current_key(), slot = followed_slot(key);
	struct sg_setup_task *row;

	if (!slot || !in_setup(slot))
		return slot;
	row = bpf_map_lookup_elem(&setup_tasks, &key);
	return row && row->slot == slot && !row->has_execed ? left_by(row) : slot;
}

__noinline int note_made(u32 key, u32 abi, u64 nr)
{
	struct sg_call_set *set = bpf_map_lookup_elem(&setup_calls, &key);

	if (!set)
		return 0;
	if (abi != SG_ABI_NATIVE)
		set->others = 1;
	else if (nr < SG_NR_MAX && !set->made[nr])
		set->made[nr] = 1;
	return 0;
}

/*
 * In what stage_in_setup() returns: the call is counted in the slot already, if it belongs there.
 */
#define STAGE_COUNTED SG_BPF_STAGE_MAX_
#define STAGE_MASK    0xff
#define LEFT_SHIFT    8

/* A call that waits in `undecided`: @key has its number. */
static __always_inline void wait_undecided(struct sg_undecided_key *key, u32 slot, u32 class,
					   enum sg_undecided_kind kind, u64 other, u32 other_slot)
{
	key->slot = (u16)slot;
	key->class = (u8) class;
	key->kind = kind;
	key->other = other;
	count_undecided(key, other_slot);
}

/*
 * A call in a slot where some are in set-up: its stage, or STAGE_COUNTED. Above LEFT_SHIFT the slot
 * of a target that the task has left: there the call counts too, as the application's.
 */
__noinline int stage_in_setup(u32 slot, u32 abi, u64 nr)
{
	u32 key = current_key(), left, stage, target, app = SG_CLASS(abi, SG_BPF_APP);
	struct sg_setup_task *row = bpf_map_lookup_elem(&setup_tasks, &key);
	struct sg_undecided_key call = { .slot = (u16)slot, .nr = (u32)nr };

	if (!row || row->slot != slot)
		return SG_BPF_APP;
	left = left_slot(row);
	target = target_of[SLOT_INDEX(slot)];
	if (row->has_execed) {
		if (target || !left) /* it is the other target's now */
			setup_end(key, slot);
		else if (nr < SG_NR_MAX)
			wait_undecided(&call, left, app, SG_WENT_TO, slot_cgroup(slot), slot);
		return SG_BPF_APP;
	}
	stage = stage_before_app();
	if (left && left == row->left_slot && !target_of[SLOT_INDEX(left)] &&
	    may_be_target(row->before_slot, row->before_id) && nr < SG_NR_MAX) {
		if (relation(row->before_slot, slot) == SAME_TARGET) {
			note_made(key, abi, nr);
			wait_undecided(&call, slot, SG_CLASS(abi, stage), SG_BACK_FROM,
				       row->left_id, left);
			return STAGE_COUNTED;
		}
		wait_undecided(&call, row->before_slot, app, SG_WENT_TO, row->left_id, left);
	}
	if (row->from_slot) {
		enum relation of = relation_to_origin(row);

		if (of == SAME_TARGET) {
			setup_end(key, slot);
			return SG_BPF_APP;
		}
		note_made(key, abi, nr);
		if (of == NOT_DECIDED && nr < SG_NR_MAX) {
			wait_undecided(&call, slot, SG_CLASS(abi, stage), SG_CAME_FROM,
				       row->from_id, row->from_slot);
			return STAGE_COUNTED;
		}
		if (of == OTHER_TARGET)
			came_from_outside(row);
		left = left_slot(row);
		return (int)(stage | left << LEFT_SHIFT);
	}
	note_made(key, abi, nr);
	return (int)(stage | left << LEFT_SHIFT);
}

__noinline int current_stage(u32 slot)
{
	u32 key = current_key();
	struct sg_setup_task *row = bpf_map_lookup_elem(&setup_tasks, &key);

	return row && row->slot == slot && !row->has_execed ? (int)stage_before_app() : SG_BPF_APP;
}

/*
 * The same where the moment counts. cgroup_attach_task reports a process when it is in the cgroup
 * already, and may be making calls there: one that is no member yet is on its way in.
 * What makes it one puts it into setup_tasks first.
 */
__noinline u32 stage_strict(u32 slot)
{
	struct sg_setup_task *row;
	struct sg_member *member;
	u32 key = current_key();

	if (!members_complete[SLOT_INDEX(slot)] || losses[SLOT_INDEX(slot)].n[SG_BPF_LOSS_MEMBERS])
		return (u32)current_stage(slot);
	member = bpf_map_lookup_elem(&members, &key);
	if (!member)
		return stage_before_app();
	if (member->slot == slot || relation(member->slot, slot) != OTHER_TARGET)
		return (u32)current_stage(slot);
	row = bpf_map_lookup_elem(&setup_tasks, &key);
	return row && left_slot(row) == slot ? SG_BPF_APP : stage_before_app();
}

/* Whether the task is on its way in from where only later it is decided whose that is. */
__noinline u32 undecided_origin(u32 slot)
{
	struct sg_member *member;
	u32 key = current_key();

	if (!members_complete[SLOT_INDEX(slot)])
		return 0;
	member = bpf_map_lookup_elem(&members, &key);
	if (!member || member->slot == slot || relation(member->slot, slot) != NOT_DECIDED)
		return 0;
	return member->slot;
}

#endif
