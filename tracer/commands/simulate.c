/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/version.h"
#include "commands/commands.h"
#include "confine/confine.h"
#include "cli/log.h"
#include "cli/output.h"
#include "commands/parts/pid_filter.h"
#include "commands/parts/profile_input.h"
#include "commands/parts/simulate_floor.h"
#include "view/simulate.h"
#include "recording/derive/targets.h"
#include "store/store.h"

struct options {
	struct sg_profile_input input;
	const char *runtime;
	pid_t pid;
	bool raw, json, all, floor, include_denied, undecided_ok;
};

/* The filters to judge by, wherever they come from. */
struct source {
	char name[64]; /* "process 4711" */
	struct sg_pid_filters of_process;
	struct sg_filter *raw;
	struct sg_compiled compiled;
	enum sg_compile_flavor flavor;
	const struct sg_filter *const *filters; /* borrowed from the above */
	size_t n_filters;
};

static void source_done(struct source *source)
{
	sg_pid_filters_done(&source->of_process);
	sg_filter_free(source->raw);
	sg_compiled_done(&source->compiled);
}

static int source_of_process(struct source *source, pid_t pid, struct sg_error *err)
{
	int r = sg_pid_filters_read(pid, &source->of_process, err);

	if (r < 0)
		return r;
	if (source->of_process.n == 0)
		return sg_error_set(err, -ENODATA,
				    "process %d: has no seccomp filter, so nothing would be denied",
				    (int)pid);
	snprintf(source->name, sizeof(source->name), "process %d", (int)pid);
	source->filters = (const struct sg_filter *const *)source->of_process.filters;
	source->n_filters = source->of_process.n;
	return 0;
}

static int source_of_raw(struct source *source, const char *path, struct sg_error *err)
{
	int r = sg_filter_input_read(path, &source->raw, err);

	if (r < 0)
		return r;
	source->filters = (const struct sg_filter *const *)&source->raw;
	source->n_filters = 1;
	return 0;
}

/*
 * As --runtime and --runtime-version say; else as the recording does; else as runc, which starts
 * most containers. A version that the recording has is that of its own runtime only.
 */
static struct sg_compile_options choose_runtime(const struct options *o,
						const struct sg_recording *rec)
{
	struct sg_compile_options opts = { .flavor = SG_COMPILE_RUNC,
					   .runtime_version = sg_profile_input_version(&o->input) };
	const char *version, *recorded = sg_recording_runtime(rec, &version);
	enum sg_compile_flavor flavor;

	if (o->runtime)
		sg_compile_flavor_parse(o->runtime, &opts.flavor); /* the parser checked it */
	if (!recorded || sg_compile_flavor_parse(recorded, &flavor) < 0)
		return opts;
	if (!o->runtime)
		opts.flavor = flavor;
	if (!opts.runtime_version && opts.flavor == flavor && version)
		sg_runtime_version_parse(version, &opts.runtime_version);
	return opts;
}

static int source_of_profile(struct source *source, const struct options *o, const char *path,
			     const struct sg_recording *rec, struct sg_error *err)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = NULL;
	struct sg_compile_options opts = choose_runtime(o, rec);
	int r;

	r = sg_profile_input_read(path, &o->input, &profile, err);
	if (r == 0)
		r = sg_profile_compile(profile, &opts, &source->compiled, err);
	if (r < 0)
		return r;
	sg_warn_drops("simulate", profile, &source->compiled);
	source->flavor = opts.flavor;
	source->filters = (const struct sg_filter *const *)&source->compiled.filter;
	source->n_filters = 1;
	return 0;
}

static void warn_losses(const struct sg_recording *rec)
{
	for (int i = 0; i < SG_LOSS_MAX_; i++) {
		uint64_t n = sg_recording_set_loss(rec, (enum sg_loss)i);

		if (n)
			sg_warn("simulate: the recording may lack calls, which then are not "
				"judged: %s %" PRIu64 ": %s",
				sg_loss_kinds[i].name, n, sg_loss_kinds[i].meaning);
	}
}

static int print(const struct options *o, const struct sg_simulate_report *report,
		 struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;
	int r = 0;

	if (o->json)
		sg_simulate_print_json(report, &out);
	else
		r = sg_simulate_print(report, &out, err);
	return r < 0 ? r : sg_output_print(&out, err);
}

/* Judge @run by @source, print, and give the answer as an exit code. */
static int judge(const struct options *o, const struct source *source,
		 const struct sg_recording *rec, const struct sg_run *run, const char *filter_name,
		 const char *recording_name, struct sg_error *err)
{
	_cleanup_(sg_simulation_done) struct sg_simulation sim = { 0 };
	_cleanup_(sg_simulate_floors_done) struct sg_simulate_floors floors = { 0 };
	struct sg_sim_options opts = { .stages = 1u << SG_STAGE_APP,
				       .include_denied = o->include_denied,
				       .rec = rec };
	struct sg_simulate_report report = {
		.filter_name = source->name[0] ? source->name : filter_name,
		.recording_name = recording_name,
		.flavor = source->flavor,
		.compiled = source->compiled.filter ? &source->compiled : NULL,
		.filters = source->filters,
		.n_filters = source->n_filters,
		.sim = &sim,
		.show_all = o->all,
	};
	int r;

	if (o->floor)
		opts.stages |= 1u << SG_STAGE_FLOOR;
	r = sg_simulate(source->filters, source->n_filters, run, &opts, &sim, err);
	if (r < 0)
		return r;
	if (sim.n_calls == 0)
		return sg_error_set(err, -ENODATA,
				    "%s: no call of the application is in the recording, so "
				    "nothing is proven",
				    recording_name);
	warn_losses(rec);
	if (!o->pid) /* a process has been started already */
		r = sg_simulate_judge_floors(rec, o->runtime, o->input.runtime_version,
					     source->filters, source->n_filters, &floors, err);
	if (r < 0)
		return r;
	report.floors = floors.list;
	report.n_floors = floors.floors.n;
	r = print(o, &report, err);
	if (r < 0)
		return r;
	if (sg_simulate_floors_deny(&floors))
		return SG_EXIT_NO;
	if (sim.n_answers[SG_SIM_DENIED] || (sim.n_answers[SG_SIM_UNDECIDED] && !o->undecided_ok))
		return SG_EXIT_NO;
	return SG_EXIT_OK;
}

static int run(void *data, const struct sg_operands *operands, struct sg_error *err)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	_cleanup_(sg_run_freep) struct sg_run *run = NULL;
	_cleanup_(source_done) struct source source = { 0 };
	_cleanup_free_ char *name = NULL;
	const struct options *o = data;
	size_t skip = o->pid ? 0 : 1; /* with --pid every operand is a recording */
	int r;

	if (!o->pid)
		sg_drop_capabilities();
	r = sg_store_load_all(operands->argv + skip, operands->n - skip, &rec, &name, err);
	if (r == 0)
		r = sg_recording_fold(rec, &run, err);
	if (r < 0)
		return r;
	if (o->pid)
		r = source_of_process(&source, o->pid, err);
	else if (o->raw)
		r = source_of_raw(&source, operands->argv[0], err);
	else
		r = source_of_profile(&source, o, operands->argv[0], rec, err);
	if (r < 0)
		return r;
	return judge(o, &source, rec, run, skip ? operands->argv[0] : NULL, name, err);
}

static void done(void *data)
{
	sg_profile_input_done(&((struct options *)data)->input);
}

static const struct sg_option options[] = {
	{ .long_name = "pid",
	  .metavar = "PID",
	  .is_operand = true,
	  .excludes = "bpf runtime runtime-version",
	  .conflict = "takes the filter as it is loaded, and excludes",
	  SG_PID(struct options, pid),
	  .doc = "judge by the filters that this running process has loaded, in place of PROFILE" },
	{ .long_name = "bpf",
	  SG_SWITCH(struct options, raw),
	  .doc = "PROFILE is a raw BPF program, as bwrap --seccomp takes it" },
	{ .long_name = "runtime",
	  .metavar = "NAME",
	  .choices = sg_filter_runtimes,
	  SG_TEXT(struct options, runtime),
	  .doc = "who makes a filter of the profile; 'plain' is libseccomp alone; by default the "
		 "runtime that the recording names, else runc" },
	SG_PROFILE_RUNTIME_VERSION_OPTION(struct options, input),
	SG_PROFILE_INPUT_OPTIONS(struct options, input),
	{ .long_name = "floor",
	  SG_SWITCH(struct options, floor),
	  .doc = "judge, call by call, also what the container runtime was recorded to call "
		 "under its own filter" },
	{ .long_name = "include-denied",
	  SG_SWITCH(struct options, include_denied),
	  .doc = "judge also attempts that were denied while recording" },
	{ .long_name = "undecided-ok",
	  SG_SWITCH(struct options, undecided_ok),
	  .doc = "exit 0 even if it depends on arguments, which the recording lacks, whether a "
		 "call is denied" },
	{ .short_name = 'a',
	  .long_name = "all",
	  SG_SWITCH(struct options, all),
	  .doc = "list the allowed calls too" },
	{ .short_name = 'j',
	  .long_name = "json",
	  SG_SWITCH(struct options, json),
	  .doc = "print JSON, whose form is stable" },
	{ 0 },
};

static const struct sg_example examples[] = {
	{ "seccomp-gen simulate nginx.json", "judges the latest recording by a profile" },
	{ "seccomp-gen simulate nginx.json node1.json node2.json --runtime crun",
	  "judges two recordings, by the filter that crun would load" },
	{ "seccomp-gen simulate --pid 4711 new.json --all",
	  "shows how a running process's own filter would treat every recorded call" },
	{ 0 },
};

const struct sg_command sg_cmd_simulate = {
	.name = "simulate",
	.summary = "prove that a profile denies nothing that was recorded",
	.operands = "PROFILE|--pid PID [RECORDING...]",
	.description =
		"Makes of the profile the BPF program that a container runtime would load, and "
		"runs every recorded call through it: what is denied, how many instructions each "
		"call costs, and whether the kernel's bitmap would answer without running the "
		"filter. Of a container it also says whether its runtime starts it: whether what "
		"the runtime needs itself, the floor, is allowed. Exits with 3 when a recorded "
		"call would be denied, or when that depends on arguments that the recording does "
		"not hold, or when the container does not start.\n\n"
		"PROFILE is a file in any dialect, '-' for standard input. A RECORDING is a file, "
		"'-', or a name in the store or its beginning; several are joined; without any, "
		"the latest in the store is meant.",
	.options = options,
	.examples = examples,
	.min_operands = 1,
	.max_operands = SG_OPERANDS_ANY,
	.complete_operands = SG_COMPLETE_RECORDING,
	.data_size = sizeof(struct options),
	.run = run,
	.done = done,
};
