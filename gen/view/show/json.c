/* SPDX-License-Identifier: Apache-2.0 */
#include "view/show/show.h"

#include <stdlib.h>

#include "recording/json/counters.h"
#include "recording/entry.h"
#include "recording/facts.h"
#include "recording/json/text.h"
#include "view/completeness.h"
#include "view/json.h"

static int compare_use(const void *pa, const void *pb)
{
	const struct sg_entry *a = *(const struct sg_entry *const *)pa;
	const struct sg_entry *b = *(const struct sg_entry *const *)pb;

	if (a->count[SG_STAGE_APP] != b->count[SG_STAGE_APP])
		return a->count[SG_STAGE_APP] > b->count[SG_STAGE_APP] ? -1 : 1;
	return sg_syscall_id_compare(a->id, b->id);
}

static void print_arguments(struct sg_json_writer *w, const struct sg_entry *entry)
{
	const struct sg_arg_obs *obs = entry->args;

	sg_json_open_inline_object(w, "arguments");
	sg_json_open_inline_array(w, "index");
	for (size_t i = 0; i < obs->n; i++)
		sg_json_add_u64(w, NULL, obs->index[i]);
	sg_json_close_array(w);
	sg_json_add_bool(w, "any", sg_arg_obs_is_any(obs));
	sg_json_open_inline_array(w, "tuples");
	for (size_t i = 0; i < obs->n_tuples; i++) {
		sg_json_open_inline_object(w, NULL);
		sg_view_json_tuple(w, "args", entry->id, obs, &obs->tuples[i]);
		sg_json_add_u64(w, "count", obs->tuples[i].count);
		sg_json_close_object(w);
	}
	sg_json_close_array(w);
	sg_json_close_object(w);
}

static void print_entry(struct sg_json_writer *w, const struct sg_entry *entry)
{
	uint64_t denied[SG_STAGE_MAX_];

	sg_json_open_inline_object(w, NULL);
	sg_view_json_call(w, entry->id);
	sg_json_add_u64(w, "count", entry->count[SG_STAGE_APP]);
	sg_view_json_stages(w, "stages", entry->count);
	sg_json_add_u64(w, "denied", sg_entry_denied(entry));
	for (int i = 0; i < SG_STAGE_MAX_; i++)
		denied[i] = sg_entry_denied_in(entry, (enum sg_stage)i);
	if (sg_entry_denied(entry))
		sg_view_json_stages(w, "denied_stages", denied);
	sg_json_add_u64(w, "logged", entry->logged);
	sg_view_json_time(w, "first_seen", entry->first_seen);
	sg_json_open_array(w, "programs");
	for (size_t i = 0; i < entry->n_programs; i++)
		sg_text_print(w, NULL, entry->programs[i]);
	sg_json_close_array(w);
	sg_sources_print(entry->sources, "sources", w);
	if (entry->args)
		print_arguments(w, entry);
	sg_json_close_object(w);
}

static void print_facts(struct sg_json_writer *w, const struct sg_fact_group *group,
			const struct sg_run *run)
{
	sg_json_open_inline_object(w, group->name);
	sg_facts_print(group->facts, (const char *)run + group->offset, w);
	sg_json_close_object(w);
}

static void print_run(struct sg_json_writer *w, const struct sg_run *run)
{
	uint64_t calls;
	size_t distinct;

	sg_run_totals(run, &calls, &distinct);
	sg_json_open_object(w, NULL);
	sg_json_add_string(w, "id", run->id);
	print_facts(w, &sg_fact_group_target, run);
	print_facts(w, &sg_fact_group_host, run);
	sg_view_json_time(w, "start", run->start);
	sg_view_json_time(w, "end", run->end);
	sg_json_add_bool(w, "complete", run->complete);
	sg_json_add_bool(w, "lossy", sg_run_is_lossy(run));
	sg_sources_print(run->sources, "sources", w);
	sg_json_add_u64(w, "calls", calls);
	sg_counters_print(&sg_loss_counters, run->loss, "loss", w);
	sg_json_close_object(w);
}

int sg_view_show_json(const struct sg_recording *rec, struct sg_strbuf *out, struct sg_error *err)
{
	_cleanup_(sg_run_freep) struct sg_run *run = NULL;
	_cleanup_free_ const struct sg_entry **entries = NULL;
	struct sg_json_writer w;
	int r;

	r = sg_recording_fold(rec, &run, err);
	if (r < 0)
		return r;
	entries = calloc(run->n_entries + 1, sizeof(*entries));
	if (!entries)
		return sg_error_oom(err);
	for (size_t i = 0; i < run->n_entries; i++)
		entries[i] = &run->entries[i];
	qsort(entries, run->n_entries, sizeof(*entries), compare_use);

	sg_view_json_init(&w, out);
	sg_json_open_object(&w, NULL);
	sg_json_open_object(&w, "target");
	sg_facts_print(sg_fact_group_target.facts, &run->target, &w);
	sg_json_close_object(&w);
	sg_json_open_array(&w, "syscalls");
	for (size_t i = 0; i < run->n_entries; i++)
		print_entry(&w, entries[i]);
	sg_json_close_array(&w);
	sg_counters_print_all(&sg_loss_counters, run->loss, "loss", &w);
	sg_json_add_bool(&w, "lossy", sg_recording_is_lossy(rec));
	r = sg_view_completeness_json(rec, &w, err);
	if (r < 0)
		return r;
	sg_json_open_array(&w, "runs");
	for (size_t i = 0; i < rec->n_runs; i++)
		print_run(&w, rec->runs[i]);
	sg_json_close_array(&w);
	sg_json_close_object(&w);
	return out->failed ? sg_error_oom(err) : 0;
}
