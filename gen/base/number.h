/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_BASE_NUMBER_H
#define SG_BASE_NUMBER_H

#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

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

/*
 * Decimal digits and nothing else: no sign, no space, no other base, as strtoul(3) would take.
 * Returns 0, -EINVAL, -ERANGE (larger than @max); *ret is untouched on failure.
 */
int sg_number_parse(const char *s, uint64_t max, uint64_t *ret);

/* From 1 to INT32_MAX. Returns 0 or -EINVAL; *ret is untouched on failure. */
int sg_pid_parse(const char *s, pid_t *ret, struct sg_error *err);

#endif
