/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_ORIGIN_OWNER_H
#define SG_ORIGIN_OWNER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Whose a cgroup is: who can have given it its name. That is whoever can write to a directory above
 * it. Its own directory does not count: delegated units, and containers in a user namespace of
 * their own, own theirs.
 */
enum sg_owner_kind {
	SG_OWNER_UNKNOWN, /* it has not been looked at, or could not be */
	SG_OWNER_ROOT,
	SG_OWNER_USER,	 /* one user, and root */
	SG_OWNER_SHARED, /* several users, or a group, or everybody */
};

struct sg_owner {
	enum sg_owner_kind kind;
	uint32_t uid; /* SG_OWNER_USER */
};

/* One directory above it: its owner and st_mode. */
void sg_owner_add(struct sg_owner *owner, uint32_t uid, uint32_t mode);

/* Whether it is this user's alone (0: root's alone). */
bool sg_owner_is(const struct sg_owner *owner, uint32_t uid);

#endif
