/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_INFER_FLOOR_H
#define SG_INFER_FLOOR_H

#include <stddef.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "recording/recording.h"

/*
 * A runtime floor: the calls that a container runtime makes between loading the filter and the workload's
 * exec. A profile that lacks one of them does not start. Depends on runtime, version and no_new_privs.
 * profiles/floor/<runtime>.json holds what was measured and how; docs/runtime-floor.md is its format.
 */
struct sg_floor {
	char *runtime; /* "runc 1.1.5, with no_new_privs", for reasons and notes */
	char **names;  /* sorted, unique */
	size_t n_names;
};

void sg_floor_free(struct sg_floor *floor);

/*
 * The floor that @text (a document of profiles/floor/) gives for a runtime's @version ("1.1.5"; NULL: the
 * union over all versions) and @no_new_privs (SG_UNKNOWN: the union of both).
 * @name is what messages call the text. Returns 0, -EINVAL, -ENOENT (no version range fits), -ENOMEM.
 */
int sg_floor_parse(const char *name, const char *text, size_t len, const char *version,
		   enum sg_tristate no_new_privs, struct sg_floor **ret, struct sg_error *err);

SG_DEFINE_CLEANUP(struct sg_floor, sg_floor_free)

#endif
