/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <linux/audit.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "origin/command.h"
#include "recording/merge/parts.h"
#include "run_entry.h"

#define X86 AUDIT_ARCH_X86_64
#define RUN "0f3a9c1e-5c1d-4f0e-9a54-0123456789ab"

static struct sg_run *run_of(uint32_t sources)
{
	struct sg_run *run = NULL;

	assert_int_equal(sg_run_new(RUN, &run, NULL), 0);
	run->sources = sources;
	return run;
}

static void parts_add_up(void **state)
{
	_cleanup_(sg_run_freep) struct sg_run *run = run_of(SG_SOURCE_BPF);
	_cleanup_(sg_run_freep) struct sg_run *part = run_of(SG_SOURCE_BPF | SG_SOURCE_AUDIT);
	struct sg_error err;

	(void)state;
	run->start = 5;
	entry_of(run, X86, "read")->count[SG_STAGE_APP] = 3;
	run->loss[SG_LOSS_CGROUPS_UNTRACKED] = 1;
	part->start = 7;
	entry_of(part, X86, "read")->count[SG_STAGE_APP] = 4;
	entry_of(part, X86, "write")->count[SG_STAGE_SETUP] = 1;
	part->loss[SG_LOSS_CGROUPS_UNTRACKED] = 2;
	part->target.filtered = SG_YES;
	part->new_namespaces = SG_YES;
	assert_int_equal(sg_run_add_part(run, part, &err), 0);
	assert_int_equal(entry_of(run, X86, "read")->count[SG_STAGE_APP], 7);
	assert_int_equal(entry_of(run, X86, "write")->count[SG_STAGE_SETUP], 1);
	assert_int_equal(run->n_entries, 2);
	assert_int_equal(run->loss[SG_LOSS_CGROUPS_UNTRACKED], 3);
	assert_int_equal(run->sources, SG_SOURCE_BPF | SG_SOURCE_AUDIT);
	assert_int_equal(run->target.filtered, SG_YES);
	assert_int_equal(run->new_namespaces, SG_YES);
	assert_int_equal(run->start, 5);
	/* "no" of one part takes no "yes" of another away */
	part->target.filtered = part->new_namespaces = SG_NO;
	assert_int_equal(sg_run_add_part(run, part, &err), 0);
	assert_int_equal(run->target.filtered, SG_YES);
	assert_int_equal(run->new_namespaces, SG_YES);
}

static void a_call_in_progress_counts_unless_it_was_made_again(void **state)
{
	_cleanup_(sg_run_freep) struct sg_run *run = run_of(SG_SOURCE_BPF);
	_cleanup_(sg_run_freep) struct sg_run *found = run_of(SG_SOURCE_PROC);
	struct sg_entry *entry;
	struct sg_error err;

	(void)state;
	entry_of(run, X86, "read")->count[SG_STAGE_APP] = 2;
	entry_of(run, X86, "poll")->count[SG_STAGE_SETUP] = 2;
	entry_of(found, X86, "read")->count[SG_STAGE_APP] = 1;
	entry_of(found, X86, "poll")->count[SG_STAGE_APP] = 1;
	entry = entry_of(found, X86, "accept");
	entry->count[SG_STAGE_APP] = 3;
	assert_int_equal(sg_entry_add_program(entry, "nginx", &err), 0);
	found->loss[SG_LOSS_IN_PROGRESS] = 4;
	found->loss[SG_LOSS_CGROUPS_UNTRACKED] = 5; /* not of calls in progress */
	/* another source's is none in progress */
	entry_of(found, X86, "write")->sources = SG_SOURCE_BPF;
	assert_int_equal(sg_run_add_in_progress(run, found, &err), 0);
	assert_int_equal(entry_of(run, X86, "read")->count[SG_STAGE_APP], 2);
	assert_int_equal(entry_of(run, X86, "poll")->count[SG_STAGE_APP], 1);
	assert_null(sg_run_find(run, id_of(X86, "write")));
	entry = entry_of(run, X86, "accept");
	assert_int_equal(entry->count[SG_STAGE_APP], 3);
	assert_int_equal(entry->n_programs, 1);
	assert_string_equal(entry->programs[0], "nginx");
	assert_true(run->sources & SG_SOURCE_PROC);
	assert_int_equal(run->loss[SG_LOSS_IN_PROGRESS], 4);
	assert_int_equal(run->loss[SG_LOSS_CGROUPS_UNTRACKED], 0);
}

static void set_up_says_which_runtime_it_was(void **state)
{
	static const struct {
		const char *comm, *runtime;
		uint64_t setup, floor, app;
	} rows[] = {
		{ "runc:[2:INIT]", "runc", 1, 0, 0 },
		{ "runc:[2:INIT]", "runc", 0, 1, 0 },
		/* the application may call itself so */
		{ "runc:[2:INIT]", NULL, 1, 0, 1 },
		{ "runc:[2:INIT]", NULL, 0, 0, 1 },
		{ "bash", NULL, 1, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		_cleanup_(sg_run_freep) struct sg_run *run = run_of(SG_SOURCE_BPF);
		struct sg_entry *entry = entry_of(run, X86, "read");
		struct sg_error err;

		entry->count[SG_STAGE_SETUP] = rows[i].setup;
		entry->count[SG_STAGE_FLOOR] = rows[i].floor;
		entry->count[SG_STAGE_APP] = rows[i].app;
		assert_int_equal(sg_entry_add_program(entry, rows[i].comm, &err), 0);
		assert_int_equal(sg_run_learn_runtime(run, &err), 0);
		if (!rows[i].runtime)
			assert_null(run->target.runtime);
		else
			assert_string_equal(run->target.runtime, rows[i].runtime);
	}
}

static void a_runtime_that_is_known_stays(void **state)
{
	_cleanup_(sg_run_freep) struct sg_run *run = run_of(SG_SOURCE_BPF);
	struct sg_entry *entry = entry_of(run, X86, "read");
	struct sg_error err;

	(void)state;
	entry->count[SG_STAGE_SETUP] = 1;
	assert_int_equal(sg_entry_add_program(entry, "runc:[2:INIT]", &err), 0);
	run->target.runtime = strdup("crun");
	assert_int_equal(sg_run_learn_runtime(run, &err), 0);
	assert_string_equal(run->target.runtime, "crun");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_add_up),
		cmocka_unit_test(a_call_in_progress_counts_unless_it_was_made_again),
		cmocka_unit_test(set_up_says_which_runtime_it_was),
		cmocka_unit_test(a_runtime_that_is_known_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
