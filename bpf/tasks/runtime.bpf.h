/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_RUNTIME_BPF_H
#define SG_RUNTIME_BPF_H

/* Who prepares an application for its start: whose program that is. */

#include "common.bpf.h"

static __always_inline void read_file_id(struct file *file, struct sg_file_id *ret)
{
	ret->inode = BPF_CORE_READ(file, f_inode, i_ino);
	ret->device = BPF_CORE_READ(file, f_inode, i_sb, s_dev);
	ret->pad = 0;
}

static __always_inline bool is_same_file(const struct sg_file_id *a, const struct sg_file_id *b)
{
	return a->inode && a->inode == b->inode && a->device == b->device;
}

static __always_inline u64 directory_of(struct file *file)
{
	return BPF_CORE_READ(file, f_path.dentry, d_parent, d_inode, i_ino);
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

#define OVERLAYFS_SUPER_MAGIC 0x794c7630

/*
 * A file that nobody can open by a name: in memory, a temporary one; or, from runc 1.2 on, its own
 * binary through an overlay that is mounted nowhere.
 */
static __noinline int is_nameless(struct file *exe, const struct sg_file_id *mover)
{
	struct vfsmount *mnt = BPF_CORE_READ(exe, f_path.mnt);
	struct mount *mount, *parent;
	char name[8] = {};

	if (BPF_CORE_READ(exe, f_inode, i_sb, s_magic) == OVERLAYFS_SUPER_MAGIC) {
		mount = (void *)mnt - bpf_core_field_offset(struct mount, mnt);
		parent = BPF_CORE_READ(mount, mnt_parent);
		return parent == mount && BPF_CORE_READ(exe, f_inode, i_ino) == mover->inode;
	}
	if (BPF_CORE_READ(exe, f_inode, i_nlink))
		return 0;
	bpf_probe_read_kernel_str(name, sizeof(name),
				  BPF_CORE_READ(exe, f_path.dentry, d_name.name));
	return starts_with(name, "memfd:", 6) || name[0] == '#'; /* '#': O_TMPFILE */
}

/* A child of systemd, up to 254, puts itself into its service's cgroup. */
static __noinline int is_systemds_child(struct task_struct *task, const struct sg_file_id *own)
{
	struct file *exe = BPF_CORE_READ(task, real_parent, mm, exe_file);
	struct sg_file_id parents;
	char name[8] = {};

	read_file_id(exe, &parents);
	bpf_probe_read_kernel_str(name, sizeof(name),
				  BPF_CORE_READ(exe, f_path.dentry, d_name.name));
	return starts_with(name, "systemd", 8) && is_same_file(&parents, own);
}

/* A row for who comes in from outside: @mover brings @task. */
static __noinline int describe_setup(struct task_struct *mover, struct task_struct *task,
				     struct sg_setup_task *row)
{
	struct file *movers = BPF_CORE_READ(mover, mm, exe_file);
	struct file *exe = BPF_CORE_READ(task, mm, exe_file);

	read_file_id(movers, &row->mover);
	read_file_id(exe, &row->own);
	row->mover_dir = directory_of(movers);
	row->in_execve = BPF_CORE_READ_BITFIELD_PROBED(task, in_execve);
	row->moved_itself = BPF_CORE_READ(mover, tgid) == BPF_CORE_READ(task, tgid);
	row->runtime = SG_NOT_RUNTIME;
	if (is_nameless(exe, &row->mover))
		row->runtime = SG_RUNTIME_COPY;
	else if (row->moved_itself)
		row->runtime =
			is_systemds_child(task, &row->own) ? SG_RUNTIME_COPY : SG_NOT_RUNTIME;
	else if (is_same_file(&row->mover, &row->own))
		row->runtime = SG_MOVERS_PROGRAM;
	return 0;
}

#define EXEC_PATH_MAX 32

/* Whether there is a number from @at on, and nothing else. */
static __always_inline int is_number(const char *s, int at)
{
	int ended = 0, differs = 0;

	for (int i = at; i < EXEC_PATH_MAX; i++) {
		ended |= !s[i];
		differs |= !ended & ((u8)(s[i] - '0') > 9);
	}
	return ended & !differs & (s[at] != 0);
}

/*
 * Whether this exec is the runtime starting itself over rather than the workload: onto the binary
 * that it is, or that moved it in, or onto a file that has no name; through a descriptor (runc runs
 * from a sealed or read-only copy of its own binary, its answer to CVE-2019-5736), or in the middle
 * of its exec (runc moves its child when that has closed a pipe, which is before the exec is
 * reported here). systemd, from 255 on, goes through a program of its own in its directory.
 */
static __noinline int is_runtime_reexec(struct task_struct *task, const void *path,
					const struct sg_setup_task *setup)
{
	char filename[EXEC_PATH_MAX] = {}, name[16] = {};
	struct sg_file_id id;
	struct file *exe;

	bpf_probe_read_kernel_str(filename, sizeof(filename), path);
	if (!(starts_with(filename, "/dev/fd/", 8) & is_number(filename, 8)) &&
	    !(starts_with(filename, "/proc/self/fd/", 14) & is_number(filename, 14)) &&
	    !(setup->in_execve && starts_with(filename, "/proc/self/exe", 15)))
		return 0;
	exe = BPF_CORE_READ(task, mm, exe_file);
	read_file_id(exe, &id);
	if (!setup->moved_itself &&
	    (is_same_file(&id, &setup->mover) || is_same_file(&id, &setup->own)))
		return 1;
	if (is_nameless(exe, &setup->mover))
		return 1;
	bpf_probe_read_kernel_str(name, sizeof(name),
				  BPF_CORE_READ(exe, f_path.dentry, d_name.name));
	return starts_with(name, "systemd-executo", 15) && id.device == setup->mover.device &&
	       setup->mover_dir && directory_of(exe) == setup->mover_dir;
}

#endif
