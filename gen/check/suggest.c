/* SPDX-License-Identifier: Apache-2.0 */
#include "check/suggest.h"

#include <string.h>

#include "base/suggest.h"
#include "syscall/table.h"

const char *sg_suggest_call(const struct sg_profile *profile, const char *name)
{
	struct sg_nearest nearest = sg_nearest_to(name, strlen(name));

	for (size_t i = 0; i < profile->n_arches; i++) {
		const char *known;
		size_t pos = 0;
		uint32_t nr;

		while ((known = sg_syscall_next(profile->arches[i], &pos, &nr)))
			sg_nearest_try(&nearest, known);
	}
	return nearest.found;
}
