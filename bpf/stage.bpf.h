/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_STAGE_BPF_H
#define SG_STAGE_BPF_H

/* Whose a call is: the application's, or of somebody who prepares its start. */

/* Processes that came into a target's cgroup from outside and have not exec'd since: setup.bpf.h.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, u32);
	__type(value, struct sg_setup_task);
} setup_tasks SEC(".maps");

/* Of a call that is not the application's. */
static __always_inline u32 stage_before_app(void)
{
	return BPF_CORE_READ(current_task(), seccomp.mode) >= SECCOMP_MODE_FILTER ? SG_BPF_FLOOR
										  : SG_BPF_SETUP;
}

__noinline int current_stage(u32 slot)
{
	u32 tgid = (u32)(bpf_get_current_pid_tgid() >> 32);
	struct sg_setup_task *setup = bpf_map_lookup_elem(&setup_tasks, &tgid);

	return setup && setup->slot == slot ? (int)stage_before_app() : SG_BPF_APP;
}

/*
 * The same where the moment counts. cgroup_attach_task tells of a process when it is in the cgroup
 * already, and may be making calls there: one that is not known as a member yet is on its way in.
 * What makes it one puts it into setup_tasks first.
 */
static __always_inline u32 sure_stage(u32 slot)
{
	u32 tgid = (u32)(bpf_get_current_pid_tgid() >> 32);

	if (members_known[slot & (SG_SLOTS_MAX - 1)] &&
	    !losses[slot & (SG_SLOTS_MAX - 1)].n[SG_BPF_LOSS_MEMBERS] &&
	    !bpf_map_lookup_elem(&members, &tgid))
		return stage_before_app();
	return (u32)current_stage(slot);
}

#endif
