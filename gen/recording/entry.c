/* SPDX-License-Identifier: Apache-2.0 */
#include "recording/entry.h"

#include <stdlib.h>
#include <string.h>

#include "base/texts.h"

int sg_entry_add_program(struct sg_entry *entry, const char *comm, struct sg_error *err)
{
	return sg_texts_add(&entry->programs, &entry->n_programs, comm, err);
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

bool sg_entry_is_application(const struct sg_entry *entry)
{
	return entry->was_application || entry->count[SG_STAGE_APP] > 0 ||
	       entry->logged > entry->count[SG_STAGE_FLOOR];
}

bool sg_entry_was_tried_by_application(const struct sg_entry *entry)
{
	return entry->count[SG_STAGE_APP] || sg_entry_denied_in(entry, SG_STAGE_APP);
}
