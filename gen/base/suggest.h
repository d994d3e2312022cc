/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_BASE_SUGGEST_H
#define SG_BASE_SUGGEST_H

#include <stddef.h>

/*
 * The word that was probably meant: of those that are tried, the nearest, when it is near enough:
 * one letter in three may be wrong, missing, too many or exchanged with its neighbour. Words of
 * more than SG_NEAREST_MAX bytes are not compared.
 */
#define SG_NEAREST_MAX 32

struct sg_nearest {
	const char *word; /* borrowed, not NUL-terminated */
	size_t len;
	unsigned int best; /* distance to be beaten */
	const char *found; /* borrowed; NULL: none yet */
};

struct sg_nearest sg_nearest_to(const char *word, size_t len);
void sg_nearest_try(struct sg_nearest *nearest, const char *candidate);

#endif
