/* SPDX-License-Identifier: Apache-2.0 */
#include "recording/unite.h"

#include <stdlib.h>

/*
 * The application made the call while nobody watched its arguments, at least in part: of the calls
 * that were counted some are in no combination.
 */
static bool is_unwatched(const struct sg_entry *entry)
{
	const struct sg_arg_obs *obs = entry->args;
	uint64_t watched = obs ? obs->unkept : 0;

	if (!obs)
		return sg_entry_is_application(entry);
	for (size_t i = 0; i < obs->n_tuples; i++)
		watched = sg_add_capped(watched, obs->tuples[i].count);
	return watched < entry->count[SG_STAGE_APP];
}

/* The arguments that every entry that watched any watched, in the same width. */
static size_t common_index(const struct sg_entry *const *entries, size_t n, uint8_t *index,
			   uint8_t *wide)
{
	const struct sg_arg_obs *first = NULL;
	size_t n_index = 0;

	for (size_t i = 0; i < n && !first; i++)
		first = entries[i]->args;
	*wide = 0;
	for (size_t k = 0; first && k < first->n; k++) {
		bool is_wide = first->wide >> k & 1, is_common = true;

		for (size_t i = 0; i < n; i++) {
			const struct sg_arg_obs *obs = entries[i]->args;
			int place = obs ? sg_arg_obs_place(obs, first->index[k]) : 0;

			if (obs && (place < 0 || (obs->wide >> place & 1) != is_wide))
				is_common = false;
		}
		if (!is_common)
			continue;
		*wide |= (uint8_t)(is_wide << n_index);
		index[n_index++] = first->index[k];
	}
	return n_index;
}

/* @src's tuple as @dst, which watches no more arguments, would have it. */
static struct sg_arg_tuple project(const struct sg_arg_obs *dst, const struct sg_arg_obs *src,
				   const struct sg_arg_tuple *tuple)
{
	struct sg_arg_tuple p = { .count = tuple->count, .first_seen = tuple->first_seen };

	for (size_t i = 0; i < dst->n; i++) {
		int place = sg_arg_obs_place(src, dst->index[i]);

		p.value[i] = tuple->value[place];
		p.high |= (uint8_t)((tuple->high >> place & 1) << i);
	}
	return p;
}

static void project_rest(struct sg_arg_obs *dst, const struct sg_arg_obs *src)
{
	uint64_t ever[SG_ARG_OBS_MAX], always[SG_ARG_OBS_MAX];

	for (size_t i = 0; i < dst->n; i++) {
		int place = sg_arg_obs_place(src, dst->index[i]);

		ever[i] = src->ever[place];
		always[i] = src->always[place];
	}
	sg_arg_obs_add_bits(dst, ever, always);
	sg_arg_obs_add_times(dst, src->last_new, src->last_new_bits);
	dst->unkept = sg_add_capped(dst->unkept, src->unkept);
}

int sg_arg_obs_unite(const struct sg_entry *const *entries, size_t n, struct sg_arg_obs **ret,
		     struct sg_error *err)
{
	_cleanup_(sg_arg_obs_freep) struct sg_arg_obs *obs = NULL;
	uint8_t index[SG_ARG_OBS_MAX], wide;
	size_t n_index, n_tuples = 0;
	int r;

	*ret = NULL;
	for (size_t i = 0; i < n; i++) {
		if (is_unwatched(entries[i]))
			return 0;
		n_tuples += entries[i]->args ? entries[i]->args->n_tuples : 0;
	}
	n_index = common_index(entries, n, index, &wide);
	if (n_index == 0)
		return 0;
	r = sg_arg_obs_new(index, n_index, wide, &obs, err);
	if (r < 0)
		return r;
	obs->tuples = calloc(n_tuples + 1, sizeof(*obs->tuples));
	if (!obs->tuples)
		return sg_error_oom(err);
	for (size_t i = 0; i < n; i++) {
		const struct sg_arg_obs *src = entries[i]->args;

		if (!src)
			continue;
		for (size_t k = 0; k < src->n_tuples; k++)
			obs->tuples[obs->n_tuples++] = project(obs, src, &src->tuples[k]);
		project_rest(obs, src);
	}
	sg_arg_obs_normalize(obs);
	*ret = TAKE_PTR(obs);
	return 0;
}
