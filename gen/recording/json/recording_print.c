/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json/json.h"
#include "recording/json/counters.h"
#include "recording/entry.h"
#include "recording/facts.h"
#include "recording/json/recording_json.h"
#include "recording/json/text.h"
#include "syscall/table.h"

static void print_time(struct sg_json_writer *w, const char *key, uint64_t time)
{
	if (time)
		sg_json_add_u64(w, key, time);
}

/* A time that is never before @floor: the clock can be set back between the two. */
static void print_later(struct sg_json_writer *w, const char *key, uint64_t time, uint64_t floor)
{
	print_time(w, key, time ? sg_time_later(time, floor) : 0);
}

static void print_entry(struct sg_json_writer *w, const struct sg_entry *entry)
{
	const char *name = sg_syscall_name(entry->id);

	sg_json_open_inline_object(w, NULL);
	sg_arch_print(entry->id.arch, "arch", w);
	sg_json_add_u64(w, "nr", entry->id.nr);
	if (name)
		sg_json_add_string(w, "name", name);
	sg_counters_print(&sg_stage_counters, entry->count, "count", w);
	sg_counters_print(&sg_denial_counters, entry->denied, "denied", w);
	sg_counters_print(&sg_stage_counters, entry->denied_stage, "denied_stages", w);
	if (entry->logged)
		sg_json_add_u64(w, "logged", entry->logged);
	print_time(w, "first_seen", entry->first_seen);
	print_later(w, "last_seen", entry->last_seen, entry->first_seen);
	sg_first_print(w, entry);
	if (entry->n_programs) {
		sg_json_open_array(w, "programs");
		for (size_t i = 0; i < entry->n_programs; i++)
			sg_text_print(w, NULL, entry->programs[i]);
		sg_json_close_array(w);
	}
	sg_sources_print(entry->sources, "sources", w);
	if (entry->args)
		sg_args_print(w, "args", entry->args);
	sg_json_close_object(w);
}

static void print_group(struct sg_json_writer *w, const struct sg_fact_group *group,
			const struct sg_run *run)
{
	if (group->name)
		sg_json_open_object(w, group->name);
	sg_facts_print(group->facts, (const char *)run + group->offset, w);
	if (group->name)
		sg_json_close_object(w);
}

static void print_run(struct sg_json_writer *w, const struct sg_run *run)
{
	sg_json_open_object(w, NULL);
	sg_json_add_string(w, "id", run->id);
	sg_json_add_bool(w, "complete", run->complete);
	print_time(w, "start", run->start);
	print_later(w, "end", run->end, run->start);
	sg_sources_print(run->sources, "sources", w);
	for (size_t i = 0; sg_fact_groups[i]; i++)
		print_group(w, sg_fact_groups[i], run);
	sg_counters_print(&sg_loss_counters, run->loss, "loss", w);
	sg_json_open_array(w, "entries");
	for (size_t i = 0; i < run->n_entries; i++)
		print_entry(w, &run->entries[i]);
	sg_json_close_array(w);
	sg_json_close_object(w);
}

void sg_recording_print(const struct sg_recording *rec, struct sg_strbuf *out)
{
	struct sg_json_writer w;

	sg_json_writer_init(&w, out);
	sg_json_open_object(&w, NULL);
	sg_json_add_string(&w, "format", SG_RECORDING_FORMAT);
	sg_json_add_u64(&w, "version", SG_RECORDING_VERSION);
	sg_json_open_array(&w, "runs");
	for (size_t i = 0; i < rec->n_runs; i++)
		print_run(&w, rec->runs[i]);
	sg_json_close_array(&w);
	sg_json_close_object(&w);
}
