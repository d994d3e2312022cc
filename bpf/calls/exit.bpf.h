/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_CALL_EXIT_BPF_H
#define SG_CALL_EXIT_BPF_H

/* Calls that exit: an exit without an enter is a denied call. */

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
	if (likely(!slot || !slot_flags[SLOT_INDEX(slot)]))
		return 0;
	if (unlikely(slot_flags[SLOT_INDEX(slot)] != SG_FLAG_DENIALS))
		slot = watched_slot(slot);
	if (!slot)
		return 0;
	state = watched_state(slot);
	if (unlikely(!state)) { /* from here on it is known where it is */
		set_phase(slot, PHASE_OUTSIDE);
		return 0;
	}
	if (likely(state->phase == PHASE_INSIDE)) {
		state->phase = form == FORM_FALLBACK ? PHASE_FALLBACK_OUTSIDE : PHASE_OUTSIDE;
		return 0;
	}
	mode = (u32)task->seccomp.mode;
	if (mode < SECCOMP_MODE_FILTER)
		return 0;
	if (form == FORM_FALLBACK || state->phase == PHASE_FALLBACK_OUTSIDE) {
		/* a denial, or the second program at one exit */
		state->phase = PHASE_OUTSIDE;
		count_loss(SG_BPF_LOSS_DENIALS, slot);
		return 0;
	}
	if (is_emulated(task)) {
		state->phase = PHASE_EMULATED;
		return 0;
	}
	if (state->phase == PHASE_EMULATED) { /* the tracer let go in mid-call: ambiguous */
		state->phase = PHASE_OUTSIDE;
		count_loss(SG_BPF_LOSS_DENIALS, slot);
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
