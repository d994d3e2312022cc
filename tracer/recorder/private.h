/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_RECORDER_PRIVATE_H
#define SG_TRACER_RECORDER_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "confine/helper.h"
#include "recorder_abi.h" /* before the skeleton, which speaks of its types */
#include "recorder.skel.h"

/*
 * For tracer/recorder/ only: what its steps share. Each step has a private header of its own, and
 * uses those before it: pinned, attach, slots, read, load, and recorder.c and adopt.c on top.
 */

/* What userspace stores of a slot between two polls, to date the last sight of each call. */
struct sg_slot_state {
	uint64_t n[SG_NATIVE_NR_MAX];
	uint64_t last_seen[SG_NATIVE_NR_MAX];
};

/* Where a slot is on its way from the free ones and back. */
enum sg_slot_phase {
	SG_SLOT_READY,	  /* in free_slots, or given away by the kernel and not reported yet */
	SG_SLOT_USED,	  /* the caller's, who took it or to whom it was reported */
	SG_SLOT_RELEASED, /* nobody's, but programs may still be running with it */
};

struct sg_tracked {
	uint64_t cgroup_id;
	uint32_t slot;
};

/* Runs of a classic program that the kernel skipped and no fallback made up for. */
struct sg_skips {
	bool counting; /* it is attached */
	int64_t high;  /* the highest balance since: attach/skips.c */
};

struct sg_recorder {
	struct recorder_bpf *skel;
	struct sg_slot_state **states; /* by slot; NULL until the slot is polled */
	struct sg_counts *per_cpu;     /* room for one read of `counts` */
	int cpus;
	struct sg_bpf_pinned_state *pinned; /* in the memory of `skel`, once that is loaded */
	bool attached, watches_exits;
	struct sg_skips skips[SG_BPF_PROGRAM_MAX_];
	uint64_t members_exited_seen;

	uint8_t *phases; /* enum sg_slot_phase by slot */
	uint32_t n_released;
	uint32_t first_reserved, end_reserved; /* slots that only _take() gives away */
	struct sg_tracked *unflushed;	       /* tracked since the last sg_recorder_flush() */
	size_t n_unflushed;
	struct ring_buffer *new_cgroup_events;
	struct sg_allocation *allocations; /* the map's memory */
	size_t allocations_size;

	struct sg_arg_keys *arg_keys; /* NULL until they are asked for */

	char *pinned_in;	/* a directory; NULL: nothing is pinned */
	char *pinned_name;	/* … as messages call it */
	uint64_t links_missing; /* that were pinned, and are not there any more */
	struct sg_helper links; /* who attaches and detaches, once they are handed over */
	int *program_fds; /* of one that was taken over; by number in the skeleton, -1: none */
};

/* The kernel half's time by the wall clock; 0 stays "unknown". */
static inline uint64_t sg_recorder_to_real(const struct sg_recorder *rec, uint64_t boot_ns)
{
	return boot_ns ? (uint64_t)((int64_t)boot_ns + rec->pinned->boot_to_real_ns) : 0;
}

static inline bool sg_recorder_is_released(const struct sg_recorder *rec, uint32_t slot)
{
	return slot <= rec->pinned->slots && rec->phases[slot] == SG_SLOT_RELEASED;
}

/* A helper process attaches and detaches, and this one cannot any more. */
static inline bool sg_recorder_is_handed_over(const struct sg_recorder *rec)
{
	return rec->links.pid > 0;
}

/* What is the same for a new one and one that is taken over. *ret is the caller's. */
int sg_recorder_alloc(struct sg_recorder **ret, struct sg_error *err);

#endif
