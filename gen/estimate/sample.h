/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_ESTIMATE_SAMPLE_H
#define SG_ESTIMATE_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "recording/recording.h"

/*
 * What an estimate is made of: units (runs, marks, blocks of time), in the order of time, and for
 * each item (a call, or a call with one combination of arguments) the units that hold it.
 */

/* What counts as one unit of observation. */
enum sg_unit {
	SG_UNIT_RUN,   /* a run, from the start of its target to its end */
	SG_UNIT_MARK,  /* what lies between two marks: a test of a suite */
	SG_UNIT_BLOCK, /* a block of time of a long run */
	SG_UNIT_MAX_,
};

extern const char *const sg_unit_names[SG_UNIT_MAX_];	/* "run", "mark", "block" */
extern const char *const sg_unit_plurals[SG_UNIT_MAX_]; /* "runs", … */

/* What is counted. */
enum sg_item_kind {
	SG_ITEM_CALL,
	SG_ITEM_TUPLE, /* a call with a combination of arguments */
	SG_ITEM_MAX_,
};

struct sg_item {
	struct sg_syscall_id id;
	uint32_t *units; /* ascending; all of them, or the first ones */
	size_t n_units;
	size_t at_least; /* how many units hold it; more than n_units: not all are known */
};

struct sg_sample {
	enum sg_unit unit;
	size_t n; /* units */
	struct sg_item *items;
	size_t n_items;
};

void sg_sample_done(struct sg_sample *sample);

/* Add an item without units; the pointer holds until the next call. -ENOMEM. */
int sg_sample_item(struct sg_sample *sample, struct sg_syscall_id id, struct sg_item **ret,
		   struct sg_error *err);

/* Add @unit, which is not before those that are there; one that is there is there already. */
int sg_item_in(struct sg_item *item, uint32_t unit, struct sg_error *err);

/*
 * The runs of @rec that BPF counted as units, in the order of their starts; a log is no sample of
 * anything: what the application called, as
 * sg_entry_is_application() has it, or with which combinations of arguments. Whether @rec itself
 * is whole is another question (sg_recording_is_lossy()). -ENOMEM.
 */
int sg_sample_runs(const struct sg_recording *rec, enum sg_item_kind kind, struct sg_sample *ret,
		   struct sg_error *err);

#endif
