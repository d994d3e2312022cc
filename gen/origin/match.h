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

/* "[NAMESPACE/]NAME" */
bool sg_match_pod(const char *text, const struct sg_workload *w);

/* NULL means all. */
bool sg_match_pod_container(const char *container, const struct sg_workload *w);

/* "nginx" or "nginx.service", in the cgroup @path */
bool sg_match_unit(const char *text, const struct sg_workload *w, const char *path);

#endif
