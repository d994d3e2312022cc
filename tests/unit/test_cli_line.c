/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "cli/line.h"
#include "cli_program.h"

#define WORDS_MAX 16

struct parsed {
	char text[256];
	char *words[WORDS_MAX + 1];
	size_t n;
	struct cli_data data;
	struct cli_common common;
	struct sg_line line;
	struct sg_error err;
};

/* @text: words with spaces between; "~" is an empty one. */
static int parse(const struct sg_command *command, const char *text, struct parsed *p)
{
	char *save = NULL;

	*p = (struct parsed){ 0 };
	assert_true(strlen(text) < sizeof(p->text));
	strcpy(p->text, text);
	for (char *w = strtok_r(p->text, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		assert_true(p->n < WORDS_MAX);
		p->words[p->n++] = strcmp(w, "~") == 0 ? "" : w;
	}
	return sg_line_parse(&cli_program, command, p->words, p->n, 1000000000000, &p->data,
			     &p->common, &p->line, &p->err);
}

static void done(struct parsed *p)
{
	sg_line_done(&p->line);
	cli_data_done(&p->data);
}

static void every_type_gets_its_value(void **state)
{
	struct parsed p;

	(void)state;
	assert_int_equal(parse(&cli_all,
			       "-f a --high --choice top --text=x --word blue --odd ~ --texts 1 "
			       "--texts 2",
			       &p),
			 -EINVAL); /* one operand is missing */
	done(&p);
	assert_int_equal(
		parse(&cli_all, "-fq a --hi --choice=top -tx --word blue b --odd ~ --texts=1", &p),
		0);
	assert_true(p.data.flag && p.common.quiet && !p.data.other);
	assert_int_equal(p.data.level, CLI_HIGH);
	assert_int_equal(p.data.choice, CLI_TOP);
	assert_string_equal(p.data.text, "x");
	assert_string_equal(p.data.word, "blue");
	assert_string_equal(p.data.odd, "");
	assert_int_equal(p.data.texts.n, 1);
	assert_int_equal(p.line.operands.n, 2);
	assert_string_equal(p.line.operands.argv[1], "b");
	assert_null(p.line.operands.argv[2]);
	assert_null(p.line.operands.command);
	done(&p);
	assert_int_equal(parse(&cli_all,
			       "-n 99 --pid 2147483647 a --pids 1 --pids 2 --duration 1.5h "
			       "--time 999s --length four",
			       &p),
			 0);
	assert_int_equal(p.data.number, 99);
	assert_int_equal(p.data.pid, INT32_MAX);
	assert_int_equal(p.data.pids.n, 2);
	assert_int_equal(p.data.pids.list[1], 2);
	assert_int_equal(p.data.duration, 5400 * UINT64_C(1000000000));
	assert_int_equal(p.data.time, 1000000000);
	assert_int_equal(p.data.length, 4);
	done(&p);
}

static void the_last_value_counts(void **state)
{
	struct parsed p;

	(void)state;
	assert_int_equal(parse(&cli_all, "-t a -t b --text --flag 1 2", &p), 0);
	assert_string_equal(p.data.text, "--flag");
	assert_false(p.data.flag);
	done(&p);
}

static void what_follows_the_dashes_is_no_option(void **state)
{
	struct parsed p;

	(void)state;
	assert_int_equal(parse(&cli_plain, "- a -- -x -- --help", &p), 0);
	assert_int_equal(p.line.operands.n, 5);
	assert_string_equal(p.line.operands.argv[0], "-");
	assert_string_equal(p.line.operands.argv[4], "--help");
	done(&p);
	assert_int_equal(parse(&cli_all, "a b -- ls -l -- x", &p), 0);
	assert_int_equal(p.line.operands.n_command, 4);
	assert_ptr_equal(p.line.operands.command, p.words + 3);
	assert_null(p.line.operands.command[4]);
	done(&p);
	assert_int_equal(parse(&cli_all, "-t -- a b", &p), 0);
	assert_string_equal(p.data.text, "--");
	done(&p);
}

static void an_action_ends_it(void **state)
{
	struct parsed p;

	(void)state;
	assert_int_equal(parse(&cli_all, "-fh --no-such-option --other", &p), 0);
	assert_string_equal(p.line.action->long_name, "help");
	done(&p);
}

static void what_is_wrong_is_said(void **state)
{
	static const struct {
		const struct sg_command *command;
		const char *text, *message;
	} rows[] = {
		{ &cli_all, "--flga", "unknown option --flga: did you mean --flag?" },
		{ &cli_all, "--numbr=3", "unknown option --numbr: did you mean --number?" },
		{ &cli_all, "--zzz=3", "unknown option --zzz (see --help)" },
		{ &cli_all, "--=3", "unknown option -- (see --help)" },
		{ &cli_all, "-z", "unknown option -z (see --help)" },
		{ &cli_all, "-flag", "unknown option -l: did you mean --flag?" },
		{ &cli_all, "--o", "option --o is ambiguous: it can be --other, --only, --odd" },
		{ &cli_all, "--h", "option --h is ambiguous: it can be --high, --help" },
		{ &cli_all, "--pi=1", "option --pi is ambiguous: it can be --pid, --pids" },
		{ &cli_all, "--text", "option --text needs a value: T" },
		{ &cli_all, "a b -fn", "option --number needs a value: N" },
		{ &cli_all, "--flag=", "option --flag takes no value" },
		{ &cli_all, "--choice lo", "--choice: 'lo' is none of: low, high, top" },
		{ &cli_all, "--choice ~", "--choice: '' is none of: low, high, top" },
		{ &cli_all, "-n1", "--number: '1' is not a number from 2 to 99" },
		{ &cli_all, "-n 100", "--number: '100' is not a number from 2 to 99" },
		{ &cli_all, "-n -5", "--number: '-5' is not a number from 2 to 99" },
		{ &cli_all, "-n 5x", "--number: '5x' is not a number from 2 to 99" },
		{ &cli_all, "--pid 0",
		  "--pid: '0' is not a process id (a number from 1 to 2147483647)" },
		{ &cli_all, "--pids=+1",
		  "--pids: '+1' is not a process id (a number from 1 to 2147483647)" },
		{ &cli_all, "--duration 0", "--duration: '0' is too short a duration" },
		{ &cli_all, "--length ~", "--length: is empty" },
		{ &cli_all, "--odd 1 --odd 2", "--odd is given twice: give it once" },
		{ &cli_all, "a", "operand missing (usage: prog all A B)" },
		{ &cli_all, "a b c", "unexpected operand 'c' (see --help)" },
		{ &cli_all, "--pid 1 a b",
		  "unexpected operand 'b': --pid stands for one (see --help)" },
		{ &cli_all, "a b --", "no command after '--'" },
		{ &cli_must, "", "no command given: put it after '--'" },
		/* which options can be given together */
		{ &cli_all, "--flag --other a b",
		  "--other says nothing of --flag: leave one of them out" },
		{ &cli_all, "--other -t x",
		  "--other says nothing of --text: leave one of them out" },
		{ &cli_all, "--other a b -- x",
		  "--other says nothing of '-- CMD': leave one of them out" },
		{ &cli_all, "--odd 1",
		  "--odd needs --text, --texts or '-- CMD': add it, or leave "
		  "--odd out" },
		{ &cli_all, "--lone --texts 1",
		  "--lone accepts only --flag or --number: leave "
		  "--texts out" },
		{ &cli_all, "--lone -- x",
		  "--lone accepts only --flag or --number: leave '-- CMD' out" },
		{ &cli_all, "-f --only", "--only accepts no other option: leave --flag out" },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		struct parsed p;
		int r = parse(rows[i].command, rows[i].text, &p);

		assert_int_equal(r, -EINVAL);
		assert_int_equal(p.err.code, rows[i].message && strstr(rows[i].message, "--length:")
						     ? -34
						     : -EINVAL);
		if (rows[i].message)
			assert_string_equal(p.err.message, rows[i].message);
		done(&p);
	}
}

static void what_belongs_together_is_taken(void **state)
{
	static const char *const rows[] = {
		"--flag --text x a b",	     "--odd 1 --texts 2 a b", "--odd 1 a b -- x",
		"--lone -f -n 5 -q a b",     "--only -q a b",	      "--other -n 5 a b",
		"--odd=1 --text=2 a b -- x",
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		struct parsed p;

		assert_int_equal(parse(&cli_all, rows[i], &p), 0);
		done(&p);
	}
}

static void the_program_stops_at_its_command(void **state)
{
	static const struct {
		char *words[4];
		size_t n, at;
		const char *action, *message;
	} rows[] = {
		{ { "all", "-V" }, 2, 0, NULL, NULL },
		{ { "-V", "all" }, 2, 1, "version", NULL },
		{ { "--ver", "--nope" }, 2, 1, "version", NULL },
		{ { "--", "all" }, 2, 1, NULL, NULL },
		{ { NULL }, 0, 0, NULL, NULL },
		{ { "--vresion" },
		  1,
		  0,
		  NULL,
		  "unknown option --vresion: did you mean --version?" },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		struct sg_line line = { 0 };
		struct sg_error err = { 0 };
		int r = sg_line_parse_program(&cli_program, (char *const *)rows[i].words, rows[i].n,
					      &line, &err);

		assert_int_equal(r, rows[i].message ? -EINVAL : 0);
		if (rows[i].message)
			assert_string_equal(err.message, rows[i].message);
		else
			assert_int_equal(line.n_words, rows[i].at);
		if (rows[i].action)
			assert_string_equal(line.action->long_name, rows[i].action);
		sg_line_done(&line);
	}
}

static void an_unknown_command_is_guessed(void **state)
{
	struct sg_error err = { 0 };

	(void)state;
	assert_ptr_equal(sg_command_find(&cli_program, "plain"), &cli_plain);
	assert_null(sg_command_find(&cli_program, "plai"));
	sg_command_unknown(&cli_program, "plian", &err);
	assert_string_equal(err.message, "unknown command 'plian'; did you mean 'plain'?");
	sg_command_unknown(&cli_program, "mutt", &err); /* a hidden one is not offered */
	assert_string_equal(err.message, "unknown command 'mutt' ('prog --help' lists them)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_gets_its_value),
		cmocka_unit_test(the_last_value_counts),
		cmocka_unit_test(what_follows_the_dashes_is_no_option),
		cmocka_unit_test(an_action_ends_it),
		cmocka_unit_test(what_is_wrong_is_said),
		cmocka_unit_test(what_belongs_together_is_taken),
		cmocka_unit_test(the_program_stops_at_its_command),
		cmocka_unit_test(an_unknown_command_is_guessed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
