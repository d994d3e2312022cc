/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_VIEW_DIFF_JSON_H
#define SG_VIEW_DIFF_JSON_H

#include "base/strbuf.h"
#include "diff/diff.h"

/* `diff --json` (docs/schema/diff.schema.json). */
void sg_diff_print_json(const struct sg_diff *diff, const char *name_a, const char *name_b,
			struct sg_strbuf *out);

#endif
