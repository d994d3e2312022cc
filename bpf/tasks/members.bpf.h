/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_MEMBERS_BPF_H
#define SG_MEMBERS_BPF_H

/*
 * Which process is in which slot, and until when it was. Three questions are answered from here and
 * not from /proc: where does a process that moves come from, whose is one that has left its
 * target's cgroups, and whose was an audit record, which names a tgid and arrives after the fact,
 * often after the process's end.
 */

#include "common.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SG_MEMBERS_MAX);
	__type(key, u32);
	__type(value, struct sg_member);
} members SEC(".maps");

/* Processes that ended or moved away; the oldest make room. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, SG_EXITED_MEMBERS_MAX);
	__type(key, u32);
	__type(value, struct sg_member);
} exited_members SEC(".maps");

/* How many went into `exited_members`: shows userspace when it may have been too small. */
__u64 members_exited;

/* Rows of `members` that are of a thread alone; there are hardly ever any. */
__u32 threads_apart;

/* Some process found no room in `members`. */
__u8 members_lost;

__noinline u32 thread_key(u32 tid, u32 tgid)
{
	u32 key = tid | SG_THREAD;
	struct sg_member *alone = bpf_map_lookup_elem(&members, &key);
	struct sg_member *whole = bpf_map_lookup_elem(&members, &tgid);

	/* a process that is moved takes all its threads along, wherever they were */
	if (!alone || (whole && whole->from_boot_ns > alone->from_boot_ns))
		return tgid;
	return key;
}

/* The key of the row that a task's slot stands in. */
static __always_inline u32 member_key(u32 tid, u32 tgid)
{
	return likely(!threads_apart) ? tgid : thread_key(tid, tgid);
}

static __always_inline u32 current_key(void)
{
	u64 ids = bpf_get_current_pid_tgid();

	return member_key((u32)ids, (u32)(ids >> 32));
}

__noinline int member_leave(u32 key)
{
	struct sg_member *member, gone;

	member = bpf_map_lookup_elem(&members, &key);
	if (!member)
		return 0;
	if (key & SG_THREAD) {
		if (!bpf_map_delete_elem(&members, &key))
			__sync_fetch_and_add(&threads_apart, -1);
		return 0;
	}
	gone = *member;
	gone.until_boot_ns = bpf_ktime_get_boot_ns();
	bpf_map_update_elem(&exited_members, &key, &gone, BPF_ANY);
	bpf_map_delete_elem(&members, &key);
	__sync_fetch_and_add(&members_exited, 1);
	return 0;
}

__noinline int member_join(u32 key, u32 slot)
{
	struct sg_member member = { .slot = slot };

	member_leave(key); /* from another slot, when it is in one */
	member.from_boot_ns = bpf_ktime_get_boot_ns();
	if (bpf_map_update_elem(&members, &key, &member, BPF_ANY)) {
		count_loss(SG_BPF_LOSS_MEMBERS, slot);
		members_lost = 1;
	} else if (key & SG_THREAD) {
		__sync_fetch_and_add(&threads_apart, 1);
	}
	return 0;
}

#endif
