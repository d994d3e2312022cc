/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_ORIGIN_MATCH_H
#define SG_ORIGIN_MATCH_H

#include "origin/workload.h"

/* Whether what a user wrote means a workload. */

/* The fewest digits of an id by which a container can be waited for that nobody has seen; Docker
 * prints as many. */
#define SG_SHORT_ID_LEN 12

enum sg_rank {
	SG_RANK_NONE,
	SG_RANK_ID_BEGINNING, /* a few digits of an id */
	SG_RANK_ID,
	SG_RANK_NAME,
};

enum sg_rank sg_match_container(const char *text, const struct sg_workload *w);

/* Whose targets are meant: the system's, or a user's. */
struct sg_whose {
	bool is_user;
	uint32_t uid;
};

/*
 * Whether the container, pod or unit that is in the cgroup is one of @whose: nobody else can have
 * made a cgroup of this name there. The system's are what root alone can make outside of
 * containers, units those of the system's manager alone; a user's units are his manager's
 * (user@UID.service), and his containers those in the part of the tree that was given to him.
 */
bool sg_match_whose(const struct sg_whose *whose, bool is_unit, const struct sg_workload *w);

/* Whose it is, for people: "uid 1000's"; *ret is the caller's. -ENOMEM. */
int sg_whose_describe(const struct sg_workload *w, char **ret, struct sg_error *err);

/* "[NAMESPACE/]NAME" */
bool sg_match_pod(const char *text, const struct sg_workload *w);

/* NULL means all. */
bool sg_match_pod_container(const char *container, const struct sg_workload *w);

/* "nginx" or "nginx.service", in the cgroup @path */
bool sg_match_unit(const char *text, const struct sg_workload *w, const char *path);

#endif
