/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_RECORDER_COPIES_H
#define SG_TRACER_RECORDER_COPIES_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/*
 * Texts in a BPF map: a recording as it was written last, pinned with the kernel half that it is
 * of, so that nothing depends on a file which others can change. A copy has an id and a generation:
 * the next generation is put, the pinned state names it, the one before is dropped, and whoever is
 * killed in between leaves one that is whole.
 */
#define SG_COPIES_FILE "copies"

/* A map for them; *ret is the caller's. */
int sg_copies_create(int *ret, struct sg_error *err);

/* -E2BIG: there is no room. Then, and on every failure, nothing of this generation stays. */
int sg_copies_put(int map, uint32_t id, uint32_t generation, const char *text, size_t len,
		  struct sg_error *err);
/* @len bytes, NUL-terminated beyond; *ret is the caller's. -ENODATA: not all of it is there. */
int sg_copies_get(int map, uint32_t id, uint32_t generation, size_t len, char **ret,
		  struct sg_error *err);
void sg_copies_drop(int map, uint32_t id, uint32_t generation);

#endif
