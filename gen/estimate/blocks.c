/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/estimate.h"

#include <errno.h>

/* Items in exactly one block of @factor; the last one is left out where it is a part only. */
static size_t once_at(const struct sg_sample *sample, size_t factor)
{
	size_t n = sample->n / factor, once = 0;

	for (size_t i = 0; i < sample->n_items; i++) {
		const struct sg_item *item = &sample->items[i];
		size_t first = item->units[0] / factor;

		once += first < n && item->units[item->n_units - 1] / factor == first;
	}
	return once;
}

static bool agree(size_t a, size_t b, double share, size_t slack)
{
	size_t larger = a > b ? a : b, apart = a > b ? a - b : b - a;

	return apart <= slack || (double)apart <= share * (double)larger;
}

/*
 * What is held by one block only is what the next stretch of time, as long as all of the recording,
 * will bring: as much for long blocks as for short ones, if blocks are units at all. Where the load
 * changes more slowly than a block is long, short blocks have nothing of their own and long ones
 * do.
 */
static bool agrees_with_longer(const struct sg_sample *sample, size_t factor)
{
	size_t once = once_at(sample, factor);

	for (size_t f = 2; sample->n / factor / f >= SG_UNIT_MIN_LONGER || f <= 4; f *= 2) {
		bool near = f <= 4;

		if (!agree(once, once_at(sample, factor * f),
			   near ? SG_UNIT_AGREES : 2 * SG_UNIT_AGREES, near ? 1 : 2))
			return false;
	}
	return true;
}

/* Blocks of @factor become the units; the last one, where it is a part only, goes into the one
 * before it. */
static void coarsen(struct sg_sample *sample, size_t factor)
{
	size_t n = sample->n / factor;

	for (size_t i = 0; i < sample->n_items; i++) {
		struct sg_item *item = &sample->items[i];
		size_t n_units = 0;

		for (size_t k = 0; k < item->n_units; k++) {
			size_t unit = item->units[k] / factor;

			unit = unit < n ? unit : n - 1;
			if (n_units == 0 || item->units[n_units - 1] != unit)
				item->units[n_units++] = (uint32_t)unit;
		}
		item->n_units = n_units;
		item->at_least = n_units;
	}
	sample->n = n;
}

int sg_sample_find_blocks(struct sg_sample *sample, size_t *ret_factor, struct sg_error *err)
{
	for (size_t factor = 1; sample->n / factor >= SG_UNIT_MIN_BLOCKS; factor *= 2) {
		if (!agrees_with_longer(sample, factor))
			continue;
		coarsen(sample, factor);
		*ret_factor = factor;
		return 0;
	}
	return sg_error_set(err, -ENODATA,
			    "the load changes more slowly than the recording is long");
}
