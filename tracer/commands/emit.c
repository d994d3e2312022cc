/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "audit/files.h"
#include "base/cleanup.h"
#include "commands/commands.h"
#include "store/data.h"
#include "commands/parts/arg_set.h"
#include "commands/parts/emit_floor.h"
#include "commands/parts/emit_wider.h"
#include "view/completeness.h"
#include "view/runs.h"
#include "dialect/dialect.h"
#include "filter/filter.h"
#include "infer/bundles.h"
#include "infer/explain.h"
#include "infer/infer.h"
#include "cli/log.h"
#include "cli/output.h"
#include "store/sink.h"
#include "commands/parts/profile_print.h"
#include "recording/derive/headlines.h"
#include "recording/merge/merge.h"
#include "store/store.h"

struct options {
	struct sg_option_texts audit; /* logs to join, in order */
	const char *runtime, *runtime_version;
	struct sg_profile_print print;
	bool no_fallbacks, allow_lossy, include_denied, explain;
	enum sg_arg_set args;
	uint32_t max_insns, bundles;
};

static bool knows_program(const struct sg_recording *rec, const char *comm)
{
	for (size_t i = 0; i < rec->n_runs; i++) {
		const struct sg_run *run = rec->runs[i];

		for (size_t k = 0; k < run->n_entries; k++) {
			const struct sg_entry *entry = &run->entries[k];

			for (size_t p = 0; p < entry->n_programs; p++) {
				if (strcmp(entry->programs[p], comm) == 0)
					return true;
			}
		}
	}
	return false;
}

/* A log of a whole host would open the profile to what others do: say whose calls come in. */
static void warn_unknown_programs(const struct sg_recording *rec, const struct sg_run *audit,
				  const char *path)
{
	for (size_t i = 0; i < audit->n_entries; i++) {
		const struct sg_entry *entry = &audit->entries[i];

		for (size_t p = 0; p < entry->n_programs; p++) {
			if (knows_program(rec, entry->programs[p]))
				continue;
			sg_warn("emit: %s has records of '%s', a program that no recording knows: "
				"its calls come into the profile (choose with 'seccomp-gen import "
				"--comm' or '--pid')",
				path, entry->programs[p]);
			return;
		}
	}
}

/* --audit FILE is short for import and merge. */
static int join_audit(const struct options *o, struct sg_recording *rec, struct sg_error *err)
{
	for (size_t i = 0; i < o->audit.n; i++) {
		_cleanup_(sg_recording_freep) struct sg_recording *log = NULL;
		_cleanup_(sg_run_freep) struct sg_run *run = NULL;
		int r;

		r = sg_audit_import_path(o->audit.list[i], o->print.output, &run, err);
		if (r < 0)
			return r;
		warn_unknown_programs(rec, run, o->audit.list[i]);
		r = sg_recording_new(&log, err);
		if (r < 0)
			return r;
		r = sg_recording_add(log, run, err);
		if (r < 0)
			return r;
		TAKE_PTR(run);
		r = sg_recording_merge(rec, log, err);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Recorded by default and not used by default: less of them has been seen than of calls. */
static void hint_at_args(const struct sg_recording *rec)
{
	size_t n = 0;

	for (size_t i = 0; i < rec->n_runs; i++) {
		for (size_t k = 0; k < rec->runs[i]->n_entries; k++)
			n += rec->runs[i]->entries[k].args != NULL;
	}
	if (n)
		sg_notice("emit: the recording knows with which arguments some calls were made: "
			  "--args security allows no others where it matters");
}

/* Inference takes it that what the profile does not name fails as its default says. */
static void warn_unnamed(const struct options *o, const struct sg_infer_notices *notices)
{
	const struct sg_dialect *dialect =
		o->print.format ? sg_dialect_by_name(o->print.format) : NULL;

	if (notices->n_absent && dialect && dialect->unnamed)
		sg_warn("emit: %s: a number without a system call, for which the kernel answers "
			"ENOSYS, %s under this profile",
			dialect->name, dialect->unnamed);
}

static int note_completeness(const struct sg_recording *rec, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf line = SG_STRBUF_INIT;
	int r = sg_view_completeness_line(rec, &line, err);

	if (r == 0)
		sg_notice("emit: %s", line.data);
	return r;
}

static int parse_bundles(const char *value, void *field, struct sg_error *err)
{
	if (sg_bundles_parse(value, field) < 0)
		return sg_error_set(err, -EINVAL,
				    "'%s' is not 'all' or a list of " SG_BUNDLE_NAMES
				    ", with commas between",
				    value);
	return 0;
}

static int infer(const struct options *o, const struct sg_recording *rec, struct sg_profile **ret,
		 struct sg_error *err)
{
	_cleanup_(sg_infer_notices_done) struct sg_infer_notices notices = { 0 };
	_cleanup_(sg_floor_freep) struct sg_floor *floor = NULL;
	struct sg_infer_options infer_options = {
		.no_fallbacks = o->no_fallbacks,
		.allow_lossy = o->allow_lossy,
		.include_denied = o->include_denied,
		.args = o->args,
		.max_insns = o->max_insns,
		.bundles = o->bundles,
	};
	int r;

	r = sg_emit_floor(rec, o->runtime, o->runtime_version, &floor, err);
	if (r < 0)
		return r;
	infer_options.floor = floor;
	r = sg_infer(rec, &infer_options, ret, &notices, err);
	if (r < 0)
		return r;
	sg_emit_floor_note(rec, o->runtime, floor);
	sg_emit_floor_note_privs(rec, o->runtime, o->runtime_version);
	if (o->args == SG_ARG_SET_NONE)
		hint_at_args(rec);
	for (size_t i = 0; i < notices.n_lines; i++) {
		if (i < notices.n_warnings ||
		    o->allow_lossy) /* what is missing is to be known, --quiet or not */
			sg_warn("emit: %s", notices.lines[i]);
		else
			sg_notice("emit: %s", notices.lines[i]);
	}
	warn_unnamed(o, &notices);
	r = note_completeness(rec, err);
	if (r < 0)
		return r;
	return sg_emit_note_wider(*ret, rec, err);
}

/* Of the recordings; for logs their reader does it. A name in the store is no file here. */
static int check_output(const char *output, const struct sg_operands *operands,
			struct sg_error *err)
{
	struct stat st;
	int r = 0;

	for (size_t i = 0; r == 0 && i < operands->n; i++) {
		if (stat(operands->argv[i], &st) == 0)
			r = sg_sink_check_input(output, &st, err);
	}
	return r;
}

/* What was taken where nobody named it in full. */
static void say_which(const struct sg_operands *operands, const char *name,
		      const struct sg_recording *rec)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf targets = SG_STRBUF_INIT;

	sg_view_targets(rec, &targets);
	if (targets.failed || (operands->n && (strcmp(operands->argv[0], name) == 0 ||
					       strcmp(operands->argv[0], "-") == 0)))
		return;
	sg_notice("emit: taking %s%s (%s)", operands->n ? "" : "the recording written last: ", name,
		  targets.data);
}

/* Before all else: whether the recording is of the workload at work. */
static int warn_headlines(const struct sg_recording *rec, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf denied = SG_STRBUF_INIT;
	_cleanup_(sg_strbuf_done) struct sg_strbuf ended = SG_STRBUF_INIT;
	_cleanup_(sg_run_freep) struct sg_run *run = NULL;
	int r = sg_recording_fold(rec, &run, err);

	if (r < 0)
		return r;
	sg_headline_denied(rec, run, &denied);
	sg_headline_ended(rec, &ended);
	if (denied.failed || ended.failed)
		return sg_error_oom(err);
	if (denied.len)
		sg_warn("emit: %s", denied.data);
	if (ended.len)
		sg_warn("emit: the workload %s", ended.data);
	return 0;
}

/* One profile for different workloads is wider than each of them needs. */
static void note_targets(const struct sg_recording *rec)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf targets = SG_STRBUF_INIT;

	if (sg_view_targets(rec, &targets) > 1 && !targets.failed)
		sg_notice("emit: the recordings are of %s: the profile allows what any of them "
			  "called",
			  targets.data);
}

static int run(void *data, const struct sg_operands *operands, struct sg_error *err)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	_cleanup_(sg_profile_freep) struct sg_profile *profile = NULL;
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;
	_cleanup_free_ char *name = NULL;
	struct options *o = data;
	int r;

	if (o->runtime_version &&
	    (strcmp(o->runtime, SG_RUNTIME_NONE) == 0 || strcmp(o->runtime, SG_RUNTIME_ANY) == 0))
		return sg_command_usage(err,
					"--runtime-version needs one runtime: --runtime names "
					"%s",
					o->runtime);
	r = check_output(o->print.output, operands, err);
	if (r < 0)
		return r;
	r = sg_store_load_all(operands->argv, operands->n, &rec, &name, err);
	if (r < 0)
		return r;
	say_which(operands, name, rec);
	r = join_audit(o, rec, err);
	if (r < 0)
		return r;
	r = warn_headlines(rec, err);
	if (r < 0)
		return r;
	note_targets(rec);
	r = infer(o, rec, &profile, err);
	if (r < 0)
		return r;
	o->print.command = "emit";
	o->print.unasked = !o->print.format;
	if (!o->explain)
		return sg_profile_print(profile, &o->print, err);
	r = sg_explain_print(profile, &out, err);
	return r < 0 ? r : sg_sink_print(o->print.output, &out, SG_MODE_PUBLIC, err);
}

static void done(void *data)
{
	sg_option_texts_done(&((struct options *)data)->audit);
}

static const struct sg_choice runtimes[] = {
#define RUNTIME(id, name_) { .name = (name_) },
#include "filter/compile/runtimes.def"
#undef RUNTIME
	{ .name = SG_RUNTIME_ANY },
	{ .name = SG_RUNTIME_NONE },
	{ 0 },
};

static const struct sg_option options[] = {
	SG_PROFILE_PRINT_OPTIONS(struct options, print),
	{ .long_name = "audit",
	  .metavar = "FILE",
	  .complete = SG_COMPLETE_FILE,
	  SG_TEXTS(struct options, audit),
	  .doc = "join what this audit log says: short for import and merge; several are joined" },
	{ .long_name = "runtime",
	  .metavar = "NAME",
	  .choices = runtimes,
	  .open = true,
	  SG_TEXT(struct options, runtime),
	  .doc = "add what this container runtime calls between loading the filter and the "
		 "workload's start; 'any' adds what all that are known call, 'none' nothing, and "
		 "by default it is the runtimes that the recordings name" },
	{ .long_name = "runtime-version",
	  .metavar = "VERSION",
	  .only_with = "runtime",
	  SG_TEXT(struct options, runtime_version),
	  .doc = "the version of that runtime, such as 1.1.5; by default what the recordings say, "
		 "else all versions that are known" },
	{ .long_name = "no-fallbacks",
	  SG_SWITCH(struct options, no_fallbacks),
	  .doc = "leave out what a recording can miss: calls that the kernel injects, exit paths, "
		 "what the vDSO answers on this machine only, what libc or Go call depending on "
		 "timing; and allow clone3 where it was called" },
	{ .long_name = "include-denied",
	  SG_SWITCH(struct options, include_denied),
	  .doc = "allow calls that were denied while recording" },
	{ .long_name = "complete-bundles",
	  .metavar = "LIST",
	  SG_PARSED(struct options, bundles, uint32_t, parse_bundles),
	  .doc = "add the calls of these features that were not seen, where others of them were: "
		 "names "
		 "with commas between (" SG_BUNDLE_NAMES "), or 'all'; by default they are named" },
	{ .long_name = "args",
	  .metavar = "SET",
	  .choices = sg_arg_set_choices,
	  SG_CHOICE(struct options, args),
	  .doc = "allow calls with the arguments that were observed only: none (the default), "
		 "those where an attacker gains by others (security), all that were watched" },
	{ .long_name = "max-insns",
	  .metavar = "N",
	  SG_NUMBER(struct options, max_insns),
	  .min = 1,
	  .max = SG_FILTER_MAX_INSNS,
	  .doc = "leave out conditions, those worth least first, while the filter has more "
		 "instructions than this (2048)" },
	{ .long_name = "allow-lossy",
	  SG_SWITCH(struct options, allow_lossy),
	  .doc = "emit even when the recording says that calls may be missing from it, and leave "
		 "out calls of which only the number is known" },
	{ .long_name = "explain",
	  .excludes = "format strict",
	  .conflict = "prints no profile, and excludes",
	  SG_SWITCH(struct options, explain),
	  .doc = "print, in place of the profile, each call with every reason for it" },
	{ 0 },
};

static const struct sg_example examples[] = {
	{ "seccomp-gen emit -o nginx.json", "makes the profile of the latest recording" },
	{ "seccomp-gen emit node1.json node2.json --runtime runc --runtime-version 1.1.5",
	  "makes one profile of two recordings, for containers that runc 1.1.5 starts" },
	{ "seccomp-gen emit nginx.json --audit nginx-audit.log",
	  "adds the calls that a log of the same workload holds" },
	{ "seccomp-gen emit --args security --explain | grep ^socket",
	  "shows under which conditions sockets can be opened, and why" },
	{ "seccomp-gen emit --explain | grep audit", "shows the calls that the audit trail adds" },
	{ 0 },
};

const struct sg_command sg_cmd_emit = {
	.name = "emit",
	.summary = "print the minimal profile for recordings",
	.operands = "[RECORDING...]",
	.description =
		"Prints the smallest seccomp profile, in the JSON of OCI or another dialect, that "
		"allows what was recorded. Whatever is not allowed fails with ENOSYS, after which "
		"libraries fall back to what they used before. What was added beyond the "
		"recording, and why, is said on standard error and by --explain.\n\n"
		"A RECORDING is a file, '-' for standard input, or a name in the store or its "
		"beginning. Several are joined; without any, the latest in the store is meant. A "
		"recording whose loss ledger says that a call can be missing is refused.",
	.options = options,
	.examples = examples,
	.max_operands = SG_OPERANDS_ANY,
	.complete_operands = SG_COMPLETE_RECORDING,
	.files_only = true,
	.data_size = sizeof(struct options),
	.run = run,
	.done = done,
};
