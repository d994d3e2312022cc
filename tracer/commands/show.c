/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/escape.h"
#include "cli/command.h"
#include "cli/output.h"
#include "recording/derive/headlines.h"
#include "recording/json/recording_json.h"
#include "commands/recording_view.h"
#include "commands/show_args.h"
#include "commands/show_reconcile.h"
#include "store/store.h"
#include "store/dir.h"
#include "syscall/arch.h"
#include "syscall/table.h"
#include "cli/columns.h"

#define PROGRAMS_SHOWN 3

struct options {
	bool json, reconcile, args;
};

SG_HANDLE_TRUE(set_json, struct options, json)
SG_HANDLE_TRUE(set_args, struct options, args)
SG_HANDLE_TRUE(set_reconcile, struct options, reconcile)

static const struct sg_column columns[] = {
	{ .title = "CALL" },
	{ .title = "ARCH" },
	{ .title = "COUNT", .is_number = true },
	{ .title = "STAGE" },
	{ .title = "FIRST SEEN" },
	{ .title = "FIRST BY" },
	/* only where something was denied or logged */
	{ .title = "DENIED", .is_number = true },
	{ .title = "LOGGED", .is_number = true },
};
#define COLUMNS_ALWAYS 6

/* What the application called most comes first; then what others called most; then by id. */
static int compare_use(const void *a, const void *b)
{
	static const enum sg_stage order[] = { SG_STAGE_APP, SG_STAGE_FLOOR, SG_STAGE_SETUP };
	const struct sg_entry *x = *(const struct sg_entry *const *)a;
	const struct sg_entry *y = *(const struct sg_entry *const *)b;

	for (size_t i = 0; i < SG_ARRAY_SIZE(order); i++) {
		if (x->count[order[i]] != y->count[order[i]])
			return x->count[order[i]] > y->count[order[i]] ? -1 : 1;
	}
	if (sg_entry_denied(x) != sg_entry_denied(y))
		return sg_entry_denied(x) > sg_entry_denied(y) ? -1 : 1;
	return sg_syscall_id_compare(x->id, y->id);
}

/* "app", or "app, setup 12": COUNT is the application's, so the others' counts stand here. */
static void add_stages(struct sg_strbuf *b, const struct sg_entry *entry)
{
	if (entry->count[SG_STAGE_APP])
		sg_strbuf_add(b, sg_stage_names[SG_STAGE_APP]);
	for (size_t i = 0; i < SG_STAGE_MAX_; i++) {
		if (i != SG_STAGE_APP && entry->count[i])
			sg_strbuf_printf(b, "%s%s %" PRIu64, b->len ? ", " : "", sg_stage_names[i],
					 entry->count[i]);
	}
	if (!b->len)
		sg_strbuf_add_char(b, '-');
}

/* "3", or "3, floor 2": as COUNT and STAGE. */
static void add_denied(struct sg_strbuf *b, const struct sg_entry *entry)
{
	sg_strbuf_printf(b, "%" PRIu64, sg_entry_denied_in(entry, SG_STAGE_APP));
	for (size_t i = 0; i < SG_STAGE_APP; i++) {
		if (entry->denied_stage[i])
			sg_strbuf_printf(b, ", %s %" PRIu64, sg_stage_names[i],
					 entry->denied_stage[i]);
	}
}

/* Relative to the start of a single run; the runs of a merged recording have no common clock but
 * UTC. */
static void add_first_seen(struct sg_strbuf *b, const struct sg_entry *entry,
			   const struct sg_run *run, bool relative)
{
	if (!relative || !run->start || entry->first_seen < run->start) {
		sg_format_time(b, entry->first_seen);
		return;
	}
	sg_strbuf_add_char(b, '+');
	sg_format_duration(b, entry->first_seen - run->start);
}

/* Who made it first, or was denied it, or had it logged, and how many others are known; where the
 * first is not known, who can have been it. */
static void add_programs(struct sg_strbuf *b, const struct sg_entry *entry)
{
	for (int i = 0; i < SG_FIRST_MAX_; i++) {
		const char *by = sg_entry_first(entry, (enum sg_first_of)i).by;

		if (!by)
			continue;
		sg_strbuf_add(b, by);
		if (entry->n_programs > 1)
			sg_strbuf_printf(b, " and %zu other%s", entry->n_programs - 1,
					 entry->n_programs == 2 ? "" : "s");
		return;
	}
	for (size_t i = 0; i < entry->n_programs && i < PROGRAMS_SHOWN; i++)
		sg_strbuf_printf(b, "%s%s", i ? " or " : "", entry->programs[i]);
	if (entry->n_programs > PROGRAMS_SHOWN)
		sg_strbuf_printf(b, " or %zu more", entry->n_programs - PROGRAMS_SHOWN);
	if (!entry->n_programs)
		sg_strbuf_add_char(b, '-');
}

static void add_cell(struct sg_columns *table, const struct sg_strbuf *b)
{
	if (b->failed)
		table->cells.failed = true;
	else
		sg_columns_add(table, b->data);
}

static void add_row(struct sg_columns *table, const struct sg_entry *entry,
		    const struct sg_run *run, bool relative)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf stages = SG_STRBUF_INIT;
	_cleanup_(sg_strbuf_done) struct sg_strbuf seen = SG_STRBUF_INIT;
	_cleanup_(sg_strbuf_done) struct sg_strbuf programs = SG_STRBUF_INIT;
	_cleanup_(sg_strbuf_done) struct sg_strbuf denied = SG_STRBUF_INIT;

	add_stages(&stages, entry);
	add_first_seen(&seen, entry, run, relative);
	add_programs(&programs, entry);
	sg_columns_add_call(table, entry->id);
	sg_columns_printf(table, "%" PRIu64, entry->count[SG_STAGE_APP]);
	add_cell(table, &stages);
	add_cell(table, &seen);
	add_cell(table, &programs);
	if (table->n_columns == COLUMNS_ALWAYS)
		return;
	add_denied(&denied, entry);
	add_cell(table, &denied);
	sg_columns_printf(table, "%" PRIu64, entry->logged);
}

static int print_entries(const struct sg_run *run, bool relative, struct sg_strbuf *out,
			 struct sg_error *err)
{
	_cleanup_(sg_columns_done) struct sg_columns table = { 0 };
	_cleanup_free_ const struct sg_entry **sorted = NULL;
	size_t n_columns = COLUMNS_ALWAYS;

	if (run->n_entries == 0)
		return 0;
	sorted = calloc(run->n_entries, sizeof(*sorted));
	if (!sorted)
		return sg_error_oom(err);
	for (size_t i = 0; i < run->n_entries; i++) {
		sorted[i] = &run->entries[i];
		if (sg_entry_denied(sorted[i]) || sorted[i]->logged)
			n_columns = SG_ARRAY_SIZE(columns);
	}
	qsort(sorted, run->n_entries, sizeof(*sorted), compare_use);
	sg_columns_init(&table, columns, n_columns);
	for (size_t i = 0; i < run->n_entries; i++)
		add_row(&table, sorted[i], run, relative);
	sg_strbuf_add_char(out, '\n');
	sg_columns_print(&table, out);
	return 0;
}

/* @version: NULL where it is not known. */
static void print_versioned(struct sg_strbuf *out, const char *what, const char *name,
			    const char *version)
{
	sg_strbuf_printf(out, "%-10s ", what);
	sg_escape(out, name);
	if (version) {
		sg_strbuf_add_char(out, ' ');
		sg_escape(out, version);
	}
	sg_strbuf_add_char(out, '\n');
}

static void print_line(struct sg_strbuf *out, const char *what, const char *value)
{
	print_versioned(out, what, value, NULL);
}

/* Of runs of several targets, what all have in common. */
static void print_target(struct sg_strbuf *out, const struct sg_recording *rec,
			 const struct sg_target *target)
{
	sg_strbuf_printf(out, "%-10s ", "Target");
	sg_view_targets(rec, out);
	sg_strbuf_add_char(out, '\n');
	if (target->cgroup)
		print_line(out, "Cgroup", target->cgroup);
	if (target->owner)
		print_line(out, "Owner", target->owner);
	if (target->image)
		print_line(out, "Image", target->image);
	if (target->image_digest)
		print_line(out, "Digest", target->image_digest);
	if (target->engine)
		print_versioned(out, "Engine", target->engine, target->engine_version);
	if (target->runtime)
		print_versioned(out, "Runtime", target->runtime, target->runtime_version);
}

static void print_interval(struct sg_strbuf *out, const struct sg_recording *rec,
			   const struct sg_run *run)
{
	const struct sg_arch *arch = sg_arch_by_token(run->host.arch);

	sg_strbuf_printf(out, "%-10s ", "Recorded");
	sg_format_time(out, run->start);
	if (run->end >= run->start) {
		sg_strbuf_add(out, rec->n_runs > 1 ? ", within " : ", for ");
		sg_format_duration(out, run->end - run->start);
	}
	if (run->host.kernel) {
		sg_strbuf_add(out, ", Linux ");
		sg_escape(out, run->host.kernel);
	}
	if (arch)
		sg_strbuf_printf(out, "%s %s", run->host.kernel ? "" : ",", arch->name);
	if (!run->complete)
		sg_strbuf_add(out, ", unfinished");
	sg_strbuf_add_char(out, '\n');
	if (rec->n_runs > 1)
		sg_strbuf_printf(out, "%-10s %zu\n", "Runs", rec->n_runs);
	if (!sg_recording_saw_start(rec))
		sg_strbuf_printf(out,
				 "%-10s not seen: the target ran already, and what it called until "
				 "then is missing\n",
				 "Start");
}

/* By run: those of one target, started again, have other places. Some are enough. */
#define WENT_ON_MAX 8

static void print_went_on(struct sg_strbuf *out, const struct sg_recording *rec)
{
	size_t n = 0;

	for (size_t i = 0; i < rec->n_runs; i++) {
		const struct sg_target *target = &rec->runs[i]->target;

		for (size_t k = 0; k < target->n_went_on; k++) {
			if (n++ < WENT_ON_MAX)
				print_line(out, n == 1 ? "Went on" : "", target->went_on[k]);
		}
	}
	if (n > WENT_ON_MAX)
		sg_strbuf_printf(out, "%-10s and %zu more (the recording has them)\n", "",
				 n - WENT_ON_MAX);
}

static void print_totals(struct sg_strbuf *out, const struct sg_recording *rec,
			 const struct sg_run *run)
{
	struct sg_totals totals = sg_recording_totals(rec, run);
	bool any = false;

	sg_strbuf_printf(out, "%-10s ", "Calls");
	if (run->sources & ~(uint32_t)SG_SOURCE_AUDIT || !totals.logged)
		sg_strbuf_printf(out, "%" PRIu64 " by the application, ", totals.calls);
	if (totals.logged)
		sg_strbuf_printf(out, "%" PRIu64 " logged, ", totals.logged);
	sg_strbuf_printf(out, "%zu distinct\n", totals.distinct);
	for (size_t i = 0; i < SG_LOSS_MAX_; i++) {
		if (!run->loss[i])
			continue;
		sg_strbuf_printf(out, "%-10s %s %" PRIu64 ": %s\n", any ? "" : "Losses",
				 sg_loss_kinds[i].name, run->loss[i], sg_loss_kinds[i].meaning);
		any = true;
	}
	if (!any)
		sg_strbuf_printf(out, "%-10s none\n", "Losses");
	if (sg_recording_is_lossy(rec))
		sg_strbuf_printf(out,
				 "%-10s lossy: calls can be missing, and emit refuses it without "
				 "--allow-lossy\n",
				 "State");
}

static void print_headlines(struct sg_strbuf *out, const struct sg_recording *rec,
			    const struct sg_run *run)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf denied = SG_STRBUF_INIT;
	_cleanup_(sg_strbuf_done) struct sg_strbuf ended = SG_STRBUF_INIT;

	sg_headline_denied(rec, run, &denied);
	sg_headline_ended(rec, &ended);
	out->failed |= denied.failed || ended.failed;
	if (denied.len && !denied.failed)
		sg_strbuf_printf(out, "%-10s %s\n", "Denials", denied.data);
	if (ended.len && !ended.failed)
		sg_strbuf_printf(out, "%-10s %s\n", "End", ended.data);
}

static int print_people(const struct sg_recording *rec, const char *name, bool args,
			struct sg_strbuf *out, struct sg_error *err)
{
	_cleanup_(sg_run_freep) struct sg_run *run = NULL;
	int r = sg_recording_fold(rec, &run, err);

	if (r < 0)
		return r;
	print_line(out, "Recording", name);
	print_headlines(out, rec, run);
	print_target(out, rec, &run->target);
	print_interval(out, rec, run);
	print_went_on(out, rec);
	print_totals(out, rec, run);
	if (rec->n_runs > 1)
		sg_view_runs(rec, out);
	return args ? sg_show_args(run, out, err) : print_entries(run, rec->n_runs == 1, out, err);
}

static int run(void *data, const struct sg_operands *operands, struct sg_error *err)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;
	_cleanup_free_ char *name = NULL;
	const struct options *o = data;
	int r;

	r = sg_store_load_all(operands->argv, operands->n, &rec, &name, err);
	if (r < 0)
		return r;
	if (o->reconcile)
		r = sg_show_reconcile(rec, o->json, &out, err);
	else if (o->json)
		r = sg_recording_print_summary(rec, &out, err);
	else
		r = print_people(rec, name, o->args, &out, err);
	if (r < 0)
		return r;
	return sg_output_print(&out, err);
}

static const struct sg_option options[] = {
	{ .long_name = "args",
	  .handle = set_args,
	  .doc = "show, in place of the calls, with which arguments the application made them" },
	{ .long_name = "reconcile",
	  .handle = set_reconcile,
	  .doc = "hold BPF and the audit trail against each other: which calls one of them saw and "
		 "the other did not, and why" },
	{ .short_name = 'j',
	  .long_name = "json",
	  .handle = set_json,
	  .doc = "print JSON, whose form is stable and documented in recording-format.md" },
	{ 0 },
};

static const struct sg_example examples[] = {
	{ "seccomp-gen show", "shows the latest recording" },
	{ "seccomp-gen show nginx.json --json | jq -r '.syscalls[] | select(.count > 0).name'",
	  "prints the names of the application's calls" },
	{ "seccomp-gen show nginx.json --args | grep ^socket", "shows which sockets it opened" },
	{ "seccomp-gen show nginx.json --reconcile",
	  "shows which calls BPF, the audit trail or both have seen" },
	{ 0 },
};

const struct sg_command sg_cmd_show = {
	.name = "show",
	.summary = "show what a recording holds, most used call first",
	.operands = "[RECORDING]",
	.description =
		"Prints what was recorded and what was lost, and a table of the calls: name, "
		"architecture, how often the application made it, the stages in which it was made, "
		"when it was first seen, and which program was the first. Calls that were denied "
		"or "
		"logged add two columns.\n\n"
		"RECORDING is a file, '-' for standard input, or a name in the store or its "
		"beginning; without it, the latest recording in the store is meant.",
	.options = options,
	.examples = examples,
	.max_operands = 1,
	.complete_operands = SG_COMPLETE_RECORDING,
	.files_only = true,
	.data_size = sizeof(struct options),
	.run = run,
};
