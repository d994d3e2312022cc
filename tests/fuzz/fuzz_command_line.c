/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <string.h>

#include "../unit/cli_program.h"
#include "base/cleanup.h"
#include "cli/complete.h"
#include "cli/line.h"
#include "cli/time.h"
#include "fuzz_check.h"

/*
 * A command line, its words with NUL between, as scripts and shells give it: parsed, completed, and
 * each word taken for a time. A line that is refused is refused with a reason; of one that is taken
 * the operands are as many as the command takes, and no option stands with one that it excludes.
 */

#define WORDS_MAX 64
#define NOW	  (1795292157 * UINT64_C(1000000000))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t split(char *text, size_t size, char *words[WORDS_MAX + 1])
{
	size_t n = 0;

	for (char *p = text; p < text + size && n < WORDS_MAX; p += strlen(p) + 1)
		words[n++] = p;
	words[n] = NULL;
	return n;
}

static void check_line(char **words, size_t n)
{
	struct cli_data data = { 0 };
	struct cli_common common = { 0 };
	struct sg_line line = { 0 };
	struct sg_error err = { 0 };
	int r = sg_line_parse(&cli_program, &cli_all, words, n, NOW, &data, &common, &line, &err);

	CHECK(r == 0 || *err.message);
	if (r == 0 && !line.action) {
		CHECK(line.operands.n == (data.pid ? 1 : 2));
		CHECK(!line.operands.command || line.operands.n_command > 0);
		CHECK(!data.other || (!data.flag && !data.text && !line.operands.command));
		CHECK(!data.odd || data.text || data.texts.n || line.operands.command);
		CHECK(!data.number || (data.number >= 2 && data.number <= 99));
		CHECK(data.duration <= SG_DURATION_MAX && data.pid >= 0);
		CHECK(data.choice <= CLI_TOP && data.level <= CLI_HIGH);
		for (size_t i = 0; i < line.operands.n; i++)
			CHECK(line.operands.argv[i]);
	}
	sg_line_done(&line);
	cli_data_done(&data);
}

static void check_completions(char **words, size_t n)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;
	const char *word, *end;

	sg_complete(&cli_program, words, n, &word, &out);
	CHECK(word && !out.failed);
	for (const char *line = out.data; line && *line; line = end + 1) {
		end = strchr(line, '\n');
		CHECK(end && strncmp(line, word, strlen(word)) == 0);
		for (const char *p = line; p < end; p++)
			CHECK((unsigned char)*p >= ' ' || *p == '\t');
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = malloc(size + 1);
	char *words[WORDS_MAX + 1];
	uint64_t ns;
	size_t n;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	n = split(text, size, words);
	check_line(words, n);
	check_completions(words, n);
	for (size_t i = 0; i < n; i++) {
		if (sg_time_parse(words[i], NOW, &ns, NULL) == 0)
			CHECK(ns > 0);
		if (sg_duration_parse(words[i], &ns, NULL) == 0)
			CHECK(ns <= SG_DURATION_MAX);
	}
	return 0;
}
