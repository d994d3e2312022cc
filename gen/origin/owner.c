/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/owner.h"

#include <sys/stat.h>

void sg_owner_add(struct sg_owner *owner, uint32_t uid, uint32_t mode)
{
	/* cgroupfs has no sticky directories and no ACLs */
	if (mode & (S_IWGRP | S_IWOTH))
		owner->kind = SG_OWNER_SHARED;
	if (owner->kind == SG_OWNER_SHARED)
		return;
	if (uid == 0) {
		if (owner->kind == SG_OWNER_UNKNOWN)
			owner->kind = SG_OWNER_ROOT;
		return;
	}
	if (owner->kind == SG_OWNER_USER && owner->uid != uid) {
		owner->kind = SG_OWNER_SHARED;
		return;
	}
	owner->kind = SG_OWNER_USER;
	owner->uid = uid;
}

bool sg_owner_is(const struct sg_owner *owner, uint32_t uid)
{
	return uid ? owner->kind == SG_OWNER_USER && owner->uid == uid
		   : owner->kind == SG_OWNER_ROOT;
}
