/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/help.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "cli/output.h"

#define WIDTH	     80 /* of a terminal nobody has widened */
#define DOC_COLUMN   28
#define NAME_MAX_LEN 24

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

static int print(struct sg_strbuf *b, struct sg_error *err)
{
	return sg_output_print(b, err);
}

int sg_help_program(struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf b = SG_STRBUF_INIT;

	sg_strbuf_add(&b, "usage: seccomp-gen COMMAND [OPTION...] [ARG...]\n\n");
	wrap(&b,
	     "Records the system calls that a workload makes, and turns the recording into the "
	     "smallest seccomp profile under which the workload still runs.",
	     0);
	sg_strbuf_add(&b, "\nCommands:\n");
	for (size_t i = 0; sg_commands[i]; i++) {
		sg_strbuf_printf(&b, "  %-12s", sg_commands[i]->name);
		wrap(&b, sg_commands[i]->summary, 14);
	}
	sg_strbuf_add(&b, "\nOptions:\n");
	add_options(&b, sg_global_options);
	sg_strbuf_add(&b, "\n'seccomp-gen COMMAND --help' says more about a command.\n");
	return print(&b, err);
}

int sg_help_version(struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf b = SG_STRBUF_INIT;

	sg_strbuf_add(&b, "seccomp-gen " SG_VERSION "\n");
	return print(&b, err);
}

int sg_help_command(const struct sg_command *cmd, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf b = SG_STRBUF_INIT;

	sg_strbuf_printf(&b, "usage: seccomp-gen %s [OPTION...]%s%s%s\n\n", cmd->name,
			 cmd->operands ? " " : "", cmd->operands ? cmd->operands : "",
			 cmd->takes_command && !cmd->operands ? " -- COMMAND [ARG...]" : "");
	wrap(&b, cmd->description ? cmd->description : cmd->summary, 0);
	sg_strbuf_add(&b, "\nOptions:\n");
	add_options(&b, cmd->options);
	add_options(&b, sg_common_options);
	if (cmd->examples)
		sg_strbuf_add(&b, "\nExamples:\n");
	for (const struct sg_example *e = cmd->examples; e && e->line; e++) {
		sg_strbuf_printf(&b, "  %s\n      ", e->line);
		wrap(&b, e->what, 6);
	}
	return print(&b, err);
}

static void list_options(struct sg_strbuf *b, const char *command, const struct sg_option *options)
{
	for (; options && options->long_name; options++) {
		sg_strbuf_printf(b, "%s\t--%s\t", command, options->long_name);
		if (options->short_name)
			sg_strbuf_printf(b, "-%c", options->short_name);
		sg_strbuf_printf(b, "\t%s\n", options->metavar ? options->metavar : "");
	}
}

int sg_help_list_options(struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf b = SG_STRBUF_INIT;

	list_options(&b, "", sg_global_options);
	for (size_t i = 0; sg_commands[i]; i++) {
		list_options(&b, sg_commands[i]->name, sg_commands[i]->options);
		list_options(&b, sg_commands[i]->name, sg_common_options);
	}
	return print(&b, err);
}

/* Levenshtein's distance; words are short. NAME_MAX_LEN + 1 when one of them is not. */
static size_t distance(const char *a, const char *b)
{
	size_t row[NAME_MAX_LEN + 1], n = strlen(b);

	if (strlen(a) > NAME_MAX_LEN || n > NAME_MAX_LEN)
		return NAME_MAX_LEN + 1;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t best = diagonal + (a[i - 1] != b[j - 1]);

			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = row[j];
			row[j] = best;
		}
	}
	return row[n];
}

const char *sg_help_nearest(const char *word)
{
	const char *near = NULL;
	size_t least = 3; /* further away it is a guess */

	for (size_t i = 0; sg_commands[i]; i++) {
		size_t d = distance(word, sg_commands[i]->name);

		if (d < least && d < strlen(word)) {
			least = d;
			near = sg_commands[i]->name;
		}
	}
	return near;
}
