/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_RUN_MIX_H
#define SG_AUDIT_RUN_MIX_H

#include <stdint.h>

/* For gen/audit/ only: hashing of numbers, for tables and not for trust. */

#define SG_MIX_PRIME UINT64_C(0x9e3779b97f4a7c15) /* odd, from the golden ratio */

/* Every bit of @x reaches every bit of the result. */
static inline uint64_t sg_mix(uint64_t x)
{
	x ^= x >> 32;
	x *= SG_MIX_PRIME;
	x ^= x >> 29;
	x *= SG_MIX_PRIME;
	return x ^ x >> 32;
}

#endif
