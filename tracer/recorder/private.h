/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_RECORDER_PRIVATE_H
#define SG_TRACER_RECORDER_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "confine/helper.h"
#include "recorder/recorder.h"
#include "recorder_abi.h" /* before the skeleton, which speaks of its types */
#include "recorder.skel.h"

/* For tracer/recorder/ only. */

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
	int64_t high;  /* the highest balance since: programs.c */
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

/* The kernel half's time by the wall clock; 0 stays "not known". */
static inline uint64_t sg_recorder_to_real(const struct sg_recorder *rec, uint64_t boot_ns)
{
	return boot_ns ? (uint64_t)((int64_t)boot_ns + rec->pinned->boot_to_real_ns) : 0;
}

/* The architecture that each ABI of this machine is; indexed by enum sg_abi. */
extern const uint32_t sg_abi_arch[SG_ABI_MAX_];

/* tracer/recorder/read/args.c: say which arguments are watched, before load; put what was seen into
 * @run, whose entries are there already. */
void sg_recorder_args_prepare(struct recorder_bpf *skel, uint32_t slots, enum sg_arg_set set);
int sg_recorder_collect_args(struct sg_recorder *rec, uint32_t slot, struct sg_run *run,
			     struct sg_error *err);
void sg_recorder_args_done(struct sg_recorder *rec);
size_t sg_recorder_args_slot_size(size_t cpus);

/* tracer/recorder/read/collect.c: a number as it is called outside of the kernel half; and when a
 * call was made, and by whom. */
uint32_t sg_recorder_public_nr(uint32_t arch, uint32_t nr);
int sg_recorder_add_sight(struct sg_entry *entry, enum sg_first_of of, enum sg_stage stage,
			  uint64_t first, uint64_t last_seen, char comm[SG_COMM_LEN],
			  struct sg_error *err);

/* tracer/recorder/read/moved.c: the slot's cgroup is a target's own: what was not decided before it
 * is. And the slot is given back: what others have a part in stays. */
void sg_recorder_moved_decided(struct sg_recorder *rec, uint32_t slot);
int sg_recorder_moved_reclaim(struct sg_recorder *rec, struct sg_error *err);

/* tracer/recorder/attach/forms.c: before load, which form of each program that has several is used.
 */
void sg_recorder_choose_forms(struct recorder_bpf *skel, bool classic, bool fallbacks,
			      bool denials);
int sg_recorder_attach_form(struct sg_recorder *rec, enum sg_bpf_program which,
			    struct sg_error *err);
void sg_recorder_detach_form(struct sg_recorder *rec, enum sg_bpf_program which);

/* The links alone, without the count of what was skipped. */
int sg_recorder_attach_links(struct sg_recorder *rec, enum sg_bpf_program which,
			     struct sg_error *err);
void sg_recorder_detach_links(struct sg_recorder *rec, enum sg_bpf_program which);
/* tracer/recorder/recorder.c: what denied calls are watched with instead of sys_exit. */
int sg_recorder_attach_fexit(struct sg_recorder *rec, struct sg_error *err);

/* tracer/recorder/attach/links.c: once the links are handed over. */
bool sg_recorder_is_handed_over(const struct sg_recorder *rec);
int sg_recorder_ask_attach_exits(struct sg_recorder *rec, struct sg_error *err);
int sg_recorder_ask_detach_exits(struct sg_recorder *rec, struct sg_error *err);
int sg_recorder_ask_detach_all(struct sg_recorder *rec, struct sg_error *err);

/* Runs of programs that the kernel skipped and nobody made up for. */
uint64_t sg_recorder_misses(struct sg_recorder *rec);

bool sg_recorder_is_attached(const struct sg_recorder *rec, enum sg_bpf_program which);
/* The programs run already, and are counted on. */
void sg_recorder_adopt_forms(struct sg_recorder *rec);
int sg_recorder_attach_program(struct sg_recorder *rec, struct bpf_program *prog,
			       struct bpf_link **link, struct sg_error *err);

/* tracer/recorder/attach/pins.c. Links that come while the recorder is pinned are pinned too. */
int sg_recorder_pin_link(struct sg_recorder *rec, const struct bpf_program *prog,
			 struct bpf_link *link, struct sg_error *err);
void sg_recorder_unpin_links(struct sg_recorder *rec);
void sg_recorder_unpin_link(struct sg_recorder *rec, struct bpf_link *link);
int sg_recorder_program_fd(const struct sg_recorder *rec, const struct bpf_program *prog);
/* Attach a program that another process has loaded. */
int sg_recorder_attach_adopted(struct sg_recorder *rec, const struct bpf_program *prog,
			       struct bpf_link **link, struct sg_error *err);
void sg_recorder_pin_done(struct sg_recorder *rec);

/* tracer/recorder/: what is the same for a new one and one that is taken over. */
int sg_recorder_alloc(struct sg_recorder **ret, struct sg_error *err);

/* tracer/recorder/slots/slots.c: what userspace needs of the slots, after load; the queue of free
 * ones, once for a kernel half; and undo it. */
int sg_recorder_slots_open(struct sg_recorder *rec, struct sg_error *err);
int sg_recorder_slots_fill(struct sg_recorder *rec, uint32_t reserve, struct sg_error *err);
void sg_recorder_slots_done(struct sg_recorder *rec);

static inline bool sg_recorder_is_released(const struct sg_recorder *rec, uint32_t slot)
{
	return slot <= rec->pinned->slots && rec->phases[slot] == SG_SLOT_RELEASED;
}

/* Wait until the programs that run now have finished; and what that takes, while it is available.
 */
void sg_recorder_grace(void);
void sg_recorder_grace_prepare(void);

#endif
