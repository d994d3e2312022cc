/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_HISTORY_BPF_H
#define SG_HISTORY_BPF_H

/*
 * Which process is in which slot, and until when it was. Two questions are answered from here and
 * not from /proc: did a process that moves come from outside, and whose was an audit record, which
 * names a tgid and arrives after the fact, often after the process's end.
 */

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SG_MEMBERS_MAX);
	__type(key, u32);
	__type(value, struct sg_member);
} members SEC(".maps");

/* Processes that ended or moved away; the oldest make room. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, SG_DEPARTED_MAX);
	__type(key, u32);
	__type(value, struct sg_member);
} departed SEC(".maps");

/* How many went into `departed`, for userspace to tell when it may have been too small. */
__u64 departures;

static __always_inline void member_leave(u32 tgid)
{
	struct sg_member *member, gone;

	member = bpf_map_lookup_elem(&members, &tgid);
	if (!member)
		return;
	gone = *member;
	gone.until_boot_ns = bpf_ktime_get_boot_ns();
	bpf_map_update_elem(&departed, &tgid, &gone, BPF_ANY);
	bpf_map_delete_elem(&members, &tgid);
	__sync_fetch_and_add(&departures, 1);
}

static __always_inline bool is_member(u32 tgid, u32 slot)
{
	struct sg_member *member = bpf_map_lookup_elem(&members, &tgid);

	return member && member->slot == slot;
}

static __always_inline void member_join(u32 tgid, u32 slot)
{
	struct sg_member member = { .slot = slot };

	member_leave(tgid); /* from another slot, when it is in one */
	member.from_boot_ns = bpf_ktime_get_boot_ns();
	if (bpf_map_update_elem(&members, &tgid, &member, BPF_ANY))
		lose(SG_BPF_LOSS_MEMBERS, slot);
}

#endif
