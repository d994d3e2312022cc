/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_STORE_DATA_H
#define SG_TRACER_STORE_DATA_H

#include <stddef.h>

#include "base/error.h"
#include "infer/floor.h"

/*
 * The data that comes with the program: what profiles/ holds in the source tree.
 *
 * Where: $SECCOMP_GEN_DATA; else share/seccomp-gen beside the bin/ that the program was started
 * from; else the source tree, when the program is in it; else where it was to be installed.
 */

#define SG_DATA_RUNTIMES 2

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

/* "any" stands for these; those that have a floor. */
#define SG_RUNTIME_ANY "any"
extern const char *const sg_data_runtimes[SG_DATA_RUNTIMES];

#endif
