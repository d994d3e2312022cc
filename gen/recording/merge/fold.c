/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "recording/entry.h"
#include "recording/facts.h"
#include "recording/recording.h"
#include "recording/unite.h"
#include "base/texts.h"

/* The id of a fold of several runs, which is nobody's run: the nil UUID (RFC 4122). */
#define FOLDED_ID "00000000-0000-0000-0000-000000000000"

static int compare_entries(const void *pa, const void *pb)
{
	const struct sg_entry *a = *(const struct sg_entry *const *)pa;
	const struct sg_entry *b = *(const struct sg_entry *const *)pb;

	return sg_syscall_id_compare(a->id, b->id);
}

/* @all: entries of one id, at least one. */
static int join_entries(const struct sg_entry *const *all, size_t n, struct sg_entry *dst,
			struct sg_error *err)
{
	_cleanup_free_ const char **programs = NULL;
	size_t n_programs = 0;
	int r;

	dst->id = all[0]->id;
	r = sg_arg_obs_unite(all, n, &dst->args, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++) {
		r = sg_entry_join_first(dst, all[i], err);
		if (r < 0)
			return r;
		sg_entry_add_counts(dst, all[i]);
		/* run by run: what one run's floor explains says nothing about another's log */
		dst->was_application |= sg_entry_is_application(all[i]);
		n_programs += all[i]->n_programs;
	}
	if (n_programs == 0)
		return 0;
	programs = calloc(n_programs, sizeof(*programs));
	if (!programs)
		return sg_error_oom(err);
	n_programs = 0;
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < all[i]->n_programs; j++)
			programs[n_programs++] = all[i]->programs[j];
	}
	return sg_texts_unite(programs, n_programs, &dst->programs, &dst->n_programs, err);
}

/*
 * All entries in one sort, then joined where they stand next to each other: the work grows with the
 * number of entries, also for a file made to have each run's ids fall between those of the others.
 */
static int fold_entries(const struct sg_recording *rec, struct sg_run *dst, struct sg_error *err)
{
	_cleanup_free_ const struct sg_entry **all = NULL;
	size_t n = 0, distinct = 0;
	int r;

	for (size_t i = 0; i < rec->n_runs; i++)
		n += rec->runs[i]->n_entries;
	if (n == 0)
		return 0;
	all = calloc(n, sizeof(*all));
	if (!all)
		return sg_error_oom(err);
	n = 0;
	for (size_t i = 0; i < rec->n_runs; i++) {
		for (size_t j = 0; j < rec->runs[i]->n_entries; j++)
			all[n++] = &rec->runs[i]->entries[j];
	}
	qsort(all, n, sizeof(*all), compare_entries);
	for (size_t i = 0; i < n; i++)
		distinct += i == 0 || !sg_syscall_id_equal(all[i - 1]->id, all[i]->id);
	dst->entries = calloc(distinct, sizeof(*dst->entries));
	if (!dst->entries)
		return sg_error_oom(err);
	for (size_t i = 0, next; i < n; i = next) {
		for (next = i + 1; next < n; next++) {
			if (!sg_syscall_id_equal(all[i]->id, all[next]->id))
				break;
		}
		r = join_entries(all + i, next - i, &dst->entries[dst->n_entries++], err);
		if (r < 0)
			return r;
	}
	return 0;
}

int sg_recording_fold(const struct sg_recording *rec, struct sg_run **ret, struct sg_error *err)
{
	_cleanup_(sg_run_freep) struct sg_run *dst = NULL;
	int r;

	r = sg_run_new(rec->n_runs == 1 ? rec->runs[0]->id : FOLDED_ID, &dst, err);
	if (r < 0)
		return r;
	for (size_t i = 0; sg_fact_groups[i]; i++) {
		r = sg_facts_agree(sg_fact_groups[i], dst, rec->runs, rec->n_runs, err);
		if (r < 0)
			return r;
	}
	dst->complete = rec->n_runs > 0;
	for (size_t i = 0; i < rec->n_runs; i++) {
		const struct sg_run *run = rec->runs[i];

		dst->start = sg_time_earlier(dst->start, run->start);
		dst->end = sg_time_later(dst->end, run->end);
		dst->complete = dst->complete && run->complete;
		dst->sources |= run->sources;
		for (size_t loss = 0; loss < SG_LOSS_MAX_; loss++)
			dst->loss[loss] = sg_add_capped(dst->loss[loss], run->loss[loss]);
	}
	r = fold_entries(rec, dst, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(dst);
	return 0;
}
