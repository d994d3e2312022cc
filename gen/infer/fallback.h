/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_INFER_FALLBACK_H
#define SG_INFER_FALLBACK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A call that a workload can need though no recording of it shows one. Each row is a hole that is
 * opened knowingly, so the table holds what the kernel or the vDSO do without the program's asking
 * and nothing else: the variants that another libc would use (fstat/newfstatat/statx, open/openat,
 * poll/ppoll, …) are not here. A recording made with the libc that runs in production has the right
 * ones.
 */
struct sg_fallback {
	const char *name;
	uint32_t arches[8]; /* where it applies, up to a 0; none at all: wherever the call exists */
	const char *reason; /* one line for people */
};

/* Ends where the name is NULL. */
extern const struct sg_fallback sg_fallbacks[];

bool sg_fallback_applies(const struct sg_fallback *fallback, uint32_t arch);

#endif
