/* SPDX-License-Identifier: Apache-2.0 */
#include "recording/args.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/number.h"

#define ARGS_OF_A_CALL 6

int sg_arg_obs_new(const uint8_t *index, size_t n, uint8_t wide, struct sg_arg_obs **ret,
		   struct sg_error *err)
{
	struct sg_arg_obs *obs;

	if (n < 1 || n > SG_ARG_OBS_MAX || wide >> n)
		return sg_error_set(err, -EINVAL, "1 to %d arguments of a call can be watched",
				    SG_ARG_OBS_MAX);
	for (size_t i = 0; i < n; i++) {
		if (index[i] >= ARGS_OF_A_CALL || (i && index[i] <= index[i - 1]))
			return sg_error_set(err, -EINVAL,
					    "the indices of arguments are 0 to 5, ascending");
	}
	obs = calloc(1, sizeof(*obs));
	if (!obs)
		return sg_error_oom(err);
	obs->n = (uint8_t)n;
	memcpy(obs->index, index, n);
	obs->wide = wide;
	for (size_t i = 0; i < n; i++)
		obs->always[i] = UINT64_MAX;
	*ret = obs;
	return 0;
}

void sg_arg_obs_free(struct sg_arg_obs *obs)
{
	if (!obs)
		return;
	free(obs->tuples);
	free(obs);
}

int sg_arg_obs_place(const struct sg_arg_obs *obs, unsigned int index)
{
	for (int i = 0; i < obs->n; i++) {
		if (obs->index[i] == index)
			return i;
	}
	return -1;
}

static int compare_values(const struct sg_arg_tuple *a, const struct sg_arg_tuple *b)
{
	for (size_t i = 0; i < SG_ARG_OBS_MAX; i++) {
		if (a->value[i] != b->value[i])
			return a->value[i] < b->value[i] ? -1 : 1;
	}
	return 0;
}

static int compare_tuples(const void *a, const void *b)
{
	return compare_values(a, b);
}

void sg_arg_obs_add_bits(struct sg_arg_obs *obs, const uint64_t *ever, const uint64_t *always)
{
	for (size_t i = 0; i < obs->n; i++) {
		obs->ever[i] |= ever[i];
		obs->always[i] &= always[i];
	}
}

void sg_arg_obs_add_times(struct sg_arg_obs *obs, uint64_t last_new, uint64_t last_new_bits)
{
	obs->last_new = sg_time_later(obs->last_new, last_new);
	obs->last_new_bits = sg_time_later(obs->last_new_bits, last_new_bits);
}

/* @b's evidence into @a, of the same values. */
static void add_tuple(struct sg_arg_tuple *a, const struct sg_arg_tuple *b)
{
	a->count = sg_add_capped(a->count, b->count);
	a->first_seen = sg_time_earlier(a->first_seen, b->first_seen);
	a->high |= b->high;
}

int sg_arg_obs_add(struct sg_arg_obs *obs, const struct sg_arg_tuple *tuple, struct sg_error *err)
{
	size_t at = 0;

	while (at < obs->n_tuples && compare_values(&obs->tuples[at], tuple) < 0)
		at++;
	if (at == obs->n_tuples || compare_values(&obs->tuples[at], tuple) != 0) {
		if (SG_ARRAY_GROW(obs->tuples, obs->n_tuples) < 0)
			return sg_error_oom(err);
		memmove(&obs->tuples[at + 1], &obs->tuples[at],
			(obs->n_tuples - at) * sizeof(*obs->tuples));
		obs->tuples[at] = *tuple;
		obs->n_tuples++;
	} else {
		add_tuple(&obs->tuples[at], tuple);
	}
	sg_arg_obs_add_bits(obs, tuple->value, tuple->value);
	sg_arg_obs_add_times(obs, tuple->first_seen, 0);
	return 0;
}

void sg_arg_obs_normalize(struct sg_arg_obs *obs)
{
	size_t left = 0;

	if (!obs->n_tuples)
		return;
	qsort(obs->tuples, obs->n_tuples, sizeof(*obs->tuples), compare_tuples);
	for (size_t i = 0; i < obs->n_tuples; i++) {
		const struct sg_arg_tuple *tuple = &obs->tuples[i];

		sg_arg_obs_add_bits(obs, tuple->value, tuple->value);
		sg_arg_obs_add_times(obs, tuple->first_seen, 0);
		if (i == 0)
			continue;
		if (compare_values(&obs->tuples[left], tuple) == 0)
			add_tuple(&obs->tuples[left], tuple);
		else
			obs->tuples[++left] = *tuple;
	}
	obs->n_tuples = left + 1;
}

void sg_arg_obs_add_unkept(struct sg_arg_obs *obs, uint64_t count, const uint64_t *ever,
			   const uint64_t *always)
{
	static const uint64_t all[SG_ARG_OBS_MAX] = { UINT64_MAX, UINT64_MAX, UINT64_MAX };
	static const uint64_t none[SG_ARG_OBS_MAX] = { 0 };

	if (count == 0)
		return;
	obs->unkept = sg_add_capped(obs->unkept, count);
	sg_arg_obs_add_bits(obs, ever ? ever : all, always ? always : none);
	for (size_t i = 0; i < obs->n; i++) {
		if (!(obs->wide >> i & 1))
			obs->ever[i] &= UINT32_MAX;
	}
}

int sg_arg_obs_copy(const struct sg_arg_obs *src, struct sg_arg_obs **ret, struct sg_error *err)
{
	_cleanup_(sg_arg_obs_freep) struct sg_arg_obs *copy = NULL;
	int r;

	r = sg_arg_obs_new(src->index, src->n, src->wide, &copy, err);
	if (r < 0)
		return r;
	if (src->n_tuples) {
		copy->tuples = calloc(src->n_tuples, sizeof(*copy->tuples));
		if (!copy->tuples)
			return sg_error_oom(err);
		memcpy(copy->tuples, src->tuples, src->n_tuples * sizeof(*copy->tuples));
		copy->n_tuples = src->n_tuples;
	}
	copy->unkept = src->unkept;
	memcpy(copy->ever, src->ever, sizeof(copy->ever));
	memcpy(copy->always, src->always, sizeof(copy->always));
	copy->last_new = src->last_new;
	copy->last_new_bits = src->last_new_bits;
	*ret = TAKE_PTR(copy);
	return 0;
}
