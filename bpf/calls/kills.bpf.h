/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_KILLS_BPF_H
#define SG_KILLS_BPF_H

/* Calls that never exit, because their task is killed in them. */

#include "calls/fexit.bpf.h"

/*
 * Kills that no exit showed: of a thread while others of its process live, those of the strict
 * mode, and what this watch saw first, or nobody watched.
 */
static __always_inline void denied_exit(struct task_struct *task, bool last)
{
	struct task_state *state;
	u32 here, slot, compat;
	u64 cgroup_id, nr;

	if (likely(!task->seccomp.mode))
		return;
	if (cfg_fexit)
		return denied_exit_before_5_15(task, last);
	if (!cfg_denials)
		return;
	current_facts(&cgroup_id, &compat);
	here = slot_of(cgroup_id);
	if (likely(!here))
		return;
	slot = watched_slot(here);
	nr = regs_syscall_nr(current_regs());
	if (!died_in_seccomp(task, nr, compat))
		return;
	state = bpf_task_storage_get(&task_states, bpf_get_current_task_btf(), 0, 0);
	if (state && state->phase == PHASE_DYING)
		return;
	/* without a mark it can have died of another's signal, as far as we saw */
	if ((u32)task->seccomp.mode != SECCOMP_MODE_DEAD &&
	    (!state || state->phase != PHASE_OUTSIDE || state->watch != watches[SLOT_INDEX(slot)]))
		return;
	count_denied_for_all(here, nr, compat, last ? SG_BPF_KILL_PROCESS : SG_BPF_KILL_THREAD);
}

#endif
