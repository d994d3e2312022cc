/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_SETUP_BPF_H
#define SG_SETUP_BPF_H

/*
 * Who is in set-up: processes that came into a target's cgroup from outside and have not exec'd
 * since.
 */

/* Slots in which a task with a seccomp filter was met, at a fork or an exec. */
__u8 filtered[SG_SLOTS_MAX];

/*
 * By slot: processes that ended after a long set-up without an exec. Of the slot, not of the ledger
 * as a whole: under record --all one such process would else be in the recordings of all.
 */
__u32 setup_exited[SG_SLOTS_MAX];

static __always_inline void note_filter(u32 slot, struct task_struct *task)
{
	if (task->seccomp.mode >= SECCOMP_MODE_FILTER)
		filtered[slot & (SG_SLOTS_MAX - 1)] = 1;
}

static __always_inline u64 exe_inode(struct task_struct *task)
{
	return BPF_CORE_READ(task, mm, exe_file, f_inode, i_ino);
}

static __noinline int setup_begin(u32 tgid, u32 slot, u64 mover_inode, u64 own_inode, u32 in_execve)
{
	struct sg_setup_task row = { .slot = slot,
				     .mover_inode = mover_inode,
				     .own_inode = own_inode,
				     .in_execve = in_execve };
	struct sg_setup_task *old;
	u32 before;

	row.since_boot_ns = bpf_ktime_get_boot_ns();
	old = bpf_map_lookup_elem(&setup_tasks, &tgid);
	if (old) { /* moved on to another tracked cgroup before its exec */
		before = old->slot;
		if (before == slot)
			return 0;
		old->slot = slot;
		__sync_fetch_and_add(&attention[before & (SG_SLOTS_MAX - 1)], -1);
	} else if (bpf_map_update_elem(&setup_tasks, &tgid, &row, BPF_NOEXIST)) {
		lose(SG_BPF_LOSS_SETUP_FULL, slot);
		return 0;
	}
	__sync_fetch_and_add(&attention[slot & (SG_SLOTS_MAX - 1)], 1);
	return 0;
}

static __noinline int setup_end(u32 tgid, u32 slot)
{
	if (!bpf_map_delete_elem(&setup_tasks, &tgid))
		__sync_fetch_and_add(&attention[slot & (SG_SLOTS_MAX - 1)], -1);
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
	if (slot) {
		if (is_member(tgid, slot)) /* from one cgroup of the target to another */
			return 0;
		/* it runs meanwhile: while it is no member it is on its way in, see sure_stage() */
		setup_begin(tgid, slot, exe_inode(current_task()), exe_inode(task),
			    BPF_CORE_READ_BITFIELD_PROBED(task, in_execve));
		member_join(tgid, slot);
		return 0;
	}
	member_leave(tgid);
	setup = bpf_map_lookup_elem(&setup_tasks, &tgid);
	if (setup)
		setup_end(tgid, setup->slot);
	return 0;
}

/*
 * A child inherits its parent's set-up; one born into a tracked cgroup from outside begins its own.
 */
static __always_inline int task_forks(struct task_struct *parent, struct task_struct *child)
{
	struct sg_setup_task *setup;
	u32 slot, tgid;

	if (child->pid != child->tgid) /* a thread; set-up is a matter of the process */
		return 0;
	slot = slot_of(read_cgroup_id(child));
	if (likely(!slot))
		return 0;
	note_filter(slot, child);
	member_join((u32)child->tgid, slot);
	if (slot_of(read_cgroup_id(parent)) != slot)
		return setup_begin((u32)child->tgid, slot, exe_inode(parent), exe_inode(parent), 0);
	if (!in_setup(slot))
		return 0;
	tgid = (u32)parent->tgid;
	setup = bpf_map_lookup_elem(&setup_tasks, &tgid);
	if (setup && setup->slot == slot)
		setup_begin((u32)child->tgid, slot, setup->mover_inode, setup->own_inode, 0);
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_sched_process_fork, struct task_struct *parent, struct task_struct *child)
{
	return task_forks(parent, child);
}

/*
 * Without a branch for each byte: with those, the verifier walks through 100,000 instructions of
 * is_runtime_reexec().
 */
static __always_inline int starts_with(const char *s, const char *prefix, int len)
{
	char differs = 0;

	for (int i = 0; i < len; i++)
		differs |= s[i] ^ prefix[i];
	return differs == 0;
}

/*
 * Whether this exec is the runtime starting itself over rather than the workload: onto the binary
 * that it is, or that moved it in, or onto a file that has no name; through a descriptor (runc runs
 * from a sealed or read-only copy of its own binary, its answer to CVE-2019-5736), or in the middle
 * of its exec (runc moves its child when that has closed a pipe, which is before the exec is told
 * of here). systemd, from 255 on, goes through a program of its own.
 */
static __always_inline int is_runtime_reexec(struct task_struct *task, const void *path,
					     const struct sg_setup_task *setup)
{
	char filename[16] = {}, name[16] = {};
	struct file *exe;
	u64 inode;

	bpf_probe_read_kernel_str(filename, sizeof(filename), path);
	if (!starts_with(filename, "/dev/fd/", 8) && !starts_with(filename, "/proc/self/fd/", 14) &&
	    !(setup->in_execve && starts_with(filename, "/proc/self/exe", 14)))
		return 0;
	exe = BPF_CORE_READ(task, mm, exe_file);
	inode = BPF_CORE_READ(exe, f_inode, i_ino);
	if (inode && (inode == setup->mover_inode || inode == setup->own_inode))
		return 1;
	bpf_probe_read_kernel_str(name, sizeof(name),
				  BPF_CORE_READ(exe, f_path.dentry, d_name.name));
	if (starts_with(name, "systemd-executo", 15))
		return 1;
	if (BPF_CORE_READ(exe, f_inode, i_nlink))
		return 0;
	return starts_with(name, "memfd:", 6) || name[0] == '#'; /* '#': O_TMPFILE */
}

static __always_inline int task_execs(struct task_struct *task, const void *path)
{
	struct sg_setup_task *setup;
	u32 tgid = (u32)task->tgid, slot = slot_of(read_cgroup_id(task));

	if (likely(!slot))
		return 0;
	note_filter(slot, task);
	setup = bpf_map_lookup_elem(&setup_tasks, &tgid);
	if (likely(!setup))
		return 0;
	if (!is_runtime_reexec(task, path, setup))
		return setup_end(tgid, setup->slot);
	setup->in_execve = 0;
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_sched_process_exec, struct task_struct *task, int old_pid,
	     struct linux_binprm *bprm)
{
	return task_execs(task, BPF_CORE_READ(bprm, filename));
}

static __always_inline void setup_exit(u32 tgid)
{
	struct sg_setup_task *setup = bpf_map_lookup_elem(&setup_tasks, &tgid);

	if (likely(!setup))
		return;
	if (bpf_ktime_get_boot_ns() - setup->since_boot_ns > SG_SETUP_LONG_NS)
		__sync_fetch_and_add(&setup_exited[setup->slot & (SG_SLOTS_MAX - 1)], 1);
	setup_end(tgid, setup->slot);
}

#endif
