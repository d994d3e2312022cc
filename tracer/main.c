/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"
#include "cli/log.h"
#include "cli/output.h"
#include "commands/commands.h"
#include "confine/confine.h"

static const struct sg_command *const commands[] = {
#define SG_COMMAND(name) &sg_cmd_##name,
#include "commands/commands.def"
#undef SG_COMMAND
	NULL,
};

static const struct sg_program program = {
	.name = "seccomp-gen",
	.about = "Records the system calls that a workload makes, and turns the recording into the "
		 "smallest seccomp profile under which the workload still runs.",
	.commands = commands,
	.options = sg_program_options,
	.common = sg_common_options,
};

int main(int argc, char **argv)
{
	struct sg_error err = { 0 };
	int code;

	sg_output_setup();
	code = sg_command_main(&program, sg_drop_capabilities, argc, argv, &err);
	sg_status_clear();
	if (err.message[0])
		sg_print_error(&err);
	if (sg_output_finish(&err) < 0) {
		sg_print_error(&err);
		return SG_EXIT_FAILURE;
	}
	return code;
}
