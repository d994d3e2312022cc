/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_RECORDING_MERGE_MERGE_H
#define SG_RECORDING_MERGE_MERGE_H

#include "base/error.h"
#include "recording/recording.h"

/*
 * Join @src into @dst: the union of their runs by id. Of two states of one run (a checkpoint and
 * what came after it) the later one stays, whose counters are never below the earlier one's.
 *
 * Commutative, associative, idempotent. @dst is unchanged on failure; @src is borrowed.
 * Returns 0, -ENOMEM.
 */
int sg_recording_merge(struct sg_recording *dst, const struct sg_recording *src,
		       struct sg_error *err);

#endif
