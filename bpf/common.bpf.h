/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_COMMON_BPF_H
#define SG_COMMON_BPF_H

/* What every part of the kernel half needs: the kernel's constants, the tunables, the ledger. */

#include "kernel_types.h"

#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "recorder_abi.h"

/*
 * A function that is not static is walked by the verifier once, by itself and with any arguments; a
 * static one from each state in which it is called, and on to its caller's end. What takes numbers
 * only and whose result is not relied on to be small is therefore not static: loading took 2 s
 * otherwise, and 314,000 steps of the million that the kernel allows.
 */
#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#define EEXIST			 17
#define SIGSYS			 31
#define SIGKILL			 9
#define SECCOMP_MODE_STRICT	 1
#define SECCOMP_MODE_FILTER	 2
#define SECCOMP_MODE_DEAD	 3	    /* kernel/seccomp.c: killed, from 5.17 on */
#define TS_COMPAT		 0x0002	    /* arch/x86/include/asm/thread_info.h */
#define X32_BIT			 0x40000000 /* __X32_SYSCALL_BIT, asm/unistd.h */
#define TIF_32BIT		 22	    /* arch/arm64/include/asm/thread_info.h */
#define SYSCALL_WORK_SYSCALL_EMU (1 << 3)   /* linux/thread_info.h, from 5.11 on */
#ifdef __TARGET_ARCH_x86
#define TIF_SYSCALL_EMU_BIT (1 << 6) /* arch/x86/include/asm/thread_info.h, before 5.11 */
#else
#define TIF_SYSCALL_EMU_BIT (1 << 12) /* arch/arm64/include/asm/thread_info.h */
#endif

/* Set before load; the verifier drops the branches that do not apply. */
const volatile __u32 cfg_hierarchy = 0; /* the cgroup hierarchy that is watched; 0 is cgroup v2 */
/* a v1 hierarchy's controller, by number in css_set.subsys */
const volatile __u32 cfg_v1_subsys = 0;
const volatile __u8 cfg_allocate = 0; /* cgroups that appear get slots of their own */
/* how many of these a user other than root can have, and all of them together */
const volatile __u32 cfg_share = 1, cfg_shared = 1;
const volatile __u8 cfg_task_btf = 1; /* bpf_get_current_task_btf is there (5.11) */
/* programs can be preempted on their CPU: add atomically */
const volatile __u8 cfg_preemptible = 0;
const volatile __u8 cfg_denials = 1;   /* task storage and bpf_task_pt_regs are there (5.15) */
const volatile __u8 cfg_mode_dead = 1; /* seccomp marks a killed task (5.17) */
const volatile __u8 cfg_fexit = 0; /* without these: denied calls are seen as they leave seccomp */

/*
 * A slot as an index that the verifier knows to be within an array by slot; of a cell of slot_cache
 * it is the slot. A macro: as an inline function it makes clang mask some slots twice.
 */
#define SLOT_INDEX(slot) ((slot) & (SG_SLOTS_MAX - 1))

/*
 * Why a slot's calls take the slow path, by slot: in the low bits the number of its processes in
 * set-up, above them SG_FLAG_* flags. While it is 0 every call is the application's and is only
 * counted.
 */
__u32 slot_flags[SG_SLOTS_MAX];

struct sg_losses losses[SG_SLOTS_MAX];

struct sg_bpf_pinned_state pinned_state;

static __always_inline void count_loss(enum sg_bpf_loss what, u32 slot)
{
	__sync_fetch_and_add(&losses[SLOT_INDEX(slot)].n[what], 1);
}

static __always_inline bool in_setup(u32 slot)
{
	return slot_flags[SLOT_INDEX(slot)] & SG_FLAG_SETUP_MASK;
}

static __always_inline struct task_struct *current_task(void)
{
	return (struct task_struct *)bpf_get_current_task();
}

/*
 * How a program that has several forms is called: see classic.bpf.h. A constant wherever it is
 * passed.
 */
enum form {
	FORM_BTF,      /* tp_btf, alone */
	FORM_CLASSIC,  /* on a classic tracepoint; there are no registers at hand */
	FORM_FALLBACK, /* tp_btf, in place of a classic one that was skipped */
};

/* From 5.15 on. */
static __always_inline struct pt_regs *current_regs(void)
{
	return (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
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

#endif
