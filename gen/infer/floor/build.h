/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_INFER_FLOOR_BUILD_H
#define SG_INFER_FLOOR_BUILD_H

#include "base/strbuf.h"
#include "infer/floor/floor.h"

/* For gen/infer/floor/ only: what a floor is made of, piece by piece. All return 0 or -ENOMEM. */

/* Add @name once, at its place. */
int sg_floor_add_name(struct sg_floor *floor, const char *name, struct sg_error *err);

/* Take the text of @b, which is left empty, as the floor's runtime. */
int sg_floor_set_runtime(struct sg_floor *floor, struct sg_strbuf *b, struct sg_error *err);

/* @when: bits of enum sg_floor_when; @no_new_privs: of the row that says so. */
int sg_floor_add_use(struct sg_floor *floor, const char *call, unsigned int when,
		     enum sg_tristate no_new_privs, struct sg_error *err);

#endif
