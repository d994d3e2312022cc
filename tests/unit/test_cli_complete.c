/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "cli/complete.h"
#include "cli/help.h"
#include "cli_program.h"

static void the_last_word_is_completed(void **state)
{
	static const struct {
		char *words[6];
		size_t n;
		enum sg_complete more;
		const char *word, *out;
	} rows[] = {
		{ { "" },
		  0,
		  SG_COMPLETE_NOTHING,
		  "",
		  "all\teverything\nplain\tnothing\nhelp\tprint the help of a "
		  "command\n--version\tv\n-V\tv\n" },
		{ { "pl" }, 1, SG_COMPLETE_NOTHING, "pl", "plain\tnothing\n" },
		{ { "help", "a" }, 2, SG_COMPLETE_NOTHING, "a", "all\teverything\n" },
		{ { "help", "all", "" }, 3, SG_COMPLETE_NOTHING, "", "" },
		{ { "must", "" },
		  2,
		  SG_COMPLETE_NOTHING,
		  "",
		  "--quiet\tq\n-q\tq\n--help\th\n-h\th\n" },
		{ { "must", "--", "" }, 3, SG_COMPLETE_COMMAND, "", "" },
		{ { "plain", "r" }, 2, SG_COMPLETE_NOTHING, "r", "red\n" },
		{ { "plain", "--", "--h" }, 3, SG_COMPLETE_NOTHING, "--h", "" },
		{ { "all", "" }, 2, SG_COMPLETE_RECORDING, "", "" },
		{ { "all", "-f", "x", "" }, 4, SG_COMPLETE_RECORDING, "", "" },
		{ { "all", "x", "y", "z" }, 4, SG_COMPLETE_NOTHING, "z", "" },
		{ { "all", "--pi" }, 2, SG_COMPLETE_NOTHING, "--pi", "--pid\tp\n--pids\tp\n" },
		{ { "all", "--choice", "" }, 3, SG_COMPLETE_NOTHING, "", "low\nhigh\ntop\n" },
		{ { "all", "--choice=h" }, 2, SG_COMPLETE_NOTHING, "h", "high\n" },
		{ { "all", "--cho=h" }, 2, SG_COMPLETE_NOTHING, "h", "high\n" },
		{ { "all", "-qft", "--x" }, 3, SG_COMPLETE_FILE, "--x", "" },
		{ { "all", "--text=/e" }, 2, SG_COMPLETE_FILE, "/e", "" },
		{ { "all", "--flag=/e" }, 2, SG_COMPLETE_NOTHING, "--flag=/e", "" },
		{ { "all", "--no-such", "--word=g" }, 3, SG_COMPLETE_NOTHING, "g", "green\n" },
		{ { "nope", "" }, 2, SG_COMPLETE_NOTHING, "", "" },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;
		const char *word = NULL;
		enum sg_complete more = sg_complete(&cli_program, (char *const *)rows[i].words,
						    rows[i].n, &word, &out);

		sg_strbuf_add(&out, "");
		assert_int_equal(more, rows[i].more);
		assert_string_equal(word, rows[i].word);
		assert_string_equal(out.data, rows[i].out);
	}
}

static void a_candidate_is_one_line(void **state)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;

	(void)state;
	sg_complete_add(&out, "a", "a\nb", NULL);
	sg_complete_add(&out, "a", "a\tb", NULL);
	sg_complete_add(&out, "a", "a\x1b[2J", NULL);
	sg_complete_add(&out, "a", "b", NULL);
	sg_complete_add(&out, "a", "a\x7f", NULL);
	sg_complete_add(&out, "a", "a b", "what it is; and more");
	sg_complete_add(&out, "a", "a\xc3\xa4", NULL);
	assert_string_equal(out.data, "a b\twhat it is\na\xc3\xa4\n");
}

static void help_lists_what_is_not_hidden(void **state)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf program = SG_STRBUF_INIT;
	_cleanup_(sg_strbuf_done) struct sg_strbuf command = SG_STRBUF_INIT;
	_cleanup_(sg_strbuf_done) struct sg_strbuf rows = SG_STRBUF_INIT;

	(void)state;
	sg_help_program(&cli_program, &program);
	assert_non_null(strstr(program.data, "usage: prog COMMAND"));
	assert_non_null(strstr(program.data, "  all         everything\n"));
	assert_null(strstr(program.data, "must"));
	sg_help_command(&cli_program, &cli_all, &command);
	assert_non_null(
		strstr(command.data, "usage: prog all [OPTION...] A B -- COMMAND [ARG...]\n"));
	assert_non_null(strstr(command.data, "  -t, --text T              t\n"));
	assert_non_null(strstr(command.data, "  -q, --quiet               q\n"));
	sg_help_list_options(&cli_program, &rows);
	assert_non_null(strstr(rows.data, "\t--version\t-V\t\t\t\t\t\n"));
	assert_non_null(strstr(rows.data, "all\t--choice\t\tC\tlow high top\t\t\t\n"));
	assert_non_null(strstr(rows.data, "all\t--other\t\t\t\tflag text --\t\t\n"));
	assert_non_null(strstr(rows.data, "all\t--odd\t\tO\t\t\ttext texts --\t\n"));
	assert_non_null(strstr(rows.data, "all\t--lone\t\t\t\t\t\tflag number\n"));
	assert_non_null(strstr(rows.data, "all\t--only\t\t\t\t\t\t-\n"));
	assert_non_null(strstr(rows.data, "plain\t--help\t-h\t\t\t\t\t\n"));
	assert_null(strstr(rows.data, "must"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_word_is_completed),
		cmocka_unit_test(a_candidate_is_one_line),
		cmocka_unit_test(help_lists_what_is_not_hidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
