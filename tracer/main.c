/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"
#include "cli/log.h"
#include "cli/output.h"

/* clang-format off */
/* In the order in which --help lists them: along the road from a workload to a profile. */
const struct sg_command *const sg_commands[] = {
	&sg_cmd_record,
	&sg_cmd_stop,
	&sg_cmd_import,
	&sg_cmd_list,
	&sg_cmd_show,
	&sg_cmd_merge,
	&sg_cmd_emit,
	&sg_cmd_convert,
	&sg_cmd_check,
	&sg_cmd_diff,
	&sg_cmd_simulate,
	&sg_cmd_run,
	&sg_cmd_completion,
	NULL,
};
/* clang-format on */

int main(int argc, char **argv)
{
	struct sg_error err = { 0 };
	int code;

	sg_output_setup();
	code = sg_command_main(argc, argv, &err);
	sg_status_clear();
	if (err.message[0])
		sg_print_error(&err);
	if (sg_output_finish(&err) < 0) {
		sg_print_error(&err);
		return SG_EXIT_FAILURE;
	}
	return code;
}
