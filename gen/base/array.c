/* SPDX-License-Identifier: Apache-2.0 */
#include "base/array.h"

#include <stdlib.h>

static void *resize(void *array, size_t n, size_t size)
{
	size_t bytes;

	return __builtin_mul_overflow(n, size, &bytes) ? NULL : realloc(array, bytes);
}

void *sg_array_grow(void *array, size_t n, size_t size)
{
	size_t cap = 1;

	/* the size is asked for each time: whoever made the array need not have left room */
	while (cap <= n) {
		if (__builtin_mul_overflow(cap, (size_t)2, &cap))
			return NULL;
	}
	return resize(array, cap, size);
}

void *sg_array_grow_cap(void *array, size_t *cap, size_t size)
{
	size_t more = 16;
	void *grown;

	if (*cap && __builtin_mul_overflow(*cap, (size_t)2, &more))
		return NULL;
	grown = resize(array, more, size);
	if (grown)
		*cap = more;
	return grown;
}
