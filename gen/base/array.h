/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_BASE_ARRAY_H
#define SG_BASE_ARRAY_H

#include <errno.h>
#include <stddef.h>

/*
 * Arrays that grow by one element at a time. Both give 0, or -ENOMEM with @array as it was, also
 * where the size in bytes overflows. @array is an lvalue, a pointer that free() takes; NULL when
 * @n is 0.
 *
 *	if (SG_ARRAY_GROW(set->items, set->n) < 0)
 *		return sg_error_oom(err);
 *	set->items[set->n++] = item;
 */

/* Room for one more than the @n elements. Room doubles, so that n of them cost the time of n. */
#define SG_ARRAY_GROW(array, n)                                               \
	({                                                                    \
		void *grown_ = sg_array_grow((array), (n), sizeof(*(array))); \
		if (grown_)                                                   \
			(array) = grown_;                                     \
		grown_ ? 0 : -ENOMEM;                                         \
	})

/* The same for an array that has room for @cap, a size_t: free of cost while there is room. */
#define SG_ARRAY_GROW_CAP(array, n, cap)                                               \
	({                                                                             \
		void *grown_ = (array);                                                \
		if ((n) >= (cap))                                                      \
			grown_ = sg_array_grow_cap((array), &(cap), sizeof(*(array))); \
		if (grown_)                                                            \
			(array) = grown_;                                              \
		grown_ ? 0 : -ENOMEM;                                                  \
	})

/* For the macros above. NULL: no memory. */
void *sg_array_grow(void *array, size_t n, size_t size);
void *sg_array_grow_cap(void *array, size_t *cap, size_t size);

#endif
