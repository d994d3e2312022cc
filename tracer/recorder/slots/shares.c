/* SPDX-License-Identifier: Apache-2.0 */
/* How many slots a user has, and how many cgroups of his got none. */

#include "recorder/recorder.h"
#include "recorder/slots/private.h"

/* The user's row, as the kernel half finds it; NULL: he has none yet, nor missed anything. */
struct sg_share *sg_recorder_share_of(const struct sg_recorder *rec, uint32_t uid)
{
	struct sg_share *shares = rec->skel->bss->shares;

	for (uint32_t i = 0; i < SG_SHARE_PROBES && uid != SG_OWNER_OTHERS; i++) {
		if (shares[(uid + i) % SG_SHARES].uid == uid)
			return &shares[(uid + i) % SG_SHARES];
		if (!shares[(uid + i) % SG_SHARES].uid)
			return NULL;
	}
	return &shares[SG_SHARE_OTHERS];
}

uint64_t sg_recorder_missed_by(const struct sg_recorder *rec, uint32_t uid)
{
	const struct sg_share *share = uid ? sg_recorder_share_of(rec, uid) : NULL;

	if (!uid)
		return __atomic_load_n(&rec->skel->bss->missed_roots, __ATOMIC_RELAXED);
	return share ? __atomic_load_n(&share->missed, __ATOMIC_RELAXED) : 0;
}

uint64_t sg_recorder_cgroups_missed(const struct sg_recorder *rec, uint64_t *ret_by_users)
{
	uint64_t by_users = 0;

	for (size_t i = 0; i <= SG_SHARE_OTHERS; i++)
		by_users += rec->skel->bss->shares[i].missed;
	*ret_by_users = by_users;
	return sg_recorder_missed_by(rec, 0) + by_users;
}

uint64_t sg_recorder_cgroups_missed_since(const struct sg_recorder *rec, uint32_t slot)
{
	const struct sg_allocation *row = &rec->allocations[slot];

	return sg_recorder_missed_by(rec, row->owner) - row->missed_before;
}
