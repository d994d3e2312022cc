/* SPDX-License-Identifier: Apache-2.0 */
#include "recording/merge/merge.h"

#include <stdlib.h>
#include <string.h>

#include "recording/entry.h"
#include "recording/facts.h"
#include "recording/json/recording_json.h"

static int copy_run(const struct sg_run *src, struct sg_run **ret, struct sg_error *err)
{
	_cleanup_(sg_run_freep) struct sg_run *run = NULL;
	struct sg_run *one = (struct sg_run *)(uintptr_t)src; /* only read */
	int r;

	r = sg_run_new(src->id, &run, err);
	if (r < 0)
		return r;
	for (size_t i = 0; sg_fact_groups[i]; i++) {
		r = sg_facts_agree(sg_fact_groups[i], run, &one, 1, err);
		if (r < 0)
			return r;
	}
	run->start = src->start;
	run->end = src->end;
	run->complete = src->complete;
	run->sources = src->sources;
	memcpy(run->loss, src->loss, sizeof(run->loss));
	if (src->n_entries > 0) {
		run->entries = calloc(src->n_entries, sizeof(*run->entries));
		if (!run->entries)
			return sg_error_oom(err);
	}
	for (size_t i = 0; i < src->n_entries; i++, run->n_entries++) {
		r = sg_entry_copy(&src->entries[i], &run->entries[i], err);
		if (r < 0)
			return r;
	}
	*ret = TAKE_PTR(run);
	return 0;
}

/* All that was counted: never falls from one state of a run to a later one. */
static uint64_t evidence(const struct sg_run *run)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < run->n_entries; i++) {
		const struct sg_entry *entry = &run->entries[i];

		sum = sg_add_capped(sum, sg_entry_called(entry));
		sum = sg_add_capped(sum, sg_entry_denied(entry));
		sum = sg_add_capped(sum, entry->logged);
	}
	return sum;
}

/* Of states that say the same of their age, the one whose print is the greater; any fixed rule
 * does. */
static int compare_prints(const struct sg_run *a, const struct sg_run *b, int *ret,
			  struct sg_error *err)
{
	struct sg_run *run_a = (struct sg_run *)(uintptr_t)a,
		      *run_b = (struct sg_run *)(uintptr_t)b;
	struct sg_strbuf print_a = SG_STRBUF_INIT, print_b = SG_STRBUF_INIT;
	int r = 0;

	sg_recording_print(&(struct sg_recording){ &run_a, 1 }, &print_a);
	sg_recording_print(&(struct sg_recording){ &run_b, 1 }, &print_b);
	if (print_a.failed || print_b.failed)
		r = sg_error_oom(err);
	else
		*ret = strcmp(print_a.data, print_b.data);
	sg_strbuf_done(&print_a);
	sg_strbuf_done(&print_b);
	return r;
}

/*
 * Which of two states of one run is the later: above 0 for @a. This is a total order, whatever the
 * states hold, and taking the greatest of a total order is what makes merge commutative,
 * associative and idempotent. What was counted comes before the clock, which can be set back.
 */
static int compare_age(const struct sg_run *a, const struct sg_run *b, int *ret,
		       struct sg_error *err)
{
	uint64_t evidence_a, evidence_b;

	if (a->complete != b->complete) {
		*ret = a->complete ? 1 : -1;
		return 0;
	}
	evidence_a = evidence(a);
	evidence_b = evidence(b);
	if (evidence_a != evidence_b) {
		*ret = evidence_a > evidence_b ? 1 : -1;
		return 0;
	}
	if (a->end != b->end) {
		*ret = a->end > b->end ? 1 : -1;
		return 0;
	}
	return compare_prints(a, b, ret, err);
}

/* The runs that the result takes from @src, as copies that the caller frees; NULL where it takes
 * none. */
static int copy_wanted(const struct sg_recording *dst, const struct sg_recording *src,
		       struct sg_recording *copies, struct sg_error *err)
{
	size_t d = 0;
	int r;

	for (size_t s = 0; s < src->n_runs; s++) {
		int order = -1;

		while (d < dst->n_runs && (order = strcmp(dst->runs[d]->id, src->runs[s]->id)) < 0)
			d++;
		if (d < dst->n_runs && order == 0) {
			r = compare_age(src->runs[s], dst->runs[d], &order, err);
			if (r < 0)
				return r;
			if (order <= 0)
				continue;
		}
		r = copy_run(src->runs[s], &copies->runs[copies->n_runs], err);
		if (r < 0)
			return r;
		copies->n_runs++;
	}
	return 0;
}

int sg_recording_merge(struct sg_recording *dst, const struct sg_recording *src,
		       struct sg_error *err)
{
	_cleanup_(sg_recording_freep) struct sg_recording *copies = NULL;
	struct sg_run **runs;
	size_t d = 0, c = 0, n = 0;
	int r;

	if (src->n_runs == 0)
		return 0;
	r = sg_recording_new(&copies, err);
	if (r < 0)
		return r;
	copies->runs = calloc(src->n_runs, sizeof(struct sg_run *));
	if (!copies->runs)
		return sg_error_oom(err);
	r = copy_wanted(dst, src, copies, err);
	if (r < 0)
		return r;
	runs = calloc(dst->n_runs + copies->n_runs + 1, sizeof(struct sg_run *));
	if (!runs)
		return sg_error_oom(err);

	/* Nothing fails from here on. */
	while (d < dst->n_runs || c < copies->n_runs) {
		int order = d == dst->n_runs	  ? 1
			    : c == copies->n_runs ? -1
						  : strcmp(dst->runs[d]->id, copies->runs[c]->id);

		if (order < 0) {
			runs[n++] = dst->runs[d++];
			continue;
		}
		runs[n++] = copies->runs[c++];
		if (order == 0)
			sg_run_free(dst->runs[d++]);
	}
	free(dst->runs);
	dst->runs = runs;
	dst->n_runs = n;
	copies->n_runs = 0;
	return 0;
}
