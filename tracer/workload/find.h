/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_WORKLOAD_FIND_H
#define SG_TRACER_WORKLOAD_FIND_H

#include <stddef.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "cgroup/cgroup.h"
#include "origin/selector.h"
#include "workload/workload.h"

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
