/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/tried_first.h"

#include <string.h>

#include "base/cleanup.h"

const struct sg_tried_first sg_tried_first[] = {
#define TRIED_FIRST(name, replaced_by, text) { #name, #replaced_by, text },
#include "profile/tried_first.def"
#undef TRIED_FIRST
};
const size_t sg_n_tried_first = SG_ARRAY_SIZE(sg_tried_first);

const struct sg_tried_first *sg_tried_first_find(const char *name)
{
	for (size_t i = 0; i < sg_n_tried_first; i++) {
		if (strcmp(sg_tried_first[i].name, name) == 0)
			return &sg_tried_first[i];
	}
	return NULL;
}
