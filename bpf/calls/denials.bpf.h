/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_DENIALS_BPF_H
#define SG_DENIALS_BPF_H

/*
 * Denied calls. seccomp decides before sys_enter fires, so a denied call never enters; but it
 * exits. A task of a watched target is marked as it enters and unmarked as it exits: an exit of an
 * unmarked task that has a filter is a denial.
 *
 * What is no denial though it looks like one: the first event of a task that this watch never saw
 * (a new child's first exit is that of its parent's fork; a task can be inside a call when the
 * watch begins), and a call that a tracer emulates (PTRACE_SYSEMU). A task is known by its
 * task_struct, not its tid: a thread that execs takes over the leader's.
 */

enum phase {
	PHASE_OUTSIDE,	/* in user space, as far as we saw */
	PHASE_INSIDE,	/* entered a call */
	PHASE_EMULATED, /* its last call was a tracer's */
	PHASE_STOOD_IN, /* outside, as the stand-in saw it */
	PHASE_DYING,	/* killed by its filter, and counted */
};

struct task_state {
	u32 phase;
	u32 watch; /* during which this was so: watches[] */
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct task_state);
} task_states SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024); /* set at load, by the number of slots */
	__type(key, struct sg_denied_key);
	__type(value, struct sg_denied);
} denied SEC(".maps");

/*
 * By slot: it may have rows in `denied`, set before the first. Without it userspace would look
 * through the whole table for each of many targets, of which few have any.
 */
__u8 has_denied[SG_SLOTS_MAX];

static __always_inline void set_phase(u32 slot, enum phase phase)
{
	struct task_state *state = bpf_task_storage_get(&task_states, bpf_get_current_task_btf(), 0,
							BPF_LOCAL_STORAGE_GET_F_CREATE);

	if (!state) {
		lose(SG_BPF_LOSS_DENIALS, slot);
		return;
	}
	state->phase = phase;
	state->watch = watches[SLOT_INDEX(slot)];
}

static __always_inline void mark_entered(u32 slot)
{
	if (cfg_denials)
		set_phase(slot, PHASE_INSIDE);
}

/* Of the current task; NULL when it was not seen since this watch began. */
static __always_inline struct task_state *known_state(u32 slot)
{
	struct task_state *state =
		bpf_task_storage_get(&task_states, bpf_get_current_task_btf(), 0, 0);

	return state && state->watch == watches[SLOT_INDEX(slot)] ? state : NULL;
}

/* By stage, as calls that are not denied: what a runtime is denied between its filter and its exec
 * is the runtime's. */
__noinline int count_denied(u32 slot, u64 nr, u32 compat, u32 kind)
{
	struct sg_denied_key key = { .slot = (u16)slot, .kind = (u8)kind };
	struct sg_denied fresh = { .boot_ns = bpf_ktime_get_boot_ns() };
	struct sg_denied *row;

	key.class = (u8)SG_CLASS(call_abi(compat, &nr), sure_stage(slot));
	if (nr >= SG_NR_MAX) { /* a tracer took the number away, or it never was one */
		lose(SG_BPF_LOSS_DENIALS, slot);
		return 0;
	}
	key.nr = (u32)nr;
	row = bpf_map_lookup_elem(&denied, &key);
	if (!row) {
		has_denied[SLOT_INDEX(slot)] = 1;
		fresh.tgid = (u32)(bpf_get_current_pid_tgid() >> 32);
		bpf_get_current_comm(fresh.comm, sizeof(fresh.comm));
		bpf_map_update_elem(&denied, &key, &fresh, BPF_NOEXIST);
		row = bpf_map_lookup_elem(&denied, &key);
	}
	if (row)
		__sync_fetch_and_add(&row->count, 1);
	else
		lose(SG_BPF_LOSS_DENIALS, slot);
	return 0;
}

static __always_inline bool is_watched(u32 slot)
{
	return attention[SLOT_INDEX(slot)] & SG_ATTENTION_DENIALS;
}

/*
 * By whose watch the current task is marked, that is in the cgroup of @slot: by that one's, else by
 * that of the target that it has left, whose filter it has. 0: nobody watches it.
 */
__noinline u32 watched_slot(u32 slot)
{
	struct sg_setup_task *row;
	u32 key = current_key();

	if (!wanted(slot))
		slot = slot_outside();
	if (!slot || is_watched(slot))
		return slot;
	row = in_setup(slot) ? bpf_map_lookup_elem(&setup_tasks, &key) : NULL;
	if (!row || row->slot != slot)
		return 0;
	slot = left_slot(row);
	return slot && is_watched(slot) ? slot : 0;
}

/*
 * A denied call of the current task, that is in the cgroup of @slot: there, and for the target that
 * it has left, as calls that are not denied. Whose it is while that is not decided would have to be
 * kept: for who may be its target it is one that was not counted.
 */
__noinline int count_denied_for_all(u32 slot, u64 nr, u32 compat, u32 kind)
{
	struct sg_setup_task *row;
	u32 key = current_key(), left;

	if (!wanted(slot))
		slot = slot_outside();
	if (!slot)
		return 0;
	count_denied(slot, nr, compat, kind);
	row = in_setup(slot) ? bpf_map_lookup_elem(&setup_tasks, &key) : NULL;
	if (!row || row->slot != slot)
		return 0;
	if (row->from_slot && relation_to_origin(row) == NOT_DECIDED) {
		lose(SG_BPF_LOSS_DENIALS, row->from_slot);
		return 0;
	}
	left = left_slot(row);
	if (!left || (row->has_execed && target_of[SLOT_INDEX(slot)]))
		return 0;
	if (row->has_execed)
		lose(SG_BPF_LOSS_DENIALS, left);
	else
		count_denied(left, nr, compat, kind);
	if (left == row->left_slot && !target_of[SLOT_INDEX(left)] &&
	    may_be_target(row->before_slot, row->before_id))
		lose(SG_BPF_LOSS_DENIALS, row->before_slot);
	return 0;
}

/* Nobody watches the slot, but who watches a target that the task has left wants its mark. */
static __always_inline void mark_left(u32 slot)
{
	u32 watched = cfg_denials ? watched_slot(slot) : 0;

	if (watched)
		mark_entered(watched);
}

/* PTRACE_SYSEMU: the tracer has the call to itself, and seccomp never saw it. */
static __always_inline bool is_emulated(struct task_struct *task)
{
#ifdef __TARGET_ARCH_x86
	if (bpf_core_field_exists(task->thread_info.syscall_work))
		return task->thread_info.syscall_work & SYSCALL_WORK_SYSCALL_EMU;
	return task->thread_info.flags & TIF_SYSCALL_EMU_BIT;
#else
	return task->thread_info.flags & TIF_SYSCALL_EMU_BIT;
#endif
}

static __always_inline u64 regs_syscall_nr(struct pt_regs *regs)
{
#ifdef __TARGET_ARCH_x86
	return regs->orig_ax;
#else
	return (u64)(long)regs->syscallno;
#endif
}

#define FILTERS_LOOKED_AT 32

/* Whether a process listens for USER_NOTIF of the task, or whether that cannot be told. */
static __noinline int may_be_notified(struct task_struct *task)
{
	struct seccomp_filter *filter = BPF_CORE_READ(task, seccomp.filter);

	for (int i = 0; i < FILTERS_LOOKED_AT; i++) {
		if (!filter)
			return 0;
		if (BPF_CORE_READ(filter, notif))
			return 1;
		filter = BPF_CORE_READ(filter, prev);
	}
	return 1;
}

/*
 * What seccomp did, from what is left of it: the mode that marks a killed task, the signal that the
 * task has not been given yet, the return value.
 */
static __always_inline u32 denial_kind(struct task_struct *task, long ret)
{
	if ((u32)BPF_CORE_READ(task, seccomp.mode) == SECCOMP_MODE_DEAD)
		return SG_BPF_KILL_PROCESS;
	if (BPF_CORE_READ(task, pending.signal.sig[0]) & 1UL << (SIGSYS - 1))
		return SG_BPF_TRAP;
	if (ret > 0) /* ERRNO returns no such thing */
		return SG_BPF_USER_NOTIF;
	return ret < 0 || !may_be_notified(task) ? SG_BPF_ERRNO : SG_BPF_ZERO;
}

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

/* What seccomp's strict mode lets pass, by the tables of kernel/seccomp.c. */
static __always_inline bool is_strict_call(u64 nr, u32 compat)
{
#ifdef __TARGET_ARCH_x86
	if (compat) /* read, write, exit, sigreturn */
		return nr == 3 || nr == 4 || nr == 1 || nr == 119;
	return nr == 0 || nr == 1 || nr == 60 || nr == 15;
#else
	if (compat)
		return nr == 3 || nr == 4 || nr == 1 || nr == 119;
	return nr == 63 || nr == 64 || nr == 93 || nr == 139;
#endif
}

/*
 * Whether the task ends inside seccomp. Where that marks who it kills, the mark is enough; before,
 * the signal tells: SIGSYS by a filter; by the strict mode SIGKILL, which can come from elsewhere
 * too, but then not in the middle of a call that this mode denies.
 */
static __always_inline bool died_in_seccomp(struct task_struct *task, u64 nr, u32 compat)
{
	u32 mode = (u32)task->seccomp.mode, signal = task->exit_code & 0x7f;

	if (mode == SECCOMP_MODE_DEAD) /* older kernels can have it, too */
		return true;
	if (cfg_mode_dead)
		return false;
	if (mode == SECCOMP_MODE_STRICT)
		return signal == SIGKILL && nr < SG_NR_MAX && !is_strict_call(nr, compat);
	return mode == SECCOMP_MODE_FILTER && signal == SIGSYS;
}

/*
 * Before 5.15, where tasks cannot be marked: a denied call is one for which seccomp returns -1.
 * That is a program on every call of every task that has a filter, whoever's it is, and so no worse
 * than sys_exit for the others. It is attached once in a recorder's life: each task that is killed
 * in seccomp stays in its trampoline for ever, and what is attached anew has a new one.
 */

/* Threads whose last call was answered with TRAP: the signal that ends them is no second denial. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, u32);
	__type(value, u32);
} trapped SEC(".maps");

__u8 has_trapped;

#ifdef __TARGET_ARCH_x86 /* fexit came to arm64 later than 5.15 */
#define THREAD_SIZE 16384

/* task_pt_regs(); there is no helper for it before 5.15 */
static __always_inline struct pt_regs *stack_regs(struct task_struct *task)
{
	return BPF_CORE_READ(task, stack) + THREAD_SIZE - bpf_core_type_size(struct pt_regs);
}

SEC("fexit/__secure_computing")
int BPF_PROG(on_secure_computing, const void *data, int ret)
{
	struct task_struct *task = current_task();
	u32 slot, compat, kind, tid = (u32)bpf_get_current_pid_tgid();
	u64 cgroup_id;

	if (likely(!ret)) {
		if (unlikely(has_trapped))
			bpf_map_delete_elem(&trapped, &tid);
		return 0;
	}
	current_facts(&cgroup_id, &compat);
	slot = slot_of(cgroup_id);
	if (likely(!slot))
		return 0;
	kind = denial_kind(task, (long)BPF_CORE_READ(stack_regs(task), ax));
	if (kind == SG_BPF_TRAP) {
		has_trapped = 1;
		bpf_map_update_elem(&trapped, &tid, &slot, BPF_ANY);
	} else if (has_trapped) {
		bpf_map_delete_elem(&trapped, &tid);
	}
	count_denied_for_all(slot, BPF_CORE_READ(stack_regs(task), orig_ax), compat, kind);
	return 0;
}

/*
 * Kills never come back out of seccomp. Where the whole process ends, the other threads end with
 * the same signal; the one that made the call has its number where the result would be, for the
 * core dump.
 */
static __always_inline void denied_exit_before_5_15(struct task_struct *task, bool last)
{
	u32 slot, compat, tid = (u32)task->pid;
	bool whole = BPF_CORE_READ(task, signal, group_exit_code);
	struct pt_regs *regs = stack_regs(task);
	u64 nr = BPF_CORE_READ(regs, orig_ax), cgroup_id;

	bool was_trapped = has_trapped && !bpf_map_delete_elem(&trapped, &tid);

	current_facts(&cgroup_id, &compat);
	slot = slot_of(cgroup_id);
	if (!slot || !died_in_seccomp(task, nr, compat))
		return;
	if ((u32)task->seccomp.mode == SECCOMP_MODE_FILTER &&
	    (was_trapped || (whole && BPF_CORE_READ(regs, ax) != nr)))
		return;
	count_denied_for_all(slot, nr, compat,
			     whole || last ? SG_BPF_KILL_PROCESS : SG_BPF_KILL_THREAD);
}
#else
/* Never loaded here: userspace knows the programs by their names. */
SEC("fexit/__secure_computing")
int BPF_PROG(on_secure_computing, const void *data, int ret)
{
	return 0;
}

static __always_inline void denied_exit_before_5_15(struct task_struct *task, bool last)
{
}
#endif

/*
 * Kills of which no exit told: of a thread while others of its process live, those of the strict
 * mode, and what this watch saw first, or nobody watched.
 */
static __always_inline void denied_exit(struct task_struct *task, bool last)
{
	struct task_state *state;
	u32 here, slot, compat;
	u64 cgroup_id, nr;

	if (likely(!task->seccomp.mode))
		return;
	if (cfg_fexit)
		return denied_exit_before_5_15(task, last);
	if (!cfg_denials)
		return;
	current_facts(&cgroup_id, &compat);
	here = slot_of(cgroup_id);
	if (likely(!here))
		return;
	slot = watched_slot(here);
	nr = regs_syscall_nr(current_regs());
	if (!died_in_seccomp(task, nr, compat))
		return;
	state = bpf_task_storage_get(&task_states, bpf_get_current_task_btf(), 0, 0);
	if (state && state->phase == PHASE_DYING)
		return;
	/* without a mark it can have died of another's signal, as far as we saw */
	if ((u32)task->seccomp.mode != SECCOMP_MODE_DEAD &&
	    (!state || state->phase != PHASE_OUTSIDE || state->watch != watches[SLOT_INDEX(slot)]))
		return;
	count_denied_for_all(here, nr, compat, last ? SG_BPF_KILL_PROCESS : SG_BPF_KILL_THREAD);
}

#endif
