/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fuzz_check.h"
#include "recording/pinned/notes.h"

/*
 * The notes that --resume reads. Whatever is read must be printed so that it reads back the same,
 * and what the recorder relies on must be so: lengths, ranges, absolute paths.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_life(const struct sg_notes_life *life)
{
	CHECK(strlen(life->run) == SG_NOTES_RUN_ID_LEN);
	CHECK(strlen(life->maker) <= SG_NOTES_COMM_LEN);
	CHECK(*life->path == '/' && *life->dir == '/');
	CHECK(life->slots || !life->n_slots);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(sg_notes_freep) struct sg_notes *notes = NULL, *again = NULL;
	_cleanup_(sg_strbuf_done) struct sg_strbuf first = SG_STRBUF_INIT, second = SG_STRBUF_INIT;
	struct sg_error err;

	if (sg_notes_parse("fuzz", (const char *)data, size, &notes, &err) < 0) {
		CHECK(strncmp(err.message, "fuzz:", 5) == 0);
		return 0;
	}
	CHECK(notes->options.denials < SG_NOTES_WHEN_MAX &&
	      notes->options.wait < SG_NOTES_WHEN_MAX);
	for (size_t i = 0; i < notes->n_watches; i++) {
		CHECK(notes->watches[i].selector.text);
		CHECK(!notes->watches[i].where || *notes->watches[i].where == '/');
		for (size_t k = 0; k < notes->watches[i].n_lives; k++)
			check_life(&notes->watches[i].lives[k]);
	}
	sg_notes_print(notes, &first);
	CHECK(!first.failed);
	CHECK(sg_notes_parse("again", first.data, first.len, &again, &err) == 0);
	sg_notes_print(again, &second);
	CHECK(!second.failed && first.len == second.len &&
	      memcmp(first.data, second.data, first.len) == 0);
	return 0;
}
