/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_SHARES_BPF_H
#define SG_SHARES_BPF_H

/* Who can use up how many slots. */

#include "common.bpf.h"

/* By uid; only cgroup_mkdir adds rows, and there is one at a time. */
struct sg_share shares[SG_SHARES + 1];

#define OWNERS_LOOKED_AT 64

/*
 * On whose share a new cgroup is: root's whatever root makes, else that of the user whom the part
 * of the tree was delegated to: who owns the uppermost ancestor that is not root's. Not who made
 * it: a user can be thousands (subuid(5)), but cannot give away what he was given.
 */
static __noinline u32 owner_of_new(struct cgroup *cgrp)
{
	u32 creator = (u32)bpf_get_current_uid_gid(), owner = 0, uid;
	struct kernfs_iattrs *attrs;

	if (!creator)
		return 0;
	for (int i = 0; i < OWNERS_LOOKED_AT; i++) {
		cgrp = BPF_CORE_READ(cgrp, self.parent, cgroup);
		if (!cgrp)
			return owner ? owner : creator;
		attrs = BPF_CORE_READ(cgrp, kn, iattr);
		uid = attrs ? BPF_CORE_READ(attrs, ia_uid.val) : 0;
		if (uid)
			owner = uid;
	}
	return SG_OWNER_OTHERS;
}

static __noinline u32 share_of(u32 uid)
{
	for (u32 i = 0; i < SG_SHARE_PROBES; i++) {
		u32 at = (uid + i) % SG_SHARES;

		if (uid == SG_OWNER_OTHERS)
			break;
		if (shares[at].uid == uid)
			return at;
		if (!shares[at].uid) {
			shares[at].uid = uid;
			return at;
		}
	}
	shares[SG_SHARE_OTHERS].uid = SG_OWNER_OTHERS;
	return SG_SHARE_OTHERS;
}

/* Cgroups of root's that got no slot; and slots that are on anybody's share. */
__u64 missed_roots;
__u32 shared;

__noinline int miss(u32 owner)
{
	u32 at;

	if (!owner) {
		__sync_fetch_and_add(&missed_roots, 1);
		return 0;
	}
	at = share_of(owner);
	if (at <= SG_SHARE_OTHERS)
		__sync_fetch_and_add(&shares[at].missed, 1);
	return 0;
}

#endif
