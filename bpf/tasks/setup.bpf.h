/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_SETUP_BPF_H
#define SG_SETUP_BPF_H

/*
 * Who is in set-up: who came into a target's cgroup from outside and has not exec'd since. And who
 * left one: his seccomp filter goes along, so his calls are counted for that target on.
 */

/* Slots in which a task with a seccomp filter was met, at a fork or an exec. */
__u8 filtered[SG_SLOTS_MAX];

/* By slot: the program of who started the application there; the first that was moved in by others.
 */
struct sg_file_id runtime_of[SG_SLOTS_MAX];

/* Processes that ended in set-up, by what they are and what they called. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 512);
	__type(key, struct sg_unfinished_key);
	__type(value, struct sg_call_set);
} unfinished SEC(".maps");

/* By slot: how many of them found no room there or in `setup_calls`; and whether any did. */
__u32 setup_exited[SG_SLOTS_MAX];
__u8 has_unfinished[SG_SLOTS_MAX];

static __always_inline void note_filter(u32 slot, u32 mode)
{
	if (mode >= SECCOMP_MODE_FILTER)
		filtered[SLOT_INDEX(slot)] = 1;
}

static __noinline int setup_begin(u32 key, const struct sg_setup_task *row)
{
	struct sg_setup_task *old = bpf_map_lookup_elem(&setup_tasks, &key);
	struct sg_rows_zero *zero = zero_rows();
	u32 before;

	if (old) { /* moved on to another tracked cgroup before its exec, or awaited */
		before = old->slot;
		*old = *row;
		if (before != row->slot)
			__sync_fetch_and_add(&attention[SLOT_INDEX(before)], -1);
	} else if (bpf_map_update_elem(&setup_tasks, &key, row, BPF_NOEXIST)) {
		lose(SG_BPF_LOSS_SETUP_FULL, row->slot);
		return 0;
	}
	if (zero)
		bpf_map_update_elem(&setup_calls, &key, &zero->calls, BPF_NOEXIST);
	if (!old || before != row->slot)
		__sync_fetch_and_add(&attention[SLOT_INDEX(row->slot)], 1);
	return 0;
}

/* Nobody wanted the cgroup that it had left; or it is the other one that it left, now. */
static __always_inline void leave_to_before(struct sg_setup_task *row)
{
	row->left_slot = row->before_slot;
	row->left_id = row->before_id;
	row->before_slot = 0;
}

/*
 * A task that is of @from (0: of no target) is in the cgroup of @to now. @setup: its row, or NULL.
 * Leaves in *@row what is to become of that; returns whether it is to have one.
 */
static __noinline int enters(u32 from, u32 to, const struct sg_setup_task *setup,
			     struct sg_setup_task *row)
{
	enum relation of;

	if (setup && setup->has_execed && target_of[SLOT_INDEX(setup->slot)]) {
		/* by now it is known whose it is */
		if (!wanted(setup->slot))
			from = left_slot(setup);
		setup = NULL;
	}
	of = from ? relation(from, to) : OTHER_TARGET;
	if (setup) {
		*row = *setup;
		row->slot = to;
		if (!may_be_target(row->left_slot, row->left_id))
			leave_to_before(row);
		if (row->left_slot && relation(row->left_slot, to) == SAME_TARGET) {
			/* back where it belongs; unless it has exec'd where that is not decided */
			if (setup->has_execed) {
				lose(SG_BPF_LOSS_UNFOLLOWED, setup->slot);
				lose(SG_BPF_LOSS_SETUP_FULL, to);
				return 0;
			}
			if (!row->before_slot || target_of[SLOT_INDEX(row->left_slot)])
				return 0;
			/* or back there: the target before that may have it still */
			leave_to_before(row);
			row->from_slot = 0;
			row->has_execed = 1;
			return 1;
		}
		if (of == OTHER_TARGET && row->left_slot &&
		    relation(row->left_slot, to) == NOT_DECIDED) {
			if (setup->has_execed || row->before_slot)
				lose(SG_BPF_LOSS_UNFOLLOWED,
				     setup->has_execed ? setup->slot : row->before_slot);
			if (setup->has_execed) /* from outside, or it never left */
				lose(SG_BPF_LOSS_SETUP_FULL, to);
			row->from_slot = row->left_slot;
			row->from_id = row->left_id;
			row->left_slot = row->before_slot = row->has_execed = 0;
			return 1;
		}
		if (of != OTHER_TARGET)
			return 1;
		if (row->has_execed) {
			if (row->before_slot)
				lose(SG_BPF_LOSS_UNFOLLOWED, row->before_slot);
			row->has_execed = 0;
			row->before_slot = row->left_slot;
			row->before_id = row->left_id;
			row->left_slot = setup->slot;
			row->left_id = slot_cgroup(setup->slot);
		}
		if (row->from_slot)
			came_from_outside(row);
		if (row->before_slot && relation(row->before_slot, to) == NOT_DECIDED) {
			lose(SG_BPF_LOSS_UNFOLLOWED, row->before_slot);
			lose(SG_BPF_LOSS_SETUP_FULL, to);
		}
		return 1;
	}
	if (of == SAME_TARGET)
		return 0;
	row->slot = to;
	if (of == NOT_DECIDED) {
		row->from_slot = from;
		row->from_id = slot_cgroup(from);
	} else if (from) {
		row->left_slot = from;
		row->left_id = slot_cgroup(from);
	}
	return 1;
}

/* Of a task that is in the cgroup of @to: its row, and what is said of the place. */
static __noinline int take_row(u32 key, const struct sg_setup_task *row, u64 cgroup_id,
			       const char *path)
{
	setup_begin(key, row);
	if (row->left_slot && !target_of[SLOT_INDEX(row->slot)])
		goes_into_slot(row->left_slot, cgroup_id, row->slot, path);
	if (row->from_slot)
		follows_into[SLOT_INDEX(row->slot)] = 1;
	return 0;
}

/*
 * Whose a task is that goes on in no target's cgroup: what it was only preparing is not. @key is
 * its own or its child's, which has a row while that is not decided.
 */
static __noinline u32 goes_out(u32 key, u32 from, const struct sg_setup_task *setup)
{
	struct sg_setup_task *row; /* not a copy: the stack of all callers together is small */
	u32 left;

	if (!setup || from != setup->slot)
		return from;
	if (setup->has_execed) {
		if (!target_of[SLOT_INDEX(from)])
			setup_begin(key, setup);
		return from;
	}
	left = left_by(setup);
	if (!left || left != setup->left_slot || target_of[SLOT_INDEX(left)] ||
	    !may_be_target(setup->before_slot, setup->before_id))
		return left;
	setup_begin(key, setup);
	row = bpf_map_lookup_elem(&setup_tasks, &key);
	if (!row)
		return left;
	__sync_fetch_and_add(&attention[SLOT_INDEX(row->slot)], -1);
	__sync_fetch_and_add(&attention[SLOT_INDEX(left)], 1);
	row->slot = left;
	leave_to_before(row);
	row->from_slot = 0;
	row->has_execed = 1;
	return left;
}

/* The task went on outside, and is of @from: what is left of its row. */
__noinline int end_outside(u32 key, u32 from)
{
	struct sg_setup_task *setup = bpf_map_lookup_elem(&setup_tasks, &key);

	if (!setup || (setup->has_execed && setup->slot == from && !target_of[SLOT_INDEX(from)]))
		return 0;
	return setup_end(key, setup->slot);
}

/* Whether it takes threads along that may have had rows of their own: those are over. */
static __always_inline bool takes_threads(struct task_struct *task, u32 key)
{
	return unlikely(threads_apart) && !(key & SG_THREAD) &&
	       BPF_CORE_READ(task, signal, live.counter) > 1;
}

/* Out of all targets, from @from if it was a target's. */
static __noinline int moved_out(struct task_struct *task, u32 key, u32 from, u64 cgroup_id,
				const char *path)
{
	struct sg_setup_task *setup = bpf_map_lookup_elem(&setup_tasks, &key);
	struct sg_member *member = bpf_map_lookup_elem(&members, &key);

	if (!member && members_lost)
		lose(SG_BPF_LOSS_UNFOLLOWED, 0); /* it may have been a target's */
	from = goes_out(key, from, setup);
	end_outside(key, from);
	if (!from && !takes_threads(task, key))
		return member_leave(key);
	if (!member || member->slot != from || takes_threads(task, key))
		member_join(key, from);
	if (!from)
		return 0;
	return goes_on(from, cgroup_id, path);
}

/* A thread, or a process with all of its threads, was moved. */
static __noinline int moved(struct task_struct *task, u32 key, u64 cgroup_id, const char *path)
{
	struct sg_setup_task row = {}, *setup = bpf_map_lookup_elem(&setup_tasks, &key);
	struct sg_member *member = bpf_map_lookup_elem(&members, &key);
	u32 to = wanted(slot_of(cgroup_id)), from = member ? followed_slot(key) : 0;

	if (!to)
		return moved_out(task, key, from, cgroup_id, path);
	if (!member) /* if it has one, it was awaited: sg_recorder_expect_process() */
		setup = NULL;
	if (enters(from, to, setup, &row)) {
		if (!row.own.inode)
			describe_setup(current_task(), task, &row);
		take_row(key, &row, cgroup_id, path);
	} else if (setup) {
		setup_end(key, setup->slot);
	}
	/* behind the other: who is no member is on his way in, see sure_stage() */
	if (!member || member->slot != to || takes_threads(task, key))
		member_join(key, to);
	return 0;
}

/*
 * One thread, its process stays. As long as it is in its process's target, or in none, the
 * process's row is its own.
 */
static __noinline int thread_moved(struct task_struct *task, u32 tid, u32 tgid, u64 cgroup_id,
				   const char *path)
{
	struct sg_setup_task *setup = bpf_map_lookup_elem(&setup_tasks, &tgid);
	u32 key = tid | SG_THREAD, from, to;

	if (member_key(tid, tgid) == key)
		return moved(task, key, cgroup_id, path);
	from = followed_slot(tgid);
	to = wanted(slot_of(cgroup_id));
	if (to ? from && relation(from, to) == SAME_TARGET : !from)
		return 0;
	if (!to) {
		if (setup && from == setup->slot && !setup->has_execed)
			from = left_by(setup);
		return from ? goes_on(from, cgroup_id, path) : 0;
	}
	if (from && setup)
		setup_begin(key, setup);
	if (from)
		member_join(key, from);
	else
		member_leave(key);
	return moved(task, key, cgroup_id, path);
}

/*
 * A thread that execs becomes its process, and the last one is it. The number of one that execs is
 * free then: a row that is left would be the next one's who gets it.
 */
__noinline int thread_is_process(u32 tid, u32 tgid)
{
	u32 key = tid | SG_THREAD;
	struct sg_setup_task *setup = bpf_map_lookup_elem(&setup_tasks, &key);
	struct sg_member *member = bpf_map_lookup_elem(&members, &key);

	if (!member)
		return 0;
	if (member_key(tid, tgid) == key) {
		if (setup)
			setup_begin(tgid, setup);
		member_join(tgid, member->slot);
	}
	if (setup)
		setup_end(key, setup->slot);
	return member_leave(key);
}

SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(on_cgroup_attach_task, struct cgroup *dst, const char *path, struct task_struct *task,
	     bool threadgroup)
{
	u32 tgid = (u32)BPF_CORE_READ(task, tgid), tid = (u32)BPF_CORE_READ(task, pid);
	u64 id;

	if ((u32)BPF_CORE_READ(dst, root, hierarchy_id) != cfg_hierarchy)
		return 0;
	id = BPF_CORE_READ(dst, kn, id);
	if (threadgroup)
		return moved(task, tgid, id, path);
	if (BPF_CORE_READ(task, signal, live.counter) <= 1) {
		if (unlikely(threads_apart))
			thread_is_process(tid, tgid);
		return moved(task, tgid, id, path);
	}
	return thread_moved(task, tid, tgid, id, path);
}

/* --- fork, exec, exit */

/* A thread of one that has a row of its own has one too. */
__noinline int thread_starts(u32 parent_tid, u32 tgid, u32 tid)
{
	u32 parent_key = parent_tid | SG_THREAD, key = tid | SG_THREAD;
	struct sg_setup_task *setup;
	struct sg_member *member;

	if (member_key(parent_tid, tgid) != parent_key)
		return 0;
	member = bpf_map_lookup_elem(&members, &parent_key);
	if (!member)
		return 0;
	setup = bpf_map_lookup_elem(&setup_tasks, &parent_key);
	if (setup)
		setup_begin(key, setup);
	return member_join(key, member->slot);
}

/*
 * Slots in which the application made a process in new namespaces. The flags of clone3 are behind a
 * pointer, which its caller can still write; what came of them is not.
 */
__u8 new_namespaces[SG_SLOTS_MAX];

static __always_inline void note_namespaces(u32 slot, struct task_struct *parent,
					    struct task_struct *child)
{
	if (unlikely(BPF_CORE_READ(child, nsproxy) != BPF_CORE_READ(parent, nsproxy) ||
		     BPF_CORE_READ(child, cred, user_ns) != BPF_CORE_READ(parent, cred, user_ns)))
		new_namespaces[SLOT_INDEX(slot)] = 1;
}

/*
 * A child inherits its parent's set-up; one born into a tracked cgroup from outside begins its own.
 */
static __noinline int process_starts(struct task_struct *parent, struct task_struct *child,
				     u64 parents_id, u64 id)
{
	u32 key = member_key((u32)BPF_CORE_READ(parent, pid), (u32)BPF_CORE_READ(parent, tgid));
	struct sg_setup_task row = {}, *setup = bpf_map_lookup_elem(&setup_tasks, &key);
	u32 to = wanted(slot_of(id)), child_key = (u32)BPF_CORE_READ(child, tgid), from;

	from = followed_slot(key);
	if (!from && !bpf_map_lookup_elem(&members, &key))
		from = wanted(slot_of(parents_id)); /* not all members of it are known */
	if (from && !setup)
		note_namespaces(from, parent, child);
	if (!to) {
		from = goes_out(child_key, from, setup);
		if (!from) /* one that was noted as it ended had the number before */
			return member_leave(child_key);
		member_join(child_key, from);
		return id == parents_id ? 0 : goes_on(from, id, NULL);
	}
	if (enters(from, to, setup, &row)) {
		if (!row.own.inode)
			describe_setup(parent, child, &row);
		take_row(child_key, &row, id, NULL);
	}
	return member_join(child_key, to);
}

static __always_inline int task_forks(struct task_struct *parent, struct task_struct *child)
{
	u64 id = read_cgroup_id(child), parents_id;
	u32 slot = slot_of(id);

	if (child->pid != child->tgid) /* set-up is a matter of the process */
		return unlikely(threads_apart)
			       ? thread_starts((u32)parent->pid, (u32)child->tgid, (u32)child->pid)
			       : 0;
	parents_id = read_cgroup_id(parent);
	if (likely(!slot && id == parents_id))
		return 0;
	if (slot)
		note_filter(wanted(slot), (u32)child->seccomp.mode);
	return process_starts(parent, child, parents_id, id);
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_sched_process_fork, struct task_struct *parent, struct task_struct *child)
{
	return task_forks(parent, child);
}

/* The workload starts, in whatever slot it was prepared. */
static __noinline int leaves_setup(u32 key, struct sg_setup_task *setup)
{
	struct sg_file_id *runtime = &runtime_of[SLOT_INDEX(setup->slot)];
	u32 left, target = target_of[SLOT_INDEX(setup->slot)];

	if (!setup->moved_itself && !runtime->inode)
		*runtime = setup->own;
	if (setup->from_slot) {
		if (relation_to_origin(setup) == SAME_TARGET)
			return setup_end(key, setup->slot);
		came_from_outside(setup);
	}
	left = left_slot(setup);
	if (left && (!target || target == SG_NO_TARGET)) { /* it may be nobody's but left's */
		setup->has_execed = 1;
		bpf_map_delete_elem(&setup_calls, &key);
		return 0;
	}
	return setup_end(key, setup->slot);
}

/*
 * In no target's cgroup. Where only one of its threads was, and that one has exec'd, the process
 * has left what it was preparing.
 */
__noinline int execs_outside(u32 tgid, u64 cgroup_id, u32 mode)
{
	struct sg_setup_task *setup = bpf_map_lookup_elem(&setup_tasks, &tgid);
	u32 from = followed_slot(tgid);

	if (setup && from == setup->slot && !setup->has_execed) {
		from = goes_out(tgid, from, setup);
		end_outside(tgid, from);
		if (!from)
			return member_leave(tgid);
		member_join(tgid, from);
		goes_on(from, cgroup_id, NULL);
	}
	note_filter(from, mode);
	return 0;
}

static __always_inline int task_execs(struct task_struct *task, u32 old_tid, const void *path)
{
	u64 cgroup_id = read_cgroup_id(task);
	u32 tgid = (u32)task->tgid, slot = slot_of(cgroup_id);
	struct sg_setup_task *setup;

	if (unlikely(threads_apart))
		thread_is_process(old_tid, tgid);
	setup = bpf_map_lookup_elem(&setup_tasks, &tgid);
	if (likely(!slot && !setup))
		return 0;
	if (!wanted(slot))
		return execs_outside(tgid, cgroup_id, (u32)task->seccomp.mode);
	note_filter(slot, (u32)task->seccomp.mode);
	if (likely(!setup) || setup->has_execed)
		return 0;
	if (!is_runtime_reexec(task, path, setup))
		return leaves_setup(tgid, setup);
	setup->in_execve = 0;
	setup->runtime = SG_RUNTIME_COPY;
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_sched_process_exec, struct task_struct *task, int old_pid,
	     struct linux_binprm *bprm)
{
	return task_execs(task, (u32)old_pid, BPF_CORE_READ(bprm, filename));
}

/* It made calls that perhaps the application never makes: userspace compares, at the end. */
static __noinline int note_unfinished(u32 task, const struct sg_setup_task *setup)
{
	struct sg_call_set *set = bpf_map_lookup_elem(&setup_calls, &task), *row;
	struct sg_unfinished_key key = { .slot = setup->slot,
					 .runtime = setup->runtime,
					 .moved_itself = setup->moved_itself,
					 .own = setup->own,
					 .from_id = setup->from_slot ? setup->from_id : 0 };
	u32 slot = SLOT_INDEX(setup->slot);

	has_unfinished[slot] = 1;
	if (!set) {
		__sync_fetch_and_add(&setup_exited[slot], 1);
		return 0;
	}
	for (u32 i = 0; i < SG_NR_MAX / 8; i++) {
		key.fingerprint ^= ((const u64 *)set->made)[i];
		key.fingerprint *= 0x9e3779b97f4a7c15ULL;
		key.fingerprint ^= key.fingerprint >> 29;
	}
	key.fingerprint += set->others;
	row = bpf_map_lookup_elem(&unfinished, &key);
	if (!row) {
		bpf_map_update_elem(&unfinished, &key, set, BPF_NOEXIST);
		row = bpf_map_lookup_elem(&unfinished, &key);
	}
	__sync_fetch_and_add(row ? &row->processes : &setup_exited[slot], 1);
	return 0;
}

/* A thread's row, or a process's with its last thread. */
__noinline int task_leaves(u32 key)
{
	struct sg_setup_task *setup = bpf_map_lookup_elem(&setup_tasks, &key);

	if (unlikely(setup)) {
		if (!setup->has_execed && setup->runtime != SG_RUNTIME_COPY)
			note_unfinished(key, setup);
		setup_end(key, setup->slot);
	}
	return member_leave(key);
}

#endif
