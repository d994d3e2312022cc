/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_BASE_NUMBER_H
#define SG_BASE_NUMBER_H

#include <stdint.h>

/* Counters stay at UINT64_MAX instead of starting over. */
static inline uint64_t sg_add_capped(uint64_t a, uint64_t b)
{
	uint64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

static inline uint64_t sg_mul_capped(uint64_t a, uint64_t b)
{
	uint64_t product;

	return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

/* Of two times, of which 0 says "not known". */
static inline uint64_t sg_time_earlier(uint64_t a, uint64_t b)
{
	if (a == 0 || b == 0)
		return a | b;
	return a < b ? a : b;
}

static inline uint64_t sg_time_later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

#endif
