/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_CALL_EXIT_BPF_H
#define SG_CALL_EXIT_BPF_H

/* Calls that exit: a denied one is told by that. */

#include "calls/denials.bpf.h"
#include "calls/seccomp.bpf.h"
#include "cgroups/slots.bpf.h"

/* A call exits. */
static __always_inline int leave(struct pt_regs *regs, long ret, enum form form)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct task_state *state;
	u32 here, slot, compat, mode;
	u64 cgroup_id, nr;

	current_facts(&cgroup_id, &compat);
	slot = here = slot_of(cgroup_id);
	if (likely(!slot || !attention[SLOT_INDEX(slot)]))
		return 0;
	if (unlikely(attention[SLOT_INDEX(slot)] != SG_ATTENTION_DENIALS))
		slot = watched_slot(slot);
	if (!slot)
		return 0;
	state = known_state(slot);
	if (unlikely(!state)) { /* from here on we know where it is */
		set_phase(slot, PHASE_OUTSIDE);
		return 0;
	}
	if (likely(state->phase == PHASE_INSIDE)) {
		state->phase = form == FORM_STAND_IN ? PHASE_STOOD_IN : PHASE_OUTSIDE;
		return 0;
	}
	mode = (u32)task->seccomp.mode;
	if (mode < SECCOMP_MODE_FILTER)
		return 0;
	if (form == FORM_STAND_IN || state->phase == PHASE_STOOD_IN) {
		/* a denial, or the second look at one exit */
		state->phase = PHASE_OUTSIDE;
		lose(SG_BPF_LOSS_DENIALS, slot);
		return 0;
	}
	if (is_emulated(task)) {
		state->phase = PHASE_EMULATED;
		return 0;
	}
	if (state->phase == PHASE_EMULATED) { /* the tracer let go in mid-call: not to be told */
		state->phase = PHASE_OUTSIDE;
		lose(SG_BPF_LOSS_DENIALS, slot);
		return 0;
	}
	nr = regs_syscall_nr(form == FORM_CLASSIC ? current_regs() : regs);
	count_denied_for_all(here, nr, compat, denial_kind(task, ret));
	if (mode == SECCOMP_MODE_DEAD)
		state->phase = PHASE_DYING;
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_sys_exit, struct pt_regs *regs, long ret)
{
	return leave(regs, ret, FORM_BTF);
}

#endif
