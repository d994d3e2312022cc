/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TESTS_DIFF_ITEMS_H
#define SG_TESTS_DIFF_ITEMS_H

#include <stdbool.h>
#include <stddef.h>

#include "diff/diff.h"

/* Whether @diff says that @id gets @a on one side and @b on the other. */
static inline bool has_item(const struct sg_diff *diff, struct sg_syscall_id id,
			    struct sg_verdict a, struct sg_verdict b)
{
	for (size_t i = 0; i < diff->n; i++) {
		if (sg_syscall_id_equal(diff->items[i].id, id) &&
		    sg_verdict_equal(diff->items[i].a, a) && sg_verdict_equal(diff->items[i].b, b))
			return true;
	}
	return false;
}

#endif
