/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_CLI_HELP_H
#define SG_CLI_HELP_H

#include "base/strbuf.h"
#include "cli/program.h"

/* What the tables say about themselves, for a terminal of 80 columns. */
void sg_help_program(const struct sg_program *program, struct sg_strbuf *out);
void sg_help_command(const struct sg_program *program, const struct sg_command *command,
		     struct sg_strbuf *out);

/*
 * Rows for scripts, of fields separated by tabs: command (empty: the program's own), long name,
 * short name, metavar, choices, and the names of the options that it excludes, that it needs one
 * of, and that alone it can be given with; these lists with spaces between, "--" in them is
 * "-- CMD", and "-" in the last is none. A command without options of its own has the common ones.
 */
void sg_help_list_options(const struct sg_program *program, struct sg_strbuf *out);

#endif
