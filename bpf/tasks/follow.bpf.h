/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_FOLLOW_BPF_H
#define SG_FOLLOW_BPF_H

/* Where tasks of a target continue outside of its cgroups. */

#include "cgroups/appear.bpf.h"
#include "cgroups/slots.bpf.h"
#include "cgroups/targets.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct sg_went_on_key);
	__type(value, struct sg_went_on);
} went_on SEC(".maps");

/* By slot: it has rows in `went_on`. */
__u8 has_went_on[SG_SLOTS_MAX];

/* What a row begins as: too large for the stack. */
struct sg_rows_zero {
	struct sg_call_set calls;
	struct sg_went_on went_on;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct sg_rows_zero);
} rows_zero SEC(".maps");

static __always_inline struct sg_rows_zero *zero_rows(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&rows_zero, &zero);
}

static __noinline int note_went_on(u32 slot, u64 cgroup_id, const char *path, u32 followed)
{
	struct sg_went_on_key key = { .slot = slot, .cgroup_id = cgroup_id };
	struct sg_went_on *row = bpf_map_lookup_elem(&went_on, &key);
	struct sg_rows_zero *zero;

	if (!row) {
		zero = zero_rows();
		has_went_on[SLOT_INDEX(slot)] = 1;
		if (zero)
			bpf_map_update_elem(&went_on, &key, &zero->went_on, BPF_NOEXIST);
		row = bpf_map_lookup_elem(&went_on, &key);
	}
	if (!row) { /* it is followed all the same; the place has no name */
		count_loss(followed ? SG_BPF_LOSS_FIRST_SEEN : SG_BPF_LOSS_UNFOLLOWED, slot);
		return 0;
	}
	if (path && !row->path[0])
		bpf_probe_read_kernel_str(row->path, sizeof(row->path), path);
	__sync_fetch_and_add(&row->processes, 1);
	if (!followed)
		__sync_fetch_and_add(&row->unfollowed, 1);
	return 0;
}

/*
 * From now on calls in this cgroup, which is no target's, are examined. First `slots`, then the
 * cells: see slot_lookup(). Whether it could be done.
 */
__noinline int follow_into(u64 cgroup_id)
{
	u32 follow = SG_SLOT_FOLLOW, *rows = &inherited_by[SG_SLOT_FOLLOW];

	if (bpf_map_lookup_elem(&slots, &cgroup_id))
		return 1;
	if ((*rows >= SG_INHERITED_MANY && inherited >= SG_INHERITED_MAX / 2) ||
	    inherited >= SG_INHERITED_MAX)
		return 0;
	if (bpf_map_update_elem(&slots, &cgroup_id, &follow, BPF_NOEXIST))
		return bpf_map_lookup_elem(&slots, &cgroup_id) ? 1 : 0;
	__sync_fetch_and_add(rows, 1);
	__sync_fetch_and_add(&inherited, 1);
	put_right(cgroup_id, SG_SLOT_FOLLOW);
	return 1;
}

/* A task of @from continues in a cgroup that is another's, or that nobody may want in the end. */
static __noinline int goes_into_slot(u32 from, u64 cgroup_id, u32 slot, const char *path)
{
	u32 *now, followed = 1;

	/* either userspace finds this when it gives the slot back, or we find that it has */
	follows_into[SLOT_INDEX(slot)] = 1;
	__sync_fetch_and_add(&barrier, 1); /* of 0 clang makes an "or", which 5.10 lacks */
	now = bpf_map_lookup_elem(&slots, &cgroup_id);
	if (!now)
		followed = follow_into(cgroup_id);
	return note_went_on(from, cgroup_id, path, followed);
}

/* It continues in a cgroup that is no target's. */
static __noinline int continues_outside(u32 from, u64 cgroup_id, const char *path)
{
	u32 slot = slot_of(cgroup_id);

	if (slot && slot != SG_SLOT_FOLLOW)
		return goes_into_slot(from, cgroup_id, slot, path);
	return note_went_on(from, cgroup_id, path, (u32)follow_into(cgroup_id));
}

#endif
