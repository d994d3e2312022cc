/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_CLI_COMMAND_H
#define SG_TRACER_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/*
 * The command table. One row a command in main.c; from the rows come dispatch, parsing, --help, the
 * completions, and the test that every command and option is documented. To add a command: define
 * its row in commands/<name>.c, declare it at the end of this file, and name it in main.c.
 */

enum sg_exit {
	SG_EXIT_OK = 0,
	SG_EXIT_FAILURE = 1,
	SG_EXIT_USAGE = 2,
	SG_EXIT_NO = 3, /* the command worked, and its answer is "no" */
};

/* What a shell offers for a value or an operand. */
enum sg_complete {
	SG_COMPLETE_NOTHING,
	SG_COMPLETE_FILE,
	SG_COMPLETE_DIRECTORY,
	SG_COMPLETE_RECORDING, /* names in the store, or files */
	SG_COMPLETE_PINNED,    /* recordings that were given a name and have not ended */
	SG_COMPLETE_CHOICE,    /* the words of .choices; the parser refuses others */
	SG_COMPLETE_WORD,      /* the words of .choices, and others */
	SG_COMPLETE_COMMAND,   /* the program's own commands */
};

/*
 * One row an option. @handle gets the option's value (NULL when it takes none; borrowed from argv,
 * hence good until the program ends) and the command's data. An option given twice calls it twice.
 * On failure it returns a negative errno with the reason in @err; the option's name is put before
 * it, and unless it is -ENOMEM the exit code is SG_EXIT_USAGE.
 */
struct sg_option {
	char short_name;       /* 0: none */
	const char *long_name; /* without dashes; NULL ends a table */
	const char *metavar;   /* NULL: takes no value */
	const char *doc;       /* one sentence without full stop; wrapped when printed */
	enum sg_complete complete;
	const char *choices; /* "bash zsh", for SG_COMPLETE_CHOICE */
	int (*handle)(const char *value, void *data, struct sg_error *err);
};

/* Handlers for the two common cases: a switch, and a value that is kept as it is. */
#define SG_HANDLE_TRUE(function, type, field)                                    \
	static int function(const char *value, void *data, struct sg_error *err) \
	{                                                                        \
		(void)value;                                                     \
		(void)err;                                                       \
		((type *)data)->field = true;                                    \
		return 0;                                                        \
	}

#define SG_HANDLE_VALUE(function, type, field)                                   \
	static int function(const char *value, void *data, struct sg_error *err) \
	{                                                                        \
		(void)err;                                                       \
		((type *)data)->field = value;                                   \
		return 0;                                                        \
	}

struct sg_example {
	const char *line; /* what to type */
	const char *what; /* what it does */
};

/* What is left of the command line after the options. Borrowed; both end with NULL. */
struct sg_operands {
	char **argv;
	size_t n;
	char **command; /* what follows "--", for commands with takes_command; NULL: there was no
			   "--" */
	size_t n_command;
};

#define SG_OPERANDS_ANY ((size_t)-1)

/* One row a command. Everything is static but what @data_size bytes of zeroes become. */
struct sg_command {
	const char *name;
	const char *summary;		 /* one line without full stop, for the list of commands */
	const char *operands;		 /* for the synopsis: "[RECORDING...]"; NULL: none */
	const char *description;	 /* paragraphs, for --help; wrapped when printed */
	const struct sg_option *options; /* NULL: none beyond the common ones */
	const struct sg_example *examples; /* ends with line NULL */
	size_t min_operands, max_operands;
	enum sg_complete complete_operands;
	const char *choices; /* for SG_COMPLETE_CHOICE operands; not enforced */
	bool takes_command;  /* "-- CMD [ARG...]" */
	bool files_only;  /* it reads files and writes one: capabilities beyond that are dropped */
	size_t data_size; /* of the structure that handlers fill and run() reads; zeroed before */
	/*
	 * Returns an exit code, or a negative errno with @err filled. main prints a filled @err,
	 * once; a command never prints its own.
	 */
	int (*run)(void *data, const struct sg_operands *operands, struct sg_error *err);
	void (*done)(void *data); /* release what handlers or run() put into data; may be NULL */
};

/* For run(): the options contradict each other, or an operand cannot be meant. Returns
 * SG_EXIT_USAGE. */
int sg_command_usage(struct sg_error *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The table of main.c; ends with NULL. */
extern const struct sg_command *const sg_commands[];
/* Options that every command takes: --help, --quiet, --verbose. */
extern const struct sg_option sg_common_options[];
/* Options of the program itself: --help, --version, … */
extern const struct sg_option sg_global_options[];

const struct sg_command *sg_command_find(const char *name);

/* Parse the whole command line and run it. Returns the exit code; @err is what main prints. */
int sg_command_main(int argc, char **argv, struct sg_error *err);

extern const struct sg_command sg_cmd_record;
extern const struct sg_command sg_cmd_completion;
extern const struct sg_command sg_cmd_emit;
extern const struct sg_command sg_cmd_import;
extern const struct sg_command sg_cmd_list;
extern const struct sg_command sg_cmd_merge;
extern const struct sg_command sg_cmd_show;
extern const struct sg_command sg_cmd_stop;
extern const struct sg_command sg_cmd_check;
extern const struct sg_command sg_cmd_diff;
extern const struct sg_command sg_cmd_convert;
extern const struct sg_command sg_cmd_simulate;
extern const struct sg_command sg_cmd_run;

#endif
