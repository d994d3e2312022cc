/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_CLI_COMMAND_H
#define SG_TRACER_CLI_COMMAND_H

#include "base/error.h"
#include "cli/program.h"

enum sg_exit {
	SG_EXIT_OK = 0,
	SG_EXIT_FAILURE = 1,
	SG_EXIT_USAGE = 2,
	SG_EXIT_NO = 3, /* the command worked, and its answer is "no" */
};

/*
 * For run(): what the rows cannot say is wrong with the options, or an operand cannot be meant.
 * Returns SG_EXIT_USAGE.
 */
int sg_command_usage(struct sg_error *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* For a program's .options and .common. */
extern const struct sg_option sg_program_options[];
extern const struct sg_option sg_common_options[];

/*
 * Parse the whole command line and run it. @confine is called before a command that is files_only
 * runs. Returns the exit code; @err is what main prints.
 */
int sg_command_main(const struct sg_program *program, void (*confine)(void), int argc, char **argv,
		    struct sg_error *err);

/* The program that is running. */
const struct sg_program *sg_command_program(void);

#endif
