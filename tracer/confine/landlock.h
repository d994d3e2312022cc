/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_CONFINE_LANDLOCK_H
#define SG_TRACER_CONFINE_LANDLOCK_H

#include "base/error.h"

/*
 * What a process may do with files (Linux 5.13 and later): nothing, but what rules allow of what is
 * at a path and below it.
 */
enum sg_landlock_right {
	SG_LANDLOCK_FILES = 1,	  /* make, write, replace and remove files; list */
	SG_LANDLOCK_MAKE_DIR = 2, /* … directories */
	SG_LANDLOCK_REMOVE_DIR = 4,
	SG_LANDLOCK_WRITE = 8, /* write what is there; read it */
	SG_LANDLOCK_READ = 16,
};

struct sg_landlock {
	int fd; /* -1: this kernel has none */
};

/* clang-format off */
#define SG_LANDLOCK_INIT { -1 }
/* clang-format on */

int sg_landlock_begin(struct sg_landlock *ret, struct sg_error *err);
/* What is not there is passed over. */
int sg_landlock_allow(const struct sg_landlock *l, const char *path, unsigned int rights,
		      struct sg_error *err);
/* From here on the rules hold for this process, for good. */
int sg_landlock_end(struct sg_landlock *l, struct sg_error *err);

#endif
