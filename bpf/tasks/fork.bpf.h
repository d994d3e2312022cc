/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_FORK_BPF_H
#define SG_FORK_BPF_H

/* Processes and threads that start. */

#include "tasks/runtime.bpf.h"
#include "tasks/setup.bpf.h"

/* Slots in which a task with a seccomp filter was met, at a fork or an exec. */
__u8 filtered[SG_SLOTS_MAX];

static __always_inline void note_filter(u32 slot, u32 mode)
{
	if (mode >= SECCOMP_MODE_FILTER)
		filtered[SLOT_INDEX(slot)] = 1;
}

/* A thread of one that has a row of its own has one too. */
__noinline int thread_starts(u32 parent_tid, u32 tgid, u32 tid)
{
	u32 parent_key = parent_tid | SG_THREAD, key = tid | SG_THREAD;
	struct sg_setup_task *setup;
	struct sg_member *member;

	if (member_key(parent_tid, tgid) != parent_key)
		return 0;
	member = bpf_map_lookup_elem(&members, &parent_key);
	if (!member)
		return 0;
	setup = bpf_map_lookup_elem(&setup_tasks, &parent_key);
	if (setup)
		setup_begin(key, setup);
	return member_join(key, member->slot);
}

/*
 * Slots in which the application made a process in new namespaces. The flags of clone3 are in
 * memory that its caller can still write; what came of them is not.
 */
__u8 new_namespaces[SG_SLOTS_MAX];

static __always_inline void note_namespaces(u32 slot, struct task_struct *parent,
					    struct task_struct *child)
{
	if (unlikely(BPF_CORE_READ(child, nsproxy) != BPF_CORE_READ(parent, nsproxy) ||
		     BPF_CORE_READ(child, cred, user_ns) != BPF_CORE_READ(parent, cred, user_ns)))
		new_namespaces[SLOT_INDEX(slot)] = 1;
}

/*
 * A child inherits its parent's set-up; one born into a tracked cgroup from outside begins its own.
 */
static __noinline int process_starts(struct task_struct *parent, struct task_struct *child,
				     u64 parents_id, u64 id)
{
	u32 key = member_key((u32)BPF_CORE_READ(parent, pid), (u32)BPF_CORE_READ(parent, tgid));
	struct sg_setup_task row = {}, *setup = bpf_map_lookup_elem(&setup_tasks, &key);
	u32 to = wanted(slot_of(id)), child_key = (u32)BPF_CORE_READ(child, tgid), from;

	from = followed_slot(key);
	if (!from && !bpf_map_lookup_elem(&members, &key))
		from = wanted(slot_of(parents_id)); /* `members` lacks some of it */
	if (from && !setup)
		note_namespaces(from, parent, child);
	if (!to) {
		from = goes_out(child_key, from, setup);
		if (!from) /* one that was recorded as it ended had the number before */
			return member_leave(child_key);
		member_join(child_key, from);
		return id == parents_id ? 0 : continues_outside(from, id, NULL);
	}
	if (enters(from, to, setup, &row)) {
		if (!row.own.inode)
			describe_setup(parent, child, &row);
		take_row(child_key, &row, id, NULL);
	}
	return member_join(child_key, to);
}

static __always_inline int task_forks(struct task_struct *parent, struct task_struct *child)
{
	u64 id = read_cgroup_id(child), parents_id;
	u32 slot = slot_of(id);

	if (child->pid != child->tgid) /* set-up is a matter of the process */
		return unlikely(threads_apart)
			       ? thread_starts((u32)parent->pid, (u32)child->tgid, (u32)child->pid)
			       : 0;
	parents_id = read_cgroup_id(parent);
	if (likely(!slot && id == parents_id))
		return 0;
	if (slot)
		note_filter(wanted(slot), (u32)child->seccomp.mode);
	return process_starts(parent, child, parents_id, id);
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_sched_process_fork, struct task_struct *parent, struct task_struct *child)
{
	return task_forks(parent, child);
}

#endif
