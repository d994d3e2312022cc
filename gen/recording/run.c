/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/escape.h"
#include "recording/facts.h"
#include "recording/recording.h"

const char *const sg_stage_names[SG_STAGE_MAX_] = {
#define STAGE(name, id) [SG_STAGE_##name] = id,
#include "recording/stages.def"
#undef STAGE
};

const char *const sg_source_names[SG_SOURCE_COUNT] = {
#define SOURCE(name, id) [SG_SOURCE_BIT_##name] = id,
#include "recording/sources.def"
#undef SOURCE
};

const char *const sg_denial_names[SG_DENIAL_MAX_] = {
#define DENIAL(name, id) [SG_DENIAL_##name] = id,
#include "recording/denials.def"
#undef DENIAL
};

#define RUN_ID_MAX 64

static bool is_run_id(const char *id)
{
	size_t n = strspn(id, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.");

	return n > 0 && n <= RUN_ID_MAX && id[n] == '\0';
}

int sg_run_new(const char *id, struct sg_run **ret, struct sg_error *err)
{
	_cleanup_(sg_run_freep) struct sg_run *run = NULL;

	if (!is_run_id(id))
		return sg_error_set(err, -EINVAL,
				    "the id of a run is 1 to %d letters, digits, '-', '_' and '.'",
				    RUN_ID_MAX);
	run = calloc(1, sizeof(*run));
	if (!run)
		return sg_error_oom(err);
	run->id = strdup(id);
	if (!run->id)
		return sg_error_oom(err);
	*ret = TAKE_PTR(run);
	return 0;
}

void sg_target_done(struct sg_target *target)
{
	sg_facts_done(sg_fact_group_target.facts, target);
}

void sg_run_free(struct sg_run *run)
{
	if (!run)
		return;
	for (size_t i = 0; i < run->n_entries; i++)
		sg_entry_done(&run->entries[i]);
	free(run->entries);
	for (size_t i = 0; sg_fact_groups[i]; i++)
		sg_facts_done(sg_fact_groups[i]->facts, (char *)run + sg_fact_groups[i]->offset);
	free(run->id);
	free(run);
}

/* Where @id stands among the entries, or would. */
static bool find_entry(const struct sg_run *run, struct sg_syscall_id id, size_t *ret)
{
	size_t lo = 0, hi = run->n_entries;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int order = sg_syscall_id_compare(run->entries[mid].id, id);

		if (order == 0) {
			*ret = mid;
			return true;
		}
		if (order < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	*ret = lo;
	return false;
}

int sg_run_entry(struct sg_run *run, struct sg_syscall_id id, struct sg_entry **ret,
		 struct sg_error *err)
{
	size_t at;

	if (!find_entry(run, id, &at)) {
		if (SG_ARRAY_GROW(run->entries, run->n_entries) < 0)
			return sg_error_oom(err);
		memmove(&run->entries[at + 1], &run->entries[at],
			(run->n_entries - at) * sizeof(*run->entries));
		run->entries[at] = (struct sg_entry){ .id = id };
		run->n_entries++;
	}
	*ret = &run->entries[at];
	return 0;
}

const struct sg_entry *sg_run_find(const struct sg_run *run, struct sg_syscall_id id)
{
	size_t at;

	return find_entry(run, id, &at) ? &run->entries[at] : NULL;
}

int sg_recording_new(struct sg_recording **ret, struct sg_error *err)
{
	struct sg_recording *rec = calloc(1, sizeof(*rec));

	if (!rec)
		return sg_error_oom(err);
	*ret = rec;
	return 0;
}

void sg_recording_free(struct sg_recording *rec)
{
	if (!rec)
		return;
	for (size_t i = 0; i < rec->n_runs; i++)
		sg_run_free(rec->runs[i]);
	free(rec->runs);
	free(rec);
}

int sg_recording_add(struct sg_recording *rec, struct sg_run *run, struct sg_error *err)
{
	size_t lo = 0, hi = rec->n_runs;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int order = strcmp(rec->runs[mid]->id, run->id);

		if (order == 0)
			return sg_error_set(err, -EEXIST, "run %s is in the recording already",
					    run->id);
		if (order < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (SG_ARRAY_GROW(rec->runs, rec->n_runs) < 0)
		return sg_error_oom(err);
	memmove(&rec->runs[lo + 1], &rec->runs[lo], (rec->n_runs - lo) * sizeof(struct sg_run *));
	rec->runs[lo] = run;
	rec->n_runs++;
	return 0;
}
