/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cleanup.h"
#include "base/strbuf.h"
#include "cli/complete.h"
#include "cli/output.h"
#include "commands/commands.h"
#include "recorder/live.h"
#include "store/store.h"

/*
 * For the scripts of tracer/cli/shell/. The first line says what the shell adds itself; each line
 * after it is a candidate, and what it does, with a tab between. It is asked at a prompt, where
 * nobody wants to read an error: what cannot be listed is not offered.
 */

static const char *const kinds[] = {
	[SG_COMPLETE_NOTHING] = "nothing",	 [SG_COMPLETE_FILE] = "files",
	[SG_COMPLETE_DIRECTORY] = "directories", [SG_COMPLETE_RECORDING] = "files",
	[SG_COMPLETE_PINNED] = "nothing",	 [SG_COMPLETE_COMMAND] = "command",
};

static void add_recordings(struct sg_strbuf *out, const char *word)
{
	_cleanup_(sg_store_names_done) struct sg_store_names names = { 0 };
	_cleanup_(sg_store_freep) struct sg_store *store = NULL;
	struct sg_error err;

	if (sg_store_open(false, &store, &err) < 0 || sg_store_list(store, &names, &err) < 0)
		return;
	for (size_t i = 0; i < names.n; i++)
		sg_complete_add(out, word, names.names[i], "recording");
}

static void add_pinned(struct sg_strbuf *out, const char *word)
{
	_cleanup_(sg_live_names_done) struct sg_live_names names = { 0 };
	struct sg_error err;

	if (sg_live_list(&names, &err) < 0)
		return;
	for (size_t i = 0; i < names.n; i++)
		sg_complete_add(out, word, names.names[i], "pinned recording");
}

static int run(void *data, const struct sg_operands *operands, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf candidates = SG_STRBUF_INIT;
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;
	enum sg_complete more;
	const char *word;

	(void)data;
	more = sg_complete(sg_command_program(), operands->command, operands->n_command, &word,
			   &candidates);
	if (more == SG_COMPLETE_RECORDING)
		add_recordings(&candidates, word);
	if (more == SG_COMPLETE_PINNED)
		add_pinned(&candidates, word);
	if (candidates.failed)
		return sg_error_oom(err);
	sg_strbuf_printf(&out, "%s\n", kinds[more]);
	sg_strbuf_add_mem(&out, candidates.data, candidates.len);
	return sg_output_print(&out, err);
}

const struct sg_command sg_cmd_complete = {
	.name = "complete",
	.summary = "print what a shell can offer for the last of the words",
	.description = "Prints, for the scripts of 'seccomp-gen completion', what can stand for "
		       "the last of the words: on the first line what the shell is to add itself "
		       "(nothing, files, directories, command), then a candidate a line, with what "
		       "it does after a tab. The words are those after the program's name.",
	.takes_command = SG_COMMAND_MUST,
	.hidden = true,
	.run = run,
};
