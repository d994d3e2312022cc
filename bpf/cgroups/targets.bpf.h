/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_TARGETS_BPF_H
#define SG_TARGETS_BPF_H

/* By slot: whose it is, and what is watched there. */

#include "common.bpf.h"

/* Slots whose cgroup's new children take the slot too. */
__u8 inherits[SG_SLOTS_MAX];

/* Slots all of whose processes are in `members` (tasks/members.bpf.h). */
__u8 members_complete[SG_SLOTS_MAX];

/*
 * Whose a slot is, userspace's to say when it knows: the first slot of its target's cgroups, or
 * SG_NO_TARGET. 0: that is not decided yet.
 */
__u16 target_of[SG_SLOTS_MAX];

/*
 * The slot of the topmost cgroup above that had one when this one was given out. What is of one
 * target has the same.
 */
__u16 top_of[SG_SLOTS_MAX];

/* Slots into whose cgroup processes of other targets went. */
__u8 follows_into[SG_SLOTS_MAX];

/* 0: no target has it, or nobody wanted the cgroup that it was given to. */
static __always_inline u32 wanted(u32 slot)
{
	return slot == SG_SLOT_FOLLOW || target_of[SLOT_INDEX(slot)] == SG_NO_TARGET ? 0 : slot;
}

enum relation {
	SAME_TARGET,
	OTHER_TARGET,
	NOT_DECIDED,
};

/*
 * Whether two slots are of one target. What userspace says of it, early or late, never contradicts
 * what is said here before: only what it may decide either way is NOT_DECIDED.
 */
static __always_inline enum relation relation(u32 a, u32 b)
{
	u32 of_a, of_b;

	if (a == b)
		return SAME_TARGET;
	of_a = target_of[SLOT_INDEX(a)];
	of_b = target_of[SLOT_INDEX(b)];
	if (of_a == SG_NO_TARGET || of_b == SG_NO_TARGET)
		return OTHER_TARGET;
	if (of_a && of_b)
		return of_a == of_b ? SAME_TARGET : OTHER_TARGET;
	if (top_of[SLOT_INDEX(a)] != top_of[SLOT_INDEX(b)])
		return OTHER_TARGET;
	if ((of_a && !inherits[SLOT_INDEX(of_a)]) || (of_b && !inherits[SLOT_INDEX(of_b)]))
		return OTHER_TARGET; /* of this one nothing below is */
	return NOT_DECIDED;
}

/* Cgroups that appear have their denied calls watched. */
__u8 watch_new;

/*
 * By slot: which watch of denied calls this is, or was the last. What was seen of a task in another
 * one is worth nothing: it has run unseen since.
 */
__u32 watches[SG_SLOTS_MAX];

#endif
