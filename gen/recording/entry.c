/* SPDX-License-Identifier: Apache-2.0 */
#include "recording/entry.h"

#include <stdlib.h>
#include <string.h>

#include "base/texts.h"

void sg_entry_done(struct sg_entry *entry)
{
	sg_texts_free(entry->programs, entry->n_programs);
	sg_arg_obs_free(entry->args);
	sg_first_done(entry);
	*entry = (struct sg_entry){ .id = entry->id };
}

int sg_entry_add_program(struct sg_entry *entry, const char *comm, struct sg_error *err)
{
	return sg_texts_add(&entry->programs, &entry->n_programs, comm, err);
}

uint64_t sg_add_capped(uint64_t a, uint64_t b)
{
	uint64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

static uint64_t sum_capped(const uint64_t *counters, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum = sg_add_capped(sum, counters[i]);
	return sum;
}

uint64_t sg_entry_denied(const struct sg_entry *entry)
{
	return sum_capped(entry->denied, SG_DENIAL_MAX_);
}

uint64_t sg_entry_denied_in(const struct sg_entry *entry, enum sg_stage stage)
{
	uint64_t all = sg_entry_denied(entry), early;

	if (stage != SG_STAGE_APP)
		return entry->denied_stage[stage];
	early = sum_capped(entry->denied_stage, SG_STAGE_APP);
	return all > early ? all - early : 0;
}

uint64_t sg_entry_called(const struct sg_entry *entry)
{
	return sum_capped(entry->count, SG_STAGE_MAX_);
}

bool sg_entry_is_in_progress(const struct sg_entry *entry)
{
	return entry->sources & SG_SOURCE_PROC && !(entry->sources & SG_SOURCE_BPF);
}

void sg_run_totals(const struct sg_run *run, uint64_t *ret_calls, size_t *ret_distinct)
{
	*ret_calls = 0;
	*ret_distinct = 0;
	for (size_t i = 0; i < run->n_entries; i++) {
		uint64_t count = run->entries[i].count[SG_STAGE_APP];

		*ret_calls = sg_add_capped(*ret_calls, count);
		*ret_distinct += count > 0;
	}
}

bool sg_recording_saw_start(const struct sg_recording *rec)
{
	size_t watched = 0;

	for (size_t i = 0; i < rec->n_runs; i++) {
		if (!(rec->runs[i]->sources & SG_SOURCE_BPF))
			continue;
		if (!rec->runs[i]->target.processes_before)
			return true;
		watched++;
	}
	return watched == 0;
}

uint64_t sg_time_earlier(uint64_t a, uint64_t b)
{
	if (a == 0 || b == 0)
		return a | b;
	return a < b ? a : b;
}

uint64_t sg_time_later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

void sg_entry_add_counts(struct sg_entry *dst, const struct sg_entry *src)
{
	for (size_t i = 0; i < SG_STAGE_MAX_; i++)
		dst->count[i] = sg_add_capped(dst->count[i], src->count[i]);
	for (size_t i = 0; i < SG_STAGE_APP; i++)
		dst->denied_stage[i] = sg_add_capped(dst->denied_stage[i], src->denied_stage[i]);
	for (size_t i = 0; i < SG_DENIAL_MAX_; i++)
		dst->denied[i] = sg_add_capped(dst->denied[i], src->denied[i]);
	dst->logged = sg_add_capped(dst->logged, src->logged);
	dst->first_seen = sg_time_earlier(dst->first_seen, src->first_seen);
	dst->last_seen = sg_time_later(dst->last_seen, src->last_seen);
	dst->sources |= src->sources;
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
