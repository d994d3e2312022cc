/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_KERNEL_TYPES_H
#define SG_KERNEL_TYPES_H

/*
 * The kernel's structures, reduced to the fields that are read. preserve_access_index makes each
 * access a CO-RE relocation by name, so neither order nor offsets matter here, and no vmlinux.h is
 * needed to build.
 */
#include <linux/types.h>
#include <stdbool.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s64 s64;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct pt_regs {
#ifdef __TARGET_ARCH_x86
	unsigned long bp, bx, r10, r9, r8, ax, cx, dx, si, di, orig_ax;
#else /* arm64 */
	u64 regs[31];
	u64 orig_x0;
	int syscallno;
#endif
};

typedef struct {
	u32 val;
} kuid_t;

struct kernfs_iattrs {
	kuid_t ia_uid;
};

struct kernfs_node {
	u64 id;
	struct kernfs_iattrs *iattr; /* NULL: nobody changed any, and it is root's */
};

struct cgroup_subsys_state {
	struct cgroup *cgroup;
	struct cgroup_subsys_state *parent;
};

struct cgroup_root {
	int hierarchy_id; /* 0 is the default hierarchy, cgroup v2 */
};

struct cgroup {
	struct cgroup_subsys_state self;
	struct kernfs_node *kn;
	struct cgroup_root *root;
};

struct css_set {
	struct cgroup_subsys_state *subsys[1];
	struct cgroup *dfl_cgrp;
};

struct thread_info {
	unsigned long flags;
	unsigned long syscall_work; /* where entry is generic: x86 from 5.11 on */
	u32 status;		    /* x86 only */
};

struct seccomp_filter {
	struct notification *notif; /* while somebody listens for USER_NOTIF */
	struct seccomp_filter *prev;
};

struct seccomp {
	int mode;
	struct seccomp_filter *filter; /* the one that was loaded last */
};

struct super_block {
	unsigned int s_dev;
	unsigned long s_magic;
};

struct inode {
	unsigned int i_nlink;
	unsigned long i_ino;
	struct super_block *i_sb;
};

struct qstr {
	const unsigned char *name;
};

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
};

struct vfsmount {
	struct dentry *mnt_root;
};

struct mount {
	struct mount *mnt_parent;
	struct vfsmount mnt;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct file {
	struct inode *f_inode;
	struct path f_path;
};

struct mm_struct {
	struct file *exe_file;
};

typedef struct {
	int counter;
} atomic_t;

struct signal_struct {
	atomic_t live;
	int group_exit_code;
};

typedef struct {
	unsigned long sig[1];
} sigset_t;

struct sigpending {
	sigset_t signal;
};

struct cred {
	struct user_namespace *user_ns;
};

struct task_struct {
	struct thread_info thread_info;
	int pid;
	int tgid;
	int exit_code;
	struct task_struct *real_parent;
	void *stack;
	struct mm_struct *mm;
	struct signal_struct *signal;
	struct sigpending pending; /* of the thread alone */
	struct seccomp seccomp;
	struct css_set *cgroups;
	struct nsproxy *nsproxy;
	const struct cred *cred;
	unsigned int in_execve : 1;
};

struct linux_binprm {
	const char *filename;
};

/* What classic tracepoints hand to their programs. */
struct trace_event_raw_sched_process_fork {
	int child_pid;
};

struct trace_event_raw_sched_process_exec {
	u32 __data_loc_filename; /* offset from the event's beginning in the low half */
	int old_pid;
};

struct trace_event_raw_sys_enter {
	long id;
};

struct trace_event_raw_sys_exit {
	long ret;
};

#pragma clang attribute pop

#endif
