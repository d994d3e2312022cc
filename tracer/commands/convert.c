/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/commands.h"
#include "commands/parts/profile_input.h"
#include "commands/parts/profile_print.h"

struct options {
	struct sg_profile_input input;
	struct sg_profile_print print;
};

static int run(void *data, const struct sg_operands *operands, struct sg_error *err)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = NULL;
	struct options *o = data;
	int r;

	o->print.command = "convert";
	r = sg_profile_input_read(operands->argv[0], &o->input, &profile, err);
	return r < 0 ? r : sg_profile_print(profile, &o->print, err);
}

static void done(void *data)
{
	sg_profile_input_done(&((struct options *)data)->input);
}

static const struct sg_option options[] = {
	SG_PROFILE_PRINT_OPTIONS(struct options, print),
	SG_PROFILE_INPUT_OPTIONS(struct options, input),
	{ 0 },
};

static const struct sg_example examples[] = {
	{ "seccomp-gen convert nginx.json --format crd --name nginx | kubectl apply -f -",
	  "makes a resource of the security-profiles-operator of a profile" },
	{ "seccomp-gen convert nginx.json -f systemd -o /etc/systemd/system/nginx.service.d/"
	  "seccomp.conf",
	  "makes a drop-in of it, and says what a unit cannot express" },
	{ "seccomp-gen convert default.json --cap none > resolved.json",
	  "resolves Docker's conditions for a container without capabilities" },
	{ "bwrap --seccomp 9 9< <(seccomp-gen convert p.json -f bpf) --bind / / sh",
	  "runs a shell under the compiled profile" },
	{ 0 },
};

const struct sg_command sg_cmd_convert = {
	.name = "convert",
	.summary = "print a profile in another dialect",
	.operands = "PROFILE",
	.description =
		"Reads a profile in any dialect (OCI, Docker, podman, a SeccompProfile resource in "
		"YAML or JSON, or a container's config.json) and prints it in another. What the "
		"other cannot express is found by comparing what is printed with what was read, "
		"and named on standard error, item by item, with arguments that show it.\n\n"
		"PROFILE is a file, '-' for standard input. Its conditions on capabilities, "
		"architecture and kernel are resolved.",
	.options = options,
	.examples = examples,
	.min_operands = 1,
	.max_operands = 1,
	.complete_operands = SG_COMPLETE_FILE,
	.files_only = true,
	.data_size = sizeof(struct options),
	.run = run,
	.done = done,
};
