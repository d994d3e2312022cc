/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_SECCOMP_BPF_H
#define SG_SECCOMP_BPF_H

/* What seccomp did to a call, as the task shows. */

#include "common.bpf.h"

/* PTRACE_SYSEMU: the tracer has the call to itself, and seccomp never saw it. */
static __always_inline bool is_emulated(struct task_struct *task)
{
#ifdef __TARGET_ARCH_x86
	if (bpf_core_field_exists(task->thread_info.syscall_work))
		return task->thread_info.syscall_work & SYSCALL_WORK_SYSCALL_EMU;
	return task->thread_info.flags & TIF_SYSCALL_EMU_BIT;
#else
	return task->thread_info.flags & TIF_SYSCALL_EMU_BIT;
#endif
}

static __always_inline u64 regs_syscall_nr(struct pt_regs *regs)
{
#ifdef __TARGET_ARCH_x86
	return regs->orig_ax;
#else
	return (u64)(long)regs->syscallno;
#endif
}

#define FILTERS_LOOKED_AT 32

/* Whether a process listens for USER_NOTIF of the task, or whether that is unknown. */
static __noinline int may_be_notified(struct task_struct *task)
{
	struct seccomp_filter *filter = BPF_CORE_READ(task, seccomp.filter);

	for (int i = 0; i < FILTERS_LOOKED_AT; i++) {
		if (!filter)
			return 0;
		if (BPF_CORE_READ(filter, notif))
			return 1;
		filter = BPF_CORE_READ(filter, prev);
	}
	return 1;
}

/*
 * What seccomp did, from what is left of it: the mode that marks a killed task, the signal that the
 * task has not been given yet, the return value.
 */
static __always_inline u32 denial_kind(struct task_struct *task, long ret)
{
	if ((u32)BPF_CORE_READ(task, seccomp.mode) == SECCOMP_MODE_DEAD)
		return SG_BPF_KILL_PROCESS;
	if (BPF_CORE_READ(task, pending.signal.sig[0]) & 1UL << (SIGSYS - 1))
		return SG_BPF_TRAP;
	if (ret > 0) /* ERRNO returns no such thing */
		return SG_BPF_USER_NOTIF;
	return ret < 0 || !may_be_notified(task) ? SG_BPF_ERRNO : SG_BPF_ZERO;
}

/* What seccomp's strict mode lets pass, by the tables of kernel/seccomp.c. */
static __always_inline bool is_strict_call(u64 nr, u32 compat)
{
#ifdef __TARGET_ARCH_x86
	if (compat) /* read, write, exit, sigreturn */
		return nr == 3 || nr == 4 || nr == 1 || nr == 119;
	return nr == 0 || nr == 1 || nr == 60 || nr == 15;
#else
	if (compat)
		return nr == 3 || nr == 4 || nr == 1 || nr == 119;
	return nr == 63 || nr == 64 || nr == 93 || nr == 139;
#endif
}

/*
 * Whether the task ends inside seccomp. Where that marks who it kills, the mark is enough; on
 * older kernels the signal shows it: SIGSYS by a filter; by the strict mode SIGKILL, which can come
 * from elsewhere too, but then not in the middle of a call that this mode denies.
 */
static __always_inline bool died_in_seccomp(struct task_struct *task, u64 nr, u32 compat)
{
	u32 mode = (u32)task->seccomp.mode, signal = task->exit_code & 0x7f;

	if (mode == SECCOMP_MODE_DEAD) /* older kernels can have it, too */
		return true;
	if (cfg_mode_dead)
		return false;
	if (mode == SECCOMP_MODE_STRICT)
		return signal == SIGKILL && nr < SG_NR_MAX && !is_strict_call(nr, compat);
	return mode == SECCOMP_MODE_FILTER && signal == SIGSYS;
}

#endif
