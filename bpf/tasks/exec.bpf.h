/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_EXEC_BPF_H
#define SG_EXEC_BPF_H

/* Processes that exec: the workload starts, or a runtime starts itself over. */

#include "tasks/fork.bpf.h"
#include "tasks/moves.bpf.h"

/*
 * By slot: the program of who started the application there; the first that was moved in by others.
 */
struct sg_file_id runtime_of[SG_SLOTS_MAX];

/* The workload starts, in whatever slot it was prepared. */
static __noinline int leaves_setup(u32 key, struct sg_setup_task *setup)
{
	struct sg_file_id *runtime = &runtime_of[SLOT_INDEX(setup->slot)];
	u32 left, target = target_of[SLOT_INDEX(setup->slot)];

	if (!setup->moved_itself && !runtime->inode)
		*runtime = setup->own;
	if (setup->from_slot) {
		if (relation_to_origin(setup) == SAME_TARGET)
			return setup_end(key, setup->slot);
		came_from_outside(setup);
	}
	left = left_slot(setup);
	if (left && (!target || target == SG_NO_TARGET)) { /* it may be nobody's but left's */
		setup->has_execed = 1;
		bpf_map_delete_elem(&setup_calls, &key);
		return 0;
	}
	return setup_end(key, setup->slot);
}

/*
 * In no target's cgroup. Where only one of its threads was, and that one has exec'd, the process
 * has left what it was preparing.
 */
__noinline int execs_outside(u32 tgid, u64 cgroup_id, u32 mode)
{
	struct sg_setup_task *setup = bpf_map_lookup_elem(&setup_tasks, &tgid);
	u32 from = followed_slot(tgid);

	if (setup && from == setup->slot && !setup->has_execed) {
		from = goes_out(tgid, from, setup);
		end_outside(tgid, from);
		if (!from)
			return member_leave(tgid);
		member_join(tgid, from);
		continues_outside(from, cgroup_id, NULL);
	}
	note_filter(from, mode);
	return 0;
}

static __always_inline int task_execs(struct task_struct *task, u32 old_tid, const void *path)
{
	u64 cgroup_id = read_cgroup_id(task);
	u32 tgid = (u32)task->tgid, slot = slot_of(cgroup_id);
	struct sg_setup_task *setup;

	if (unlikely(threads_apart))
		thread_is_process(old_tid, tgid);
	setup = bpf_map_lookup_elem(&setup_tasks, &tgid);
	if (likely(!slot && !setup))
		return 0;
	if (!wanted(slot))
		return execs_outside(tgid, cgroup_id, (u32)task->seccomp.mode);
	note_filter(slot, (u32)task->seccomp.mode);
	if (likely(!setup) || setup->has_execed)
		return 0;
	if (!is_runtime_reexec(task, path, setup))
		return leaves_setup(tgid, setup);
	setup->in_execve = 0;
	setup->runtime = SG_RUNTIME_COPY;
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_sched_process_exec, struct task_struct *task, int old_pid,
	     struct linux_binprm *bprm)
{
	return task_execs(task, (u32)old_pid, BPF_CORE_READ(bprm, filename));
}

#endif
