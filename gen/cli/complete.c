/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/complete.h"

#include <string.h>

#include "base/cleanup.h"
#include "cli/lexer.h"

static bool is_printable(const char *s)
{
	for (; *s; s++) {
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return false;
	}
	return true;
}

void sg_complete_add(struct sg_strbuf *out, const char *word, const char *candidate,
		     const char *doc)
{
	if (strncmp(candidate, word, strlen(word)) != 0 || !is_printable(candidate))
		return;
	sg_strbuf_add(out, candidate);
	if (doc) {
		sg_strbuf_add_char(out, '\t');
		sg_strbuf_add_mem(out, doc, strcspn(doc, "\n;:")); /* the rest is for --help */
	}
	sg_strbuf_add_char(out, '\n');
}

static void add_choices(struct sg_strbuf *out, const char *word, const struct sg_choice *choices)
{
	for (; choices && choices->name; choices++)
		sg_complete_add(out, word, choices->name, NULL);
}

static void add_options(struct sg_strbuf *out, const char *word, const struct sg_option *options)
{
	for (; options && options->long_name; options++) {
		char name[64] = "--", letter[] = { '-', options->short_name, 0 };

		strncat(name, options->long_name, sizeof(name) - sizeof("--"));
		sg_complete_add(out, word, name, options->doc);
		if (options->short_name)
			sg_complete_add(out, word, letter, options->doc);
	}
}

static void add_commands(struct sg_strbuf *out, const char *word, const struct sg_program *program)
{
	for (size_t i = 0; program->commands[i]; i++) {
		if (!program->commands[i]->hidden)
			sg_complete_add(out, word, program->commands[i]->name,
					program->commands[i]->summary);
	}
}

/* The word is an option's value. */
static enum sg_complete complete_value(const struct sg_option *option, const char *word,
				       struct sg_strbuf *out)
{
	add_choices(out, word, option->choices);
	return option->complete;
}

/* "--name=val": the option, when it is one and takes a value. */
static const struct sg_option *find_attached(const struct sg_option_set *sets, size_t n_sets,
					     const char *word)
{
	struct sg_lexer lexer = { .sets = sets, .n_sets = n_sets, .n = 1 };
	char *const words[] = { (char *)word };
	struct sg_token token;

	if (strncmp(word, "--", 2) != 0 || !strchr(word, '='))
		return NULL;
	lexer.words = words;
	token = sg_lexer_next(&lexer);
	return token.kind == SG_TOKEN_OPTION ? token.row : NULL;
}

static enum sg_complete complete_operand(const struct sg_command *command, size_t n_operands,
					 const char *word, struct sg_strbuf *out)
{
	if (n_operands >= command->max_operands)
		return SG_COMPLETE_NOTHING;
	add_choices(out, word, command->choices);
	return command->complete_operands;
}

/* The words after a command's name; the last is being typed. */
static enum sg_complete complete_argument(const struct sg_program *program,
					  const struct sg_command *command, char *const *words,
					  size_t n, const char **ret_word, struct sg_strbuf *out)
{
	const struct sg_option_set sets[] = { { .rows = command->options },
					      { .rows = program->common } };
	struct sg_lexer lexer = {
		.sets = sets, .n_sets = SG_ARRAY_SIZE(sets), .words = words, .n = n - 1
	};
	const char *word = words[n - 1];
	const struct sg_option *attached;
	bool only_operands = false;
	size_t n_operands = 0;
	enum sg_complete more;

	for (struct sg_token t; (t = sg_lexer_next(&lexer)).kind != SG_TOKEN_END;) {
		if (t.kind == SG_TOKEN_NO_VALUE)
			return complete_value(t.row, word, out);
		if (t.kind == SG_TOKEN_OPERAND)
			n_operands++;
		if (t.kind != SG_TOKEN_DASHES)
			continue;
		if (command->takes_command != SG_COMMAND_NO)
			return SG_COMPLETE_COMMAND;
		only_operands = true;
		n_operands += lexer.n - lexer.at;
		break;
	}
	attached = only_operands ? NULL : find_attached(sets, SG_ARRAY_SIZE(sets), word);
	if (attached) {
		*ret_word = strchr(word, '=') + 1;
		return complete_value(attached, *ret_word, out);
	}
	more = *word == '-' && !only_operands ? SG_COMPLETE_NOTHING
					      : complete_operand(command, n_operands, word, out);
	if (!only_operands && (*word == '-' || (more == SG_COMPLETE_NOTHING && !out->len))) {
		add_options(out, word, command->options);
		add_options(out, word, program->common);
	}
	return more;
}

enum sg_complete sg_complete(const struct sg_program *program, char *const *words, size_t n,
			     const char **ret_word, struct sg_strbuf *out)
{
	const struct sg_command *command;

	*ret_word = n ? words[n - 1] : "";
	if (n <= 1) {
		add_commands(out, *ret_word, program);
		sg_complete_add(out, *ret_word, "help", "print the help of a command");
		add_options(out, *ret_word, program->options);
		return SG_COMPLETE_NOTHING;
	}
	command = sg_command_find(program, words[0]);
	if (command)
		return complete_argument(program, command, words + 1, n - 1, ret_word, out);
	if (n == 2 && strcmp(words[0], "help") == 0)
		add_commands(out, *ret_word, program);
	return SG_COMPLETE_NOTHING;
}
