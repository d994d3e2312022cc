/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_DIALECT_PROJECT_H
#define SG_DIALECT_PROJECT_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "profile/profile.h"

/*
 * What a dialect makes of a profile is a profile again: printers first reduce a profile to what
 * they can say, and print that without loss; comparing the two (diff/diff.h) tells what was
 * lost.
 *
 * This is the reduction that all dialects share, since all of them name calls and none numbers: per
 * family of architectures one set of rules a name, for all architectures of the family on which the
 * name exists. Where architectures disagree about a name, letting it run wins over denying it, and
 * without conditions over with. Rules that say nothing, because another one without conditions
 * decides the call, are left out.
 */
struct sg_project_options {
	bool across_families; /* one set of rules a name for all architectures */
	uint32_t family;      /* only the architectures of this one; 0: all */
};

/*
 * The default verdict, flags and listener stay. By family, the native architecture of each is
 * added, as libseccomp adds it. Returns 0, -ENOENT (a call without a name), -ENOMEM.
 */
int sg_project(const struct sg_profile *profile, const struct sg_project_options *opts,
	       struct sg_profile **ret, struct sg_error *err);

/*
 * A rule of @to like @rule of another profile, without its calls. Pointers to rules of @to are not
 * good any more.
 */
int sg_project_rule(struct sg_profile *to, const struct sg_rule *rule, struct sg_rule **ret,
		    struct sg_error *err);

/* Default verdict, flags and listener of @from to the new profile @to. */
int sg_project_head(struct sg_profile *to, const struct sg_profile *from, struct sg_error *err);

#endif
