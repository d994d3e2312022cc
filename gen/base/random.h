/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_BASE_RANDOM_H
#define SG_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/*
 * Random numbers that are the same for the same seed, anywhere: for statistics, not for secrets.
 * splitmix64 (Steele, Lea, Flood, OOPSLA 2014).
 */
static inline uint64_t sg_random_next(uint64_t *seed)
{
	uint64_t z = (*seed += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* Below @n, which is not 0. */
static inline size_t sg_random_below(uint64_t *seed, size_t n)
{
	return (size_t)(((unsigned __int128)sg_random_next(seed) * n) >> 64);
}

#endif
