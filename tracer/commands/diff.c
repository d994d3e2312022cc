/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "cli/arch.h"
#include "commands/commands.h"
#include "confine/confine.h"
#include "diff/diff.h"
#include "store/defaults.h"
#include "commands/parts/diff_side.h"
#include "cli/log.h"
#include "cli/output.h"
#include "view/diff_json.h"

struct options {
	struct sg_profile_input input;
	const char *runtime;
	pid_t pid;
	bool subset, json;
	struct sg_side a, b;
};

static int read_sides(struct options *o, const struct sg_operands *operands, struct sg_error *err)
{
	const char *what = operands->argv[0];
	const struct sg_default *known;
	struct sg_error ignored;
	char buf[64];
	struct sg_compile_budget budget = { SG_COMPILE_WORK };
	bool waits;
	int r = 0;

	/* "docker" waits for B: if that is a recording, it is the Docker that was recorded */
	waits = sg_default_find(what, &known, &ignored) == 0 && known;
	if (!waits)
		r = sg_side_read(what, &o->input, &o->a, err);
	if (r == 0 && o->pid)
		r = sg_side_read_pid(o->pid, &o->b, err);
	else if (r == 0)
		r = sg_side_read(operands->argv[1], &o->input, &o->b, err);
	if (r == 0 && o->b.run)
		what = sg_side_of_engine(what, &o->b.run->target, buf, sizeof(buf));
	if (r == 0 && waits)
		r = sg_side_read(what, &o->input, &o->a, err);
	if (r == 0)
		r = sg_side_make_profile(&o->a, &o->input, err);
	if (r == 0)
		r = sg_side_make_profile(&o->b, &o->input, err);
	if (r < 0 || !o->runtime)
		return r;
	r = sg_side_compile(&o->a, o->runtime, &o->input, &budget, err);
	return r < 0 ? r : sg_side_compile(&o->b, o->runtime, &o->input, &budget, err);
}

static struct sg_diff_side side_of(const struct sg_side *side)
{
	return (struct sg_diff_side){
		.profile = side->profile,
		.filters = (const struct sg_filter *const *)side->filters.filters,
		.n_filters = side->filters.n,
	};
}

static void print_origin(const struct sg_side *side)
{
	if (side->origin)
		sg_notice("diff: %s", side->origin);
}

static int print(const struct options *o, const struct sg_diff *diff, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;

	if (o->json)
		sg_diff_print_json(diff, o->a.name, o->b.name, &out);
	else
		sg_diff_print(diff, o->a.name, o->b.name, &out);
	return sg_output_print(&out, err);
}

static bool needs_process(const struct options *o, const struct sg_operands *operands)
{
	bool needs = o->pid != 0;

	for (size_t i = 0; i < operands->n; i++)
		needs |= !strncmp(operands->argv[i], "pid:", 4);
	return needs;
}

static int run(void *data, const struct sg_operands *operands, struct sg_error *err)
{
	_cleanup_(sg_diff_done) struct sg_diff diff = { 0 };
	struct options *o = data;
	struct sg_diff_options opts = { .small_arguments = true };
	struct sg_diff_side a, b;
	int r;

	if (!needs_process(o, operands))
		sg_drop_capabilities();
	r = read_sides(o, operands, err);
	if (r < 0)
		return r;
	a = side_of(&o->a);
	b = side_of(&o->b);
	/* a recording knows calls, not how the others would be refused */
	opts.permission_only = o->subset || o->a.run || o->b.run;
	opts.native_arch = o->input.arch;
	if (!opts.native_arch)
		r = sg_native_arch(&opts.native_arch, err);
	if (r == 0)
		r = sg_diff(&a, &b, &opts, &diff, err);
	if (r == 0)
		r = print(o, &diff, err);
	if (r < 0)
		return r;
	print_origin(&o->a);
	print_origin(&o->b);
	if (o->subset && sg_diff_is_subset(&diff))
		sg_notice("diff: %s allows nothing that %s does not", o->b.name, o->a.name);
	else if (diff.n == 0)
		sg_notice("diff: no difference");
	if (o->subset)
		return sg_diff_is_subset(&diff) ? SG_EXIT_OK : SG_EXIT_NO;
	return diff.n == 0 ? SG_EXIT_OK : SG_EXIT_NO;
}

static void done(void *data)
{
	struct options *o = data;

	sg_side_done(&o->a);
	sg_side_done(&o->b);
	sg_profile_input_done(&o->input);
}

static const struct sg_option options[] = {
	{ .long_name = "subset",
	  SG_SWITCH(struct options, subset),
	  .doc = "ask whether B allows nothing more than A; how a call is denied does not matter" },
	{ .long_name = "pid",
	  .metavar = "PID",
	  .is_operand = true,
	  SG_PID(struct options, pid),
	  .doc = "B is what this running process has loaded" },
	{ .long_name = "runtime",
	  .metavar = "NAME",
	  .choices = sg_filter_runtimes,
	  SG_TEXT(struct options, runtime),
	  .doc = "compare what this container runtime makes of the profiles, with the libseccomp "
		 "that is here; 'plain' is libseccomp alone; by default profiles are taken at "
		 "their word" },
	SG_PROFILE_RUNTIME_VERSION_OPTION(struct options, input, .only_with = "runtime"),
	SG_PROFILE_INPUT_OPTIONS(struct options, input),
	{ .short_name = 'j',
	  .long_name = "json",
	  SG_SWITCH(struct options, json),
	  .doc = "print JSON, whose form is stable" },
	{ 0 },
};

static const struct sg_example examples[] = {
	{ "seccomp-gen diff old.json new.json", "shows what a change to a profile changes" },
	{ "seccomp-gen diff docker nginx.json --subset",
	  "asks whether a profile stays within Docker's default, for instance in CI" },
	{ "seccomp-gen diff nginx.json nginx-20261121T1200",
	  "shows what of a recording a profile lacks" },
	{ "seccomp-gen diff nginx.json --runtime runc --pid 4711",
	  "asks whether a running process has the filter that it should have" },
	{ 0 },
};

const struct sg_command sg_cmd_diff = {
	.name = "diff",
	.summary = "compare what two profiles allow",
	.operands = "A B|--pid PID",
	.description =
		"Compares what two profiles decide, call by call and for all arguments, however "
		"they are written: what only A allows, what only B allows, and what gets "
		"another verdict. Where it depends on arguments, an example proves it. Exits "
		"with 0 when there is no difference, else with 3.\n\n"
		"A and B are each a profile in any dialect ('-': standard input), 'docker', "
		"'podman', 'containerd' (or 'runtime-default') or 'cri-o' for the newest default "
		"profile of those that is known, 'docker@26.1' for one of a version, a recording "
		"(a file or a name in the store), or 'pid:N' for what a "
		"running process has loaded, or 'bpf:FILE' for a raw program.",
	.options = options,
	.examples = examples,
	.min_operands = 2,
	.max_operands = 2,
	.complete_operands = SG_COMPLETE_FILE,
	.data_size = sizeof(struct options),
	.run = run,
	.done = done,
};
