/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_COMMANDS_COMMANDS_H
#define SG_TRACER_COMMANDS_COMMANDS_H

#include "cli/command.h"

/* The row of each command, by the list. */
#define SG_COMMAND(name) extern const struct sg_command sg_cmd_##name;
#include "commands/commands.def"
#undef SG_COMMAND

#endif
