/* SPDX-License-Identifier: Apache-2.0 */
#include "infer/floor/floor.h"

#include <stdlib.h>
#include <string.h>

#include "base/texts.h"

void sg_floor_free(struct sg_floor *floor)
{
	if (!floor)
		return;
	sg_texts_free(floor->names, floor->n_names);
	sg_texts_free(floor->tolerated, floor->n_tolerated);
	for (size_t i = 0; i < floor->n_ways; i++) {
		free(floor->ways[i].call);
		sg_texts_free(floor->ways[i].instead, floor->ways[i].n_instead);
	}
	free(floor->ways);
	for (size_t i = 0; i < floor->n_uses; i++)
		free(floor->uses[i].call);
	free(floor->uses);
	free(floor->runtime);
	free(floor);
}

const struct sg_floor_use *sg_floor_find_use(const struct sg_floor *floor, const char *call)
{
	for (size_t i = 0; i < floor->n_uses; i++) {
		if (strcmp(floor->uses[i].call, call) == 0)
			return &floor->uses[i];
	}
	return NULL;
}
