/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_CLASSIC_BPF_H
#define SG_CLASSIC_BPF_H

/*
 * The same programs on classic tracepoints, for kernels where those of tp_btf can be preempted (from 7.0 on, unless
 * built without preemption). While such a program is preempted the kernel runs it for no other task on that CPU: their
 * calls would be missed, up to every fifth under load. Before a classic tracepoint's program preemption is switched
 * off. It costs more, so it is used where it is needed.
 *
 * The programs on cgroup events need no twin: the kernel holds a spinlock around these tracepoints, with interrupts
 * off, to guard the path that it hands them.
 */

extern struct task_struct *bpf_task_from_pid(int pid) __ksym __weak;
extern void bpf_task_release(struct task_struct *task) __ksym __weak;

SEC("tp/raw_syscalls/sys_enter")
int on_sys_enter_classic(struct trace_event_raw_sys_enter *ctx)
{
	return enter(0, (u64)ctx->id, true);
}

SEC("tp/raw_syscalls/sys_exit")
int on_sys_exit_classic(struct trace_event_raw_sys_exit *ctx)
{
	return leave(0, ctx->ret, true);
}

/* The event has the child's number only, and its cgroup need not be its parent's. */
SEC("tp/sched/sched_process_fork")
int on_sched_process_fork_classic(struct trace_event_raw_sched_process_fork *ctx)
{
	struct task_struct *child = bpf_task_from_pid(ctx->child_pid);

	if (!child) /* ended already, and reaped */
		return 0;
	task_forks(bpf_get_current_task_btf(), child);
	bpf_task_release(child);
	return 0;
}

SEC("tp/sched/sched_process_exec")
int on_sched_process_exec_classic(struct trace_event_raw_sched_process_exec *ctx)
{
	return task_execs(bpf_get_current_task_btf(), (void *)ctx + (u16)ctx->__data_loc_filename);
}

SEC("tp/sched/sched_process_exit")
int on_sched_process_exit_classic(void *ctx)
{
	return task_ends(bpf_get_current_task_btf());
}

#endif
