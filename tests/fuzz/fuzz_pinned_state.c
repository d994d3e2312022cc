/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fuzz_check.h"
#include "recording/pinned/pinned_state.h"
#include "recording/pinned/pinned_summary.h"

/*
 * The state that --resume reads. Whatever is read must be printed so that it reads back the same,
 * and what the recorder relies on must be so: lengths, ranges, absolute paths.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_instance(const struct sg_pinned_instance *instance)
{
	CHECK(strlen(instance->run) == SG_PINNED_RUN_ID_LEN);
	CHECK(strlen(instance->creator) <= SG_PINNED_COMM_LEN);
	CHECK(*instance->path == '/' && *instance->dir == '/');
	CHECK(instance->slots || !instance->n_slots);
}

/* What list shows; of every state that --resume takes there is a summary. */
static void check_summary(const uint8_t *data, size_t size, bool is_state)
{
	_cleanup_free_ char *text = strndup((const char *)data, size);
	struct sg_pinned_summary summary;
	struct sg_error err;

	if (sg_pinned_summary_read(text, &summary, &err) == 0)
		CHECK(summary.targets);
	else
		CHECK(!is_state && !summary.targets);
	sg_pinned_summary_done(&summary);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(sg_pinned_state_freep) struct sg_pinned_state *state = NULL, *again = NULL;
	_cleanup_(sg_strbuf_done) struct sg_strbuf first = SG_STRBUF_INIT, second = SG_STRBUF_INIT;
	struct sg_error err;

	if (sg_pinned_state_parse("fuzz", (const char *)data, size, &state, &err) < 0) {
		CHECK(strncmp(err.message, "fuzz:", 5) == 0);
		check_summary(data, size, false);
		return 0;
	}
	CHECK(state->options.denials < SG_PINNED_WHEN_MAX &&
	      state->options.wait < SG_PINNED_WHEN_MAX);
	for (size_t i = 0; i < state->n_targets; i++) {
		CHECK(state->targets[i].selector.text);
		CHECK(!state->targets[i].where || *state->targets[i].where == '/');
		for (size_t k = 0; k < state->targets[i].n_instances; k++)
			check_instance(&state->targets[i].instances[k]);
	}
	check_summary(data, size, true);
	sg_pinned_state_print(state, &first);
	CHECK(!first.failed);
	CHECK(sg_pinned_state_parse("again", first.data, first.len, &again, &err) == 0);
	sg_pinned_state_print(again, &second);
	CHECK(!second.failed && first.len == second.len &&
	      memcmp(first.data, second.data, first.len) == 0);
	return 0;
}
