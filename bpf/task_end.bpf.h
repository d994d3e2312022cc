/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_TASK_END_BPF_H
#define SG_TASK_END_BPF_H

/* Tasks that end. */

#include "calls/kills.bpf.h"
#include "tasks/unfinished.bpf.h"

static __always_inline int task_ends(struct task_struct *task)
{
	bool last = BPF_CORE_READ(task, signal, live.counter) <= 0;

	denied_exit(task, last);
	if (unlikely(threads_apart))
		task_leaves((u32)task->pid | SG_THREAD);
	if (last) /* else other threads of the process continue */
		task_leaves((u32)task->tgid);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_sched_process_exit, struct task_struct *task)
{
	return task_ends(task);
}

#endif
