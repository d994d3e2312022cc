/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

void sg_line_done(struct sg_line *line)
{
	free(line->operands.argv);
	free(line->given);
	*line = (struct sg_line){ 0 };
}

static size_t count_rows(const struct sg_option *rows)
{
	size_t n = 0;

	while (rows && rows[n].long_name)
		n++;
	return n;
}

/* Where @given has a row. */
static size_t index_of(const struct sg_option_set *sets, const struct sg_token *token)
{
	size_t n = 0;

	for (size_t s = 0; s < token->set; s++)
		n += count_rows(sets[s].rows);
	return n + (size_t)(token->row - sets[token->set].rows);
}

static int take_option(const struct sg_option_set *sets, const struct sg_token *token, uint64_t now,
		       struct sg_line *line, struct sg_error *err)
{
	const struct sg_option *row = token->row;
	bool *given = &line->given[index_of(sets, token)];

	if (*given && row->once)
		return sg_error_set(err, -EINVAL, "--%s is given twice: give it once",
				    row->long_name);
	*given = true;
	if (row->type == SG_OPTION_ACTION)
		line->action = row;
	return sg_option_store(row, token->value, sets[token->set].data, now, err);
}

static int line_init(const struct sg_option_set *sets, size_t n_sets, size_t n, struct sg_line *ret,
		     struct sg_error *err)
{
	size_t n_rows = 0;

	for (size_t s = 0; s < n_sets; s++)
		n_rows += count_rows(sets[s].rows);
	*ret = (struct sg_line){ 0 };
	ret->operands.argv = calloc(n + 1, sizeof(*ret->operands.argv));
	ret->given = calloc(n_rows + 1, sizeof(*ret->given));
	if (ret->operands.argv && ret->given)
		return 0;
	sg_line_done(ret);
	return sg_error_oom(err);
}

int sg_line_parse_program(const struct sg_program *program, char *const *words, size_t n,
			  struct sg_line *ret, struct sg_error *err)
{
	const struct sg_option_set set = { .rows = program->options };
	struct sg_lexer lexer = { .sets = &set, .n_sets = 1, .words = words, .n = n };
	int r = line_init(&set, 1, 0, ret, err);

	while (r == 0 && !ret->action) {
		struct sg_token token = sg_lexer_next(&lexer);

		ret->n_words = lexer.at;
		if (token.kind == SG_TOKEN_OPERAND)
			ret->n_words--;
		if (token.kind == SG_TOKEN_END || token.kind == SG_TOKEN_OPERAND ||
		    token.kind == SG_TOKEN_DASHES)
			return 0;
		if (token.kind == SG_TOKEN_OPTION)
			r = take_option(&set, &token, 0, ret, err);
		else
			r = sg_lexer_refuse(&lexer, &token, err);
	}
	if (r < 0)
		sg_line_done(ret);
	return r;
}

/* What follows "--": the command line of another program, or operands that look like options. */
static void take_rest(const struct sg_command *command, char **words, size_t n,
		      struct sg_operands *operands)
{
	if (command->takes_command != SG_COMMAND_NO) {
		operands->command = words;
		operands->n_command = n;
		return;
	}
	for (size_t i = 0; i < n; i++)
		operands->argv[operands->n++] = words[i];
}

static int check_operands(const struct sg_program *program, const struct sg_command *command,
			  const bool *given, const struct sg_operands *operands,
			  struct sg_error *err)
{
	size_t min = command->min_operands, max = command->max_operands;
	const char *instead = NULL;

	for (size_t i = 0; command->options && command->options[i].long_name; i++) {
		if (!given[i] || !command->options[i].is_operand)
			continue;
		instead = command->options[i].long_name;
		min -= min > 0;
		max -= max > 0 && max != SG_OPERANDS_ANY;
	}
	if (operands->n < min)
		return sg_error_set(err, -EINVAL, "operand missing (usage: %s %s %s)",
				    program->name, command->name, command->operands);
	if (operands->n > max && instead)
		return sg_error_set(err, -EINVAL,
				    "unexpected operand '%s': --%s stands for one (see --help)",
				    operands->argv[max], instead);
	if (operands->n > max)
		return sg_error_set(err, -EINVAL, "unexpected operand '%s' (see --help)",
				    operands->argv[max]);
	if (operands->command && operands->n_command == 0)
		return sg_error_set(err, -EINVAL, "no command after '--'");
	if (!operands->command && command->takes_command == SG_COMMAND_MUST)
		return sg_error_set(err, -EINVAL, "no command given: put it after '--'");
	return 0;
}

static int parse(const struct sg_command *command, const struct sg_option_set *sets, size_t n_sets,
		 char **words, size_t n, uint64_t now, struct sg_line *line, struct sg_error *err)
{
	struct sg_lexer lexer = { .sets = sets, .n_sets = n_sets, .words = words, .n = n };
	int r = 0;

	while (r == 0 && !line->action) {
		struct sg_token token = sg_lexer_next(&lexer);

		line->n_words = lexer.at;
		switch (token.kind) {
		case SG_TOKEN_END:
			return 0;
		case SG_TOKEN_OPERAND:
			line->operands.argv[line->operands.n++] = words[lexer.at - 1];
			break;
		case SG_TOKEN_DASHES:
			take_rest(command, words + lexer.at, n - lexer.at, &line->operands);
			return 0;
		case SG_TOKEN_OPTION:
			r = take_option(sets, &token, now, line, err);
			break;
		default:
			r = sg_lexer_refuse(&lexer, &token, err);
			break;
		}
	}
	return r;
}

int sg_line_parse(const struct sg_program *program, const struct sg_command *command, char **words,
		  size_t n, uint64_t now, void *data, void *common, struct sg_line *ret,
		  struct sg_error *err)
{
	const struct sg_option_set sets[] = {
		{ .rows = command->options, .data = data },
		{ .rows = program->common, .data = common },
	};
	size_t n_sets = SG_ARRAY_SIZE(sets);
	int r = line_init(sets, n_sets, n, ret, err);

	if (r < 0)
		return r;
	r = parse(command, sets, n_sets, words, n, now, ret, err);
	/* the command's own rows alone: quiet or loud, what contradicts itself does so */
	if (r == 0 && !ret->action)
		r = sg_line_check_together(command->options, ret->given,
					   ret->operands.command != NULL, err);
	if (r == 0 && !ret->action)
		r = check_operands(program, command, ret->given, &ret->operands, err);
	if (r < 0)
		sg_line_done(ret);
	return r;
}
