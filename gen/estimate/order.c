/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/order.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"

/* Where unit i stands in an order is position[i]; the positions from @border on that are the first
 * one of an item. @is_new has room for all. */
static size_t count_new(const struct sg_sample *sample, const uint32_t *position, size_t border,
			uint64_t *seed, bool *is_new)
{
	size_t n = 0;

	memset(is_new, 0, sample->n * sizeof(*is_new));
	for (size_t i = 0; i < sample->n_items; i++) {
		const struct sg_item *item = &sample->items[i];
		size_t first = sample->n;

		for (size_t k = 0; k < item->n_units; k++) {
			if (position[item->units[k]] < first)
				first = position[item->units[k]];
		}
		/* units that are not known, wherever they are; in the true order they are later */
		for (size_t k = item->n_units; seed && k < item->at_least; k++) {
			size_t at = sg_random_below(seed, sample->n);

			first = at < first ? at : first;
		}
		if (first >= border && first < sample->n)
			is_new[first] = true;
	}
	for (size_t i = border; i < sample->n; i++)
		n += is_new[i];
	return n;
}

int sg_order_test(const struct sg_sample *sample, size_t *ret, struct sg_error *err)
{
	_cleanup_free_ uint32_t *position = calloc(sample->n + 1, sizeof(*position));
	_cleanup_free_ bool *is_new = calloc(sample->n + 1, sizeof(*is_new));
	size_t border = sample->n - sample->n / 3, observed, n = 0;
	uint64_t seed = 1;

	if (!position || !is_new)
		return sg_error_oom(err);
	for (size_t i = 0; i < sample->n; i++)
		position[i] = (uint32_t)i;
	observed = count_new(sample, position, border, NULL, is_new);
	for (int round = 0; round < SG_ORDER_SHUFFLES; round++) {
		for (size_t i = sample->n; i > 1; i--) {
			size_t k = sg_random_below(&seed, i);
			uint32_t other = position[k];

			position[k] = position[i - 1];
			position[i - 1] = other;
		}
		n += count_new(sample, position, border, &seed, is_new) >= observed;
	}
	*ret = n;
	return 0;
}
