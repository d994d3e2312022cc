/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_INFER_FLOOR_ROW_H
#define SG_INFER_FLOOR_ROW_H

#include <stdbool.h>

#include "base/json/json.h"
#include "infer/floor/floor.h"
#include "infer/floor/version.h"

/* For gen/infer/floor/ only. */

/* One element of "floors" while it is read; nothing is owned. */
struct sg_floor_row {
	const struct sg_floor_version *version; /* that is asked for; NULL: any */
	bool fits_version;
	enum sg_tristate no_new_privs;
	const cJSON *calls, *sometimes, *not_needed, *instead, *only;
	bool is_measured;
};

/* Read @node into @row, whose version is set. Returns 0, -EINVAL with the place, -ENOMEM. */
int sg_floor_row_read(const struct sg_json_doc *doc, const cJSON *node, struct sg_floor_row *row,
		      struct sg_error *err);

/* The starts in which @call, one of row->calls, is needed: bits of enum sg_floor_when. */
unsigned int sg_floor_row_when(const struct sg_floor_row *row, const char *call);

#endif
