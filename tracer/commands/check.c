/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/version.h"
#include "check/check.h"
#include "commands/commands.h"
#include "store/data.h"
#include "store/input.h"
#include "cli/log.h"
#include "cli/output.h"
#include "commands/parts/profile_input.h"
#include "view/report.h"

struct options {
	struct sg_profile_input input;
	const char *runtime, *runtime_version;
	struct sg_floors floors;
	bool alternatives;		   /* no runtime was named: one of them */
	struct sg_compile_options compile; /* for one runtime */
	size_t n_compile;
	uint32_t min_kernel, min_libseccomp;
	enum sg_severity least;
	bool json, sarif, no_new_privs;
	struct sg_report *reports;
	size_t n_reports;
};

static int parse_libseccomp(const char *value, void *field, struct sg_error *err)
{
	if (sg_libseccomp_parse(value, field) < 0)
		return sg_error_set(err, -EINVAL, "'%s' is no version such as 2.5.4", value);
	return 0;
}

static int load_floors(struct options *o, struct sg_error *err)
{
	enum sg_tristate privs = o->no_new_privs ? SG_YES : SG_UNKNOWN;
	int r;

	o->alternatives = !o->runtime;
	if (!o->runtime) /* as containers are by default: without no_new_privs */
		return sg_data_floors(o->no_new_privs ? SG_YES : SG_NO, true, &o->floors, err);
	if (strcmp(o->runtime, SG_RUNTIME_ANY) == 0)
		return sg_data_floors(privs, false, &o->floors, err);
	o->floors.list = calloc(1, sizeof(struct sg_floor *));
	if (!o->floors.list)
		return sg_error_oom(err);
	r = sg_data_floor(o->runtime, o->runtime_version, privs, &o->floors.list[0], err);
	o->floors.n = r == 0;
	if (r == 0 && sg_compile_flavor_parse(o->runtime, &o->compile.flavor) == 0) {
		o->n_compile = 1;
		if (o->runtime_version)
			sg_runtime_version_parse(o->runtime_version, &o->compile.runtime_version);
	}
	return r;
}

/*
 * What cannot be read is a finding like others, so that the rest is still judged and a code host
 * shows the place. Messages start with "NAME:LINE:COLUMN: ".
 */
static int add_unreadable(struct sg_report *report, const struct sg_error *why,
			  struct sg_error *err)
{
	const char *message = why->message;
	struct sg_position at = { 0 };
	size_t n = strlen(report->name);
	int end = 0;

	if (strncmp(message, report->name, n) == 0 &&
	    sscanf(message + n, ":%u:%u: %n", &at.line, &at.column, &end) == 2 && end > 0)
		message += n + (size_t)end;
	else
		at = (struct sg_position){ 0 };
	return sg_findings_add(&report->findings, SG_FINDING_UNREADABLE, at, err, "%s", message);
}

/* The dialect decides which engine's capabilities are the default. */
static int read_options(const struct options *o, const char *name, const char *text, size_t len,
			struct sg_read_options *ret, struct sg_error *err)
{
	_cleanup_(sg_parsed_profile_freep) struct sg_parsed_profile *parsed = NULL;
	int r;

	r = sg_profile_parse(name, text, len, &parsed, err);
	return r < 0 ? r : sg_profile_input_options(&o->input, parsed->dialect, ret, err);
}

static int check_one(struct options *o, const char *path, struct sg_report *report,
		     struct sg_error *err)
{
	struct sg_check_options opts = {
		.floors = (const struct sg_floor *const *)o->floors.list,
		.n_floors = o->floors.n,
		.any_floor = o->alternatives,
		.runtimes = &o->compile,
		.n_runtimes = o->n_compile,
		.min_kernel = o->min_kernel,
		.min_libseccomp = o->min_libseccomp,
		.dangerous = true,
		.compile = true,
	};
	_cleanup_free_ char *text = NULL;
	struct sg_error why = { 0 };
	size_t len;
	int r;

	report->name = strcmp(path, "-") == 0 ? SG_INPUT_STDIN_NAME : path;
	r = sg_input_read(path, SG_JSON_MAX_BYTES, &text, &len, err);
	if (r < 0)
		return r;
	r = read_options(o, report->name, text, len, &opts.read, &why);
	if (r == 0)
		r = sg_check(report->name, text, len, &opts, &report->findings, &why);
	if (r == -EINVAL || r == -E2BIG)
		return add_unreadable(report, &why, err);
	return r < 0 ? sg_error_set(err, r, "%s", why.message) : 0;
}

static int print(const struct options *o, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;

	if (o->json)
		sg_report_print_json(o->reports, o->n_reports, o->least, &out);
	else if (o->sarif)
		sg_report_print_sarif(o->reports, o->n_reports, o->least, SG_VERSION, &out);
	else
		sg_report_print(o->reports, o->n_reports, o->least, &out);
	return sg_output_print(&out, err);
}

static int run(void *data, const struct sg_operands *operands, struct sg_error *err)
{
	struct options *o = data;
	size_t counts[SG_SEVERITY_MAX_] = { 0 };
	int r;

	if (o->runtime_version && strcmp(o->runtime, SG_RUNTIME_ANY) == 0)
		return sg_command_usage(err, "--runtime-version needs one runtime: --runtime names "
					     "any of them");
	r = load_floors(o, err);
	if (r < 0)
		return r;
	o->reports = calloc(operands->n, sizeof(*o->reports));
	if (!o->reports)
		return sg_error_oom(err);
	for (size_t i = 0; i < operands->n; i++) {
		r = check_one(o, operands->argv[i], &o->reports[o->n_reports++], err);
		if (r < 0)
			return r;
		for (int s = 0; s < SG_SEVERITY_MAX_; s++)
			counts[s] += o->reports[i].findings.counts[s];
	}
	r = print(o, err);
	if (r < 0)
		return r;
	sg_notice("check: %zu errors, %zu warnings, %zu notes", counts[SG_SEVERITY_ERROR],
		  counts[SG_SEVERITY_WARNING], counts[SG_SEVERITY_NOTE]);
	return counts[SG_SEVERITY_ERROR] ? SG_EXIT_NO : SG_EXIT_OK;
}

static void done(void *data)
{
	struct options *o = data;

	for (size_t i = 0; i < o->n_reports; i++)
		sg_findings_done(&o->reports[i].findings);
	free(o->reports);
	sg_floors_done(&o->floors);
	sg_profile_input_done(&o->input);
}

static const struct sg_choice runtimes[] = {
#define RUNTIME(id, name_) { .name = (name_) },
#include "filter/compile/runtimes.def"
#undef RUNTIME
	{ .name = SG_RUNTIME_ANY },
	{ 0 },
};

static const struct sg_choice severities[] = {
	{ "note", SG_SEVERITY_NOTE },
	{ "warning", SG_SEVERITY_WARNING },
	{ "error", SG_SEVERITY_ERROR },
	{ 0 },
};

static const struct sg_option options[] = {
	{ .long_name = "runtime",
	  .metavar = "NAME",
	  .choices = runtimes,
	  .open = true,
	  SG_TEXT(struct options, runtime),
	  .doc = "the container runtime that is to start the workload: what it calls itself after "
		 "loading the filter must be allowed; 'any' stands for all that are known; by "
		 "default a profile under which none of them starts a container gets a warning" },
	{ .long_name = "runtime-version",
	  .metavar = "VERSION",
	  .only_with = "runtime",
	  SG_TEXT(struct options, runtime_version),
	  .doc = "the version of that runtime, such as 1.1.5; by default all versions" },
	{ .long_name = "no-new-privs",
	  SG_SWITCH(struct options, no_new_privs),
	  .doc = "the containers run with no_new_privs, where runtimes call less under the "
		 "filter; by default one without it has to start, too" },
	{ .long_name = "min-kernel",
	  .metavar = "VERSION",
	  SG_PARSED(struct options, min_kernel, uint32_t, sg_option_kernel),
	  .doc = "the oldest kernel that the profile is for: name the calls that it lacks" },
	{ .long_name = "min-libseccomp",
	  .metavar = "VERSION",
	  SG_PARSED(struct options, min_libseccomp, uint32_t, parse_libseccomp),
	  .doc = "the oldest libseccomp that the profile is for: name the calls that it has no "
		 "name for" },
	SG_PROFILE_INPUT_OPTIONS(struct options, input),
	{ .long_name = "level",
	  .metavar = "SEVERITY",
	  .choices = severities,
	  SG_CHOICE(struct options, least),
	  .doc = "leave out what weighs less; by default note, which is everything" },
	{ .short_name = 'j',
	  .long_name = "json",
	  .excludes = "sarif",
	  SG_SWITCH(struct options, json),
	  .doc = "print JSON, whose form is stable" },
	{ .long_name = "sarif",
	  SG_SWITCH(struct options, sarif),
	  .doc = "print SARIF 2.1.0, which code hosts show next to the lines" },
	{ 0 },
};

static const struct sg_example examples[] = {
	{ "seccomp-gen check nginx.json --runtime any", "judges a profile for runc and crun" },
	{ "seccomp-gen check --sarif profiles/*.json > seccomp.sarif",
	  "judges all profiles of a repository, for its code host" },
	{ "seccomp-gen check p.json --min-kernel 5.10 --min-libseccomp 2.5.1",
	  "names what nodes with Debian 11 do not know" },
	{ 0 },
};

const struct sg_command sg_cmd_check = {
	.name = "check",
	.summary = "find what is wrong with a profile before it is deployed",
	.operands = "PROFILE...",
	.description =
		"Judges profiles in any dialect: names that no kernel has, entries that contradict "
		"each other or do nothing, conditions that the kernel, libseccomp or the "
		"runtimes take otherwise than they read, errnos that keep libraries from "
		"falling back, what the runtime needs, a compiled filter that is too large or "
		"does something else, and calls that are dangerous, with the reason. Each "
		"finding has an identifier, a severity, a place and a remedy. Exits with 3 when "
		"there are errors.\n\n"
		"PROFILE is a file, '-' for standard input.",
	.options = options,
	.examples = examples,
	.min_operands = 1,
	.max_operands = SG_OPERANDS_ANY,
	.complete_operands = SG_COMPLETE_FILE,
	.files_only = true,
	.data_size = sizeof(struct options),
	.run = run,
	.done = done,
};
