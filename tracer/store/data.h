/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_STORE_DATA_H
#define SG_TRACER_STORE_DATA_H

#include <stddef.h>

#include "base/error.h"
#include "infer/floor/floor.h"

/*
 * The data that comes with the program: what profiles/ holds in the source tree.
 *
 * Where: $SECCOMP_GEN_DATA; else share/seccomp-gen next to the bin/ that the program was started
 * from; else the source tree, when the program is in it; else where it was to be installed.
 */

/* For messages, where they are not there. */
#define SG_DATA_HINT "set SECCOMP_GEN_DATA to the directory of seccomp-gen's data"

/* *ret is the caller's. */
int sg_data_path(const char *file, char **ret, struct sg_error *err);

/*
 * The floor of @runtime as profiles/floor/ has it; see sg_floor_parse(). A runtime without a file
 * is -ENOENT, and the message names those that have one.
 */
int sg_data_floor(const char *runtime, const char *version, enum sg_tristate no_new_privs,
		  struct sg_floor **ret, struct sg_error *err);

/* What all versions of @runtime have in common; see sg_floor_parse_least(). */
int sg_data_floor_least(const char *runtime, enum sg_tristate no_new_privs, struct sg_floor **ret,
			struct sg_error *err);

#define SG_RUNTIME_ANY "any" /* stands for all of the following */

struct sg_floors {
	struct sg_floor **list;
	size_t n;
};

/*
 * The floors of all runtimes that profiles/floor/ has a file for, by name, each of all versions;
 * @least: what all of its versions have in common. Release with _done, also after a failure.
 */
int sg_data_floors(enum sg_tristate no_new_privs, bool least, struct sg_floors *ret,
		   struct sg_error *err);
void sg_floors_done(struct sg_floors *floors);

#endif
