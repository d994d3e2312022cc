/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cleanup.h"
#include "commands/commands.h"
#include "cli/output.h"
#include "store/store.h"
#include "view/completeness.h"
#include "view/show/show.h"
#include "view/show/reconcile.h"

struct options {
	bool json, reconcile, args, completeness;
};

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
	else if (o->completeness && !o->json)
		r = sg_view_completeness(rec, &out, err);
	else if (o->json)
		r = sg_view_show_json(rec, &out, err);
	else
		r = sg_view_show(rec, name, o->args, &out, err);
	if (r < 0)
		return r;
	return sg_output_print(&out, err);
}

static const struct sg_option options[] = {
	{ .long_name = "args",
	  SG_SWITCH(struct options, args),
	  .doc = "show, in place of the calls, with which arguments the application made them" },
	{ .long_name = "completeness",
	  .excludes = "args reconcile",
	  SG_SWITCH(struct options, completeness),
	  .doc = "show, in place of the calls, what further runs like these would bring: all "
		 "figures, "
		 "how much was known after how many runs, and which calls one run alone made; "
		 "--json always has them" },
	{ .long_name = "reconcile",
	  SG_SWITCH(struct options, reconcile),
	  .doc = "hold BPF and the audit trail against each other: which calls one of them saw and "
		 "the other did not, and why" },
	{ .short_name = 'j',
	  .long_name = "json",
	  SG_SWITCH(struct options, json),
	  .doc = "print JSON, whose form is stable and documented in recording-format.md" },
	{ 0 },
};

static const struct sg_example examples[] = {
	{ "seccomp-gen show", "shows the latest recording" },
	{ "seccomp-gen show nginx.json --json | jq -r '.syscalls[] | select(.count > 0).name'",
	  "prints the names of the application's calls" },
	{ "seccomp-gen show nginx.json --args | grep ^socket", "shows which sockets it opened" },
	{ "seccomp-gen show nginx.json --completeness", "shows what its runs say of further ones" },
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
