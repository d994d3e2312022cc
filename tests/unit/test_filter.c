/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "filter/filter.h"
#include "filter/filter_memo.h"
#include "filter/filter_outcomes.h"

#include "sim_random.h"
#include "sim_rows.h"

static struct sock_filter insns[SG_FILTER_MAX_INSNS + 1];

static struct sg_filter *make(const char *program)
{
	struct sg_filter *filter = NULL;
	struct sg_error err = { 0 };
	char *text = strdup(program);

	if (sg_filter_new(insns, assemble(text, insns), SG_LITTLE_ENDIAN, &filter, &err) < 0)
		fail_msg("%s: %s", program, err.message);
	free(text);
	return filter;
}

static void check_row(char *row, unsigned int line)
{
	struct sg_error err = { 0 };
	char *columns[3];
	size_t n = split_row(row, columns, 3);
	int r = sg_filter_check(insns, assemble(columns[1], insns), &err);

	if (strcmp(columns[0], "accept") == 0) {
		if (r != 0)
			fail_msg("check.rows:%u: refused: %s", line, err.message);
		return;
	}
	assert_int_equal(n, 3);
	if (r != -EINVAL || !strstr(err.message, columns[2]))
		fail_msg("check.rows:%u: %d, '%s'", line, r, err.message);
}

static void takes_and_refuses_what_the_kernel_does(void **state)
{
	(void)state;
	assert_true(each_row("check.rows", check_row) > 45);
}

static void at_most_4096_instructions(void **state)
{
	struct sg_error err;

	(void)state;
	for (size_t i = 0; i <= SG_FILTER_MAX_INSNS; i++)
		insns[i] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	assert_int_equal(sg_filter_check(insns, SG_FILTER_MAX_INSNS, &err), 0);
	assert_int_equal(sg_filter_check(insns, SG_FILTER_MAX_INSNS + 1, &err), -EINVAL);
}

static void run_row(char *row, unsigned int line)
{
	_cleanup_(sg_filter_memo_freep) struct sg_filter_memo *memo = NULL;
	_cleanup_(sg_filter_freep) struct sg_filter *filter = NULL;
	struct sg_filter_outcomes out;
	struct sg_seccomp_data data = { 0 };
	unsigned int executed, want_executed;
	uint32_t word, want;
	char *columns[3], *s;

	assert_int_equal(split_row(row, columns, 3), 3);
	filter = make(columns[0]);
	data.nr = (uint32_t)strtoul(columns[1], &s, 0);
	data.arch = (uint32_t)strtoul(s, &s, 0);
	for (size_t i = 0; i < 6; i++)
		data.args[i] = strtoull(s, &s, 0);
	want = (uint32_t)strtoul(columns[2], &s, 0);
	want_executed = (unsigned int)strtoul(s, &s, 0);

	word = sg_filter_run(filter, &data, &executed);
	if (word != want || executed != want_executed)
		fail_msg("run.rows:%u: 0x%x after %u", line, word, executed);

	assert_int_equal(sg_filter_memo_new(filter, &memo, NULL), 0);
	for (int again = 0; again < 2; again++) {
		if (!sg_filter_memo_is_constant(memo, data.arch, data.nr, &word, &executed))
			continue;
		assert_int_equal(word, want);
		assert_int_equal(executed, want_executed);
	}

	assert_int_equal(sg_filter_outcomes(filter, &data, SG_KNOWN_ALL, &out, NULL), 0);
	assert_false(out.any);
	assert_int_equal(out.n_words, 1);
	assert_int_equal(out.words[0], want);
	assert_int_equal(out.min_executed, want_executed);
	assert_int_equal(out.max_executed, want_executed);
}

static void answers_as_classic_bpf_does(void **state)
{
	(void)state;
	assert_true(each_row("run.rows", run_row) > 40);
}

static void halves_of_arguments_lie_the_other_way_round_in_big_endian(void **state)
{
	_cleanup_(sg_filter_freep) struct sg_filter *filter = NULL;
	struct sg_seccomp_data data = { .nr = 3, .args = { 0x1122334455667788 } };

	(void)state;
	insns[0] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 16);
	insns[1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_A, 0);
	assert_int_equal(sg_filter_new(insns, 2, SG_BIG_ENDIAN, &filter, NULL), 0);
	assert_int_equal(sg_filter_run(filter, &data, NULL), 0x11223344);
}

static void the_stronger_of_two_words(void **state)
{
	static const uint32_t by_strength[] = {
		SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD, SECCOMP_RET_TRAP,
		SECCOMP_RET_ERRNO | 1,	  SECCOMP_RET_USER_NOTIF,  SECCOMP_RET_TRACE,
		SECCOMP_RET_LOG,	  SECCOMP_RET_ALLOW,
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(by_strength); i++) {
		for (size_t k = i; k < SG_ARRAY_SIZE(by_strength); k++) {
			assert_int_equal(sg_filter_stronger(by_strength[i], by_strength[k]),
					 by_strength[i]);
			assert_int_equal(sg_filter_stronger(by_strength[k], by_strength[i]),
					 by_strength[i]);
		}
	}
	/* of equal actions the newer filter's word counts, datum and all */
	assert_int_equal(sg_filter_stronger(SECCOMP_RET_ERRNO | 9, SECCOMP_RET_ERRNO | 2),
			 SECCOMP_RET_ERRNO | 9);
}

static void the_bitmap_holds_what_the_kernel_can_see(void **state)
{
	static const struct {
		const char *program;
		uint32_t nr;
		bool cached;
	} rows[] = {
		{ "ret #0x7fff0000", 5, true },
		{ "ret #0x7ffc0000", 5, false },
		/* ALLOW with a datum is ALLOW to a call and not to the emulation */
		{ "ret #0x7fff0001", 5, false },
		{ "ld [4]; jeq #0xc000003e,0,3; ld [0]; jeq #5,0,1; ret #0x7fff0000; ret #0", 5,
		  true },
		{ "ld [4]; jeq #0xc000003e,0,3; ld [0]; jeq #5,0,1; ret #0x7fff0000; ret #0", 6,
		  false },
		{ "ld [0]; jge #0x40000000,1,0; ret #0x7fff0000; ret #0", 5, true },
		{ "ld [0]; jset #1,0,1; ret #0x7fff0000; ret #0", 5, true },
		{ "ld [0]; jgt #4,0,1; ret #0x7fff0000; ret #0", 5, true },
		{ "ld [0]; and #0xff; jeq #5,0,1; ret #0x7fff0000; ret #0", 0x105, true },
		{ "ja 1; ret #0; ret #0x7fff0000", 5, true },
		/* an argument is read, whatever comes of it */
		{ "ld [16]; ret #0x7fff0000", 5, false },
		{ "ld [8]; ret #0x7fff0000", 5, false },
		/* true all the same, but not of the instructions that the emulation follows */
		{ "ld #0x7fff0000; ret a", 5, false },
		{ "ldx #1; ret #0x7fff0000", 5, false },
		{ "ld [0]; or #0; ret #0x7fff0000", 5, false },
		{ "ld [0]; jeq x,0,0; ret #0x7fff0000", 5, false },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		_cleanup_(sg_filter_freep) struct sg_filter *filter = make(rows[i].program);

		if (sg_filter_is_const_allow(filter, AUDIT_ARCH_X86_64, rows[i].nr) !=
		    rows[i].cached)
			fail_msg("row %zu: %s", i, rows[i].program);
	}
}

static void outcomes_of_what_is_not_known(void **state)
{
	static const struct {
		const char *program;
		uint32_t known;
		uint32_t words[4];
		size_t n_words;
		unsigned int shortest, longest;
		bool any;
	} rows[] = {
		{ "ld [16]; jeq #1,0,1; ret #1; ret #2", SG_KNOWN_NR, { 1, 2 }, 2, 3, 3, false },
		{ "ld [16]; jeq #0,0,1; ret #1; ret #2", SG_KNOWN_ALL, { 1 }, 1, 3, 3, false },
		/* bits that a mask took away are known to be 0 */
		{ "ld [16]; and #6; jeq #1,0,1; ret #1; ret #2", 0, { 2 }, 1, 4, 4, false },
		{ "ld [16]; and #6; jset #9,0,1; ret #1; ret #2", 0, { 2 }, 1, 4, 4, false },
		{ "ld [16]; and #6; jgt #6,0,1; ret #1; ret #2", 0, { 2 }, 1, 4, 4, false },
		{ "ld [16]; and #6; jge #6,0,1; ret #1; ret #2", 0, { 1, 2 }, 2, 4, 4, false },
		{ "ld [16]; or #8; jset #8,0,1; ret #1; ret #2", 0, { 1 }, 1, 4, 4, false },
		{ "ld [16]; or #8; jgt #7,0,1; ret #1; ret #2", 0, { 1 }, 1, 4, 4, false },
		{ "ld [16]; or #8; jge #8,0,1; ret #1; ret #2", 0, { 1 }, 1, 4, 4, false },
		{ "ld [16]; st M[1]; ld #3; ld M[1]; jeq #1,0,1; ret #1; ret #2",
		  0,
		  { 1, 2 },
		  2,
		  6,
		  6,
		  false },
		{ "ld [20]; jeq #0,0,2; ld [16]; jeq #5,1,0; ret #9; ret #1",
		  SG_KNOWN_HIGH_HALVES,
		  { 1, 9 },
		  2,
		  5,
		  5,
		  false },
		{ "ld [20]; jeq #0,0,2; ld [16]; jeq #5,1,0; ret #9; ret #1",
		  0,
		  { 1, 9 },
		  2,
		  3,
		  5,
		  false },
		/* X may be 0 */
		{ "ld [16]; tax; ld #8; div x; ret #5", 0, { 0, 5 }, 2, 4, 5, false },
		{ "ld [16]; or #1; tax; ld #8; div x; ret #5", 0, { 5 }, 1, 6, 6, false },
		{ "ld [16]; ret a", 0, { 0 }, 0, 2, 2, true },
		{ "ld [16]; add #1; ret a", 0, { 0 }, 0, 3, 3, true },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		_cleanup_(sg_filter_freep) struct sg_filter *filter = make(rows[i].program);
		struct sg_seccomp_data data = { 0 };
		struct sg_filter_outcomes out;

		assert_int_equal(sg_filter_outcomes(filter, &data, rows[i].known, &out, NULL), 0);
		if (out.n_words != rows[i].n_words || out.any != rows[i].any ||
		    memcmp(out.words, rows[i].words, out.n_words * sizeof(*out.words)) != 0 ||
		    out.min_executed != rows[i].shortest || out.max_executed != rows[i].longest)
			fail_msg("row %zu: %s: %zu words, %u to %u", i, rows[i].program,
				 out.n_words, out.min_executed, out.max_executed);
	}
}

/* Whether @word is among what was foretold. */
static bool foretold(const struct sg_filter_outcomes *out, uint32_t word)
{
	if (out->any)
		return true;
	for (size_t i = 0; i < out->n_words; i++) {
		if (out->words[i] == word)
			return true;
	}
	return false;
}

/* Memo and outcomes against the plain interpreter, over programs nobody would write. */
static void memo_and_outcomes_agree_with_the_interpreter(void **state)
{
	struct sg_random random = { 1 };
	size_t n_programs = 0, n_long = 0, n_constant = 0;
	uint32_t word;

	(void)state;
	while (n_programs < 3000) {
		_cleanup_(sg_filter_memo_freep) struct sg_filter_memo *memo = NULL;
		_cleanup_(sg_filter_freep) struct sg_filter *filter = NULL;
		size_t len = random_program(&random, insns, 24);

		if (sg_filter_new(insns, len, SG_LITTLE_ENDIAN, &filter, NULL) < 0)
			continue;
		n_programs++;
		assert_int_equal(sg_filter_memo_new(filter, &memo, NULL), 0);
		for (int i = 0; i < 40; i++) {
			struct sg_seccomp_data data = random_data(&random);
			uint32_t known = random_below(&random, 0x10000);
			struct sg_filter_outcomes out;
			unsigned int want_executed, executed;
			uint32_t want = sg_filter_run(filter, &data, &want_executed);

			assert_int_equal(sg_filter_outcomes(filter, &data, known, &out, NULL), 0);
			assert_true(foretold(&out, want));
			assert_in_range(want_executed, out.min_executed, out.max_executed);
			assert_int_equal(
				sg_filter_outcomes(filter, &data, SG_KNOWN_ALL, &out, NULL), 0);
			assert_true(out.n_words == 1 && out.words[0] == want && !out.any);
			n_long += want_executed > 3;
			if (sg_filter_memo_is_constant(memo, data.arch, data.nr, &word,
						       &executed)) {
				assert_int_equal(word, want);
				assert_int_equal(executed, want_executed);
				n_constant++;
			}
		}
	}
	assert_true(n_long > 10000); /* not all of them end at once */
	assert_true(n_constant > 10000);
}

/* What the emulation calls constant is constant. */
static void the_bitmap_never_holds_what_a_run_would_deny(void **state)
{
	struct sg_random random = { 7 };
	size_t n_cached = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		_cleanup_(sg_filter_freep) struct sg_filter *filter = NULL;
		size_t len = random_program(&random, insns, 10);

		if (sg_filter_new(insns, len, SG_LITTLE_ENDIAN, &filter, NULL) < 0)
			continue;
		for (int k = 0; k < 5; k++) {
			struct sg_seccomp_data data = random_data(&random);

			if (!sg_filter_is_const_allow(filter, data.arch, data.nr))
				continue;
			n_cached++;
			assert_int_equal(sg_filter_run(filter, &data, NULL), SECCOMP_RET_ALLOW);
		}
	}
	assert_true(n_cached > 100);
}

static void a_memo_is_bounded_whatever_is_asked(void **state)
{
	_cleanup_(sg_filter_memo_freep) struct sg_filter_memo *memo = NULL;
	_cleanup_(sg_filter_freep) struct sg_filter *filter = make("ret #0x7fff0000");
	unsigned int executed;
	uint32_t word;
	size_t n = 0;

	(void)state;
	assert_int_equal(sg_filter_memo_new(filter, &memo, NULL), 0);
	for (uint32_t i = 0; i < 100000; i++) {
		if (!sg_filter_memo_is_constant(memo, i, i * 4093, &word, &executed))
			continue;
		assert_int_equal(word, SECCOMP_RET_ALLOW);
		assert_int_equal(executed, 1);
		n++;
	}
	assert_in_range(n, 1, 1000); /* what had room */
}

static void a_raw_program_is_read(void **state)
{
	_cleanup_(sg_filter_freep) struct sg_filter *filter = NULL;
	struct sg_seccomp_data data = { 0 };
	struct sg_error err = { 0 };
	char bytes[17] = { 0 };
	char text[] = "ld #3; ret a";

	(void)state;
	assemble(text, insns);
	memcpy(bytes + 1, insns, 16); /* not aligned */
	assert_int_equal(sg_filter_parse("f.bpf", bytes + 1, 16, &filter, &err), 0);
	assert_int_equal(sg_filter_run(filter, &data, NULL), 3);

	assert_int_equal(sg_filter_parse("f.bpf", bytes + 1, 15, &filter, &err), -EINVAL);
	assert_non_null(strstr(err.message, "f.bpf: 15 bytes"));
	assert_int_equal(sg_filter_parse("f.bpf", bytes, 0, &filter, &err), -EINVAL);
	assert_int_equal(sg_filter_parse("f.bpf", bytes + 1, 8, &filter, &err), -EINVAL);
	assert_non_null(strstr(err.message, "f.bpf: filter: "));
	assert_int_equal(sg_filter_parse("f.bpf", bytes, 8u * 4097, &filter, &err), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_and_refuses_what_the_kernel_does),
		cmocka_unit_test(at_most_4096_instructions),
		cmocka_unit_test(answers_as_classic_bpf_does),
		cmocka_unit_test(halves_of_arguments_lie_the_other_way_round_in_big_endian),
		cmocka_unit_test(the_stronger_of_two_words),
		cmocka_unit_test(the_bitmap_holds_what_the_kernel_can_see),
		cmocka_unit_test(outcomes_of_what_is_not_known),
		cmocka_unit_test(memo_and_outcomes_agree_with_the_interpreter),
		cmocka_unit_test(the_bitmap_never_holds_what_a_run_would_deny),
		cmocka_unit_test(a_memo_is_bounded_whatever_is_asked),
		cmocka_unit_test(a_raw_program_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
