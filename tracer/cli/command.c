/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/clock.h"
#include "cli/help.h"
#include "cli/line.h"
#include "cli/log.h"
#include "cli/output.h"

/* What main() has given. */
static struct {
	const struct sg_program *program;
	void (*confine)(void);
} current;

const struct sg_program *sg_command_program(void)
{
	return current.program;
}

/* What the common options fill. */
struct common {
	enum sg_log_level level;
};

const struct sg_option sg_common_options[] = {
	{ .short_name = 'q',
	  .long_name = "quiet",
	  SG_SET(struct common, level, SG_LOG_WARNING),
	  .doc = "say nothing on stderr but warnings and errors" },
	{ .short_name = 'v',
	  .long_name = "verbose",
	  SG_SET(struct common, level, SG_LOG_DEBUG),
	  .doc = "say on stderr what is done and how" },
	{ .short_name = 'h', .long_name = "help", SG_ACTION, .doc = "print this help and exit" },
	{ 0 },
};

int sg_command_usage(struct sg_error *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	sg_error_vset(err, -EINVAL, fmt, ap);
	va_end(ap);
	return SG_EXIT_USAGE;
}

static int help_command(const struct sg_command *command, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;

	sg_help_command(current.program, command, &out);
	return sg_output_print(&out, err);
}

/* Every message says which operation failed; a command need not say it, and may. */
static void name_command(const struct sg_command *command, struct sg_error *err)
{
	size_t n = strlen(command->name);

	if (strncmp(err->message, command->name, n) != 0 || err->message[n] != ':')
		sg_error_prefix(err, "%s: ", command->name);
}

/* @data: the command's own structure. */
static int parse_and_run(const struct sg_command *command, int argc, char **argv, void *data,
			 struct sg_error *err)
{
	_cleanup_(sg_line_done) struct sg_line line = { 0 };
	struct common common = { .level = SG_LOG_NOTICE };
	int r;

	r = sg_line_parse(current.program, command, argv, (size_t)argc, sg_now_real(), data,
			  &common, &line, err);
	if (r < 0)
		return r == -ENOMEM ? r : SG_EXIT_USAGE;
	if (line.action)
		return help_command(command, err);
	sg_log_set_level(common.level);
	if (command->files_only)
		current.confine();
	return command->run(data, &line.operands, err);
}

static int run_command(const struct sg_command *command, int argc, char **argv,
		       struct sg_error *err)
{
	_cleanup_free_ void *data = calloc(1, command->data_size + 1);
	int r;

	if (!data)
		return sg_error_oom(err);
	if (command->defaults)
		memcpy(data, command->defaults, command->data_size);
	r = parse_and_run(command, argc, argv, data, err);
	if (command->done)
		command->done(data);
	if (r != SG_EXIT_OK && err->message[0])
		name_command(command, err);
	return r;
}

static int unknown_command(const char *name, struct sg_error *err)
{
	sg_command_unknown(current.program, name, err);
	return SG_EXIT_USAGE;
}

static int help_program(struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;

	sg_help_program(current.program, &out);
	return sg_output_print(&out, err);
}

static int print_version(struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;

	sg_strbuf_printf(&out, "%s %s\n", current.program->name, SG_VERSION);
	return sg_output_print(&out, err);
}

static int list_options(struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;

	sg_help_list_options(current.program, &out);
	return sg_output_print(&out, err);
}

/* `help [CMD]` is the one word that is no command: it has no options and no page of its own. */
static int run_help(int argc, char **argv, struct sg_error *err)
{
	const struct sg_command *command;

	if (argc < 2)
		return help_program(err);
	command = sg_command_find(current.program, argv[1]);
	return command ? help_command(command, err) : unknown_command(argv[1], err);
}

const struct sg_option sg_program_options[] = {
	{ .short_name = 'h',
	  .long_name = "help",
	  SG_ACTION,
	  .doc = "print the list of commands and exit" },
	{ .short_name = 'V',
	  .long_name = "version",
	  SG_ACTION,
	  .doc = "print the version and exit" },
	{ .long_name = "list-options",
	  SG_ACTION,
	  .doc = "print every command and option, one a line, for scripts, and exit" },
	{ 0 },
};

/* By row of sg_program_options. */
static int (*const actions[])(struct sg_error *err) = {
	help_program,
	print_version,
	list_options,
};
static_assert(SG_ARRAY_SIZE(actions) + 1 == SG_ARRAY_SIZE(sg_program_options),
	      "an action for each of the program's options");

static int dispatch(int argc, char **argv, struct sg_error *err)
{
	_cleanup_(sg_line_done) struct sg_line line = { 0 };
	const struct sg_command *command;
	int r;

	r = sg_line_parse_program(current.program, argv, (size_t)argc, &line, err);
	if (r < 0)
		return r == -ENOMEM ? r : SG_EXIT_USAGE;
	if (line.action)
		return actions[line.action - sg_program_options](err);
	argc -= (int)line.n_words;
	argv += line.n_words;
	if (argc == 0)
		return sg_command_usage(err, "no command given ('seccomp-gen --help' lists them)");
	if (strcmp(argv[0], "help") == 0)
		return run_help(argc, argv, err);
	command = sg_command_find(current.program, argv[0]);
	return command ? run_command(command, argc - 1, argv + 1, err)
		       : unknown_command(argv[0], err);
}

int sg_command_main(const struct sg_program *program, void (*confine)(void), int argc, char **argv,
		    struct sg_error *err)
{
	int r;

	current.program = program;
	current.confine = confine;
	r = argc > 0 ? dispatch(argc - 1, argv + 1, err) : dispatch(0, argv, err);
	return r < 0 ? SG_EXIT_FAILURE : r;
}
