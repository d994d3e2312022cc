/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <linux/audit.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "recording/recording.h"
#include "recording/json/recording_json.h"
#include "syscall/arch.h"

#define X(nr_) ((struct sg_syscall_id){ AUDIT_ARCH_X86_64, nr_ })

static struct sg_run *new_run(const char *id)
{
	struct sg_run *run = NULL;

	assert_int_equal(sg_run_new(id, &run, NULL), 0);
	return run;
}

static struct sg_entry *entry(struct sg_run *run, struct sg_syscall_id id)
{
	struct sg_entry *e = NULL;

	assert_int_equal(sg_run_entry(run, id, &e, NULL), 0);
	return e;
}

static void entries_stay_sorted_and_are_found(void **state)
{
	_cleanup_(sg_run_freep) struct sg_run *run = new_run("r");

	(void)state;
	for (uint32_t i = 0; i < 1000; i++)
		entry(run, (struct sg_syscall_id){ i % 2 ? AUDIT_ARCH_I386 : AUDIT_ARCH_X86_64,
						   i * 7919 % 1000 })
			->logged = i;
	assert_int_equal(run->n_entries, 1000);
	for (size_t i = 1; i < run->n_entries; i++)
		assert_true(sg_syscall_id_compare(run->entries[i - 1].id, run->entries[i].id) < 0);
	for (uint32_t i = 0; i < 1000; i++) {
		const struct sg_entry *e = sg_run_find(
			run, (struct sg_syscall_id){ i % 2 ? AUDIT_ARCH_I386 : AUDIT_ARCH_X86_64,
						     i * 7919 % 1000 });

		assert_non_null(e);
		assert_int_equal(e->logged, i);
	}
	assert_null(sg_run_find(run, X(1)));
	entry(run, X(0));
	assert_int_equal(run->n_entries, 1000);
}

static void programs_are_a_sorted_set(void **state)
{
	static const char *const names[] = { "sh", "cat", "sh", "", "zsh", "cat", "\xff" };
	static const char *const set[] = { "", "cat", "sh", "zsh", "\xff" };
	_cleanup_(sg_run_freep) struct sg_run *run = new_run("r");
	struct sg_entry *e = entry(run, X(1));

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(names); i++)
		assert_int_equal(sg_entry_add_program(e, names[i], NULL), 0);
	assert_int_equal(e->n_programs, SG_ARRAY_SIZE(set));
	for (size_t i = 0; i < SG_ARRAY_SIZE(set); i++)
		assert_string_equal(e->programs[i], set[i]);
}

static void joined_counts_add_and_stop_at_the_top(void **state)
{
	_cleanup_(sg_run_freep) struct sg_run *a = new_run("a"), *b = new_run("b");
	struct sg_entry *x = entry(a, X(1)), *y = entry(b, X(1));

	(void)state;
	x->count[SG_STAGE_APP] = 2;
	x->first_seen = 50;
	x->sources = SG_SOURCE_BPF;
	x->logged = UINT64_MAX - 1;
	sg_entry_add_program(x, "b", NULL);
	y->count[SG_STAGE_APP] = 3;
	y->denied[SG_DENIAL_TRAP] = 1;
	y->first_seen = 40;
	y->last_seen = 60;
	y->logged = 5;
	y->sources = SG_SOURCE_AUDIT;
	sg_entry_add_program(y, "a", NULL);
	sg_entry_add_program(y, "b", NULL);
	assert_int_equal(sg_entry_join(x, y, NULL), 0);
	assert_int_equal(x->count[SG_STAGE_APP], 5);
	assert_int_equal(x->denied[SG_DENIAL_TRAP], 1);
	assert_true(x->logged == UINT64_MAX);
	assert_int_equal(x->first_seen, 40);
	assert_int_equal(x->last_seen, 60);
	assert_int_equal(x->sources, SG_SOURCE_BPF | SG_SOURCE_AUDIT);
	assert_int_equal(x->n_programs, 2);
	assert_string_equal(x->programs[0], "a");
}

static void sums_of_counters_stop_at_the_top(void **state)
{
	_cleanup_(sg_run_freep) struct sg_run *run = new_run("r");
	struct sg_entry *e = entry(run, X(0));
	uint64_t calls;
	size_t distinct;

	(void)state;
	e->count[SG_STAGE_APP] = 3;
	e->count[SG_STAGE_SETUP] = 4;
	e->denied[SG_DENIAL_ERRNO] = 5;
	e->denied[SG_DENIAL_TRAP] = 6;
	e->denied_stage[SG_STAGE_FLOOR] = 4;
	assert_int_equal(sg_entry_called(e), 7);
	assert_int_equal(sg_entry_denied(e), 11);
	assert_int_equal(sg_entry_denied_in(e, SG_STAGE_FLOOR), 4);
	assert_int_equal(sg_entry_denied_in(e, SG_STAGE_APP), 7);
	entry(run, X(1))->count[SG_STAGE_FLOOR] = 9;
	sg_run_totals(run, &calls, &distinct);
	assert_int_equal(calls, 3);
	assert_int_equal(distinct, 1);

	entry(run, X(2))->count[SG_STAGE_APP] = UINT64_MAX - 2;
	e = entry(run, X(0));
	e->count[SG_STAGE_SETUP] = e->denied[SG_DENIAL_TRAP] = UINT64_MAX - 1;
	assert_true(sg_entry_called(e) == UINT64_MAX);
	assert_true(sg_entry_denied(e) == UINT64_MAX);
	sg_run_totals(run, &calls, &distinct);
	assert_true(calls == UINT64_MAX);
	assert_int_equal(distinct, 2);
}

static void an_unknown_time_does_not_win(void **state)
{
	_cleanup_(sg_run_freep) struct sg_run *a = new_run("a"), *b = new_run("b");
	struct sg_entry *x = entry(a, X(1)), *y = entry(b, X(1));

	(void)state;
	x->first_seen = 50;
	assert_int_equal(sg_entry_join(x, y, NULL), 0);
	assert_int_equal(x->first_seen, 50);
	assert_int_equal(sg_entry_join(y, x, NULL), 0);
	assert_int_equal(y->first_seen, 50);
}

static void a_run_is_added_once(void **state)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	_cleanup_(sg_run_freep) struct sg_run *again = new_run("b");
	struct sg_error err = { 0 };

	(void)state;
	assert_int_equal(sg_recording_new(&rec, NULL), 0);
	assert_int_equal(sg_recording_add(rec, new_run("b"), NULL), 0);
	assert_int_equal(sg_recording_add(rec, new_run("c"), NULL), 0);
	assert_int_equal(sg_recording_add(rec, new_run("a"), NULL), 0);
	assert_int_equal(sg_recording_add(rec, again, &err), -EEXIST);
	assert_string_equal(err.message, "run b is in the recording already");
	assert_int_equal(rec->n_runs, 3);
	assert_string_equal(rec->runs[0]->id, "a");
	assert_string_equal(rec->runs[2]->id, "c");
}

static void an_id_is_safe_to_show_and_to_sort(void **state)
{
	static const char *const bad[] = { "",
					   "a b",
					   "a\x1b",
					   "a/b",
					   "\xc3\xa9",
					   "0123456789012345678901234567890123456789"
					   "0123456789012345678901234" };
	struct sg_run *run = NULL;

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(bad); i++)
		assert_int_equal(sg_run_new(bad[i], &run, NULL), -EINVAL);
	assert_null(run);
}

static struct sg_recording *two_runs(void)
{
	struct sg_recording *rec = NULL;
	struct sg_run *a = new_run("a"), *b = new_run("b");
	struct sg_entry *e;

	assert_int_equal(sg_recording_new(&rec, NULL), 0);
	a->start = 100;
	a->end = 200;
	a->complete = b->complete = true;
	b->end = 300;
	a->sources = SG_SOURCE_BPF;
	b->sources = SG_SOURCE_AUDIT;
	a->loss[SG_LOSS_AUDIT_LOST] = 1;
	b->loss[SG_LOSS_AUDIT_LOST] = 2;
	a->host.kernel = strdup("6.1");
	b->host.kernel = strdup("6.12");
	a->host.arch = b->host.arch = AUDIT_ARCH_X86_64;
	a->target.kind = strdup("container");
	b->target.kind = strdup("container");
	a->target.runtime = strdup("runc");
	a->target.no_new_privs = SG_YES;
	b->target.no_new_privs = SG_NO;
	b->target.privileged = SG_NO;
	a->target.descendants = b->target.descendants = true;
	e = entry(a, X(1));
	e->count[SG_STAGE_APP] = 7;
	sg_entry_add_program(e, "x", NULL);
	entry(a, X(3))->count[SG_STAGE_APP] = 1;
	e = entry(b, X(1));
	e->count[SG_STAGE_APP] = 8;
	sg_entry_add_program(e, "w", NULL);
	entry(b, X(2))->count[SG_STAGE_FLOOR] = 1;
	sg_recording_add(rec, a, NULL);
	sg_recording_add(rec, b, NULL);
	return rec;
}

static void a_fold_adds_what_the_runs_counted(void **state)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = two_runs();
	_cleanup_(sg_run_freep) struct sg_run *run = NULL;

	(void)state;
	assert_int_equal(sg_recording_fold(rec, &run, NULL), 0);
	assert_int_equal(run->n_entries, 3);
	assert_int_equal(sg_run_find(run, X(1))->count[SG_STAGE_APP], 15);
	assert_int_equal(sg_run_find(run, X(1))->n_programs, 2);
	assert_string_equal(sg_run_find(run, X(1))->programs[0], "w");
	assert_int_equal(sg_run_find(run, X(2))->count[SG_STAGE_FLOOR], 1);
	assert_int_equal(run->loss[SG_LOSS_AUDIT_LOST], 3);
	assert_int_equal(run->sources, SG_SOURCE_BPF | SG_SOURCE_AUDIT);
	assert_int_equal(run->start, 100);
	assert_int_equal(run->end, 300);
	assert_true(run->complete);
	rec->runs[1]->complete = false;
	sg_run_free(run);
	run = NULL;
	assert_int_equal(sg_recording_fold(rec, &run, NULL), 0);
	assert_false(run->complete);
}

static void a_fold_keeps_the_facts_that_all_runs_have(void **state)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = two_runs();
	_cleanup_(sg_run_freep) struct sg_run *run = NULL;

	(void)state;
	assert_int_equal(sg_recording_fold(rec, &run, NULL), 0);
	assert_null(run->host.kernel);
	assert_int_equal(run->host.arch, AUDIT_ARCH_X86_64);
	assert_string_equal(run->target.kind, "container");
	assert_null(run->target.runtime); /* one of them does not know */
	assert_int_equal(run->target.no_new_privs, SG_UNKNOWN);
	assert_int_equal(run->target.privileged, SG_UNKNOWN);
	assert_true(run->target.descendants);
}

static void a_fold_of_nothing_is_empty(void **state)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	_cleanup_(sg_run_freep) struct sg_run *run = NULL;

	(void)state;
	assert_int_equal(sg_recording_new(&rec, NULL), 0);
	assert_int_equal(sg_recording_fold(rec, &run, NULL), 0);
	assert_int_equal(run->n_entries, 0);
	assert_false(run->complete);
}

static void every_loss_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (enum sg_loss i = 0; i < SG_LOSS_MAX_; i++) {
		assert_non_null(sg_loss_kinds[i].name);
		assert_non_null(sg_loss_kinds[i].meaning);
		for (enum sg_loss k = 0; k < i; k++)
			assert_string_not_equal(sg_loss_kinds[i].name, sg_loss_kinds[k].name);
	}
}

static void a_target_is_completed_with_what_is_not_known(void **state)
{
	struct sg_target known = { .kind = strdup("container"),
				   .user = strdup("1000"),
				   .privileged = SG_NO,
				   .cgroup_id = 7 };
	struct sg_target target = { .kind = strdup("cgroup"), .filtered = SG_YES };

	(void)state;
	assert_int_equal(sg_target_complete(&target, &known, NULL), 0);
	assert_string_equal(target.kind, "cgroup");
	assert_string_equal(target.user, "1000");
	assert_int_equal(target.privileged, SG_NO);
	assert_int_equal(target.filtered, SG_YES);
	assert_int_equal(target.cgroup_id, 7);
	assert_string_equal(known.user, "1000");
	sg_target_done(&target);
	sg_target_done(&known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_stay_sorted_and_are_found),
		cmocka_unit_test(programs_are_a_sorted_set),
		cmocka_unit_test(joined_counts_add_and_stop_at_the_top),
		cmocka_unit_test(sums_of_counters_stop_at_the_top),
		cmocka_unit_test(an_unknown_time_does_not_win),
		cmocka_unit_test(a_run_is_added_once),
		cmocka_unit_test(an_id_is_safe_to_show_and_to_sort),
		cmocka_unit_test(a_fold_adds_what_the_runs_counted),
		cmocka_unit_test(a_fold_keeps_the_facts_that_all_runs_have),
		cmocka_unit_test(a_fold_of_nothing_is_empty),
		cmocka_unit_test(a_target_is_completed_with_what_is_not_known),
		cmocka_unit_test(every_loss_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
