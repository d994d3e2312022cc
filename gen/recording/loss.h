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
	SG_LOSS_CGROUPS_UNTRACKED, /* descendants that found no room in the cgroup table */
	SG_LOSS_RECURSION_MISSES,  /* runs of our program that the kernel skipped (bpf_prog_info) */
	SG_LOSS_COUNTERS_UNREAD,   /* slots whose counters could not be read at the end */
	SG_LOSS_INVALID_NUMBERS,   /* calls whose number no table has room for */
	SG_LOSS_FIRST_SEEN_ROWS,   /* first sights without time and program: the row found no room */
	SG_LOSS_STAGE_UNKNOWN,	   /* processes whose set-up could not be followed: counted as app */
	SG_LOSS_SETUP_UNFINISHED,  /* processes moved in that never exec'd: all they did is set-up */
	SG_LOSS_DENIALS_UNCOUNTED, /* denied calls that could not be told from others, or recorded */
	SG_LOSS_DENIALS_UNWATCHED, /* filters that were loaded while denied calls were not watched */
	SG_LOSS_AUDIT_ENOBUFS,	   /* overruns of the audit socket's buffer */
	SG_LOSS_AUDIT_SERIAL_GAPS, /* audit serials never met (other record types share them) */
	SG_LOSS_AUDIT_SUPPRESSED,  /* records that printk's rate limit suppressed, as it says itself */
	SG_LOSS_AUDIT_LOST,	   /* records that the kernel's audit queue lost, as it says itself */
	SG_LOSS_AUDIT_UNREADABLE,  /* lines that are a record 1326 and could not be read */
	SG_LOSS_AUDIT_UNATTRIBUTED, /* records of a process whose cgroup is not known */
	SG_LOSS_MAX_,
};

/* What a counter above zero puts in doubt. */
enum sg_loss_class {
	SG_LOSS_CLASS_SET,    /* a call can be missing from the set: emit refuses */
	SG_LOSS_CLASS_AUDIT,  /* an audit record is missing: set-relevant where audit is the only source */
	SG_LOSS_CLASS_DETAIL, /* counts or provenance are less than whole; the set is not in doubt */
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
