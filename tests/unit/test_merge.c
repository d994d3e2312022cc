/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <cmocka.h>

#include "patience.h"
#include "random_recording.h"
#include "recording/merge/merge.h"

#define ROUNDS 150

/* A copy by way of the file format. */
static struct sg_recording *copy(const struct sg_recording *rec)
{
	_cleanup_free_ char *text = print_recording(rec);

	return parse_recording(text);
}

/* a ∪ b, as a new recording. */
static struct sg_recording *merged(const struct sg_recording *a, const struct sg_recording *b)
{
	struct sg_recording *rec = copy(a);
	struct sg_error err;

	if (sg_recording_merge(rec, b, &err) < 0)
		fail_msg("%s", err.message);
	return rec;
}

static void assert_same(const struct sg_recording *a, const struct sg_recording *b)
{
	_cleanup_free_ char *text_a = print_recording(a), *text_b = print_recording(b);

	assert_string_equal(text_a, text_b);
}

static void merge_is_commutative(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		_cleanup_(sg_recording_freep) struct sg_recording *a = random_recording(&seed),
								  *b = random_recording(&seed);
		_cleanup_(sg_recording_freep) struct sg_recording *ab = merged(a, b),
								  *ba = merged(b, a);

		assert_same(ab, ba);
	}
}

static void merge_is_associative(void **state)
{
	uint64_t seed = 2;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		_cleanup_(sg_recording_freep) struct sg_recording *a = random_recording(&seed),
								  *b = random_recording(&seed),
								  *c = random_recording(&seed);
		_cleanup_(sg_recording_freep) struct sg_recording *ab = merged(a, b),
								  *bc = merged(b, c);
		_cleanup_(sg_recording_freep) struct sg_recording *ab_c = merged(ab, c),
								  *a_bc = merged(a, bc);

		assert_same(ab_c, a_bc);
	}
}

static void merge_is_idempotent(void **state)
{
	uint64_t seed = 3;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		_cleanup_(sg_recording_freep) struct sg_recording *a = random_recording(&seed),
								  *b = random_recording(&seed);
		_cleanup_(sg_recording_freep) struct sg_recording *aa = merged(a, a),
								  *ab = merged(a, b);
		_cleanup_(sg_recording_freep) struct sg_recording *abb = merged(ab, b);

		assert_same(aa, a);
		assert_same(abb, ab);
	}
}

static void merge_with_nothing_changes_nothing(void **state)
{
	_cleanup_(sg_recording_freep) struct sg_recording *none = NULL, *a = NULL, *x = NULL,
							  *y = NULL;
	uint64_t seed = 4;

	(void)state;
	assert_int_equal(sg_recording_new(&none, NULL), 0);
	do {
		sg_recording_free(a);
		a = random_recording(&seed);
	} while (a->n_runs < 3);
	x = merged(a, none);
	y = merged(none, a);
	assert_same(x, a);
	assert_same(y, a);
}

static void merge_takes_every_run_once(void **state)
{
	uint64_t seed = 5;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		_cleanup_(sg_recording_freep) struct sg_recording *a = random_recording(&seed),
								  *b = random_recording(&seed);
		_cleanup_(sg_recording_freep) struct sg_recording *ab = merged(a, b);
		bool in_a[8] = { 0 }, in_b[8] = { 0 };
		size_t distinct = 0;

		for (size_t j = 0; j < a->n_runs; j++)
			in_a[a->runs[j]->id[0] - 'a'] = true;
		for (size_t j = 0; j < b->n_runs; j++)
			in_b[b->runs[j]->id[0] - 'a'] = true;
		for (size_t j = 0; j < 8; j++)
			distinct += in_a[j] || in_b[j];
		assert_int_equal(ab->n_runs, distinct);
		for (size_t j = 1; j < ab->n_runs; j++)
			assert_true(strcmp(ab->runs[j - 1]->id, ab->runs[j]->id) < 0);
	}
}

static struct sg_recording *of_run(struct sg_run *run)
{
	struct sg_recording *rec;

	assert_int_equal(sg_recording_new(&rec, NULL), 0);
	assert_int_equal(sg_recording_add(rec, run, NULL), 0);
	return rec;
}

/* Counters only grow; the clock may do what it likes, and the file is written again and again. */
static void of_a_checkpoint_and_what_followed_the_later_stays(void **state)
{
	uint64_t seed = 6;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		_cleanup_(sg_recording_freep) struct sg_recording *early =
			of_run(random_run("r", &seed));
		_cleanup_(sg_recording_freep) struct sg_recording *late = NULL, *x = NULL,
								  *y = NULL;
		struct sg_entry *e;

		early->runs[0]->complete = false;
		late = copy(early);
		random_evidence(late->runs[0], &seed);
		assert_int_equal(sg_run_entry(late->runs[0], random_id(&seed), &e, NULL), 0);
		e->count[SG_STAGE_APP]++;
		late->runs[0]->complete = random_below(&seed, 2);
		late->runs[0]->end = random_count(&seed) >> 1;
		x = merged(early, late);
		y = merged(late, early);
		assert_same(x, late);
		assert_same(y, late);
	}
}

static void a_run_that_has_ended_is_later_than_its_checkpoints(void **state)
{
	_cleanup_(sg_recording_freep) struct sg_recording *early = NULL, *late = NULL, *x = NULL;
	uint64_t seed = 7;

	(void)state;
	early = of_run(random_run("r", &seed));
	late = copy(early);
	early->runs[0]->complete = false;
	late->runs[0]->complete = true;
	late->runs[0]->end = early->runs[0]->end = 0; /* the same in all else */
	x = merged(early, late);
	assert_true(x->runs[0]->complete);
}

/* Nothing honest makes such states, but the result must not depend on the order of the files. */
static void of_states_of_equal_age_the_same_stays_either_way(void **state)
{
	uint64_t seed = 10;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		_cleanup_(sg_recording_freep) struct sg_recording *a =
			of_run(random_run("r", &seed));
		_cleanup_(sg_recording_freep) struct sg_recording *b = copy(a), *x = NULL,
								  *y = NULL;

		free(b->runs[0]->target.image);
		b->runs[0]->target.image = random_text(&seed);
		x = merged(a, b);
		y = merged(b, a);
		assert_same(x, y);
	}
}

/* Fold of a merge of distinct runs: each counter is the sum of the parts'. */
static void counts_of_distinct_runs_add(void **state)
{
	uint64_t seed = 8;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		_cleanup_(
			sg_recording_freep) struct sg_recording *a = of_run(random_run("a", &seed)),
								*b = of_run(random_run("b", &seed));
		_cleanup_(sg_recording_freep) struct sg_recording *ab = merged(a, b);
		_cleanup_(sg_run_freep) struct sg_run *fold = NULL;
		const struct sg_run *runs[] = { a->runs[0], b->runs[0] };

		assert_int_equal(sg_recording_fold(ab, &fold, NULL), 0);
		for (size_t j = 0; j < fold->n_entries; j++) {
			const struct sg_entry *e = &fold->entries[j];
			uint64_t app = 0, denied = 0, logged = 0;
			uint32_t sources = 0;

			for (size_t k = 0; k < 2; k++) {
				const struct sg_entry *part = sg_run_find(runs[k], e->id);

				if (!part)
					continue;
				app += part->count[SG_STAGE_APP];
				denied += part->denied[SG_DENIAL_ERRNO];
				logged += part->logged;
				sources |= part->sources;
			}
			assert_true(e->count[SG_STAGE_APP] == app);
			assert_true(e->denied[SG_DENIAL_ERRNO] == denied);
			assert_true(e->logged == logged);
			assert_int_equal(e->sources, sources);
		}
		for (size_t k = 0; k < 2; k++) {
			for (size_t j = 0; j < runs[k]->n_entries; j++)
				assert_non_null(sg_run_find(fold, runs[k]->entries[j].id));
		}
	}
}

static double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/*
 * 1,000 recordings of 60 calls each, read and merged one after the other, then printed and folded.
 */
static void a_thousand_recordings_merge_in_a_second(void **state)
{
	_cleanup_(sg_recording_freep) struct sg_recording *all = NULL;
	_cleanup_(sg_run_freep) struct sg_run *fold = NULL;
	static char *texts[1000];
	double start, merge_done;
	char *text;

	(void)state;
	for (unsigned int i = 0; i < 1000; i++) {
		_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
		struct sg_run *run;
		char id[37];

		snprintf(id, sizeof(id), "%08x-0000-4000-8000-000000000000", i * 2654435761u);
		assert_int_equal(sg_run_new(id, &run, NULL), 0);
		for (uint32_t nr = 0; nr < 60; nr++) {
			struct sg_entry *e;

			assert_int_equal(
				sg_run_entry(run,
					     (struct sg_syscall_id){ AUDIT_ARCH_X86_64, nr * 5 },
					     &e, NULL),
				0);
			e->count[SG_STAGE_APP] = UINT64_C(1000000) * nr + i;
			e->first_seen = UINT64_C(1795286882707000000) + nr;
			e->last_seen = UINT64_C(1795286982707000000) + nr;
			e->sources = SG_SOURCE_BPF;
			sg_entry_add_program(e, "nginx", NULL);
		}
		rec = of_run(run);
		texts[i] = print_recording(rec);
	}
	start = seconds();
	assert_int_equal(sg_recording_new(&all, NULL), 0);
	for (size_t i = 0; i < 1000; i++) {
		_cleanup_(sg_recording_freep) struct sg_recording *rec = parse_recording(texts[i]);

		assert_int_equal(sg_recording_merge(all, rec, NULL), 0);
	}
	merge_done = seconds();
	assert_int_equal(sg_recording_fold(all, &fold, NULL), 0);
	text = print_recording(all);
	print_message("read and merged in %.3f s, folded and printed (%zu bytes) in %.3f s\n",
		      merge_done - start, strlen(text), seconds() - merge_done);
	assert_int_equal(all->n_runs, 1000);
	assert_int_equal(fold->n_entries, 60);
	assert_true(sg_run_find(fold, (struct sg_syscall_id){ AUDIT_ARCH_X86_64, 5 })
			    ->count[SG_STAGE_APP] == UINT64_C(1000000000) + 999 * 1000 / 2);
	free(text);
	for (size_t i = 0; i < 1000; i++)
		free(texts[i]);
	/* Sanitizers take their time; quadratic work would take minutes. */
	assert_true(merge_done - start < 10 * patience());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merge_is_commutative),
		cmocka_unit_test(merge_is_associative),
		cmocka_unit_test(merge_is_idempotent),
		cmocka_unit_test(merge_with_nothing_changes_nothing),
		cmocka_unit_test(merge_takes_every_run_once),
		cmocka_unit_test(of_a_checkpoint_and_what_followed_the_later_stays),
		cmocka_unit_test(a_run_that_has_ended_is_later_than_its_checkpoints),
		cmocka_unit_test(of_states_of_equal_age_the_same_stays_either_way),
		cmocka_unit_test(counts_of_distinct_runs_add),
		cmocka_unit_test(a_thousand_recordings_merge_in_a_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
