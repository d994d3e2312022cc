/* SPDX-License-Identifier: Apache-2.0 */
/* Observations of arguments: a lattice, whose join allows everything that either side did. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "random_recording.h"
#include "recording/entry.h"
#include "recording/unite.h"

#define ROUNDS 3000

/* An entry with random counts and observations, as a file could hold it. */
static struct sg_entry random_entry(uint64_t *seed)
{
	struct sg_entry e = { .id = { AUDIT_ARCH_X86_64, 41 } };

	e.count[SG_STAGE_APP] = random_below(seed, 4) ? random_below(seed, 50) : 0;
	e.logged = random_below(seed, 8) ? 0 : 3;
	random_args(&e, seed);
	return e;
}

/* All that is known, as text; "unseen" and "unwatched" are what NULL can mean. */
static char *print_args(const struct sg_entry *e)
{
	struct sg_strbuf b = SG_STRBUF_INIT;
	struct sg_json_writer w;
	char *text;

	if (!e->args) {
		text = strdup(e->count[SG_STAGE_APP] || e->logged ? "unwatched" : "unseen");
	} else {
		sg_json_writer_init(&w, &b);
		sg_args_print(&w, NULL, e->args);
		if (sg_strbuf_steal(&b, &text, NULL) < 0)
			abort();
	}
	if (!text)
		abort();
	return text;
}

static struct sg_entry joined(const struct sg_entry *a, const struct sg_entry *b)
{
	struct sg_entry e;

	if (sg_entry_copy(a, &e, NULL) < 0 || sg_entry_join(&e, b, NULL) < 0)
		abort();
	return e;
}

static void assert_same_args(const struct sg_entry *a, const struct sg_entry *b)
{
	_cleanup_free_ char *text_a = print_args(a), *text_b = print_args(b);

	assert_string_equal(text_a, text_b);
}

static void join_is_commutative_and_associative(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		_cleanup_(sg_entry_done) struct sg_entry a = random_entry(&seed),
							 b = random_entry(&seed),
							 c = random_entry(&seed);
		_cleanup_(sg_entry_done) struct sg_entry ab = joined(&a, &b), ba = joined(&b, &a),
							 bc = joined(&b, &c);
		_cleanup_(sg_entry_done) struct sg_entry ab_c = joined(&ab, &c),
							 a_bc = joined(&a, &bc);

		assert_same_args(&ab, &ba);
		assert_same_args(&ab_c, &a_bc);
	}
}

/* On sets: the counts of what is joined twice are there twice. */
static void join_is_idempotent(void **state)
{
	uint64_t seed = 2;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		_cleanup_(sg_entry_done) struct sg_entry a = random_entry(&seed),
							 b = random_entry(&seed);
		_cleanup_(sg_entry_done) struct sg_entry ab = joined(&a, &b);
		_cleanup_(sg_entry_done) struct sg_entry abb = joined(&ab, &b);

		assert_int_equal(ab.args == NULL, abb.args == NULL);
		if (!ab.args)
			continue;
		assert_int_equal(ab.args->n, abb.args->n);
		assert_int_equal(ab.args->n_tuples, abb.args->n_tuples);
		for (size_t k = 0; k < ab.args->n_tuples; k++)
			assert_memory_equal(ab.args->tuples[k].value, abb.args->tuples[k].value,
					    sizeof(ab.args->tuples[k].value));
		assert_memory_equal(ab.args->ever, abb.args->ever, sizeof(ab.args->ever));
		assert_memory_equal(ab.args->always, abb.args->always, sizeof(ab.args->always));
		assert_int_equal(sg_arg_obs_is_any(ab.args), sg_arg_obs_is_any(abb.args));
	}
}

/* Whether @obs says that a call with @tuple of @of was made, or may have been. */
static bool holds(const struct sg_arg_obs *obs, const struct sg_arg_obs *of,
		  const struct sg_arg_tuple *tuple)
{
	if (sg_arg_obs_is_any(obs))
		return true;
	for (size_t k = 0; k < obs->n_tuples; k++) {
		bool same = true;

		for (size_t i = 0; i < obs->n; i++) {
			int place = sg_arg_obs_place(of, obs->index[i]);

			same = same && place >= 0 && obs->tuples[k].value[i] == tuple->value[place];
		}
		if (same)
			return true;
	}
	return false;
}

static void a_join_holds_what_either_side_held(void **state)
{
	uint64_t seed = 3;
	size_t checked = 0;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		_cleanup_(sg_entry_done) struct sg_entry a = random_entry(&seed),
							 b = random_entry(&seed);
		_cleanup_(sg_entry_done) struct sg_entry ab = joined(&a, &b);

		/* nobody looked at some of the calls: nothing may be left to make a condition of */
		if ((!a.args && (a.count[SG_STAGE_APP] || a.logged)) ||
		    (!b.args && (b.count[SG_STAGE_APP] || b.logged)))
			assert_null(ab.args);
		if (!ab.args)
			continue;
		for (const struct sg_entry *e = &a; e; e = e == &a ? &b : NULL) {
			if (!e->args)
				continue;
			assert_true(!sg_arg_obs_is_any(e->args) || sg_arg_obs_is_any(ab.args));
			for (size_t k = 0; k < e->args->n_tuples; k++, checked++)
				assert_true(holds(ab.args, e->args, &e->args->tuples[k]));
			for (size_t k = 0; k < ab.args->n; k++) {
				int place = sg_arg_obs_place(e->args, ab.args->index[k]);

				assert_int_equal(e->args->ever[place] & ~ab.args->ever[k], 0);
				assert_int_equal(ab.args->always[k] & ~e->args->always[place], 0);
			}
		}
	}
	assert_true(checked > 1000);
}

/* A fold joins all runs at once: the same as one after the other. */
static void a_fold_is_the_join_of_all(void **state)
{
	uint64_t seed = 4;

	(void)state;
	for (int i = 0; i < ROUNDS / 10; i++) {
		_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
		_cleanup_(sg_run_freep) struct sg_run *fold = NULL;
		struct sg_entry sum = { .id = { AUDIT_ARCH_X86_64, 41 } };

		assert_int_equal(sg_recording_new(&rec, NULL), 0);
		for (size_t n = 1 + random_below(&seed, 4); n > 0; n--) {
			char id[] = { (char)('a' + n), '\0' };
			struct sg_entry *e, from = random_entry(&seed);
			struct sg_run *run;

			assert_int_equal(sg_run_new(id, &run, NULL), 0);
			assert_int_equal(sg_run_entry(run, from.id, &e, NULL), 0);
			*e = from;
			assert_int_equal(sg_recording_add(rec, run, NULL), 0);
			assert_int_equal(sg_entry_join(&sum, e, NULL), 0);
		}
		assert_int_equal(sg_recording_fold(rec, &fold, NULL), 0);
		assert_same_args(&fold->entries[0], &sum);
		sg_entry_done(&sum);
	}
}

/* What the logged calls of a run were called with, BPF has seen; of another run nobody has. */
static void a_call_that_was_only_logged_is_unwatched(void **state)
{
	static const uint8_t index[] = { 0 };
	const struct sg_arg_tuple tuple = { .value = { 1 }, .count = 2 };
	struct sg_entry watched = { .count = { [SG_STAGE_APP] = 2 }, .logged = 2 };
	struct sg_entry logged = { .logged = 1 }, by_floor = { .logged = 1 };
	const struct sg_entry *both[] = { &watched, &logged };
	struct sg_arg_obs *obs;

	(void)state;
	assert_int_equal(sg_arg_obs_new(index, 1, 0, &watched.args, NULL), 0);
	assert_int_equal(sg_arg_obs_add(watched.args, &tuple, NULL), 0);
	assert_int_equal(sg_arg_obs_unite(both, 1, &obs, NULL), 0);
	assert_non_null(obs);
	sg_arg_obs_free(obs);
	assert_int_equal(sg_arg_obs_unite(both, 2, &obs, NULL), 0);
	assert_null(obs);
	/* the runtime's own logged calls are none of the application's */
	by_floor.count[SG_STAGE_FLOOR] = 1;
	both[1] = &by_floor;
	assert_int_equal(sg_arg_obs_unite(both, 2, &obs, NULL), 0);
	assert_non_null(obs);
	sg_arg_obs_free(obs);
	sg_entry_done(&watched);
}

static void calls_that_are_in_no_combination_were_not_watched(void **state)
{
	static const uint8_t index[] = { 0 };
	const struct sg_arg_tuple tuple = { .value = { 1 }, .count = 2 };
	struct sg_entry e = { .count = { [SG_STAGE_APP] = 3 } };
	const struct sg_entry *one[] = { &e };
	struct sg_arg_obs *obs;

	(void)state;
	assert_int_equal(sg_arg_obs_new(index, 1, 0, &e.args, NULL), 0);
	assert_int_equal(sg_arg_obs_add(e.args, &tuple, NULL), 0);
	assert_int_equal(sg_arg_obs_unite(one, 1, &obs, NULL), 0);
	assert_null(obs);
	sg_arg_obs_add_unkept(e.args, 1, NULL, NULL);
	assert_int_equal(sg_arg_obs_unite(one, 1, &obs, NULL), 0);
	assert_true(sg_arg_obs_is_any(obs));
	assert_int_equal(obs->ever[0], UINT32_MAX);
	assert_int_equal(obs->always[0], 0);
	sg_arg_obs_free(obs);
	sg_entry_done(&e);
}

static const char head[] =
	"{\"format\":\"seccomp-gen-recording\",\"version\":1,\"runs\":[{\"id\":\"a\",\"complete\":"
	"true,\"sources\":[],\"loss\":{},\"entries\":[{\"arch\":\"x86_64\",\"nr\":41,\"count\":{"
	"\"app\":3},\"sources\":[\"bpf\"],\"args\":";

static void a_fault_in_a_file_is_named(void **state)
{
	static const struct {
		const char *args, *says;
	} rows[] = {
		{ "[]", "expected an object" },
		{ "{}", "the field \"index\" is missing" },
		{ "{\"index\":[]}", "1 to 3 indices from 0 to 5, ascending" },
		{ "{\"index\":[0,1,2,3]}", "more than 3 numbers" },
		{ "{\"index\":[6]}", "1 to 3 indices from 0 to 5, ascending" },
		{ "{\"index\":[256]}", "1 to 3 indices from 0 to 5, ascending" },
		{ "{\"index\":[1,0]}", "1 to 3 indices from 0 to 5, ascending" },
		{ "{\"index\":[1,1]}", "1 to 3 indices from 0 to 5, ascending" },
		{ "{\"index\":[0]}", "the field \"tuples\" is missing" },
		{ "{\"index\":[0],\"wide\":[1],\"tuples\":[]}", "out of \"index\", each once" },
		{ "{\"index\":[0],\"wide\":[0,0],\"tuples\":[]}", "out of \"index\", each once" },
		{ "{\"index\":[0],\"tuples\":[{\"value\":[1],\"count\":1},{\"value\":[1],\"count\":"
		  "1}]}",
		  "two tuples with the same values" },
		{ "{\"index\":[0],\"tuples\":[{\"value\":[1,2],\"count\":1}]}",
		  "expected one number an index: 1" },
		{ "{\"index\":[0],\"tuples\":[{\"value\":[4294967296],\"count\":1}]}",
		  "above 32 bits" },
		{ "{\"index\":[0],\"tuples\":[{\"value\":[1],\"count\":1,\"high\":[1]}]}",
		  "out of \"index\", each once" },
		{ "{\"index\":[0],\"tuples\":[{\"value\":[1]}]}", "\"count\" is missing" },
		{ "{\"index\":[0],\"tuples\":[],\"ever\":[1,2]}", "one number an index" },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		struct sg_recording *rec;
		struct sg_error err;
		char text[1024];

		snprintf(text, sizeof(text), "%s%s}]}]}", head, rows[i].args);
		assert_int_equal(sg_recording_parse("t", text, strlen(text), &rec, &err), -EINVAL);
		if (!strstr(err.message, rows[i].says))
			fail_msg("%s: %s", rows[i].args, err.message);
	}
}

static void what_was_written_is_read_again(void **state)
{
	static const char args[] =
		"{\"index\": [0, 1], \"wide\": [0], \"tuples\": [{\"value\": "
		"[18446744073709551615, "
		"4294967295], \"high\": [1], \"count\": 3, \"first_seen\": 5}], \"last_new\": 5, "
		"\"unkept\": 1, \"ever\": [18446744073709551615, 4294967295], \"always\": [1, 0], "
		"\"last_new_bits\": 4}";
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	_cleanup_free_ char *printed = NULL;
	char text[1024];

	(void)state;
	snprintf(text, sizeof(text), "%s%s}]}]}", head, args);
	rec = parse_recording(text);
	printed = print_recording(rec);
	if (!strstr(printed, args))
		fail_msg("%s", printed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(join_is_commutative_and_associative),
		cmocka_unit_test(join_is_idempotent),
		cmocka_unit_test(a_join_holds_what_either_side_held),
		cmocka_unit_test(a_fold_is_the_join_of_all),
		cmocka_unit_test(a_call_that_was_only_logged_is_unwatched),
		cmocka_unit_test(calls_that_are_in_no_combination_were_not_watched),
		cmocka_unit_test(a_fault_in_a_file_is_named),
		cmocka_unit_test(what_was_written_is_read_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
