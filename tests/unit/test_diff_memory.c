/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that keep argument words in memory, as minijail's do, are compared like any others. */
/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
/* clang-format on */

#include "diff/diff.h"
#include "decision_agrees.h"
#include "sim_profile.h"
#include "sim_random.h"
#include "sim_rows.h"
#include "syscall/seccomp_data.h"

/* minijail's shape: both halves to memory, the lower one back into the accumulator. */
#define HEAD                                                                \
	"ld [4]; jeq #0xc000003e,1,0; ret #0; ld [0]; jeq #0,0,1; "         \
	"ret #0x7fff0000; jeq #41,1,0; ret #0; ld [16]; st M[0]; ld [20]; " \
	"st M[1]; "

static const struct {
	const char *program, *profile;
	enum sg_diff_kind kind; /* of the one difference */
	bool equal;
} rows[] = {
	{ HEAD "jeq #0,0,2; ld M[0]; jeq #1,1,0; ret #0; ret #0x7fff0000",
	  "default=kill_thread arch=x86_64 allow:read allow:socket[0==1]", 0, true },
	/* another value, and the wrong half */
	{ HEAD "jeq #0,0,2; ld M[0]; jeq #1,1,0; ret #0; ret #0x7fff0000",
	  "default=kill_thread arch=x86_64 allow:read allow:socket[0==2]", SG_DIFF_ONLY_A, false },
	{ HEAD "jeq #0,0,2; ld M[1]; jeq #0,1,0; ret #0; ret #0x7fff0000",
	  "default=kill_thread arch=x86_64 allow:read allow:socket[0==1]", SG_DIFF_ONLY_A, false },
	/* a mask that was laid on before the word was stored, and a cell that was written twice */
	{ HEAD "ld [16]; and #2; st M[0]; ld M[0]; jeq #2,1,0; ret #0; ret #0x7fff0000",
	  "default=kill_thread arch=x86_64 allow:read allow:socket[0&2==2]", 0, true },
	/* a register that nobody follows */
	{ HEAD "ldx #1; stx M[0]; ld M[0]; jeq #1,1,0; ret #0; ret #0x7fff0000",
	  "default=kill_thread arch=x86_64 allow:read allow:socket[0==1]", SG_DIFF_UNDECIDED,
	  false },
};

static void words_in_memory_are_followed(void **state)
{
	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		_cleanup_(sg_profile_freep) struct sg_profile *profile =
			spec_profile(rows[i].profile);
		_cleanup_(sg_filter_freep) struct sg_filter *filter = NULL;
		_cleanup_(sg_diff_done) struct sg_diff diff = { 0 };
		struct sock_filter insns[64];
		struct sg_diff_options opts = { .native_arch = AUDIT_ARCH_X86_64 };
		struct sg_diff_side a = { .n_filters = 1 }, b = { .profile = profile };
		const struct sg_filter *one;
		char text[1024];

		snprintf(text, sizeof(text), "%s", rows[i].program);
		assert_int_equal(sg_filter_new(insns, assemble(text, insns), SG_LITTLE_ENDIAN,
					       &filter, NULL),
				 0);
		one = filter;
		a.filters = &one;
		assert_int_equal(sg_diff(&a, &b, &opts, &diff, NULL), 0);
		if (rows[i].equal != (diff.n == 0) ||
		    (!rows[i].equal && diff.items[0].kind != rows[i].kind))
			fail_msg("row %zu: %zu differences", i, diff.n);
	}
}

/* Programs nobody would write, with all that a program can have. */
static void what_is_followed_is_what_a_run_comes_to(void **state)
{
	struct sg_random random = { 11 };
	size_t n_programs = 0, n_followed = 0, n_asked = 0;

	(void)state;
	while (n_programs < 5000) {
		_cleanup_(sg_filter_freep) struct sg_filter *filter = NULL;
		struct sock_filter insns[64];
		size_t len = random_program(&random, insns, 40);

		if (sg_filter_new(insns, len, SG_LITTLE_ENDIAN, &filter, NULL) < 0)
			continue;
		n_programs++;
		for (int i = 0; i < 20; i++) {
			struct sg_seccomp_data data = random_data(&random);
			uint32_t word;

			data.arch |= __AUDIT_ARCH_LE;
			word = sg_filter_run(filter, &data, NULL);
			n_asked++;
			if (!decision_agrees(filter, &data, word, &n_followed))
				fail_msg("program %zu: not what the run says", n_programs);
		}
	}
	print_message("%zu of %zu calls followed to their end\n", n_followed, n_asked);
	assert_true(n_followed > n_asked / 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_in_memory_are_followed),
		cmocka_unit_test(what_is_followed_is_what_a_run_comes_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
