/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_FEXIT_BPF_H
#define SG_FEXIT_BPF_H

/*
 * Before 5.15, where tasks cannot be marked: a denied call is one for which seccomp returns -1.
 * That is a program on every call of every task that has a filter, whoever's it is, and so no worse
 * than sys_exit for the others. It is attached once by a recorder: each task that is killed
 * in seccomp stays in its trampoline for ever, and what is attached again has a new one.
 */

#include "calls/denials.bpf.h"
#include "calls/seccomp.bpf.h"
#include "cgroups/slots.bpf.h"

/* Threads whose last call was answered with TRAP: the signal that ends them is no second denial. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, u32);
	__type(value, u32);
} trapped SEC(".maps");

__u8 has_trapped;

#ifdef __TARGET_ARCH_x86 /* fexit came to arm64 later than 5.15 */
#define THREAD_SIZE 16384

/* task_pt_regs(); there is no helper for it before 5.15 */
static __always_inline struct pt_regs *stack_regs(struct task_struct *task)
{
	return BPF_CORE_READ(task, stack) + THREAD_SIZE - bpf_core_type_size(struct pt_regs);
}

SEC("fexit/__secure_computing")
int BPF_PROG(on_secure_computing, const void *data, int ret)
{
	struct task_struct *task = current_task();
	u32 slot, compat, kind, tid = (u32)bpf_get_current_pid_tgid();
	u64 cgroup_id;

	if (likely(!ret)) {
		if (unlikely(has_trapped))
			bpf_map_delete_elem(&trapped, &tid);
		return 0;
	}
	current_facts(&cgroup_id, &compat);
	slot = slot_of(cgroup_id);
	if (likely(!slot))
		return 0;
	kind = denial_kind(task, (long)BPF_CORE_READ(stack_regs(task), ax));
	if (kind == SG_BPF_TRAP) {
		has_trapped = 1;
		bpf_map_update_elem(&trapped, &tid, &slot, BPF_ANY);
	} else if (has_trapped) {
		bpf_map_delete_elem(&trapped, &tid);
	}
	count_denied_for_all(slot, BPF_CORE_READ(stack_regs(task), orig_ax), compat, kind);
	return 0;
}

/*
 * Kills never come back out of seccomp. Where the whole process ends, the other threads end with
 * the same signal; the one that made the call has its number where the result would be, for the
 * core dump.
 */
static __always_inline void denied_exit_before_5_15(struct task_struct *task, bool last)
{
	u32 slot, compat, tid = (u32)task->pid;
	bool whole = BPF_CORE_READ(task, signal, group_exit_code);
	struct pt_regs *regs = stack_regs(task);
	u64 nr = BPF_CORE_READ(regs, orig_ax), cgroup_id;

	bool was_trapped = has_trapped && !bpf_map_delete_elem(&trapped, &tid);

	current_facts(&cgroup_id, &compat);
	slot = slot_of(cgroup_id);
	if (!slot || !died_in_seccomp(task, nr, compat))
		return;
	if ((u32)task->seccomp.mode == SECCOMP_MODE_FILTER &&
	    (was_trapped || (whole && BPF_CORE_READ(regs, ax) != nr)))
		return;
	count_denied_for_all(slot, nr, compat,
			     whole || last ? SG_BPF_KILL_PROCESS : SG_BPF_KILL_THREAD);
}
#else
/* Never loaded here: userspace knows the programs by their names. */
SEC("fexit/__secure_computing")
int BPF_PROG(on_secure_computing, const void *data, int ret)
{
	return 0;
}

static __always_inline void denied_exit_before_5_15(struct task_struct *task, bool last)
{
}
#endif

#endif
