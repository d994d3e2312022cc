/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_RECORDING_LOSS_H
#define SG_RECORDING_LOSS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The loss ledger: every way in which a call, or what is known of it, can have been missed has a
 * counter. A recording without losses is exact; one with losses says which.
 */
enum sg_loss {
	SG_LOSS_CGROUPS_UNTRACKED, /* cgroups that found no slot, or no room below one's */
	SG_LOSS_RECURSION_MISSES,  /* runs of our program that the kernel skipped (bpf_prog_info) */
	SG_LOSS_TASKS_UNFOLLOWED,  /* processes that left the target, and where they went */
	SG_LOSS_CALLS_UNDECIDED,   /* calls on the way from one cgroup to another: no room */
	SG_LOSS_KERNEL_HALF,	   /* links of the kernel half that somebody removed */
	SG_LOSS_INVALID_NUMBERS,   /* calls whose number no table has room for */
	SG_LOSS_FIRST_SEEN_ROWS,   /* first sights without time and program: no room for a row */
	SG_LOSS_STAGE_UNKNOWN,	   /* processes whose set-up was not followed: counted as app */
	SG_LOSS_SETUP_UNFINISHED,  /* processes moved in that never exec'd: all set-up */
	SG_LOSS_DENIALS_UNCOUNTED, /* denied calls not told from others, or not recorded */
	SG_LOSS_DENIALS_UNWATCHED, /* filters loaded while denied calls were not watched */
	SG_LOSS_ARGUMENTS_ANY,	   /* calls with a combination of arguments beyond those kept */
	SG_LOSS_ARGUMENTS_NO_ROOM, /* calls whose arguments found no room in the kernel's tables */
	SG_LOSS_IN_PROGRESS,	   /* threads in a call from before, which could not be told */
	SG_LOSS_AUDIT_ENOBUFS,	   /* overruns of the audit socket's buffer */
	SG_LOSS_AUDIT_SERIAL_GAPS, /* serials never met (other record types share them) */
	SG_LOSS_AUDIT_SUPPRESSED,  /* suppressed by printk's rate limit, as it says itself */
	SG_LOSS_AUDIT_LOST,	   /* lost by the kernel's audit queue, as it says itself */
	SG_LOSS_AUDIT_UNREADABLE,  /* lines that are a record 1326 and could not be read */
	SG_LOSS_AUDIT_NOT_KERNEL,  /* messages on the audit socket that others sent: left out */
	SG_LOSS_AUDIT_UNVERIFIED,  /* records of a log whose senders are not known: left out */
	SG_LOSS_AUDIT_UNATTRIBUTED, /* records of a process whose cgroup is not known */
	SG_LOSS_MAX_,
};

/* What a counter above zero puts in doubt. */
enum sg_loss_class {
	SG_LOSS_CLASS_SET,    /* a call can be missing from the set: emit refuses */
	SG_LOSS_CLASS_AUDIT,  /* a record is missing: as SET where audit is the only source */
	SG_LOSS_CLASS_DETAIL, /* counts or provenance are less than whole; the set is whole */
};

struct sg_loss_kind {
	const char *name; /* as recordings write it: "cgroups_untracked" */
	enum sg_loss_class class;
	const char *meaning; /* one line for people */
};

extern const struct sg_loss_kind sg_loss_kinds[SG_LOSS_MAX_];

/* SG_LOSS_MAX_ when there is none of that name. */
enum sg_loss sg_loss_by_name(const char *name);

#endif
