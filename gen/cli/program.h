/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_CLI_PROGRAM_H
#define SG_CLI_PROGRAM_H

#include "cli/option.h"

struct sg_example {
	const char *line; /* what to type */
	const char *what; /* what it does */
};

/* What is left of the command line after the options. Borrowed; both end with NULL. */
struct sg_operands {
	char **argv;
	size_t n;
	/* what follows "--", for commands that take one; NULL: there was no "--" */
	char **command;
	size_t n_command;
};

#define SG_OPERANDS_ANY ((size_t)-1)

/* "-- CMD [ARG...]" */
enum sg_takes_command {
	SG_COMMAND_NO,
	SG_COMMAND_MAY,
	SG_COMMAND_MUST,
};

/* One row a command. */
struct sg_command {
	const char *name;
	const char *summary;		 /* one line without full stop, for the list of commands */
	const char *operands;		 /* for the synopsis: "[RECORDING...]"; NULL: none */
	const char *description;	 /* paragraphs, for --help; wrapped when printed */
	const struct sg_option *options; /* NULL: none beyond the common ones */
	const struct sg_example *examples; /* ends with line NULL */
	size_t min_operands, max_operands;
	enum sg_complete complete_operands;
	const struct sg_choice *choices; /* of operands; offered, not enforced */
	enum sg_takes_command takes_command;
	bool hidden;	  /* for scripts: --help does not list it, and no shell offers it */
	bool files_only;  /* it reads files and writes one: capabilities beyond that are dropped */
	size_t data_size; /* of the structure that the options fill and run() reads */
	const void *defaults; /* what is in it before; NULL: zeroes */
	/*
	 * Returns an exit code, or a negative errno with @err filled. main prints a filled @err,
	 * once; a command never prints its own.
	 */
	int (*run)(void *data, const struct sg_operands *operands, struct sg_error *err);
	void (*done)(void *data); /* release what options or run() put into data; may be NULL */
};

/* The program: its commands (ends with NULL), and the options around theirs. */
struct sg_program {
	const char *name;
	const char *about; /* for --help */
	const struct sg_command *const *commands;
	const struct sg_option *options; /* of the program itself: --help, --version, … */
	const struct sg_option *common;	 /* every command takes them: --help, --quiet, … */
};

/* NULL: there is none of that name. */
const struct sg_command *sg_command_find(const struct sg_program *program, const char *name);

/* -EINVAL, with the command that may have been meant, or where to find them. */
int sg_command_unknown(const struct sg_program *program, const char *name, struct sg_error *err);

#endif
