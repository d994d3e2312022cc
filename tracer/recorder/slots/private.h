/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_RECORDER_SLOTS_PRIVATE_H
#define SG_TRACER_RECORDER_SLOTS_PRIVATE_H

#include "recorder/private.h"

/* Slots and who is in them. For tracer/recorder/ only. */

/* grace.c: wait until the programs that run now have finished; and what that takes, while it is
 * available. */
void sg_recorder_grace(void);
void sg_recorder_grace_prepare(void);

/* slots.c: what userspace needs of the slots, after load; the queue of free ones, once for a kernel
 * half; and undo it. */
int sg_recorder_slots_open(struct sg_recorder *rec, struct sg_error *err);
int sg_recorder_slots_fill(struct sg_recorder *rec, uint32_t reserve, struct sg_error *err);
void sg_recorder_slots_done(struct sg_recorder *rec);
/* Into the queue of free ones; not 0: it failed, errno says why. */
int sg_recorder_put_back(struct sg_recorder *rec, uint32_t slot);
/* Where the kernel half's cache says @wrong of the cgroup, it is to say @right. */
void sg_recorder_correct_cells(struct sg_recorder *rec, uint64_t id, uint64_t wrong,
			       uint64_t right);

/* shares.c: the user's row, as the kernel half finds it; NULL: he has none yet, nor missed
 * anything. And how many cgroups of his got no slot; @uid 0: root's. */
struct sg_share *sg_recorder_share_of(const struct sg_recorder *rec, uint32_t uid);
uint64_t sg_recorder_missed_by(const struct sg_recorder *rec, uint32_t uid);

/* decisions.c: the slot's cgroup is a target's own: what was not decided before it is. And the slot
 * is given back: what others have a part in stays. */
void sg_recorder_moved_decided(struct sg_recorder *rec, uint32_t slot);
int sg_recorder_moved_reclaim(struct sg_recorder *rec, struct sg_error *err);

#endif
