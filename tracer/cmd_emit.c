/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "command.h"
#include "dialect/oci.h"
#include "emit_floor.h"
#include "infer/explain.h"
#include "infer/infer.h"
#include "log.h"
#include "output.h"
#include "store.h"

struct options {
	const char *output;
	const char *runtime, *runtime_version;
	bool no_fallbacks, allow_lossy, include_denied, explain;
};

SG_HANDLE_VALUE(set_output, struct options, output)
SG_HANDLE_VALUE(set_runtime, struct options, runtime)
SG_HANDLE_VALUE(set_runtime_version, struct options, runtime_version)
SG_HANDLE_TRUE(set_no_fallbacks, struct options, no_fallbacks)
SG_HANDLE_TRUE(set_allow_lossy, struct options, allow_lossy)
SG_HANDLE_TRUE(set_include_denied, struct options, include_denied)
SG_HANDLE_TRUE(set_explain, struct options, explain)

static int infer(const struct options *o, const struct sg_recording *rec, struct sg_profile **ret,
		 struct sg_error *err)
{
	_cleanup_(sg_infer_notes_done) struct sg_infer_notes notes = { 0 };
	_cleanup_(sg_floor_freep) struct sg_floor *floor = NULL;
	struct sg_infer_options infer_options = {
		.no_fallbacks = o->no_fallbacks,
		.allow_lossy = o->allow_lossy,
		.include_denied = o->include_denied,
	};
	int r;

	r = sg_emit_floor(rec, o->runtime, o->runtime_version, &floor, err);
	if (r < 0)
		return r;
	infer_options.floor = floor;
	r = sg_infer(rec, &infer_options, ret, &notes, err);
	if (r < 0)
		return r;
	sg_emit_floor_note(rec, o->runtime, floor);
	for (size_t i = 0; i < notes.n_lines; i++) {
		if (o->allow_lossy) /* what is missing is to be known, --quiet or not */
			sg_warn("emit: %s", notes.lines[i]);
		else
			sg_notice("emit: %s", notes.lines[i]);
	}
	return 0;
}

static int run(void *data, const struct sg_operands *operands, struct sg_error *err)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	_cleanup_(sg_profile_freep) struct sg_profile *profile = NULL;
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;
	const struct options *o = data;
	int r;

	if (o->runtime_version && (!o->runtime || strcmp(o->runtime, SG_RUNTIME_NONE) == 0))
		return sg_command_usage(err, "--runtime-version needs --runtime");
	r = sg_store_load_all(operands->argv, operands->n, &rec, NULL, err);
	if (r < 0)
		return r;
	r = infer(o, rec, &profile, err);
	if (r < 0)
		return r;
	r = o->explain ? sg_explain_print(profile, &out, err) : sg_oci_print(profile, &out, err);
	if (r < 0)
		return r;
	return sg_output_write_buf(o->output, &out, SG_MODE_PUBLIC, err);
}

static const struct sg_option options[] = {
	{ .short_name = 'o',
	  .long_name = "output",
	  .metavar = "FILE",
	  .complete = SG_COMPLETE_FILE,
	  .handle = set_output,
	  .doc = "write to FILE, whole or not at all; '-' and the default are standard output" },
	{ .long_name = "runtime",
	  .metavar = "NAME",
	  .complete = SG_COMPLETE_WORD,
	  .choices = "runc crun none",
	  .handle = set_runtime,
	  .doc = "add what this container runtime calls between loading the filter and the "
		 "workload's start; 'none' adds nothing, and by default it is the runtimes that "
		 "the "
		 "recordings name" },
	{ .long_name = "runtime-version",
	  .metavar = "VERSION",
	  .handle = set_runtime_version,
	  .doc = "the version of that runtime, such as 1.1.5; by default what the recordings say, "
		 "else "
		 "all versions that are known" },
	{ .long_name = "no-fallbacks",
	  .handle = set_no_fallbacks,
	  .doc = "leave out what a recording can miss: calls that the kernel injects, exit paths, "
		 "what the vDSO answers on this machine only" },
	{ .long_name = "include-denied",
	  .handle = set_include_denied,
	  .doc = "allow calls that were denied while recording" },
	{ .long_name = "allow-lossy",
	  .handle = set_allow_lossy,
	  .doc = "emit even when the recording says that calls may be missing from it" },
	{ .long_name = "explain",
	  .handle = set_explain,
	  .doc = "print, in place of the profile, each call with every reason for it" },
	{ 0 },
};

static const struct sg_example examples[] = {
	{ "seccomp-gen emit -o nginx.json", "makes the profile of the latest recording" },
	{ "seccomp-gen emit node1.json node2.json --runtime runc --runtime-version 1.1.5",
	  "makes one profile of two recordings, for containers that runc 1.1.5 starts" },
	{ "seccomp-gen emit --explain | grep audit", "shows the calls that the audit trail adds" },
	{ 0 },
};

const struct sg_command sg_cmd_emit = {
	.name = "emit",
	.summary = "print the minimal profile for recordings",
	.operands = "[RECORDING...]",
	.description =
		"Prints the smallest seccomp profile, in the JSON of OCI and Docker, that allows "
		"what "
		"was recorded. Whatever is not allowed fails with ENOSYS, after which "
		"libraries fall back to what they used before. What was added beyond the "
		"recording, and why, is said on standard error and by --explain.\n\n"
		"A RECORDING is a file, '-' for standard input, or a name in the store or its "
		"beginning. Several are joined; without any, the latest in the store is "
		"meant. A recording whose loss ledger says that a call can be missing is refused.",
	.options = options,
	.examples = examples,
	.max_operands = SG_OPERANDS_ANY,
	.complete_operands = SG_COMPLETE_RECORDING,
	.data_size = sizeof(struct options),
	.run = run,
};
