// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The kernel half: counts system calls per tracked cgroup at raw_syscalls:sys_enter, in the kernel,
 * with no event per call. docs/kernel-half.md walks through the hot path and its cost.
 */
#include "common.bpf.h"

#include "cgroups/appear.bpf.h"
#include "tasks/moves.bpf.h"
#include "tasks/fork.bpf.h"
#include "tasks/exec.bpf.h"
#include "calls/enter.bpf.h"
#include "calls/exit.bpf.h"
#include "task_end.bpf.h"
#include "classic.bpf.h"

/* Dual licence; the kernel's tracing helpers want the GPL named. */
char LICENSE[] SEC("license") = "Dual BSD/GPL";
