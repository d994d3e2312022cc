/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_DIALECT_PLAN_H
#define SG_DIALECT_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "profile/profile.h"

/*
 * For printers: a profile as entries of names, one for all calls with an equal verdict and equal
 * conditions, in an order that equal profiles share. What is allowed stands first, and what is
 * allowed without conditions before the rest; names are in byte order and unique in their entry.
 * Names whose rules can overlap and disagree stand at the end, in the order of their rules: that
 * decides.
 */
struct sg_plan_entry {
	struct sg_verdict verdict;
	const struct sg_condition *conditions; /* sorted */
	size_t n_conditions;
	const char *const *names; /* static storage each */
	size_t n_names;
	uint32_t families; /* bit i: the names are meant for plan.families[i] */
};

struct sg_plan {
	struct sg_plan_entry *entries;
	size_t n;
	/* The 64-bit architectures whose kernels run those of the profile; at least one. */
	uint32_t families[32];
	size_t n_families;
	struct sg_plan_shape *shapes; /* private from here on */
	size_t n_shapes;
	const char **names;
};

/*
 * @by_family: names are separated by the families that they are meant for; else they count for
 * all.
 * @profile is borrowed for the plan's life. Returns 0, -ENOENT (a call without a name), -ENOMEM.
 */
int sg_plan_init(struct sg_plan *plan, const struct sg_profile *profile, bool by_family,
		 struct sg_error *err);
void sg_plan_done(struct sg_plan *plan);

/*
 * Put the rules of @profile into the order in which a plan has its entries, so that what is
 * compared is what will be printed. Returns 0, -ENOMEM.
 */
int sg_plan_order(struct sg_profile *profile, struct sg_error *err);

/* The bits of all families. */
uint32_t sg_plan_all_families(const struct sg_plan *plan);

/* The architecture whose kernel runs calls of @arch; @arch itself when the table does not know
 * it. */
uint32_t sg_family_of(uint32_t arch);

#endif
