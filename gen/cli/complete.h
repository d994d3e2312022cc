/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_CLI_COMPLETE_H
#define SG_CLI_COMPLETE_H

#include "base/strbuf.h"
#include "cli/program.h"

/*
 * What can stand for the last of @words, which is being typed and may be empty; the others stand
 * before it, the program's name is not among them. *ret_word is what of it is to be completed,
 * borrowed: of "--runtime=c" that is "c".
 *
 * Every candidate begins with that and is added to @out as a line, "word<TAB>what it does". What
 * this cannot know is named by the return value: the caller adds names of recordings, the shell
 * files, directories and the command lines of others.
 */
enum sg_complete sg_complete(const struct sg_program *program, char *const *words, size_t n,
			     const char **ret_word, struct sg_strbuf *out);

/*
 * Add a candidate when it begins with @word. Names with control characters, which could end a line
 * or drive a terminal, are left out. @doc: NULL: none.
 */
void sg_complete_add(struct sg_strbuf *out, const char *word, const char *candidate,
		     const char *doc);

#endif
