/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_CLI_HELP_H
#define SG_TRACER_CLI_HELP_H

#include "base/error.h"
#include "cli/command.h"

/* What the command table says about itself, on stdout. Each returns 0 or -errno. */
int sg_help_program(struct sg_error *err);
int sg_help_version(struct sg_error *err);
int sg_help_command(const struct sg_command *cmd, struct sg_error *err);

/*
 * Rows for scripts: command (empty: the program's own), long name, short name, metavar, separated
 * by tabs; a command without options of its own still has the common ones.
 */
int sg_help_list_options(struct sg_error *err);

/* The command that @word was probably meant to be, or NULL. */
const char *sg_help_nearest(const char *word);

#endif
