/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TEST_CLI_PROGRAM_H
#define SG_TEST_CLI_PROGRAM_H

#include "cli/program.h"

/* A program with an option of every type, for tests of the command line. */

enum cli_level { CLI_LOW, CLI_HIGH, CLI_TOP };

struct cli_data {
	bool flag, other, lone;
	enum cli_level level, choice;
	const char *text, *word, *odd;
	struct sg_option_texts texts;
	uint32_t number;
	pid_t pid;
	struct sg_option_pids pids;
	uint64_t duration, time;
	int length;
};

struct cli_common {
	bool quiet;
};

static int cli_length(const char *value, void *field, struct sg_error *err)
{
	size_t n = 0;

	while (value[n])
		n++;
	if (n == 0)
		return sg_error_set(err, -34, "is empty");
	*(int *)field = (int)n;
	return 0;
}

static const struct sg_choice cli_levels[] = { { "low", CLI_LOW },
					       { "high", CLI_HIGH },
					       { "top", CLI_TOP },
					       { 0 } };

static const struct sg_choice cli_words[] = { { .name = "red" }, { .name = "green" }, { 0 } };

static const struct sg_option cli_options[] = {
	{ .short_name = 'f', .long_name = "flag", SG_SWITCH(struct cli_data, flag), .doc = "f" },
	{ .long_name = "other",
	  .excludes = "flag text --",
	  .conflict = "says nothing of",
	  SG_SWITCH(struct cli_data, other),
	  .doc = "o" },
	{ .long_name = "lone",
	  .alone_with = "flag number",
	  SG_SWITCH(struct cli_data, lone),
	  .doc = "l" },
	{ .long_name = "only", .alone_with = "", SG_SWITCH(struct cli_data, lone), .doc = "l" },
	{ .long_name = "high", SG_SET(struct cli_data, level, CLI_HIGH), .doc = "h" },
	{ .long_name = "choice",
	  .metavar = "C",
	  .choices = cli_levels,
	  SG_CHOICE(struct cli_data, choice),
	  .doc = "c" },
	{ .short_name = 't',
	  .long_name = "text",
	  .metavar = "T",
	  .complete = SG_COMPLETE_FILE,
	  SG_TEXT(struct cli_data, text),
	  .doc = "t" },
	{ .long_name = "word",
	  .metavar = "W",
	  .choices = cli_words,
	  .open = true,
	  SG_TEXT(struct cli_data, word),
	  .doc = "w" },
	{ .long_name = "odd",
	  .metavar = "O",
	  .once = true,
	  .only_with = "text texts --",
	  SG_TEXT(struct cli_data, odd),
	  .doc = "o" },
	{ .long_name = "texts", .metavar = "T", SG_TEXTS(struct cli_data, texts), .doc = "t" },
	{ .short_name = 'n',
	  .long_name = "number",
	  .metavar = "N",
	  SG_NUMBER(struct cli_data, number),
	  .min = 2,
	  .max = 99,
	  .doc = "n" },
	{ .long_name = "pid",
	  .metavar = "P",
	  .is_operand = true,
	  SG_PID(struct cli_data, pid),
	  .doc = "p" },
	{ .long_name = "pids", .metavar = "P", SG_PIDS(struct cli_data, pids), .doc = "p" },
	{ .long_name = "duration",
	  .metavar = "D",
	  .min = 1,
	  SG_DURATION(struct cli_data, duration),
	  .doc = "d" },
	{ .long_name = "time", .metavar = "T", SG_TIME(struct cli_data, time), .doc = "t" },
	{ .long_name = "length",
	  .metavar = "L",
	  SG_PARSED(struct cli_data, length, int, cli_length),
	  .doc = "l" },
	{ 0 },
};

static const struct sg_option cli_common_options[] = {
	{ .short_name = 'q',
	  .long_name = "quiet",
	  SG_SWITCH(struct cli_common, quiet),
	  .doc = "q" },
	{ .short_name = 'h', .long_name = "help", SG_ACTION, .doc = "h" },
	{ 0 },
};

static const struct sg_option cli_program_options[] = {
	{ .short_name = 'V', .long_name = "version", SG_ACTION, .doc = "v" },
	{ 0 },
};

static const struct sg_command cli_all = {
	.name = "all",
	.summary = "everything",
	.operands = "A B",
	.options = cli_options,
	.min_operands = 2,
	.max_operands = 2,
	.takes_command = SG_COMMAND_MAY,
	.complete_operands = SG_COMPLETE_RECORDING,
	.data_size = sizeof(struct cli_data),
};
static const struct sg_command cli_plain = {
	.name = "plain",
	.summary = "nothing",
	.operands = "[A...]",
	.max_operands = SG_OPERANDS_ANY,
	.choices = cli_words,
};
static const struct sg_command cli_must = {
	.name = "must",
	.summary = "runs something",
	.takes_command = SG_COMMAND_MUST,
	.hidden = true,
};

static const struct sg_command *const cli_commands[] = { &cli_all, &cli_plain, &cli_must, NULL };

static const struct sg_program cli_program = {
	.name = "prog",
	.about = "a program",
	.commands = cli_commands,
	.options = cli_program_options,
	.common = cli_common_options,
};

static inline void cli_data_done(struct cli_data *data)
{
	sg_option_texts_done(&data->texts);
	sg_option_pids_done(&data->pids);
}

#endif
