/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/help.h"

#include <string.h>

#define WIDTH	   80 /* of a terminal nobody has widened */
#define DOC_COLUMN 28

static void spaces(struct sg_strbuf *b, size_t n)
{
	while (n--)
		sg_strbuf_add_char(b, ' ');
}

/* Add @text wrapped at WIDTH; the cursor stands at @column, and so will the lines that follow. */
static void wrap(struct sg_strbuf *b, const char *text, size_t column)
{
	size_t at = column;

	while (*text) {
		size_t word = strcspn(text, " \n");

		if (at > column && at + 1 + word >= WIDTH) {
			sg_strbuf_add_char(b, '\n');
			spaces(b, column);
			at = column;
		} else if (at > column) {
			sg_strbuf_add_char(b, ' ');
			at++;
		}
		sg_strbuf_add_mem(b, text, word);
		at += word;
		text += word;
		if (*text == '\n') {
			sg_strbuf_add_char(b, '\n');
			spaces(b, text[1] == '\n' ? 0 : column);
			at = column;
		}
		if (*text)
			text++;
	}
	sg_strbuf_add_char(b, '\n');
}

static void add_options(struct sg_strbuf *b, const struct sg_option *options)
{
	for (; options && options->long_name; options++) {
		size_t start = b->len;

		if (options->short_name)
			sg_strbuf_printf(b, "  -%c, ", options->short_name);
		else
			sg_strbuf_add(b, "      ");
		sg_strbuf_printf(b, "--%s", options->long_name);
		if (options->metavar)
			sg_strbuf_printf(b, " %s", options->metavar);
		if (b->len - start + 2 > DOC_COLUMN) {
			sg_strbuf_add_char(b, '\n');
			start = b->len;
		}
		spaces(b, DOC_COLUMN - (b->len - start));
		wrap(b, options->doc, DOC_COLUMN);
	}
}

void sg_help_program(const struct sg_program *program, struct sg_strbuf *out)
{
	sg_strbuf_printf(out, "usage: %s COMMAND [OPTION...] [ARG...]\n\n", program->name);
	wrap(out, program->about, 0);
	sg_strbuf_add(out, "\nCommands:\n");
	for (size_t i = 0; program->commands[i]; i++) {
		if (program->commands[i]->hidden)
			continue;
		sg_strbuf_printf(out, "  %-12s", program->commands[i]->name);
		wrap(out, program->commands[i]->summary, 14);
	}
	sg_strbuf_add(out, "\nOptions:\n");
	add_options(out, program->options);
	sg_strbuf_printf(out, "\n'%s COMMAND --help' says more about a command.\n", program->name);
}

void sg_help_command(const struct sg_program *program, const struct sg_command *command,
		     struct sg_strbuf *out)
{
	bool takes_command = command->takes_command != SG_COMMAND_NO;

	sg_strbuf_printf(out, "usage: %s %s [OPTION...]%s%s%s\n\n", program->name, command->name,
			 command->operands ? " " : "", command->operands ? command->operands : "",
			 takes_command ? " -- COMMAND [ARG...]" : "");
	wrap(out, command->description ? command->description : command->summary, 0);
	sg_strbuf_add(out, "\nOptions:\n");
	add_options(out, command->options);
	add_options(out, program->common);
	if (command->examples)
		sg_strbuf_add(out, "\nExamples:\n");
	for (const struct sg_example *e = command->examples; e && e->line; e++) {
		sg_strbuf_printf(out, "  %s\n      ", e->line);
		wrap(out, e->what, 6);
	}
}

static void list_options(struct sg_strbuf *b, const char *command, const struct sg_option *options)
{
	for (; options && options->long_name; options++) {
		const char *alone = options->alone_with;

		sg_strbuf_printf(b, "%s\t--%s\t", command, options->long_name);
		if (options->short_name)
			sg_strbuf_printf(b, "-%c", options->short_name);
		sg_strbuf_printf(b, "\t%s\t", options->metavar ? options->metavar : "");
		for (const struct sg_choice *c = options->choices; c && c->name; c++)
			sg_strbuf_printf(b, "%s%s", c == options->choices ? "" : " ", c->name);
		sg_strbuf_printf(b, "\t%s\t%s\t%s\n", options->excludes ? options->excludes : "",
				 options->only_with ? options->only_with : "",
				 !alone	  ? ""
				 : *alone ? alone
					  : "-");
	}
}

void sg_help_list_options(const struct sg_program *program, struct sg_strbuf *out)
{
	list_options(out, "", program->options);
	for (size_t i = 0; program->commands[i]; i++) {
		if (program->commands[i]->hidden)
			continue;
		list_options(out, program->commands[i]->name, program->commands[i]->options);
		list_options(out, program->commands[i]->name, program->common);
	}
}
