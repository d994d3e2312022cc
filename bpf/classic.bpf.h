/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_CLASSIC_BPF_H
#define SG_CLASSIC_BPF_H

/*
 * The same programs on classic tracepoints, for kernels where those of tp_btf can be preempted
 * (from 7.0 on, unless built without preemption). While such a program is preempted the kernel runs
 * it for no other task on that CPU: their calls would be missed, up to every third under load.
 * Before a classic tracepoint's program preemption is switched off. It costs more, so it is used
 * where it is needed.
 *
 * But classic programs are skipped too, on a CPU where somebody was preempted in the middle of a
 * bpf(2) call, up to every fifth time under a load of such calls. A counter of the kernel's shows
 * that, and then a fallback program on tp_btf does the work, just before. It may have been
 *preempted itself, which takes two rare events at a time; such a run is missed, and in the ledger.
 *
 * Between the two the task can be preempted and find the kernel's counter changed: then both work,
 * and a count is high by one. Such duplicate runs must not pass for skips that were made up for, or
 * each would hide a loss. So a fallback that works leaves a mark on its task, and a classic program
 * that finds it counts a duplicate run. What was missed is then
 *
 *	skipped (recursion_misses of the classic program) + duplicate_runs - fallback_runs
 *
 * A mark that is left, because the classic program was skipped, is taken away by the fallback at
 * the task's next event. Wherever it is not, one duplicate too many is counted: when the fallback
 * is skipped then, and, mostly, where the classic program comes first, because somebody else had
 * that tracepoint on before us. The ledger is too high then, and not too low.
 *
 * The programs on cgroup events need none of this: the kernel holds a spinlock around these
 * tracepoints, with interrupts off, to guard the path that it hands them.
 */

#include "calls/enter.bpf.h"
#include "calls/exit.bpf.h"
#include "task_end.bpf.h"
#include "tasks/exec.bpf.h"
#include "tasks/fork.bpf.h"

/* How often each fallback did the work, and how often the classic program then did it too. */
__u64 fallback_runs[SG_BPF_PROGRAM_MAX_];
__u64 duplicate_runs[SG_BPF_PROGRAM_MAX_];

/* By task, a bit for each program whose fallback worked last. */
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, u32);
} fallback_marks SEC(".maps");

extern const int bpf_prog_active __ksym __weak;
extern struct task_struct *bpf_task_from_pid(int pid) __ksym __weak;
extern void bpf_task_release(struct task_struct *task) __ksym __weak;

static __always_inline u32 *marks_of_current(u64 flags)
{
	return bpf_task_storage_get(&fallback_marks, bpf_get_current_task_btf(), 0, flags);
}

/* Only the task itself comes here, and not twice at a time. */
__noinline int take_mark(u32 program)
{
	u32 *marks = marks_of_current(0);

	if (!marks || !(*marks & 1U << program))
		return 0;
	*marks &= ~(1U << program);
	return 1;
}

__noinline int leave_mark(u32 program)
{
	u32 *marks = marks_of_current(BPF_LOCAL_STORAGE_GET_F_CREATE);

	if (marks)
		*marks |= 1U << program;
	else if (program < SG_BPF_PROGRAM_MAX_) /* always: for the verifier; without a mark it
						   counts as one */
		__sync_fetch_and_add(&duplicate_runs[program], 1);
	return 0;
}

/* For a fallback: whether the classic program will be skipped. */
static __always_inline bool is_needed(enum sg_bpf_program program)
{
	if (likely(!*(const int *)bpf_this_cpu_ptr(&bpf_prog_active))) {
		if (unlikely(fallback_runs[program]))
			take_mark(program);
		return false;
	}
	leave_mark(program); /* before it counts: duplicates may be too many, but not too few */
	__sync_fetch_and_add(&fallback_runs[program], 1);
	return true;
}

/* For a classic program. */
static __always_inline void note_duplicate(enum sg_bpf_program program)
{
	if (unlikely(fallback_runs[program]) && take_mark(program))
		__sync_fetch_and_add(&duplicate_runs[program], 1);
}

SEC("tp/raw_syscalls/sys_enter")
int on_sys_enter_classic(struct trace_event_raw_sys_enter *ctx)
{
	note_duplicate(SG_BPF_ON_SYS_ENTER);
	return enter(0, (u64)ctx->id, FORM_CLASSIC);
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_sys_enter_fallback, struct pt_regs *regs, long id)
{
	return is_needed(SG_BPF_ON_SYS_ENTER) ? enter(regs, (u64)id, FORM_FALLBACK) : 0;
}

SEC("tp/raw_syscalls/sys_exit")
int on_sys_exit_classic(struct trace_event_raw_sys_exit *ctx)
{
	note_duplicate(SG_BPF_ON_SYS_EXIT);
	return leave(0, ctx->ret, FORM_CLASSIC);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_sys_exit_fallback, struct pt_regs *regs, long ret)
{
	return is_needed(SG_BPF_ON_SYS_EXIT) ? leave(regs, ret, FORM_FALLBACK) : 0;
}

/* The event has the child's number only, and its cgroup need not be its parent's. */
SEC("tp/sched/sched_process_fork")
int on_sched_process_fork_classic(struct trace_event_raw_sched_process_fork *ctx)
{
	struct task_struct *child = bpf_task_from_pid(ctx->child_pid);

	note_duplicate(SG_BPF_ON_FORK);
	if (!child) /* ended already, and reaped */
		return 0;
	task_forks(bpf_get_current_task_btf(), child);
	bpf_task_release(child);
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_sched_process_fork_fallback, struct task_struct *parent, struct task_struct *child)
{
	return is_needed(SG_BPF_ON_FORK) ? task_forks(parent, child) : 0;
}

SEC("tp/sched/sched_process_exec")
int on_sched_process_exec_classic(struct trace_event_raw_sched_process_exec *ctx)
{
	note_duplicate(SG_BPF_ON_EXEC);
	return task_execs(bpf_get_current_task_btf(), (u32)ctx->old_pid,
			  (void *)ctx + (u16)ctx->__data_loc_filename);
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_sched_process_exec_fallback, struct task_struct *task, int old_pid,
	     struct linux_binprm *bprm)
{
	return is_needed(SG_BPF_ON_EXEC)
		       ? task_execs(task, (u32)old_pid, BPF_CORE_READ(bprm, filename))
		       : 0;
}

SEC("tp/sched/sched_process_exit")
int on_sched_process_exit_classic(void *ctx)
{
	note_duplicate(SG_BPF_ON_EXIT);
	return task_ends(bpf_get_current_task_btf());
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_sched_process_exit_fallback, struct task_struct *task)
{
	return is_needed(SG_BPF_ON_EXIT) ? task_ends(task) : 0;
}

#endif
