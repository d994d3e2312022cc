/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/program.h"

#include <errno.h>
#include <string.h>

#include "base/suggest.h"

const struct sg_command *sg_command_find(const struct sg_program *program, const char *name)
{
	for (size_t i = 0; program->commands[i]; i++) {
		if (strcmp(program->commands[i]->name, name) == 0)
			return program->commands[i];
	}
	return NULL;
}

int sg_command_unknown(const struct sg_program *program, const char *name, struct sg_error *err)
{
	struct sg_nearest nearest = sg_nearest_to(name, strlen(name));

	for (size_t i = 0; program->commands[i]; i++) {
		if (!program->commands[i]->hidden)
			sg_nearest_try(&nearest, program->commands[i]->name);
	}
	if (nearest.found)
		return sg_error_set(err, -EINVAL, "unknown command '%s'; did you mean '%s'?", name,
				    nearest.found);
	return sg_error_set(err, -EINVAL, "unknown command '%s' ('%s --help' lists them)", name,
			    program->name);
}
