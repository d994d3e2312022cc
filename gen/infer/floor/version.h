/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_INFER_FLOOR_VERSION_H
#define SG_INFER_FLOOR_VERSION_H

#include <stdint.h>

/* For gen/infer/floor/ only. */
#define SG_FLOOR_VERSION_PARTS 4

/* "1.1.5" as numbers; parts that are not there are 0. */
struct sg_floor_version {
	uint32_t parts[SG_FLOOR_VERSION_PARTS];
};

/* The dotted numbers at the start of @s; returns what follows them, NULL when there are none. */
const char *sg_floor_version_read(const char *s, struct sg_floor_version *ret);

/* As strcmp(). */
int sg_floor_version_compare(const struct sg_floor_version *a, const struct sg_floor_version *b);

#endif
