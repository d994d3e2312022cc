/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_VIEW_LIST_H
#define SG_VIEW_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "recording/recording.h"
#include "view/columns.h"

/* The table of `list`: a row a recording. Its rows are added one by one, then it is printed. */
void sg_view_list_init(struct sg_columns *table);
/* @name: in the store. Nothing is added on failure. Returns 0, -ENOMEM. */
int sg_view_list_add(struct sg_columns *table, const char *name, const struct sg_recording *rec,
		     struct sg_error *err);

/* The table of `list --live`: a row a pinned recording. All borrowed. */
struct sg_view_live {
	const char *name;
	const char *targets; /* NULL: not known, and the start neither, for it had not begun */
	uint64_t start;	     /* nanoseconds since 1970 */
	uint64_t pid;	     /* of the recorder, if there is one */
	bool has_recorder;
};

void sg_view_live_init(struct sg_columns *table);
void sg_view_live_add(struct sg_columns *table, const struct sg_view_live *live);

#endif
