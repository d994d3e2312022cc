/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_SETUP_BPF_H
#define SG_SETUP_BPF_H

/*
 * Who is in set-up: who came into a target's cgroup from outside and has not exec'd since. And who
 * left one: his seccomp filter goes along, so his calls are still counted for that target.
 */

#include "tasks/follow.bpf.h"
#include "tasks/members.bpf.h"
#include "tasks/stage.bpf.h"

static __noinline int setup_begin(u32 key, const struct sg_setup_task *row)
{
	struct sg_setup_task *old = bpf_map_lookup_elem(&setup_tasks, &key);
	struct sg_rows_zero *zero = zero_rows();
	u32 before;

	if (old) { /* moved on to another tracked cgroup before its exec, or awaited */
		before = old->slot;
		*old = *row;
		if (before != row->slot)
			__sync_fetch_and_add(&slot_flags[SLOT_INDEX(before)], -1);
	} else if (bpf_map_update_elem(&setup_tasks, &key, row, BPF_NOEXIST)) {
		count_loss(SG_BPF_LOSS_SETUP_FULL, row->slot);
		return 0;
	}
	if (zero)
		bpf_map_update_elem(&setup_calls, &key, &zero->calls, BPF_NOEXIST);
	if (!old || before != row->slot)
		__sync_fetch_and_add(&slot_flags[SLOT_INDEX(row->slot)], 1);
	return 0;
}

/* Nobody wanted the cgroup that it had left; or it is the other one that it left, now. */
static __always_inline void leave_to_before(struct sg_setup_task *row)
{
	row->left_slot = row->before_slot;
	row->left_id = row->before_id;
	row->before_slot = 0;
}

/* Back where it belongs; unless it has exec'd where that is not decided. */
static __always_inline int comes_back(u32 to, const struct sg_setup_task *setup,
				      struct sg_setup_task *row)
{
	if (setup->has_execed) {
		count_loss(SG_BPF_LOSS_UNFOLLOWED, setup->slot);
		count_loss(SG_BPF_LOSS_SETUP_FULL, to);
		return 0;
	}
	if (!row->before_slot || target_of[SLOT_INDEX(row->left_slot)])
		return 0;
	/* or back there: the target before that may have it still */
	leave_to_before(row);
	row->from_slot = 0;
	row->has_execed = 1;
	return 1;
}

/* Out of another target, and perhaps back into the one that it left. */
static __always_inline int may_come_back(u32 to, const struct sg_setup_task *setup,
					 struct sg_setup_task *row)
{
	if (setup->has_execed || row->before_slot)
		count_loss(SG_BPF_LOSS_UNFOLLOWED,
			   setup->has_execed ? setup->slot : row->before_slot);
	if (setup->has_execed) /* from outside, or it never left */
		count_loss(SG_BPF_LOSS_SETUP_FULL, to);
	row->from_slot = row->left_slot;
	row->from_id = row->left_id;
	row->left_slot = row->before_slot = row->has_execed = 0;
	return 1;
}

/* Out of one target, and into another one. */
static __always_inline int changes_target(u32 to, const struct sg_setup_task *setup,
					  struct sg_setup_task *row)
{
	if (row->has_execed) {
		if (row->before_slot)
			count_loss(SG_BPF_LOSS_UNFOLLOWED, row->before_slot);
		row->has_execed = 0;
		row->before_slot = row->left_slot;
		row->before_id = row->left_id;
		row->left_slot = setup->slot;
		row->left_id = slot_cgroup(setup->slot);
	}
	if (row->from_slot)
		came_from_outside(row);
	if (row->before_slot && relation(row->before_slot, to) == NOT_DECIDED) {
		count_loss(SG_BPF_LOSS_UNFOLLOWED, row->before_slot);
		count_loss(SG_BPF_LOSS_SETUP_FULL, to);
	}
	return 1;
}

/*
 * A task that is of @from (0: of no target) is in the cgroup of @to now. @setup: its row, or NULL.
 * Leaves in *@row what is to become of that; returns whether it is to have one.
 */
static __noinline int enters(u32 from, u32 to, const struct sg_setup_task *setup,
			     struct sg_setup_task *row)
{
	enum relation of;

	if (setup && setup->has_execed && target_of[SLOT_INDEX(setup->slot)]) {
		/* by now it is decided whose it is */
		if (!wanted(setup->slot))
			from = left_slot(setup);
		setup = NULL;
	}
	of = from ? relation(from, to) : OTHER_TARGET;
	if (setup) {
		*row = *setup;
		row->slot = to;
		if (!may_be_target(row->left_slot, row->left_id))
			leave_to_before(row);
		if (row->left_slot && relation(row->left_slot, to) == SAME_TARGET)
			return comes_back(to, setup, row);
		if (of == OTHER_TARGET && row->left_slot &&
		    relation(row->left_slot, to) == NOT_DECIDED)
			return may_come_back(to, setup, row);
		return of == OTHER_TARGET ? changes_target(to, setup, row) : 1;
	}
	if (of == SAME_TARGET)
		return 0;
	row->slot = to;
	if (of == NOT_DECIDED) {
		row->from_slot = from;
		row->from_id = slot_cgroup(from);
	} else if (from) {
		row->left_slot = from;
		row->left_id = slot_cgroup(from);
	}
	return 1;
}

/* Of a task that is in the cgroup of @to: its row, and what is said of the place. */
static __noinline int take_row(u32 key, const struct sg_setup_task *row, u64 cgroup_id,
			       const char *path)
{
	setup_begin(key, row);
	if (row->left_slot && !target_of[SLOT_INDEX(row->slot)])
		goes_into_slot(row->left_slot, cgroup_id, row->slot, path);
	if (row->from_slot)
		follows_into[SLOT_INDEX(row->slot)] = 1;
	return 0;
}

/*
 * Whose a task is that continues in no target's cgroup: what it was only preparing is not. @key is
 * its own or its child's, which has a row while that is not decided.
 */
static __noinline u32 goes_out(u32 key, u32 from, const struct sg_setup_task *setup)
{
	struct sg_setup_task *row; /* not a copy: the stack of all callers together is small */
	u32 left;

	if (!setup || from != setup->slot)
		return from;
	if (setup->has_execed) {
		if (!target_of[SLOT_INDEX(from)])
			setup_begin(key, setup);
		return from;
	}
	left = left_by(setup);
	if (!left || left != setup->left_slot || target_of[SLOT_INDEX(left)] ||
	    !may_be_target(setup->before_slot, setup->before_id))
		return left;
	setup_begin(key, setup);
	row = bpf_map_lookup_elem(&setup_tasks, &key);
	if (!row)
		return left;
	__sync_fetch_and_add(&slot_flags[SLOT_INDEX(row->slot)], -1);
	__sync_fetch_and_add(&slot_flags[SLOT_INDEX(left)], 1);
	row->slot = left;
	leave_to_before(row);
	row->from_slot = 0;
	row->has_execed = 1;
	return left;
}

/* The task continued outside, and is of @from: what is left of its row. */
__noinline int end_outside(u32 key, u32 from)
{
	struct sg_setup_task *setup = bpf_map_lookup_elem(&setup_tasks, &key);

	if (!setup || (setup->has_execed && setup->slot == from && !target_of[SLOT_INDEX(from)]))
		return 0;
	return setup_end(key, setup->slot);
}

#endif
