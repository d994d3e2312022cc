/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_MOVES_BPF_H
#define SG_MOVES_BPF_H

/* Processes and threads that are moved from one cgroup to another. */

#include "tasks/runtime.bpf.h"
#include "tasks/setup.bpf.h"

/* Whether it takes threads along that may have had rows of their own: those are over. */
static __always_inline bool takes_threads(struct task_struct *task, u32 key)
{
	return unlikely(threads_apart) && !(key & SG_THREAD) &&
	       BPF_CORE_READ(task, signal, live.counter) > 1;
}

/* Out of all targets, from @from if it was a target's. */
static __noinline int moved_out(struct task_struct *task, u32 key, u32 from, u64 cgroup_id,
				const char *path)
{
	struct sg_setup_task *setup = bpf_map_lookup_elem(&setup_tasks, &key);
	struct sg_member *member = bpf_map_lookup_elem(&members, &key);

	if (!member && members_lost)
		count_loss(SG_BPF_LOSS_UNFOLLOWED, 0); /* it may have been a target's */
	from = goes_out(key, from, setup);
	end_outside(key, from);
	if (!from && !takes_threads(task, key))
		return member_leave(key);
	if (!member || member->slot != from || takes_threads(task, key))
		member_join(key, from);
	if (!from)
		return 0;
	return continues_outside(from, cgroup_id, path);
}

/* A thread, or a process with all of its threads, was moved. */
static __noinline int moved(struct task_struct *task, u32 key, u64 cgroup_id, const char *path)
{
	struct sg_setup_task row = {}, *setup = bpf_map_lookup_elem(&setup_tasks, &key);
	struct sg_member *member = bpf_map_lookup_elem(&members, &key);
	u32 to = wanted(slot_of(cgroup_id)), from = member ? followed_slot(key) : 0;

	if (!to)
		return moved_out(task, key, from, cgroup_id, path);
	if (!member) /* if it has one, it was awaited: sg_recorder_expect_process() */
		setup = NULL;
	if (enters(from, to, setup, &row)) {
		if (!row.own.inode)
			describe_setup(current_task(), task, &row);
		take_row(key, &row, cgroup_id, path);
	} else if (setup) {
		setup_end(key, setup->slot);
	}
	/* after the row: who is no member is on his way in, see stage_strict() */
	if (!member || member->slot != to || takes_threads(task, key))
		member_join(key, to);
	return 0;
}

/*
 * One thread, its process stays. As long as it is in its process's target, or in none, the
 * process's row is its own.
 */
static __noinline int thread_moved(struct task_struct *task, u32 tid, u32 tgid, u64 cgroup_id,
				   const char *path)
{
	struct sg_setup_task *setup = bpf_map_lookup_elem(&setup_tasks, &tgid);
	u32 key = tid | SG_THREAD, from, to;

	if (member_key(tid, tgid) == key)
		return moved(task, key, cgroup_id, path);
	from = followed_slot(tgid);
	to = wanted(slot_of(cgroup_id));
	if (to ? from && relation(from, to) == SAME_TARGET : !from)
		return 0;
	if (!to) {
		if (setup && from == setup->slot && !setup->has_execed)
			from = left_by(setup);
		return from ? continues_outside(from, cgroup_id, path) : 0;
	}
	if (from && setup)
		setup_begin(key, setup);
	if (from)
		member_join(key, from);
	else
		member_leave(key);
	return moved(task, key, cgroup_id, path);
}

/*
 * A thread that execs becomes its process, and the last one is it. The number of one that execs is
 * free then: a row that is left would be the next one's who gets it.
 */
__noinline int thread_is_process(u32 tid, u32 tgid)
{
	u32 key = tid | SG_THREAD;
	struct sg_setup_task *setup = bpf_map_lookup_elem(&setup_tasks, &key);
	struct sg_member *member = bpf_map_lookup_elem(&members, &key);

	if (!member)
		return 0;
	if (member_key(tid, tgid) == key) {
		if (setup)
			setup_begin(tgid, setup);
		member_join(tgid, member->slot);
	}
	if (setup)
		setup_end(key, setup->slot);
	return member_leave(key);
}

SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(on_cgroup_attach_task, struct cgroup *dst, const char *path, struct task_struct *task,
	     bool threadgroup)
{
	u32 tgid = (u32)BPF_CORE_READ(task, tgid), tid = (u32)BPF_CORE_READ(task, pid);
	u64 id;

	if ((u32)BPF_CORE_READ(dst, root, hierarchy_id) != cfg_hierarchy)
		return 0;
	id = BPF_CORE_READ(dst, kn, id);
	if (threadgroup)
		return moved(task, tgid, id, path);
	if (BPF_CORE_READ(task, signal, live.counter) <= 1) {
		if (unlikely(threads_apart))
			thread_is_process(tid, tgid);
		return moved(task, tgid, id, path);
	}
	return thread_moved(task, tid, tgid, id, path);
}

#endif
