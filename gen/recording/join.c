/* SPDX-License-Identifier: Apache-2.0 */
/* Entries as a whole: put together, copied, freed. */
#include <stdlib.h>
#include <string.h>

#include "base/texts.h"
#include "recording/entry.h"
#include "recording/unite.h"

void sg_entry_done(struct sg_entry *entry)
{
	sg_texts_free(entry->programs, entry->n_programs);
	sg_arg_obs_free(entry->args);
	sg_first_done(entry);
	*entry = (struct sg_entry){ .id = entry->id };
}

static int unite_programs(const struct sg_entry *a, const struct sg_entry *b, char ***ret,
			  size_t *ret_n, struct sg_error *err)
{
	size_t n = a->n_programs + b->n_programs;
	_cleanup_free_ const char **all = calloc(n + 1, sizeof(*all));

	if (!all)
		return sg_error_oom(err);
	for (size_t i = 0; i < n; i++)
		all[i] = i < a->n_programs ? a->programs[i] : b->programs[i - a->n_programs];
	return sg_texts_unite(all, n, ret, ret_n, err);
}

int sg_entry_join(struct sg_entry *dst, const struct sg_entry *src, struct sg_error *err)
{
	const struct sg_entry *const both[] = { dst, src };
	_cleanup_(sg_entry_done) struct sg_entry joined = { .id = dst->id };
	int r;

	r = sg_arg_obs_unite(both, SG_ARRAY_SIZE(both), &joined.args, err);
	if (r == 0)
		r = unite_programs(dst, src, &joined.programs, &joined.n_programs, err);
	if (r == 0)
		r = sg_entry_join_first(&joined, dst, err);
	if (r == 0)
		r = sg_entry_join_first(&joined, src, err);
	if (r < 0)
		return r;
	sg_entry_add_counts(&joined, dst);
	sg_entry_add_counts(&joined, src);
	sg_entry_done(dst);
	*dst = joined;
	joined = (struct sg_entry){ 0 };
	return 0;
}

int sg_entry_copy(const struct sg_entry *src, struct sg_entry *ret, struct sg_error *err)
{
	struct sg_entry copy = *src;
	int r;

	copy.args = NULL;
	memset(copy.first, 0, sizeof(copy.first));
	r = sg_texts_copy(src->programs, src->n_programs, &copy.programs, &copy.n_programs, err);
	if (r < 0)
		return r;
	r = sg_entry_copy_first(&copy, src, err);
	if (r == 0 && src->args)
		r = sg_arg_obs_copy(src->args, &copy.args, err);
	if (r < 0) {
		sg_entry_done(&copy);
		return r;
	}
	*ret = copy;
	return 0;
}
