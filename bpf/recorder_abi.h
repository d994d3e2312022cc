/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_RECORDER_ABI_H
#define SG_RECORDER_ABI_H

/*
 * What the kernel half and the recorder agree on; the only header that both include. Fixed widths,
 * no pointers, no bool. Bounds are compile-time: the verifier needs them.
 */
#include <linux/types.h>

#define SG_ABI_ASSERT(cond) _Static_assert(cond, #cond)

/*
 * Slots. A tracked cgroup has a slot from 1 on, 0 means "not tracked". The slot travels in the low
 * bits of a cache cell, below the cgroup id (see slot_cache), hence the power of two.
 */
#define SG_SLOT_BITS   13
#define SG_SLOTS_MAX   (1 << SG_SLOT_BITS)
#define SG_CACHE_CELLS (1 << 14)
/*
 * The last one is no target's. It stands in `slots` and in the cache for cgroups that are not
 * recorded and into which processes of targets went: of these the slot is in `members`.
 */
#define SG_SLOT_FOLLOW (SG_SLOTS_MAX - 1)
/* Where an id is cached: in its first cell or, when that was taken, in its second. */
#define SG_CACHE_FIRST(id)  ((id) & (SG_CACHE_CELLS - 1))
#define SG_CACHE_SECOND(id) (((id)*0x9e3779b97f4a7c15ULL) >> (64 - 14))

/* Why calls of a slot take the slow path: see slot_flags. */
#define SG_FLAG_SETUP_MASK 0x3fffffffu /* how many of its processes are in set-up */
#define SG_FLAG_RELEASED   0x80000000u /* nobody wants it: whose a call is depends on the task */
#define SG_FLAG_DENIALS	   0x40000000u /* tasks are marked, so that denied calls show */

/* The number of a slot's next watch of denied calls; no other slot's watch has it. */
#define SG_NEXT_WATCH(last, slot) (((last) + SG_SLOTS_MAX) | (slot))

/*
 * Numbers. Native calls of the application have per-CPU counters of their own; every other class
 * (set-up, floor, 32-bit, x32) is rare and shares one counter among the CPUs.
 * x32's own calls are 512 … 547; arm's private calls 0xf0001 … 0xf0006 are folded to 561 … 566.
 */
#define SG_NATIVE_NR_MAX 512
#define SG_NR_MAX	 576
#define SG_ARM_PRIVATE	 0xf0000
#define SG_ARM_FOLDED	 560

enum sg_abi {
	SG_ABI_NATIVE,
	SG_ABI_COMPAT, /* i386 under x86_64, arm under aarch64 */
	SG_ABI_X32,
	SG_ABI_MAX_,
};

/* In the order of gen's enum sg_stage. */
enum sg_bpf_stage {
	SG_BPF_SETUP,
	SG_BPF_FLOOR,
	SG_BPF_APP,
	SG_BPF_STAGE_MAX_,
};

/* A class of calls: (abi, stage). SG_CLASS_NATIVE_APP is the one on the hot path. */
#define SG_CLASS(abi, stage) ((abi)*SG_BPF_STAGE_MAX_ + (stage))
#define SG_CLASSES	     (SG_ABI_MAX_ * SG_BPF_STAGE_MAX_)
#define SG_CLASS_NATIVE_APP  SG_CLASS(SG_ABI_NATIVE, SG_BPF_APP)

/* Value of `counts`, one a slot and CPU. */
struct sg_counts {
	__u64 n[SG_NATIVE_NR_MAX];
};

/*
 * Value of `rare_counts`, one a slot. SG_CLASS_NATIVE_APP's row holds what exceeds
 * SG_NATIVE_NR_MAX.
 * @invalid counts numbers that no row has room for.
 */
struct sg_rare_counts {
	__u64 n[SG_CLASSES][SG_NR_MAX];
	__u64 invalid;
};

struct sg_first_seen_key {
	__u16 slot;
	__u16 class;
	__u32 nr;
};
SG_ABI_ASSERT(sizeof(struct sg_first_seen_key) == 8);

#define SG_COMM_LEN 16

enum sg_denied_kind {
	SG_BPF_ERRNO, /* or TRACE without a tracer, or USER_NOTIF answered with an error */
	SG_BPF_TRAP,
	SG_BPF_USER_NOTIF, /* answered with a value */
	SG_BPF_ZERO,	   /* it returned 0: ERRNO with errno 0, or USER_NOTIF answered with 0 */
	SG_BPF_KILL_THREAD,
	SG_BPF_KILL_PROCESS, /* or KILL_THREAD, or the strict mode, of the last thread */
	SG_BPF_KIND_MAX_,
};

/* Key and value of `denied`. */
struct sg_denied_key {
	__u16 slot;
	__u8 class; /* SG_CLASS(), as of a call that is not denied */
	__u8 kind;
	__u32 nr;
};
SG_ABI_ASSERT(sizeof(struct sg_denied_key) == 8);

struct sg_denied {
	__u64 count;
	__u64 boot_ns; /* CLOCK_BOOTTIME of the first */
	__u32 tgid;    /* of its caller */
	__u32 pad;
	char comm[SG_COMM_LEN];
};
SG_ABI_ASSERT(sizeof(struct sg_denied) == 40);

struct sg_first_seen {
	__u64 boot_ns; /* CLOCK_BOOTTIME */
	__u32 tgid;
	__u32 pad;
	char comm[SG_COMM_LEN];
};
SG_ABI_ASSERT(sizeof(struct sg_first_seen) == 32);

/* A file, for comparing. */
struct sg_file_id {
	__u64 inode; /* 0: none */
	__u32 device;
	__u32 pad;
};
SG_ABI_ASSERT(sizeof(struct sg_file_id) == 16);

/*
 * Keys of `members`, `setup_tasks` and `setup_calls` are processes, by tgid; or a thread whose
 * cgroup is not its process's, by tid with this bit, which no number of a process has.
 */
#define SG_THREAD 0x80000000u

enum sg_runtime_own {
	SG_NOT_RUNTIME,
	SG_MOVERS_PROGRAM, /* of who moved it in: the runtime's, if that starts the workload too */
	SG_RUNTIME_COPY,   /* a runtime that has started itself over, or a file without a name */
};

/* Value of `setup_tasks`: who was moved into a slot, and has not exec'd there. */
struct sg_setup_task {
	__u32 slot;
	__u32 in_execve; /* it was moved in the middle of one, which is not the workload's */
	/* executables: a runtime can re-execute itself */
	struct sg_file_id mover; /* of who moved it in */
	struct sg_file_id own;	 /* its own, as it came */
	__u64 mover_dir;	 /* inode of the directory that the mover's is in */
	__u32 runtime;		 /* enum sg_runtime_own: of its own executable */
	__u32 moved_itself;
	/* where it came from, while it is not decided whether that is the same target's; or 0 */
	__u32 from_slot;
	/* the target that it left, whose filter it has still; or 0 */
	__u32 left_slot;
	__u64 from_id, left_id; /* of these, allocations' cgroup_id */
	/*
	 * what it had left before, whose calls they are if left_slot's cgroup is no target's; or 0
	 */
	__u64 before_id;
	__u32 before_slot;
	__u32 has_execed; /* and is in here for left_slot only */
};
SG_ABI_ASSERT(sizeof(struct sg_setup_task) == 96);

/*
 * Value of `setup_calls` and `unfinished`: what processes called in set-up, a byte a number, which
 * is only ever set to 1 (see sg_arg_state).
 */
struct sg_call_set {
	__u8 made[SG_NR_MAX]; /* native ones */
	__u32 others;	      /* some that are not native */
	__u32 processes;      /* of `unfinished`: how many made exactly these */
};
SG_ABI_ASSERT(sizeof(struct sg_call_set) == SG_NR_MAX + 8);

/* Key of `unfinished`: processes that ended in set-up. */
struct sg_unfinished_key {
	__u32 slot;
	__u32 runtime; /* enum sg_runtime_own */
	__u32 moved_itself;
	__u32 pad;
	struct sg_file_id own;
	__u64 from_id;	   /* as sg_setup_task's */
	__u64 fingerprint; /* of the set */
};
SG_ABI_ASSERT(sizeof(struct sg_unfinished_key) == 48);

/*
 * Key of `undecided`: calls of which userspace will know whose they are when it knows whose the
 * cgroup @other is, another's slot's, however long that takes.
 */
enum sg_undecided_kind {
	SG_CAME_FROM, /* the application's if @other is of the same target, else of set-up */
	SG_WENT_TO,   /* the application's unless @other is another target; @other 0: they are */
	SG_BACK_FROM, /* the application's if nobody wants @other; else as SG_CAME_FROM */
};

struct sg_undecided_key {
	__u16 slot;
	__u8 class; /* not SG_WENT_TO: what it is if it is set-up */
	__u8 kind;
	__u32 nr;
	__u64 other;
};
SG_ABI_ASSERT(sizeof(struct sg_undecided_key) == 16);

struct sg_undecided {
	__u64 count;
	__u64 boot_ns; /* of the first */
	__u32 other_slot;
	__u32 pad;
	char comm[SG_COMM_LEN];
};
SG_ABI_ASSERT(sizeof(struct sg_undecided) == 40);

/* Key and value of `went_on`: where processes of a target continued, outside of its cgroups. */
#define SG_WENT_ON_PATH 256

struct sg_went_on_key {
	__u32 slot;
	__u32 pad;
	__u64 cgroup_id;
};
SG_ABI_ASSERT(sizeof(struct sg_went_on_key) == 16);

struct sg_went_on {
	__u64 processes;
	__u64 unfollowed;	    /* of them, whose calls there are lost */
	char path[SG_WENT_ON_PATH]; /* below the root of the hierarchy; empty: not known */
};
SG_ABI_ASSERT(sizeof(struct sg_went_on) == 16 + SG_WENT_ON_PATH);

/* target_of[] of a slot that nobody wanted. */
#define SG_NO_TARGET 0xffff

/* Value of `members` and `exited_members`. CLOCK_BOOTTIME; @until is 0 while it is a member. */
struct sg_member {
	__u64 from_boot_ns;
	__u64 until_boot_ns;
	__u32 slot;
	__u32 pad;
};
SG_ABI_ASSERT(sizeof(struct sg_member) == 24);

/*
 * Value of `allocations`, by slot: the cgroup that appeared and was given the slot. CLOCK_BOOTTIME.
 * All zero while the slot is free; @cgroup_id is written last. @path is below the root of the
 * hierarchy and cut where it is too long.
 */
#define SG_CGROUP_PATH_MAX 512

struct sg_allocation {
	__u64 cgroup_id;
	__u64 parent_id;
	__u64 made_boot_ns;
	__u64 gone_boot_ns;  /* removed; 0 while it is there */
	__u64 missed_before; /* the owner's cgroups that had got no slot by then */
	__u32 creator_tgid;  /* of who called mkdir: the runtime, or systemd for it */
	__u32 released;	     /* userspace's: nobody wants it any more, and it is not cleared yet */
	__u32 owner;	     /* whose cgroup it is; 0: root's */
	__u32 on_share;	     /* it counts in his struct sg_share */
	char creator_comm[SG_COMM_LEN];
	char path[SG_CGROUP_PATH_MAX];
};
SG_ABI_ASSERT(sizeof(struct sg_allocation) == 72 + SG_CGROUP_PATH_MAX);

/*
 * What a user has of the slots. Whoever owns a part of the tree of cgroups (it was delegated to
 * him) can make as many of them as he likes, and is not to use up what others need.
 */
struct sg_share {
	__u32 uid;    /* 0: the row is free; root has no share and no bound */
	__u32 slots;  /* that cgroups of his have */
	__u64 missed; /* cgroups of his that got none */
};
SG_ABI_ASSERT(sizeof(struct sg_share) == 16);

#define SG_SHARES	1024
#define SG_SHARE_PROBES 16	   /* rows that are tried for a uid, from uid % SG_SHARES on */
#define SG_SHARE_OTHERS SG_SHARES  /* the row of those that find none there */
#define SG_OWNER_OTHERS 0xfffffffe /* its uid; also of what is nested too deep */

/* Rows of `slots` for cgroups below targets; a slot that has many takes more only while half are
 * free. */
#define SG_INHERITED_MAX  32768
#define SG_INHERITED_MANY 1024

#define SG_MEMBERS_MAX	      32768
#define SG_EXITED_MEMBERS_MAX 16384

#define SG_ARG_TUPLE_LEN  3
#define SG_ARG_TUPLES_MAX 64 /* different combinations a call; more is ANY */

/* Which arguments of a call are watched, together. */
struct sg_arg_row {
	__u8 n;	   /* 0: none */
	__u8 wide; /* bit i: the kernel reads all 64 bits of index[i] */
	__u8 index[SG_ARG_TUPLE_LEN];
	__u8 pad[3];
};
SG_ABI_ASSERT(sizeof(struct sg_arg_row) == 8);

/*
 * Key of `arg_tuples`. @high: bit i: the upper half of a 32-bit argument was not zero (value[i] is
 * its lower half).
 */
struct sg_arg_key {
	__u16 slot;
	__u8 abi;
	__u8 high;
	__u32 nr;
	__u64 value[SG_ARG_TUPLE_LEN];
};
SG_ABI_ASSERT(sizeof(struct sg_arg_key) == 32);

/* Value of `arg_tuples`, by CPU; the time is in that of the CPU that made the row. */
struct sg_arg_count {
	__u64 count;
	__u64 first_boot_ns;
};
SG_ABI_ASSERT(sizeof(struct sg_arg_count) == 16);

/*
 * Value of `arg_states`, by call: its key holds no values. Bits are of the lower halves, over all
 * combinations, those among them without a row. A byte a bit: it is only ever set to 1, so
 * writers cannot undo each other, without the atomic or that kernels before 5.12 lack.
 */
#define SG_ARG_BITS 32

struct sg_arg_state {
	__u32 distinct;
	__u32 pad;
	__u64 overflow; /* calls whose combination was beyond SG_ARG_TUPLES_MAX: the call is ANY */
	__u64 last_new_boot_ns;
	__u64 last_bit_boot_ns;		 /* when a byte below was set for the last time */
	__u32 seen[2][SG_ARG_TUPLE_LEN]; /* bits whose bytes are set; may lack some */
	__u8 bit[2][SG_ARG_TUPLE_LEN][SG_ARG_BITS]; /* [0]: was 0 at least once; [1]: was 1 */
};
SG_ABI_ASSERT(sizeof(struct sg_arg_state) == 248);

/* Programs that can be on a classic tracepoint, and then have a fallback: see classic.bpf.h. */
enum sg_bpf_program {
	SG_BPF_ON_SYS_ENTER,
	SG_BPF_ON_SYS_EXIT,
	SG_BPF_ON_FORK,
	SG_BPF_ON_EXEC,
	SG_BPF_ON_EXIT,
	SG_BPF_PROGRAM_MAX_,
};

/*
 * What a recorder saves of itself. It is in the kernel half, so that another process can continue
 * when this one has died; no program reads it.
 */
struct sg_bpf_pinned_state {
	char tool[32];	       /* which version began it: others may read the rest differently */
	__s64 boot_to_real_ns; /* fixed at the start: a clock set back later moves nothing */
	__s64 baseline_misses[SG_BPF_PROGRAM_MAX_]; /* of classic programs: recorder/attach/ */
	__u64 missed_before[SG_BPF_PROGRAM_MAX_];   /* of those, while attached earlier */
	__u32 slots;
	__u8 classic, fallbacks; /* programs on classic tracepoints: classic.bpf.h */
	__u8 can_watch_denials, watches_args;
	__u8 denials_by_fexit; /* not by sys_exit: calls/denials.bpf.h */
	char mechanism[128];
	__u64 object; /* a hash of the BPF object, recorder/attach/pins.c */
	__u64 links;  /* a bit a program, in the skeleton's order: its link is pinned */
};

/* What went wrong in the kernel half, counted by slot; slot 0: nobody can say whose it is. */
enum sg_bpf_loss {
	SG_BPF_LOSS_SLOTS_FULL, /* a descendant cgroup that found no room in `slots` */
	SG_BPF_LOSS_FIRST_SEEN, /* a first sight whose row found no room */
	/* a process whose set-up found no room in `setup_tasks`, or that came back from where it
	 * had exec'd before it was decided whose that is */
	SG_BPF_LOSS_SETUP_FULL,
	SG_BPF_LOSS_DENIALS, /* a denied call that could not be recognised or recorded */
	SG_BPF_LOSS_MEMBERS, /* a process that found no room in `members` */
	SG_BPF_LOSS_ARGS, /* a call whose arguments found no room: fewer combinations than calls */
	SG_BPF_LOSS_UNDECIDED,	/* a call that found no room in `undecided` */
	SG_BPF_LOSS_UNFOLLOWED, /* a process that left a target, and is not followed */
	SG_BPF_LOSS_MAX_,
};

struct sg_losses {
	__u32 n[SG_BPF_LOSS_MAX_];
};

#endif
