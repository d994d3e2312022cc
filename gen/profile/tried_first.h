/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_PROFILE_TRIED_FIRST_H
#define SG_PROFILE_TRIED_FIRST_H

#include <stddef.h>

/* Calls that are tried first, and what is called in their place after ENOSYS. */
struct sg_tried_first {
	const char *name, *replaced_by;
	const char *text; /* what replaces it, and who does so */
};

extern const struct sg_tried_first sg_tried_first[];
extern const size_t sg_n_tried_first;

/* NULL: it is none of them. */
const struct sg_tried_first *sg_tried_first_find(const char *name);

#endif
