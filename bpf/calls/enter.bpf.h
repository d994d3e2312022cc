/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_ENTER_BPF_H
#define SG_ENTER_BPF_H

/* Calls that enter: the hot path, and what leads off it. */

#include "calls/args.bpf.h"
#include "calls/count.bpf.h"
#include "calls/denials.bpf.h"
#include "cgroups/slots.bpf.h"

static __noinline int count_call(struct pt_regs *regs, u32 slot, u32 abi, u32 stage, u64 nr)
{
	/* before the call itself: who reads the counters first never finds fewer combinations than
	 * calls */
	if (stage == SG_BPF_APP && abi < SG_ABI_MAX_ && nr < SG_NR_MAX && arg_rows[abi][nr].n)
		stage = (u32)count_args(regs, slot, abi, (u32)nr);
	count_rare(slot, abi, stage, nr);
	return 0;
}

/*
 * Everything off the hot path: another ABI, a number out of range, a slot that has flags.
 */
static __noinline int slow_path(struct pt_regs *regs, u32 slot, u64 nr, u32 compat)
{
	u32 why, stage = SG_BPF_APP, left = 0, abi;

	if (!wanted(slot)) { /* whose it is depends on the task */
		slot = slot_outside();
		if (likely(!slot))
			return 0;
	}
	why = slot_flags[SLOT_INDEX(slot)];
	if (why & SG_FLAG_DENIALS)
		mark_entered(slot);
	else if (why & SG_FLAG_SETUP_MASK)
		mark_left(slot);
	abi = call_abi(compat, &nr);
	if (why & SG_FLAG_SETUP_MASK) {
		u32 in = (u32)stage_in_setup(slot, abi, nr);

		stage = in & STAGE_MASK;
		left = in >> LEFT_SHIFT;
	}
	if (unlikely(left))
		count_call(regs, left, abi, SG_BPF_APP, nr);
	if (likely(stage != STAGE_COUNTED))
		count_call(regs, slot, abi, stage, nr);
	return 0;
}

/* A call enters. */
static __always_inline int enter(struct pt_regs *regs, u64 nr, enum form form)
{
	u32 slot, compat;
	u64 cgroup_id;

	current_facts(&cgroup_id, &compat);
	slot = slot_of(cgroup_id);
	if (likely(!slot))
		return 0;
	/*
	 * Call nothing that returns on the way to count_native: nr would be on the stack meanwhile,
	 * where older verifiers (6.1) drop its bound.
	 */
	if (unlikely(compat || nr >= SG_NATIVE_NR_MAX || slot_flags[SLOT_INDEX(slot)] ||
		     arg_rows[SG_ABI_NATIVE][nr].n))
		return slow_path(form == FORM_CLASSIC ? current_regs() : regs, slot, nr, compat);
	return count_native(slot, nr, form == FORM_CLASSIC);
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_sys_enter, struct pt_regs *regs, long id)
{
	return enter(regs, (u64)id, FORM_BTF);
}

#endif
