/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/sample.h"

#include <stdlib.h>

#include "base/array.h"

const char *const sg_unit_names[SG_UNIT_MAX_] = { "run", "mark", "block" };
const char *const sg_unit_plurals[SG_UNIT_MAX_] = { "runs", "marks", "blocks" };

void sg_sample_done(struct sg_sample *sample)
{
	for (size_t i = 0; i < sample->n_items; i++)
		free(sample->items[i].units);
	free(sample->items);
	*sample = (struct sg_sample){ 0 };
}

int sg_sample_item(struct sg_sample *sample, struct sg_syscall_id id, struct sg_item **ret,
		   struct sg_error *err)
{
	if (SG_ARRAY_GROW(sample->items, sample->n_items) < 0)
		return sg_error_oom(err);
	*ret = &sample->items[sample->n_items++];
	**ret = (struct sg_item){ .id = id };
	return 0;
}

int sg_item_in(struct sg_item *item, uint32_t unit, struct sg_error *err)
{
	if (item->n_units && item->units[item->n_units - 1] == unit)
		return 0;
	if (SG_ARRAY_GROW(item->units, item->n_units) < 0)
		return sg_error_oom(err);
	item->units[item->n_units++] = unit;
	if (item->at_least < item->n_units)
		item->at_least = item->n_units;
	return 0;
}
