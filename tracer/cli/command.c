/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "confine/confine.h"
#include "cli/help.h"
#include "cli/log.h"

#define VAL_OPERAND 1	/* getopt's answer for an operand, in RETURN_IN_ORDER mode */
#define VAL_FIRST   256 /* the first option's; above every character */

#define MAX_OPTIONS 64

/* What one command line becomes, on its way to run(). */
struct invocation {
	const struct sg_command *command;
	void *data;
	struct sg_operands operands;
	bool help;
};

int sg_command_usage(struct sg_error *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	sg_error_vset(err, -EINVAL, fmt, ap);
	va_end(ap);
	return SG_EXIT_USAGE;
}

static int handle_quiet(const char *value, void *data, struct sg_error *err)
{
	(void)value;
	(void)data;
	(void)err;
	sg_log_set_level(SG_LOG_WARNING);
	return 0;
}

static int handle_verbose(const char *value, void *data, struct sg_error *err)
{
	(void)value;
	(void)data;
	(void)err;
	sg_log_set_level(SG_LOG_DEBUG);
	return 0;
}

const struct sg_option sg_common_options[] = {
	{ .short_name = 'q',
	  .long_name = "quiet",
	  .handle = handle_quiet,
	  .doc = "say nothing on stderr but warnings and errors" },
	{ .short_name = 'v',
	  .long_name = "verbose",
	  .handle = handle_verbose,
	  .doc = "say on stderr what is done and how" },
	{ .short_name = 'h', .long_name = "help", .doc = "print this help and exit" },
	{ 0 },
};

const struct sg_command *sg_command_find(const char *name)
{
	for (size_t i = 0; sg_commands[i]; i++) {
		if (strcmp(sg_commands[i]->name, name) == 0)
			return sg_commands[i];
	}
	return NULL;
}

static bool has_choice(const char *choices, const char *value)
{
	size_t len = strlen(value);

	for (const char *p = choices; *p;) {
		size_t n = strcspn(p, " ");

		if (n == len && memcmp(p, value, n) == 0)
			return true;
		p += n + strspn(p + n, " ");
	}
	return false;
}

/* The options of a command in getopt's form. Both arrays live as long as getopt is being called. */
struct parser {
	const struct sg_option *rows[MAX_OPTIONS];
	struct option longs[MAX_OPTIONS + 1];
	char shorts[2 * MAX_OPTIONS + 3];
	size_t n;
};

static void parser_add(struct parser *p, const struct sg_option *options)
{
	char *s = p->shorts + strlen(p->shorts);

	for (; options && options->long_name && p->n < MAX_OPTIONS; options++, p->n++) {
		p->rows[p->n] = options;
		p->longs[p->n] = (struct option){
			.name = options->long_name,
			.has_arg = options->metavar ? required_argument : no_argument,
			.val = (int)(VAL_FIRST + p->n),
		};
		if (!options->short_name)
			continue;
		*s++ = options->short_name;
		if (options->metavar)
			*s++ = ':';
	}
}

static const struct sg_option *parser_row(const struct parser *p, int val)
{
	if (val >= VAL_FIRST && (size_t)(val - VAL_FIRST) < p->n)
		return p->rows[val - VAL_FIRST];
	for (size_t i = 0; i < p->n; i++) {
		if (p->rows[i]->short_name && p->rows[i]->short_name == val)
			return p->rows[i];
	}
	return NULL;
}

/* getopt refused something: say what, as it would. */
static int refuse_option(const struct parser *p, int answer, char **argv, struct sg_error *err)
{
	const char *word = argv[optind > 0 ? optind - 1 : 0];
	const struct sg_option *row = parser_row(p, optopt);
	int n = (int)strcspn(word, "=");

	if (answer == ':' && row)
		return sg_command_usage(err, "option '--%s' needs a value: %s", row->long_name,
					row->metavar);
	if (row)
		return sg_command_usage(err, "option '--%s' takes no value", row->long_name);
	if (strncmp(word, "--", 2) == 0)
		return sg_command_usage(err, "unknown or ambiguous option '%.*s' (see --help)", n,
					word);
	return sg_command_usage(err, "unknown option '-%c' (see --help)", optopt);
}

static int call_handler(const struct sg_option *row, const char *value, void *data,
			struct sg_error *err)
{
	int r;

	if (row->complete == SG_COMPLETE_CHOICE && !has_choice(row->choices, value))
		return sg_command_usage(err, "--%s: '%s' is none of: %s", row->long_name, value,
					row->choices);
	r = row->handle(value, data, err);
	if (r >= 0)
		return 0;
	sg_error_prefix(err, "--%s: ", row->long_name);
	return r == -ENOMEM ? r : SG_EXIT_USAGE;
}

/* Returns 0, or what run() would return. */
static int parse_options(struct invocation *inv, int argc, char **argv, struct sg_error *err)
{
	struct parser p = { .shorts = "-:" }; /* operands in order; a missing value is told apart */
	int answer, before, r;

	parser_add(&p, inv->command->options);
	parser_add(&p, sg_common_options);
	opterr = 0;
	optind = 0; /* glibc: start afresh */
	while (before = optind > 0 ? optind : 1,
	       (answer = getopt_long(argc, argv, p.shorts, p.longs, NULL)) != -1) {
		const struct sg_option *row;

		if (answer == VAL_OPERAND) {
			inv->operands.argv[inv->operands.n++] = optarg;
			continue;
		}
		if (answer == '?' || answer == ':')
			return refuse_option(&p, answer, argv, err);
		row = parser_row(&p, answer);
		if (!row->handle) {
			inv->help = true;
			return 0;
		}
		r = call_handler(row, optarg, inv->data, err);
		if (r)
			return r;
	}
	/* all words but "--" were answers: the last call moved on only if it met that */
	if (inv->command->takes_command && optind > before) {
		inv->operands.command = argv + optind;
		inv->operands.n_command = (size_t)(argc - optind);
		return 0;
	}
	while (optind < argc)
		inv->operands.argv[inv->operands.n++] = argv[optind++];
	return 0;
}

static int check_operands(const struct invocation *inv, struct sg_error *err)
{
	const struct sg_command *cmd = inv->command;

	if (inv->operands.n < cmd->min_operands)
		return sg_command_usage(err, "operand missing (usage: seccomp-gen %s %s)",
					cmd->name, cmd->operands);
	if (inv->operands.n > cmd->max_operands)
		return sg_command_usage(err, "unexpected operand '%s' (see --help)",
					inv->operands.argv[cmd->max_operands]);
	if (inv->operands.command && inv->operands.n_command == 0)
		return sg_command_usage(err, "no command after '--'");
	return 0;
}

/* Every message says which operation failed; a command need not say it, and may. */
static void name_command(const struct sg_command *cmd, struct sg_error *err)
{
	size_t n = strlen(cmd->name);

	if (strncmp(err->message, cmd->name, n) != 0 || err->message[n] != ':')
		sg_error_prefix(err, "%s: ", cmd->name);
}

static int run_command(const struct sg_command *cmd, int argc, char **argv, struct sg_error *err)
{
	_cleanup_free_ char **operands = calloc((size_t)argc + 1, sizeof(*operands));
	_cleanup_free_ void *data = calloc(1, cmd->data_size ? cmd->data_size : 1);
	struct invocation inv = { .command = cmd, .data = data };
	int r;

	if (!operands || !data)
		return sg_error_oom(err);
	inv.operands.argv = operands;
	r = parse_options(&inv, argc, argv, err);
	if (r == 0 && inv.help)
		r = sg_help_command(cmd, err);
	else if (r == 0)
		r = check_operands(&inv, err);
	if (r == 0 && !inv.help && cmd->files_only)
		sg_drop_capabilities();
	if (r == 0 && !inv.help)
		r = cmd->run(data, &inv.operands, err);
	if (cmd->done)
		cmd->done(data);
	if (r != SG_EXIT_OK && err->message[0])
		name_command(cmd, err);
	return r;
}

static int unknown_command(const char *name, struct sg_error *err)
{
	const char *near = sg_help_nearest(name);

	if (near)
		return sg_command_usage(err, "unknown command '%s'; did you mean '%s'?", name,
					near);
	return sg_command_usage(err, "unknown command '%s' ('seccomp-gen --help' lists them)",
				name);
}

/* `help [CMD]` is the one word that is no command: it has no options and no page of its own. */
static int run_help(int argc, char **argv, struct sg_error *err)
{
	const struct sg_command *cmd;

	if (argc < 2)
		return sg_help_program(err);
	cmd = sg_command_find(argv[1]);
	return cmd ? sg_help_command(cmd, err) : unknown_command(argv[1], err);
}

const struct sg_option sg_global_options[] = {
	{ .short_name = 'h', .long_name = "help", .doc = "print the list of commands and exit" },
	{ .short_name = 'V', .long_name = "version", .doc = "print the version and exit" },
	{ .long_name = "list-options",
	  .doc = "print every command and option, one a line, for scripts, and exit" },
	{ 0 },
};

/* By row of sg_global_options. */
static int (*const global_runs[])(struct sg_error *err) = {
	sg_help_program,
	sg_help_version,
	sg_help_list_options,
};

static int dispatch(int argc, char **argv, struct sg_error *err)
{
	struct parser p = { .shorts = "+:" }; /* stop at the first operand, the command */
	const struct sg_command *cmd;
	int answer;

	parser_add(&p, sg_global_options);
	opterr = 0;
	answer = getopt_long(argc, argv, p.shorts, p.longs, NULL);
	if (answer == '?' || answer == ':')
		return refuse_option(&p, answer, argv, err);
	if (answer != -1)
		return global_runs[parser_row(&p, answer) - sg_global_options](err);
	if (optind >= argc)
		return sg_command_usage(err, "no command given ('seccomp-gen --help' lists them)");
	argc -= optind;
	argv += optind;
	if (strcmp(argv[0], "help") == 0)
		return run_help(argc, argv, err);
	cmd = sg_command_find(argv[0]);
	return cmd ? run_command(cmd, argc, argv, err) : unknown_command(argv[0], err);
}

int sg_command_main(int argc, char **argv, struct sg_error *err)
{
	int r = dispatch(argc, argv, err);

	return r < 0 ? SG_EXIT_FAILURE : r;
}
