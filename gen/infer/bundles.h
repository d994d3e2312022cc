/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_INFER_BUNDLES_H
#define SG_INFER_BUNDLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "infer/evidence.h"

/*
 * Calls that come together: who was seen to use a feature by one of them will use the others when
 * the input, the load or an error differs. A profile for what was recorded lacks them; whether they
 * are added is the user's choice (emit --complete-bundles).
 *
 * Which calls belong together is from glibc's, musl's and Go's sources of the functions named, and
 * from what held-out loads of recorded servers lacked. None of them is one that containers are
 * denied for a reason (check/dangerous.def), but for clone, whose flags are bounded: a test sees to
 * that.
 */
struct sg_bundle {
	const char *name;	 /* as --complete-bundles says it */
	const char *what;	 /* "a child was spawned" */
	const char *evidence[8]; /* one of these was called … */
	const char *needs[4];	 /* … and all of these */
	struct sg_bundle_call {
		const char *name, *reason;
	} calls[24]; /* up to one without a name */
};

/* Ends where the name is NULL. */
extern const struct sg_bundle sg_bundles[];

#define SG_BUNDLE_NAMES "spawn threads client resolver server files"

/*
 * "spawn,files" or "all" to a bit each, by their order. Returns 0 or -EINVAL.
 */
int sg_bundles_parse(const char *text, uint32_t *ret);

/* "spawn,files" or "all" to a bit each, by their order. Returns 0 or -EINVAL. */
int sg_bundles_parse(const char *text, uint32_t *ret);

/* Whether the application used the feature under @arch. */
bool sg_bundle_applies(const struct sg_bundle *bundle, const struct sg_evidence *evidence,
		       uint32_t arch);

#endif
