/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_WORKLOAD_SELECTOR_H
#define SG_TRACER_WORKLOAD_SELECTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "cgroup/cgroup.h"
#include "origin/match.h"
#include "workload/workload.h"

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

/* Whether a cgroup that has appeared is meant. */
enum sg_match sg_selector_match(const struct sg_selector *s, const struct sg_workload *w,
				const struct sg_cgroup *cg);

/* "cgroup /x is uid 1000's: not recorded (--user 1000 names it)", of one that is called so; *ret is
 * the caller's. */
int sg_selector_describe_other(const struct sg_selector *s, const struct sg_workload *w,
			       const struct sg_cgroup *cg, char **ret, struct sg_error *err);

/* From now on it means this one, when it comes again, and no other of that name. -ENOMEM. */
int sg_selector_pin(struct sg_selector *s, const struct sg_workload *w, const struct sg_cgroup *cg,
		    struct sg_error *err);

/* All cgroups that are there, and who is in them as far as it has been asked. */
struct sg_inventory;

int sg_inventory_new(struct sg_inventory **ret, struct sg_error *err);
void sg_inventory_free(struct sg_inventory *inv);

struct sg_found {
	struct sg_cgroup cgroup;
	struct sg_workload *workload;
};

struct sg_found_list {
	struct sg_found *found;
	size_t n;
	char **others; /* sg_selector_describe_other() of those, at most SG_OTHERS_MAX */
	size_t n_others;
};

#define SG_OTHERS_MAX 8

void sg_found_list_done(struct sg_found_list *list);

/*
 * The cgroups that @s means: one, or of a pod those of its containers; none when it is not there.
 * -EINVAL when several could be meant: the message lists them. Also then @ret has the others that
 * are called so.
 */
int sg_selector_find(const struct sg_selector *s, struct sg_inventory *inv,
		     struct sg_managers *managers, struct sg_found_list *ret, struct sg_error *err);

/* -ENOENT with a message that says what there is instead. */
int sg_selector_not_found(const struct sg_selector *s, struct sg_inventory *inv,
			  struct sg_managers *managers, struct sg_error *err);

SG_DEFINE_CLEANUP(struct sg_inventory, sg_inventory_free)

#endif
