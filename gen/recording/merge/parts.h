/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_RECORDING_MERGE_PARTS_H
#define SG_RECORDING_MERGE_PARTS_H

#include "base/error.h"
#include "recording/recording.h"

/* A run from what was counted apart, of the same target at the same time. */

/*
 * Add @part to @run: counts and losses add up. What is of the whole run stays @run's: its times,
 * its host, and of its target all but whether a filter was met.
 *
 * @part is borrowed. @run has some of it on failure. -ENOMEM.
 */
int sg_run_add_part(struct sg_run *run, const struct sg_run *part, struct sg_error *err);

/*
 * Of the calls in progress that @found has, put into @run those that @run has no call of, for the
 * others were made again and counted; and what @found's ledger says of calls in progress. @found is
 * borrowed. -ENOMEM.
 */
int sg_run_add_in_progress(struct sg_run *run, const struct sg_run *found, struct sg_error *err);

#endif
