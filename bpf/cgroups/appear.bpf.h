/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_APPEAR_BPF_H
#define SG_APPEAR_BPF_H

/* Cgroups that appear get a slot, and those that are removed give their room back. */

#include "cgroups/shares.bpf.h"
#include "cgroups/slots.bpf.h"
#include "cgroups/targets.bpf.h"

/* Slots that nobody has. A cgroup that appears takes one from here; userspace puts them back,
 * cleared. */
struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 1); /* set at load: slots */
	__type(value, u32);
} free_slots SEC(".maps");

/* By slot, for userspace, which decides by name whether to record what appeared. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1); /* set at load: slots + 1 */
	__type(key, u32);
	__type(value, struct sg_allocation);
} allocations SEC(".maps");

/* Wakes userspace, and carries nothing that is not in `allocations`: a buffer that is full loses
 * nothing. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} new_cgroup_events SEC(".maps");

static __always_inline void notify(u32 slot)
{
	bpf_ringbuf_output(&new_cgroup_events, &slot, sizeof(slot), 0);
}

/* Rows of `slots` that are of cgroups below a slot's own: of all slots, and by slot. */
__s64 inherited;
__u32 inherited_by[SG_SLOTS_MAX];

/*
 * A slot of its own for a cgroup that appears, before a task can enter it. Whether there was one,
 * on the share of its owner.
 */
static __noinline int allocate(u64 id, u64 parent, u32 owner, u32 above, const char *path)
{
	struct sg_share *share = NULL;
	struct sg_allocation *row;
	u32 slot = 0, at;

	if (owner) {
		at = share_of(owner);
		if (at > SG_SHARE_OTHERS) /* never; for the verifier */
			return 0;
		share = &shares[at];
		if (share->slots >= cfg_share || shared >= cfg_shared)
			return 0;
	}
	if (bpf_map_pop_elem(&free_slots, &slot))
		return 0;
	row = bpf_map_lookup_elem(&allocations, &slot);
	if (!row)
		return 0;
	if (share) {
		__sync_fetch_and_add(&share->slots, 1);
		__sync_fetch_and_add(&shared, 1);
		row->owner = share->uid;
		row->on_share = 1;
	}
	row->missed_before = share ? share->missed : missed_roots;
	row->parent_id = parent;
	row->made_boot_ns = bpf_ktime_get_boot_ns();
	row->creator_tgid = (u32)(bpf_get_current_pid_tgid() >> 32);
	bpf_get_current_comm(row->creator_comm, sizeof(row->creator_comm));
	bpf_probe_read_kernel_str(row->path, sizeof(row->path), path);
	members_complete[SLOT_INDEX(slot)] = 1; /* it is empty */
	top_of[SLOT_INDEX(slot)] = above ? top_of[SLOT_INDEX(above)] : (u16)slot;
	if (watch_new) {
		watches[SLOT_INDEX(slot)] = SG_NEXT_WATCH(watches[SLOT_INDEX(slot)], slot);
		slot_flags[SLOT_INDEX(slot)] = SG_FLAG_DENIALS;
	}
	if (bpf_map_update_elem(&slots, &id, &slot, BPF_ANY))
		count_loss(SG_BPF_LOSS_SLOTS_FULL, slot);
	__sync_fetch_and_add(&row->cgroup_id, id); /* was 0; last: userspace waits for it */
	notify(slot);
	return 1;
}

/*
 * A cgroup below a slot's own takes the slot. That is on nobody's share; but a target that makes
 * thousands leaves the others room.
 */
__noinline int inherit(u64 id, u32 slot)
{
	u32 *mine = &inherited_by[SLOT_INDEX(slot)];

	if ((*mine >= SG_INHERITED_MANY && inherited >= SG_INHERITED_MAX / 2) ||
	    inherited >= SG_INHERITED_MAX || bpf_map_update_elem(&slots, &id, &slot, BPF_NOEXIST)) {
		count_loss(SG_BPF_LOSS_SLOTS_FULL, slot);
		return 0;
	}
	__sync_fetch_and_add(mine, 1);
	__sync_fetch_and_add(&inherited, 1);
	return 0;
}

SEC("tp_btf/cgroup_mkdir")
int BPF_PROG(on_cgroup_mkdir, struct cgroup *cgrp, const char *path)
{
	u32 *slot, owner;
	u64 id, parent;

	if ((u32)BPF_CORE_READ(cgrp, root, hierarchy_id) != cfg_hierarchy)
		return 0;
	id = BPF_CORE_READ(cgrp, kn, id);
	parent = BPF_CORE_READ(cgrp, self.parent, cgroup, kn, id);
	slot = bpf_map_lookup_elem(&slots, &parent);
	if (slot && *slot == SG_SLOT_FOLLOW)
		slot = NULL;
	if (cfg_allocate && !(slot && inherits[SLOT_INDEX(*slot)])) {
		owner = owner_of_new(cgrp);
		if (allocate(id, parent, owner, slot ? *slot : 0, path))
			return 0;
		if (!slot)
			return miss(owner);
		/* better among its parent's calls than nowhere */
	} else if (!slot || !inherits[SLOT_INDEX(*slot)]) {
		return 0;
	}
	return inherit(id, *slot);
}

/*
 * No task is left in a cgroup that is removed, and its id never comes back: the room in `slots` is
 * given back. Its slot is not: the counters stay until userspace has collected them.
 */
SEC("tp_btf/cgroup_rmdir")
int BPF_PROG(on_cgroup_rmdir, struct cgroup *cgrp, const char *path)
{
	struct sg_allocation *row;
	u32 *found, slot;
	u64 id;

	if ((u32)BPF_CORE_READ(cgrp, root, hierarchy_id) != cfg_hierarchy)
		return 0;
	id = BPF_CORE_READ(cgrp, kn, id);
	uncache(id);
	found = bpf_map_lookup_elem(&slots, &id);
	if (!found)
		return 0;
	slot = *found;
	bpf_map_delete_elem(&slots, &id);
	row = bpf_map_lookup_elem(&allocations, &slot);
	if (row && row->cgroup_id == id) {
		row->gone_boot_ns = bpf_ktime_get_boot_ns();
		notify(slot);
		return 0;
	}
	__sync_fetch_and_add(&inherited_by[SLOT_INDEX(slot)], -1);
	__sync_fetch_and_add(&inherited, -1);
	return 0;
}

#endif
