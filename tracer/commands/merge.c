/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cleanup.h"
#include "commands/commands.h"
#include "cli/log.h"
#include "view/runs.h"
#include "store/store.h"

struct options {
	const char *output;
};

static int run(void *data, const struct sg_operands *operands, struct sg_error *err)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	_cleanup_(sg_strbuf_done) struct sg_strbuf targets = SG_STRBUF_INIT;
	const struct options *o = data;
	int r;

	r = sg_store_load_all(operands->argv, operands->n, &rec, NULL, err);
	if (r < 0)
		return r;
	r = sg_store_save(rec, o->output ? o->output : "-", NULL, err);
	if (r < 0)
		return r;
	if (sg_view_targets(rec, &targets) > 1 && !targets.failed)
		sg_notice("merge: %s: what the result says is of all of them together",
			  targets.data);
	sg_notice("merge: %zu recordings hold %zu distinct runs", operands->n, rec->n_runs);
	return SG_EXIT_OK;
}

static const struct sg_option options[] = {
	{ .short_name = 'o',
	  .long_name = "output",
	  .metavar = "FILE",
	  .complete = SG_COMPLETE_FILE,
	  SG_TEXT(struct options, output),
	  .doc = "write the merged recording to FILE, whole or not at all; '-' and the default are "
		 "standard output" },
	{ 0 },
};

static const struct sg_example examples[] = {
	{ "seccomp-gen merge monday.json tuesday.json -o week.json", "joins two days" },
	{ "seccomp-gen merge node*.json | seccomp-gen emit -",
	  "makes one profile of what many nodes recorded" },
	{ 0 },
};

const struct sg_command sg_cmd_merge = {
	.name = "merge",
	.summary = "join recordings into one",
	.operands = "RECORDING RECORDING...",
	.description =
		"Joins recordings: the union of their runs. The order does not matter, and a run "
		"that is in several of them counts once; of two states of one run, a "
		"checkpoint and what came after it, the later one stays. A RECORDING is a "
		"file, '-' for standard input, or a name in the store or its beginning.",
	.options = options,
	.examples = examples,
	.min_operands = 2,
	.max_operands = SG_OPERANDS_ANY,
	.complete_operands = SG_COMPLETE_RECORDING,
	.files_only = true,
	.data_size = sizeof(struct options),
	.run = run,
};
