/* SPDX-License-Identifier: Apache-2.0 */
#include "view/show.h"

#include <inttypes.h>
#include <stdlib.h>

#include "args/table.h"
#include "base/json.h"
#include "recording/json/counters.h"
#include "recording/entry.h"
#include "recording/facts.h"
#include "recording/json/text.h"
#include "syscall/table.h"

/*
 * The time as ISO 8601 in UTC. The civil date is computed here, because gmtime() and strftime() may
 * look at the environment; years are counted from March, so that the leap day is the last of a
 * year.
 */
static void add_time(struct sg_json_writer *w, const char *key, uint64_t ns)
{
	uint64_t seconds = ns / UINT64_C(1000000000), of_day = seconds % 86400;
	uint64_t days = seconds / 86400 + 719468;	      /* since 0000-03-01 */
	uint64_t era = days / 146097, of_era = days % 146097; /* 400 years each */
	uint64_t of_era_year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	uint64_t of_year = of_era - (365 * of_era_year + of_era_year / 4 - of_era_year / 100);
	uint64_t march = (5 * of_year + 2) / 153; /* months since March */
	uint64_t day = of_year - (153 * march + 2) / 5 + 1;
	uint64_t month = march < 10 ? march + 3 : march - 9;
	uint64_t year = era * 400 + of_era_year + (month <= 2);
	char text[64];

	if (ns == 0) {
		sg_json_add_null(w, key);
		return;
	}
	snprintf(text, sizeof(text),
		 "%04" PRIu64 "-%02" PRIu64 "-%02" PRIu64 "T%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64
		 ".%09" PRIu64 "Z",
		 year, month, day, of_day / 3600, of_day / 60 % 60, of_day % 60,
		 ns % UINT64_C(1000000000));
	sg_json_add_string(w, key, text);
}

static int compare_use(const void *pa, const void *pb)
{
	const struct sg_entry *a = *(const struct sg_entry *const *)pa;
	const struct sg_entry *b = *(const struct sg_entry *const *)pb;

	if (a->count[SG_STAGE_APP] != b->count[SG_STAGE_APP])
		return a->count[SG_STAGE_APP] > b->count[SG_STAGE_APP] ? -1 : 1;
	return sg_syscall_id_compare(a->id, b->id);
}

static void print_arg_texts(struct sg_json_writer *w, const struct sg_entry *entry,
			    const struct sg_arg_tuple *tuple)
{
	const struct sg_arg_obs *obs = entry->args;
	uint64_t args[6] = { 0 };

	for (size_t i = 0; i < obs->n; i++)
		args[obs->index[i]] = tuple->value[i];
	sg_json_open_inline_array(w, "text");
	for (size_t i = 0; i < obs->n; i++) {
		_cleanup_(sg_strbuf_done) struct sg_strbuf text = SG_STRBUF_INIT;

		sg_arg_text_of(entry->id, obs->index[i], args, &text);
		sg_json_add_string(w, NULL, text.failed ? "" : text.data);
		w->out->failed = w->out->failed || text.failed;
	}
	sg_json_close_array(w);
}

static void print_args(struct sg_json_writer *w, const struct sg_entry *entry)
{
	const struct sg_arg_obs *obs = entry->args;

	sg_json_open_inline_object(w, "args");
	sg_json_open_inline_array(w, "index");
	for (size_t i = 0; i < obs->n; i++)
		sg_json_add_u64(w, NULL, obs->index[i]);
	sg_json_close_array(w);
	sg_json_add_bool(w, "any", sg_arg_obs_is_any(obs));
	sg_json_open_inline_array(w, "tuples");
	for (size_t i = 0; i < obs->n_tuples; i++) {
		sg_json_open_inline_object(w, NULL);
		sg_json_open_inline_array(w, "value");
		for (size_t k = 0; k < obs->n; k++)
			sg_json_add_u64(w, NULL, obs->tuples[i].value[k]);
		sg_json_close_array(w);
		print_arg_texts(w, entry, &obs->tuples[i]);
		sg_json_add_u64(w, "count", obs->tuples[i].count);
		sg_json_close_object(w);
	}
	sg_json_close_array(w);
	sg_json_close_object(w);
}

static void print_entry(struct sg_json_writer *w, const struct sg_entry *entry)
{
	const char *name = sg_syscall_name(entry->id);
	uint64_t denied[SG_STAGE_MAX_];

	sg_json_open_inline_object(w, NULL);
	if (name)
		sg_json_add_string(w, "name", name);
	else
		sg_json_add_null(w, "name");
	sg_arch_print(entry->id.arch, "arch", w);
	sg_json_add_u64(w, "nr", entry->id.nr);
	sg_json_add_u64(w, "count", entry->count[SG_STAGE_APP]);
	sg_counters_print_all(&sg_stage_counters, entry->count, "stages", w);
	sg_json_add_u64(w, "denied", sg_entry_denied(entry));
	for (int i = 0; i < SG_STAGE_MAX_; i++)
		denied[i] = sg_entry_denied_in(entry, (enum sg_stage)i);
	if (sg_entry_denied(entry))
		sg_counters_print_all(&sg_stage_counters, denied, "denied_stages", w);
	sg_json_add_u64(w, "logged", entry->logged);
	add_time(w, "first_seen", entry->first_seen);
	sg_json_open_array(w, "programs");
	for (size_t i = 0; i < entry->n_programs; i++)
		sg_text_print(w, NULL, entry->programs[i]);
	sg_json_close_array(w);
	sg_sources_print(entry->sources, "sources", w);
	if (entry->args)
		print_args(w, entry);
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
	add_time(w, "start", run->start);
	add_time(w, "end", run->end);
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

	sg_json_writer_init(&w, out);
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
	sg_json_open_array(&w, "runs");
	for (size_t i = 0; i < rec->n_runs; i++)
		print_run(&w, rec->runs[i]);
	sg_json_close_array(&w);
	sg_json_close_object(&w);
	return out->failed ? sg_error_oom(err) : 0;
}
