/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_ORIGIN_SELECTOR_H
#define SG_ORIGIN_SELECTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "origin/match.h"
#include "origin/workload.h"

/* What a user asks to be recorded, and which cgroups are meant by it. */
enum sg_selector_kind {
	SG_SELECT_CGROUP,
	SG_SELECT_PID,
	SG_SELECT_CONTAINER,
	SG_SELECT_POD,
	SG_SELECT_UNIT,
};

struct sg_selector {
	enum sg_selector_kind kind;
	const char *text;      /* as given; borrowed */
	struct sg_whose whose; /* SG_SELECT_CONTAINER, _POD and _UNIT */
	const char *container; /* SG_SELECT_POD: only the pod's container of that name; NULL: all.
				  Borrowed. */
	/* who it is, once somebody has been found: others of that name are not meant */
	char *id, *name, *pod, *pod_namespace, *path;
	const char *manager;
};

void sg_selector_done(struct sg_selector *s);

/* "container web", for messages; *ret is the caller's. */
int sg_selector_describe(const struct sg_selector *s, char **ret, struct sg_error *err);

/* What target.kind of a recording says. */
const char *sg_selector_kind_name(enum sg_selector_kind kind);

enum sg_match {
	SG_MATCH_NO,
	SG_MATCH_NOT_YET, /* not enough is known of the cgroup */
	SG_MATCH_OTHERS,  /* it is called so, and is not of whom it is asked for */
	SG_MATCH_SECOND,  /* it fits, and is another than was found before */
	SG_MATCH_YES,
};

/* Whether @w is meant, which is in the cgroup with the path @cgroup, as in all of these. */
enum sg_match sg_selector_match(const struct sg_selector *s, const struct sg_workload *w,
				const char *cgroup);

/* "cgroup /x is uid 1000's: not recorded (--user 1000 names it)", of one that is called so; *ret is
 * the caller's. */
int sg_selector_describe_other(const struct sg_selector *s, const struct sg_workload *w,
			       const char *cgroup, char **ret, struct sg_error *err);

/* From now on it means this one, when it comes again, and no other of that name. -ENOMEM. */
int sg_selector_pin(struct sg_selector *s, const struct sg_workload *w, const char *cgroup,
		    struct sg_error *err);

/* Whether the unit, which was found before and has ended there, is what is at the path @cgroup: it
 * can be started again in another slice of the same manager. */
bool sg_selector_is_unit_again(const struct sg_selector *s, const char *cgroup);

#endif
