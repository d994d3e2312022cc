// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The kernel half: counts system calls per tracked cgroup at raw_syscalls:sys_enter, in the kernel, with
 * no event per call. docs/kernel-half.md walks through the hot path and its cost.
 */
#include "kernel_types.h"

#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "recorder_abi.h"

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#define EEXIST		    17
#define SECCOMP_MODE_FILTER 2
#define TS_COMPAT	    0x0002     /* arch/x86/include/asm/thread_info.h */
#define X32_BIT		    0x40000000 /* __X32_SYSCALL_BIT, arch/x86/include/uapi/asm/unistd.h */
#define TIF_32BIT	    22	       /* arch/arm64/include/asm/thread_info.h */

/* Set before load; the verifier drops the branches that do not apply. */
const volatile __u32 cfg_hierarchy = 0;  /* the cgroup hierarchy that is watched; 0 is cgroup v2 */
const volatile __u32 cfg_v1_subsys = 0;  /* a v1 hierarchy's controller, by number in css_set.subsys */
const volatile __u8 cfg_descendants = 1; /* new child cgroups take their parent's slot */
const volatile __u8 cfg_task_btf = 1;    /* bpf_get_current_task_btf is there (5.11) */
const volatile __u8 cfg_preemptible = 0; /* programs can be preempted on their CPU: add atomically */

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1); /* set at load: slots + 1 */
	__type(key, u32);
	__type(value, struct sg_counts);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* set at load: slots + 1 */
	__type(key, u32);
	__type(value, struct sg_rare_counts);
} rare_counts SEC(".maps");

/* Cgroup id to slot: the truth that slot_cache caches. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, u64);
	__type(value, u32);
} slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024); /* set at load, by the number of slots */
	__type(key, struct sg_first_seen_key);
	__type(value, struct sg_first_seen);
} first_seen SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, u32);
	__type(value, struct sg_setup_task);
} setup_tasks SEC(".maps");

/*
 * What lets the hot path do without a map lookup: a direct-mapped cache of `slots`. A cell is one word,
 * id << SG_SLOT_BITS | slot, so it is read and written whole, and racing writers leave one valid pair or
 * the other. Slot 0 caches "not tracked". Never invalidated: an id gets its slot before a task of that
 * cgroup can make a call (at cgroup_mkdir, or before sys_enter is attached), and kernfs gives no id twice.
 */
__u64 slot_cache[SG_CACHE_CELLS];

/* Processes in set-up, by slot: while it is 0, every call is the application's and nothing is looked up. */
__u32 setup_pending[SG_SLOTS_MAX];

__u64 losses[SG_BPF_LOSS_MAX_];

static __always_inline void lose(enum sg_bpf_loss what)
{
	__sync_fetch_and_add(&losses[what], 1);
}

static __always_inline struct task_struct *current_task(void)
{
	return (struct task_struct *)bpf_get_current_task();
}

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

static __noinline u32 slot_lookup(u64 cgroup_id)
{
	u32 *found, slot;

	found = bpf_map_lookup_elem(&slots, &cgroup_id);
	slot = found ? *found : 0;
	/* an id too large for its share of the word is never cached: slower, not wrong */
	if (likely(cgroup_id >> (64 - SG_SLOT_BITS) == 0))
		slot_cache[cgroup_id & (SG_CACHE_CELLS - 1)] = cgroup_id << SG_SLOT_BITS | slot;
	return slot;
}

static __always_inline u32 slot_of(u64 cgroup_id)
{
	u64 cell = slot_cache[cgroup_id & (SG_CACHE_CELLS - 1)];

	if (likely(cell >> SG_SLOT_BITS == cgroup_id))
		return cell & (SG_SLOTS_MAX - 1);
	return slot_lookup(cgroup_id);
}

static __noinline int note_first_seen(u32 slot, u32 class, u32 nr)
{
	struct sg_first_seen_key key = { .slot = (u16)slot, .class = (u16)class, .nr = nr };
	struct sg_first_seen row = { .boot_ns = bpf_ktime_get_boot_ns() };
	long r;

	row.tgid = (u32)(bpf_get_current_pid_tgid() >> 32);
	bpf_get_current_comm(row.comm, sizeof(row.comm));
	r = bpf_map_update_elem(&first_seen, &key, &row, BPF_NOEXIST);
	if (r && r != -EEXIST) /* another CPU was first */
		lose(SG_BPF_LOSS_FIRST_SEEN);
	return 0;
}

static __always_inline int count_native(u32 slot, u64 nr)
{
	struct sg_counts *c = bpf_map_lookup_elem(&counts, &slot);

	if (!c || nr >= SG_NATIVE_NR_MAX)
		return 0;
	if (unlikely(!c->n[nr]))
		note_first_seen(slot, SG_CLASS_NATIVE_APP, (u32)nr);
	if (cfg_preemptible)
		__sync_fetch_and_add(&c->n[nr], 1);
	else
		c->n[nr]++;
	return 0;
}

/* Which table the number belongs to; leaves in *nr the number within it. */
static __always_inline u32 call_abi(u32 compat, u64 *nr)
{
	if (compat) {
		if (*nr > SG_ARM_PRIVATE && *nr < SG_ARM_PRIVATE + SG_NR_MAX - SG_ARM_FOLDED)
			*nr = *nr - SG_ARM_PRIVATE + SG_ARM_FOLDED;
		return SG_ABI_COMPAT;
	}
#ifdef __TARGET_ARCH_x86
	if (*nr & X32_BIT && *nr < 2 * (u64)X32_BIT) {
		*nr &= ~(u64)X32_BIT;
		return SG_ABI_X32;
	}
#endif
	return SG_ABI_NATIVE;
}

/* Everything off the hot path: another ABI, a task in set-up, a number out of range. */
static __noinline int count_rare(u32 slot, u64 nr, u32 compat)
{
	u32 stage = SG_BPF_APP, class, tgid;
	struct sg_setup_task *setup;
	struct sg_rare_counts *rare;
	u32 abi;

	abi = call_abi(compat, &nr);
	if (setup_pending[slot & (SG_SLOTS_MAX - 1)]) {
		tgid = (u32)(bpf_get_current_pid_tgid() >> 32);
		setup = bpf_map_lookup_elem(&setup_tasks, &tgid);
		if (setup && setup->slot == slot)
			stage = BPF_CORE_READ(current_task(), seccomp.mode) >= SECCOMP_MODE_FILTER ?
					SG_BPF_FLOOR :
					SG_BPF_SETUP;
	}
	class = SG_CLASS(abi, stage);
	if (class == SG_CLASS_NATIVE_APP && nr < SG_NATIVE_NR_MAX)
		return count_native(slot, nr);
	rare = bpf_map_lookup_elem(&rare_counts, &slot);
	if (!rare)
		return 0;
	if (nr >= SG_NR_MAX || class >= SG_CLASSES) {
		__sync_fetch_and_add(&rare->invalid, 1);
		return 0;
	}
	if (!rare->n[class][nr])
		note_first_seen(slot, class, (u32)nr);
	__sync_fetch_and_add(&rare->n[class][nr], 1);
	return 0;
}

/* Two ways to the same two facts: plain loads where the verifier trusts the task, else probe reads. */
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

SEC("tp_btf/sys_enter")
int BPF_PROG(on_sys_enter, struct pt_regs *regs, long id)
{
	u64 cgroup_id, nr = (u64)id;
	u32 slot, compat;

	current_facts(&cgroup_id, &compat);
	slot = slot_of(cgroup_id);
	if (likely(!slot))
		return 0;
	if (unlikely(compat || nr >= SG_NATIVE_NR_MAX || setup_pending[slot & (SG_SLOTS_MAX - 1)]))
		return count_rare(slot, nr, compat);
	return count_native(slot, nr);
}

static __always_inline u64 exe_inode(struct task_struct *task)
{
	return BPF_CORE_READ(task, mm, exe_file, f_inode, i_ino);
}

static __noinline int setup_begin(u32 tgid, u32 slot, u64 mover_inode)
{
	struct sg_setup_task row = { .slot = slot, .mover_inode = mover_inode };
	struct sg_setup_task *old;
	u32 before;

	row.since_boot_ns = bpf_ktime_get_boot_ns();
	old = bpf_map_lookup_elem(&setup_tasks, &tgid);
	if (old) { /* moved on to another tracked cgroup before its exec */
		before = old->slot;
		if (before == slot)
			return 0;
		old->slot = slot;
		__sync_fetch_and_add(&setup_pending[before & (SG_SLOTS_MAX - 1)], -1);
	} else if (bpf_map_update_elem(&setup_tasks, &tgid, &row, BPF_NOEXIST)) {
		lose(SG_BPF_LOSS_SETUP_FULL);
		return 0;
	}
	__sync_fetch_and_add(&setup_pending[slot & (SG_SLOTS_MAX - 1)], 1);
	return 0;
}

static __noinline int setup_end(u32 tgid, u32 slot)
{
	if (!bpf_map_delete_elem(&setup_tasks, &tgid))
		__sync_fetch_and_add(&setup_pending[slot & (SG_SLOTS_MAX - 1)], -1);
	return 0;
}

SEC("tp_btf/cgroup_mkdir")
int BPF_PROG(on_cgroup_mkdir, struct cgroup *cgrp, const char *path)
{
	u64 id, parent;
	u32 *slot;

	if ((u32)BPF_CORE_READ(cgrp, root, hierarchy_id) != cfg_hierarchy || !cfg_descendants)
		return 0;
	id = BPF_CORE_READ(cgrp, kn, id);
	parent = BPF_CORE_READ(cgrp, self.parent, cgroup, kn, id);
	slot = bpf_map_lookup_elem(&slots, &parent);
	if (!slot)
		return 0;
	if (bpf_map_update_elem(&slots, &id, slot, BPF_ANY))
		lose(SG_BPF_LOSS_SLOTS_FULL);
	return 0;
}

/* No task is left in a cgroup that is removed, and its id never comes back: only room is given back. */
SEC("tp_btf/cgroup_rmdir")
int BPF_PROG(on_cgroup_rmdir, struct cgroup *cgrp, const char *path)
{
	u64 id;

	if ((u32)BPF_CORE_READ(cgrp, root, hierarchy_id) != cfg_hierarchy)
		return 0;
	id = BPF_CORE_READ(cgrp, kn, id);
	bpf_map_delete_elem(&slots, &id);
	return 0;
}

SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(on_cgroup_attach_task, struct cgroup *dst, const char *path, struct task_struct *task)
{
	u32 tgid = (u32)BPF_CORE_READ(task, tgid);
	struct sg_setup_task *setup;
	u32 slot;

	if ((u32)BPF_CORE_READ(dst, root, hierarchy_id) != cfg_hierarchy)
		return 0;
	slot = slot_of(BPF_CORE_READ(dst, kn, id));
	if (slot)
		return setup_begin(tgid, slot, exe_inode(current_task()));
	setup = bpf_map_lookup_elem(&setup_tasks, &tgid);
	if (setup)
		setup_end(tgid, setup->slot);
	return 0;
}

/* A child inherits its parent's set-up; one born into a tracked cgroup from outside begins its own. */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_sched_process_fork, struct task_struct *parent, struct task_struct *child)
{
	struct sg_setup_task *setup;
	u32 slot, tgid;

	if (child->pid != child->tgid) /* a thread; set-up is a matter of the process */
		return 0;
	slot = slot_of(read_cgroup_id(child));
	if (likely(!slot))
		return 0;
	if (slot_of(read_cgroup_id(parent)) != slot)
		return setup_begin((u32)child->tgid, slot, exe_inode(parent));
	if (!setup_pending[slot & (SG_SLOTS_MAX - 1)])
		return 0;
	tgid = (u32)parent->tgid;
	setup = bpf_map_lookup_elem(&setup_tasks, &tgid);
	if (setup && setup->slot == slot)
		setup_begin((u32)child->tgid, slot, setup->mover_inode);
	return 0;
}

static __always_inline int starts_with(const char *s, const char *prefix, int len)
{
	for (int i = 0; i < len; i++) {
		if (s[i] != prefix[i])
			return 0;
	}
	return 1;
}

/*
 * Whether this exec is the runtime starting itself over from a sealed or read-only copy of its own binary
 * (runc's answer to CVE-2019-5736) rather than the workload: through a descriptor, and onto the binary
 * that moved the process in or onto a file that has no name.
 */
static __always_inline int is_runtime_reexec(struct task_struct *task, struct linux_binprm *bprm,
					     u64 mover_inode)
{
	char filename[16] = {}, name[8] = {};
	struct file *exe;

	bpf_probe_read_kernel_str(filename, sizeof(filename), BPF_CORE_READ(bprm, filename));
	if (!starts_with(filename, "/dev/fd/", 8) && !starts_with(filename, "/proc/self/fd/", 14))
		return 0;
	exe = BPF_CORE_READ(task, mm, exe_file);
	if (mover_inode && BPF_CORE_READ(exe, f_inode, i_ino) == mover_inode)
		return 1;
	if (BPF_CORE_READ(exe, f_inode, i_nlink))
		return 0;
	bpf_probe_read_kernel_str(name, sizeof(name), BPF_CORE_READ(exe, f_path.dentry, d_name.name));
	return starts_with(name, "memfd:", 6) || name[0] == '#'; /* '#': O_TMPFILE */
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_sched_process_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	struct sg_setup_task *setup;
	u32 tgid = (u32)task->tgid;

	setup = bpf_map_lookup_elem(&setup_tasks, &tgid);
	if (likely(!setup) || is_runtime_reexec(task, bprm, setup->mover_inode))
		return 0;
	return setup_end(tgid, setup->slot);
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_sched_process_exit, struct task_struct *task)
{
	struct sg_setup_task *setup;
	u32 tgid = (u32)task->tgid;

	if (BPF_CORE_READ(task, signal, live.counter) > 0) /* other threads of the process go on */
		return 0;
	setup = bpf_map_lookup_elem(&setup_tasks, &tgid);
	if (likely(!setup))
		return 0;
	if (bpf_ktime_get_boot_ns() - setup->since_boot_ns > SG_SETUP_LONG_NS)
		lose(SG_BPF_LOSS_SETUP_EXITED);
	return setup_end(tgid, setup->slot);
}

/* Dual licence; the kernel's tracing helpers want the GPL named. */
char LICENSE[] SEC("license") = "Dual BSD/GPL";
