/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_RECORDER_READ_PRIVATE_H
#define SG_TRACER_RECORDER_READ_PRIVATE_H

#include "args/table.h"
#include "recorder/private.h"
#include "recording/recording.h"

/* What was counted, read out of the kernel half into runs. For tracer/recorder/ only. */

/* entries.c: the architecture that each ABI of this machine is; indexed by enum sg_abi. */
extern const uint32_t sg_abi_arch[SG_ABI_MAX_];
/* A number as it is called outside of the kernel half. */
uint32_t sg_recorder_public_nr(uint32_t arch, uint32_t nr);
/* When a call was made, and by whom; CLOCK_REALTIME, ns. */
int sg_recorder_add_sight(struct sg_entry *entry, enum sg_first_of of, enum sg_stage stage,
			  uint64_t first, uint64_t last_seen, char comm[SG_COMM_LEN],
			  struct sg_error *err);

/* counters.c: sum the slot's per-CPU counters, and date what has moved since the last poll. *ret is
 * the recorder's. */
int sg_recorder_poll(struct sg_recorder *rec, uint32_t slot, struct sg_slot_state **ret,
		     struct sg_error *err);

/* args.c: say which arguments are watched, before load; put what was seen into @run, whose entries
 * are there already. */
void sg_recorder_args_prepare(struct recorder_bpf *skel, uint32_t slots, enum sg_arg_set set);
int sg_recorder_collect_args(struct sg_recorder *rec, uint32_t slot, struct sg_run *run,
			     struct sg_error *err);
void sg_recorder_args_done(struct sg_recorder *rec);
/* Bytes of kernel memory a slot, about. */
size_t sg_recorder_args_slot_size(size_t cpus);

#endif
