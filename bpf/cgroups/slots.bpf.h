/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_SLOTS_BPF_H
#define SG_SLOTS_BPF_H

/* Which slot a cgroup has: the table, the cache before it, and how new cgroups come to be in it. */

/* Cgroup id to slot: the truth that slot_cache caches. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SG_INHERITED_MAX); /* set at load: and one a slot */
	__type(key, u64);
	__type(value, u32);
} slots SEC(".maps");

/*
 * What lets the hot path do without a map lookup: a cache of `slots`. A cell is one word,
 * id << SG_SLOT_BITS | slot, so it is read and written whole, and racing writers leave one valid
 * pair or the other. Slot 0 caches "not tracked". An id has two cells: two cgroups that are busy at
 * the same time and share the first would take it from each other at every call.
 *
 * Cells are given back at cgroup_rmdir. An id that gets its slot at cgroup_mkdir gets it before a
 * task of that cgroup can make a call, and kernfs gives no id twice, so these are never wrong. What
 * userspace gives a slot to, or takes it from, while it lives, it also corrects in here
 * (tracer/recorder/slots.c), and so does follow_into().
 */
__u64 slot_cache[SG_CACHE_CELLS];

/* Only ever added to: on x86 what stands before that is seen before what follows is read. */
__u64 barrier;

/* For pointers that the verifier does not trust; any kernel. */
static __always_inline u64 read_cgroup_id(struct task_struct *task)
{
	struct css_set *css = BPF_CORE_READ(task, cgroups);
	struct cgroup_subsys_state *state;
	unsigned long subsys;

	if (cfg_hierarchy == 0)
		return BPF_CORE_READ(css, dfl_cgrp, kn, id);
	/* a v1 hierarchy is reached through its controller, whose number is known only at load */
	subsys = (unsigned long)css + bpf_core_field_offset(css->subsys) +
		 cfg_v1_subsys * sizeof(state);
	if (bpf_probe_read_kernel(&state, sizeof(state), (void *)subsys))
		return 0;
	return BPF_CORE_READ(state, cgroup, kn, id);
}

/* Where the cache has the id, it has this slot. */
static __always_inline void put_right(u64 cgroup_id, u32 slot)
{
	u64 cell = cgroup_id << SG_SLOT_BITS | slot;

	if (slot_cache[SG_CACHE_FIRST(cgroup_id)] >> SG_SLOT_BITS == cgroup_id)
		slot_cache[SG_CACHE_FIRST(cgroup_id)] = cell;
	if (slot_cache[SG_CACHE_SECOND(cgroup_id)] >> SG_SLOT_BITS == cgroup_id)
		slot_cache[SG_CACHE_SECOND(cgroup_id)] = cell;
}

__noinline u32 slot_lookup(u64 cgroup_id)
{
	u64 cell = slot_cache[SG_CACHE_SECOND(cgroup_id)];
	u32 *found, slot;

	if (likely(cell >> SG_SLOT_BITS == cgroup_id))
		return SLOT_INDEX(cell);
	found = bpf_map_lookup_elem(&slots, &cgroup_id);
	slot = found ? *found : 0;
	/* an id too large for its share of the word is never cached: slower, not wrong */
	if (unlikely(cgroup_id >> (64 - SG_SLOT_BITS)))
		return slot;
	cell = cgroup_id << SG_SLOT_BITS | slot;
	if (slot_cache[SG_CACHE_FIRST(cgroup_id)])
		slot_cache[SG_CACHE_SECOND(cgroup_id)] = cell;
	else
		slot_cache[SG_CACHE_FIRST(cgroup_id)] = cell;
	if (slot)
		return slot;
	/* follow_into() writes `slots` first and puts the cells right then: either it finds what we
	 * have just written, or we find what it wrote */
	__sync_fetch_and_add(&barrier, 1); /* of 0 clang makes an "or", which 5.10 lacks */
	found = bpf_map_lookup_elem(&slots, &cgroup_id);
	if (likely(!found))
		return 0;
	put_right(cgroup_id, *found);
	return *found;
}

/* No task is left to ask for the id: its cells are free for others. */
static __always_inline void uncache(u64 cgroup_id)
{
	if (slot_cache[SG_CACHE_FIRST(cgroup_id)] >> SG_SLOT_BITS == cgroup_id)
		slot_cache[SG_CACHE_FIRST(cgroup_id)] = 0;
	if (slot_cache[SG_CACHE_SECOND(cgroup_id)] >> SG_SLOT_BITS == cgroup_id)
		slot_cache[SG_CACHE_SECOND(cgroup_id)] = 0;
}

static __always_inline u32 slot_of(u64 cgroup_id)
{
	u64 cell = slot_cache[SG_CACHE_FIRST(cgroup_id)];

	if (likely(cell >> SG_SLOT_BITS == cgroup_id))
		return SLOT_INDEX(cell);
	return slot_lookup(cgroup_id);
}

/* Two ways to the same two facts: plain loads where the verifier trusts the task, else probe reads.
 */
static __always_inline void current_facts(u64 *cgroup_id, u32 *compat)
{
#ifdef __TARGET_ARCH_x86
#define COMPAT_FIELD thread_info.status
#define COMPAT_BIT   TS_COMPAT
#else
#define COMPAT_FIELD thread_info.flags
#define COMPAT_BIT   (1 << TIF_32BIT)
#endif
	if (cfg_task_btf && cfg_hierarchy == 0) {
		struct task_struct *task = bpf_get_current_task_btf();

		*cgroup_id = task->cgroups->dfl_cgrp->kn->id;
		*compat = (u32)task->COMPAT_FIELD & COMPAT_BIT;
	} else {
		struct task_struct *task = current_task();

		*cgroup_id = read_cgroup_id(task);
		*compat = (u32)BPF_CORE_READ(task, COMPAT_FIELD) & COMPAT_BIT;
	}
}

/* Slots whose cgroup's new children take the slot too. */
__u8 inherits[SG_SLOTS_MAX];

/* Slots all of whose processes are in `members` (tasks/members.bpf.h). */
__u8 members_known[SG_SLOTS_MAX];

/*
 * Whose a slot is, userspace's to say when it knows: the first slot of its target's cgroups, or
 * SG_NO_TARGET. 0: that is not decided yet.
 */
__u16 target_of[SG_SLOTS_MAX];

/*
 * The slot of the topmost cgroup above that had one when this one was given out. What is of one
 * target has the same.
 */
__u16 top_of[SG_SLOTS_MAX];

/* Slots into whose cgroup processes of other targets went. */
__u8 follows_into[SG_SLOTS_MAX];

/* 0: no target has it, or nobody wanted the cgroup that it was given to. */
static __always_inline u32 wanted(u32 slot)
{
	return slot == SG_SLOT_FOLLOW || target_of[SLOT_INDEX(slot)] == SG_NO_TARGET ? 0 : slot;
}

enum relation {
	SAME_TARGET,
	OTHER_TARGET,
	NOT_DECIDED,
};

/*
 * Whether two slots are of one target. What userspace says of it, early or late, never contradicts
 * what is said here before: only what it may decide either way is NOT_DECIDED.
 */
static __always_inline enum relation relation(u32 a, u32 b)
{
	u32 of_a, of_b;

	if (a == b)
		return SAME_TARGET;
	of_a = target_of[SLOT_INDEX(a)];
	of_b = target_of[SLOT_INDEX(b)];
	if (of_a == SG_NO_TARGET || of_b == SG_NO_TARGET)
		return OTHER_TARGET;
	if (of_a && of_b)
		return of_a == of_b ? SAME_TARGET : OTHER_TARGET;
	if (top_of[SLOT_INDEX(a)] != top_of[SLOT_INDEX(b)])
		return OTHER_TARGET;
	if ((of_a && !inherits[SLOT_INDEX(of_a)]) || (of_b && !inherits[SLOT_INDEX(of_b)]))
		return OTHER_TARGET; /* of this one nothing below is */
	return NOT_DECIDED;
}

/* Cgroups that appear have their denied calls watched. */
__u8 watch_new;

/*
 * By slot: which watch of denied calls this is, or was the last. What was seen of a task in another
 * one is worth nothing: it has gone on unseen since.
 */
__u32 watches[SG_SLOTS_MAX];

/* Slots that nobody has. A cgroup that appears takes one from here; userspace puts them back,
 * cleared. */
struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 1); /* set at load: slots */
	__type(value, u32);
} free_slots SEC(".maps");

/* By slot, for userspace, which decides by name whether to keep what appeared. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1); /* set at load: slots + 1 */
	__type(key, u32);
	__type(value, struct sg_allotment);
} allotments SEC(".maps");

/* Wakes userspace, and carries nothing that is not in `allotments`: a ring that is full loses
 * nothing. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} doorbell SEC(".maps");

static __always_inline void ring(u32 slot)
{
	bpf_ringbuf_output(&doorbell, &slot, sizeof(slot), 0);
}

/* By uid; only cgroup_mkdir adds rows, and there is one at a time. */
struct sg_share shares[SG_SHARES + 1];

/* Rows of `slots` that are of cgroups below a slot's own: of all slots, and by slot. */
__s64 inherited;
__u32 inherited_by[SG_SLOTS_MAX];

#define OWNERS_LOOKED_AT 64

/*
 * On whose share a new cgroup is: root's whatever root makes, else that of the user whom the part
 * of the tree was delegated to: who owns the uppermost ancestor that is not root's. Not who made
 * it: a user can be thousands (subuid(5)), but cannot give away what he was given.
 */
static __noinline u32 owner_of_new(struct cgroup *cgrp)
{
	u32 creator = (u32)bpf_get_current_uid_gid(), owner = 0, uid;
	struct kernfs_iattrs *attrs;

	if (!creator)
		return 0;
	for (int i = 0; i < OWNERS_LOOKED_AT; i++) {
		cgrp = BPF_CORE_READ(cgrp, self.parent, cgroup);
		if (!cgrp)
			return owner ? owner : creator;
		attrs = BPF_CORE_READ(cgrp, kn, iattr);
		uid = attrs ? BPF_CORE_READ(attrs, ia_uid.val) : 0;
		if (uid)
			owner = uid;
	}
	return SG_OWNER_OTHERS;
}

static __noinline u32 share_of(u32 uid)
{
	for (u32 i = 0; i < SG_SHARE_PROBES; i++) {
		u32 at = (uid + i) % SG_SHARES;

		if (uid == SG_OWNER_OTHERS)
			break;
		if (shares[at].uid == uid)
			return at;
		if (!shares[at].uid) {
			shares[at].uid = uid;
			return at;
		}
	}
	shares[SG_SHARE_OTHERS].uid = SG_OWNER_OTHERS;
	return SG_SHARE_OTHERS;
}

/* Cgroups of root's that got no slot; and slots that are on anybody's share. */
__u64 missed_roots;
__u32 shared;

/*
 * A slot of its own for a cgroup that appears, before a task can enter it. Whether there was one,
 * on the share of its owner.
 */
static __noinline int allot(u64 id, u64 parent, u32 owner, u32 above, const char *path)
{
	struct sg_share *share = NULL;
	struct sg_allotment *row;
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
	row = bpf_map_lookup_elem(&allotments, &slot);
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
	row->maker_tgid = (u32)(bpf_get_current_pid_tgid() >> 32);
	bpf_get_current_comm(row->maker_comm, sizeof(row->maker_comm));
	bpf_probe_read_kernel_str(row->path, sizeof(row->path), path);
	members_known[SLOT_INDEX(slot)] = 1; /* it is empty */
	top_of[SLOT_INDEX(slot)] = above ? top_of[SLOT_INDEX(above)] : (u16)slot;
	if (watch_new) {
		watches[SLOT_INDEX(slot)] = SG_NEXT_WATCH(watches[SLOT_INDEX(slot)], slot);
		attention[SLOT_INDEX(slot)] = SG_ATTENTION_DENIALS;
	}
	if (bpf_map_update_elem(&slots, &id, &slot, BPF_ANY))
		lose(SG_BPF_LOSS_SLOTS_FULL, slot);
	__sync_fetch_and_add(&row->cgroup_id,
			     id); /* was 0; last, for this is what userspace looks for */
	ring(slot);
	return 1;
}

__noinline int miss(u32 owner)
{
	u32 at;

	if (!owner) {
		__sync_fetch_and_add(&missed_roots, 1);
		return 0;
	}
	at = share_of(owner);
	if (at <= SG_SHARE_OTHERS)
		__sync_fetch_and_add(&shares[at].missed, 1);
	return 0;
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
		lose(SG_BPF_LOSS_SLOTS_FULL, slot);
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
	if (cfg_allot && !(slot && inherits[SLOT_INDEX(*slot)])) {
		owner = owner_of_new(cgrp);
		if (allot(id, parent, owner, slot ? *slot : 0, path))
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
	struct sg_allotment *row;
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
	row = bpf_map_lookup_elem(&allotments, &slot);
	if (row && row->cgroup_id == id) {
		row->gone_boot_ns = bpf_ktime_get_boot_ns();
		ring(slot);
		return 0;
	}
	__sync_fetch_and_add(&inherited_by[SLOT_INDEX(slot)], -1);
	__sync_fetch_and_add(&inherited, -1);
	return 0;
}

#endif
