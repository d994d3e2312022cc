/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_CLI_LINE_H
#define SG_CLI_LINE_H

#include "cli/program.h"
#include "cli/lexer.h"

/* What the words of a command line come to. Release with _done. */
struct sg_line {
	const struct sg_option *action; /* the SG_OPTION_ACTION that ended parsing; NULL: none */
	struct sg_operands operands;	/* the array is the line's, the words are borrowed */
	bool *given;			/* by row, the sets one after the other */
	size_t n_words;			/* that were read, up to the end or to the command */
};

void sg_line_done(struct sg_line *line);

/*
 * The program's own options: everything up to the first operand, which is the command. @n_words of
 * @ret says where that is.
 *
 * Returns 0, -EINVAL (the line is wrong), -ENOMEM.
 */
int sg_line_parse_program(const struct sg_program *program, char *const *words, size_t n,
			  struct sg_line *ret, struct sg_error *err);

/*
 * The words that follow @command's name: fill its @data and @common, the structure of the program's
 * common options, and see that nothing is missing, too many, or given with what it cannot be given
 * with. @words ends with NULL. @now as sg_option_store() takes it.
 *
 * Returns 0, -EINVAL (the line is wrong), -ENOMEM. After a failure, and after an action, the data
 * is filled in part.
 */
int sg_line_parse(const struct sg_program *program, const struct sg_command *command, char **words,
		  size_t n, uint64_t now, void *data, void *common, struct sg_line *ret,
		  struct sg_error *err);

/*
 * Whether the options of a table can be given together: @given by row. Part of sg_line_parse().
 * Returns 0, -EINVAL, -ENOMEM.
 */
int sg_line_check_together(const struct sg_option *rows, const bool *given, bool has_command,
			   struct sg_error *err);

#endif
