/* SPDX-License-Identifier: Apache-2.0 */
#include "infer/floor/version.h"

#include <stddef.h>

const char *sg_floor_version_read(const char *s, struct sg_floor_version *ret)
{
	struct sg_floor_version v = { 0 };

	for (size_t i = 0; i < SG_FLOOR_VERSION_PARTS; i++) {
		if (*s < '0' || *s > '9')
			return i ? s - 1 : NULL;
		for (; *s >= '0' && *s <= '9'; s++) {
			if (__builtin_mul_overflow(v.parts[i], 10u, &v.parts[i]) ||
			    __builtin_add_overflow(v.parts[i], (uint32_t)(*s - '0'), &v.parts[i]))
				return NULL;
		}
		*ret = v;
		if (*s != '.')
			return s;
		s++;
	}
	return s - 1;
}

int sg_floor_version_compare(const struct sg_floor_version *a, const struct sg_floor_version *b)
{
	for (size_t i = 0; i < SG_FLOOR_VERSION_PARTS; i++) {
		if (a->parts[i] != b->parts[i])
			return a->parts[i] < b->parts[i] ? -1 : 1;
	}
	return 0;
}
