/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Three that must agree about what two profiles decide differently: the diff, the interpreter, and
 * the running kernel, which a forked child asks under each profile's filter.
 */
/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
/* clang-format on */

#include "diff_items.h"
#include "filter/compile/compile.h"
#include "kernel_verdict.h"
#include "libseccomp_leaks.h"
#include "sim_random.h"
#include "syscall/seccomp_data.h"

/* Calls that answer with a positive number, change nothing and look at no argument. */
static const long calls[] = { SYS_getpid, SYS_getppid, SYS_gettid };

static struct sg_verdict random_verdict(struct sg_random *r)
{
	/* those that end a process cost a new one, so they are rare */
	switch (random_below(r, 32)) {
	case 0:
		return (struct sg_verdict){ SG_ACTION_KILL_PROCESS, 0 };
	case 1:
		return (struct sg_verdict){ SG_ACTION_TRAP, 0 };
	case 2 ... 4:
		return (struct sg_verdict){ SG_ACTION_LOG, 0 };
	case 5 ... 16:
		return (struct sg_verdict){ SG_ACTION_ALLOW, 0 };
	default:
		return (struct sg_verdict){ SG_ACTION_ERRNO, (uint16_t)(100 + random_below(r, 4)) };
	}
}

/* @safe: what we emit, and libseccomp gets right: one verdict, EQ and MASKED_EQ, an index once. */
static struct sg_profile *random_profile(struct sg_random *r, bool safe)
{
	struct sg_profile *p = NULL;
	struct sg_rule *rule;

	assert_int_equal(sg_profile_new(&p, NULL), 0);
	p->default_verdict = safe ? (struct sg_verdict){ SG_ACTION_ERRNO, 38 } : random_verdict(r);
	assert_int_equal(sg_profile_add_arch(p, NATIVE, NULL), 0);
	for (uint32_t n = random_below(r, 6); n; n--) {
		struct sg_condition c[3];
		uint32_t k = random_below(r, 4);

		for (uint32_t i = 0; i < k; i++) {
			c[i] = (struct sg_condition){ (uint8_t)(2 * i),
						      (enum sg_op)random_below(r, SG_OP_MAX_),
						      random_wide(r), random_wide(r) };
			if (safe || random_below(r, 3))
				c[i].op = random_below(r, 2) ? SG_OP_EQ : SG_OP_MASKED_EQ;
			if (c[i].op == SG_OP_MASKED_EQ)
				c[i].value_two &= c[i].value;
		}
		assert_int_equal(
			sg_profile_add_rule(p,
					    safe ? (struct sg_verdict){ SG_ACTION_ALLOW, 0 }
						 : random_verdict(r),
					    c, k, &rule, NULL),
			0);
		for (uint32_t i = 1 + random_below(r, 2); i; i--) {
			struct sg_syscall_id id = { NATIVE, (uint32_t)calls[random_below(r, 3)] };

			assert_int_equal(sg_rule_add_call(rule, id, NULL, NULL), 0);
		}
	}
	return p;
}

static bool is_probed(const struct sg_diff_item *item)
{
	for (size_t i = 0; i < SG_ARRAY_SIZE(calls); i++) {
		if (item->id.nr == (uint32_t)calls[i] && item->scope == SG_DIFF_CALL)
			return true;
	}
	return false;
}

/* First the examples of the differences, then calls at random. */
static void fill_probes(struct sg_random *r, const struct sg_diff *diff)
{
	stage_open();
	for (size_t i = 0; i < diff->n && stage->n < MAX_PROBES / 2; i++) {
		struct probe *p = &stage->probes[stage->n];

		if (!is_probed(&diff->items[i]))
			continue;
		sg_seccomp_data_set_id(&p->data, diff->items[i].id);
		memcpy(p->data.args, diff->items[i].args, sizeof(p->data.args));
		stage->n++;
	}
	while (stage->n < 40) {
		struct probe *p = &stage->probes[stage->n++];

		p->data.arch = NATIVE;
		p->data.nr = (uint32_t)calls[random_below(r, 3)];
		for (size_t a = 0; a < 6; a++)
			p->data.args[a] = random_wide(r);
	}
	ask_without_filter();
}

/* The interpreter's verdicts, each of which the kernel must have given. */
static void ask(const struct sg_filter *filter, uint64_t seed, struct sg_verdict *ret)
{
	for (size_t i = 0; i < stage->n; i++) {
		stage->probes[i].seen = SEEN_NOTHING;
		stage->probes[i].value = 0;
	}
	assert_int_equal(ask_kernel(filter->insns, filter->len), 0);
	for (size_t i = 0; i < stage->n; i++) {
		uint32_t word = sg_filter_run(filter, &stage->probes[i].data, NULL);

		if (!verdict_fits(&stage->probes[i], word))
			fail_msg("round %llu, probe %zu: the interpreter says 0x%x, the kernel did "
				 "%d with %ld",
				 (unsigned long long)seed, i, word, (int)stage->probes[i].seen,
				 stage->probes[i].value);
		ret[i] = sg_verdict_from_ret(word);
	}
}

struct totals {
	size_t rounds, different, alike;
};

/* Every probe on which the two differ is among the differences, and every example is one. */
static void compare(const struct sg_diff *diff, const struct sg_filter *fa,
		    const struct sg_filter *fb, uint64_t seed, struct totals *totals)
{
	struct sg_verdict a[MAX_PROBES], b[MAX_PROBES];
	size_t k = 0;

	ask(fa, seed, a);
	ask(fb, seed, b);
	for (size_t i = 0; i < diff->n && k < MAX_PROBES / 2; i++) {
		const struct sg_diff_item *item = &diff->items[i];

		if (!is_probed(item))
			continue;
		assert_int_not_equal(item->kind, SG_DIFF_UNDECIDED);
		if (!sg_verdict_equal(a[k], item->a) || !sg_verdict_equal(b[k], item->b))
			fail_msg("round %llu: the example of difference %zu proves nothing",
				 (unsigned long long)seed, i);
		k++;
	}
	for (size_t i = 0; i < stage->n; i++) {
		struct sg_syscall_id id = sg_seccomp_data_id(&stage->probes[i].data);

		if (sg_verdict_equal(a[i], b[i]))
			totals->alike++;
		else if (has_item(diff, id, a[i], b[i]))
			totals->different++;
		else
			fail_msg("round %llu, probe %zu: a difference was missed",
				 (unsigned long long)seed, i);
	}
	totals->rounds++;
}

/* @safe: the diff is of the profiles taken at their word, else of their filters. */
static void run_rounds(bool safe, size_t n)
{
	struct totals totals = { 0 };

	for (uint64_t seed = 1; totals.rounds < n; seed++) {
		struct sg_random r = { seed * 104729 };
		_cleanup_(sg_profile_freep) struct sg_profile *a = random_profile(&r, safe);
		_cleanup_(sg_profile_freep) struct sg_profile *b = random_profile(&r, safe);
		_cleanup_(sg_compiled_done) struct sg_compiled ca = { 0 }, cb = { 0 };
		_cleanup_(sg_diff_done) struct sg_diff diff = { 0 };
		struct sg_diff_options opts = { .native_arch = NATIVE };
		struct sg_diff_side sa = { .profile = a }, sb = { .profile = b };
		const struct sg_filter *fa, *fb;

		/* rules that contradict each other make no filter */
		if (sg_profile_compile(a, NULL, &ca, NULL) < 0 ||
		    sg_profile_compile(b, NULL, &cb, NULL) < 0)
			continue;
		fa = ca.filter;
		fb = cb.filter;
		if (!safe) {
			sa = (struct sg_diff_side){ .filters = &fa, .n_filters = 1 };
			sb = (struct sg_diff_side){ .filters = &fb, .n_filters = 1 };
		}
		assert_int_equal(sg_diff(&sa, &sb, &opts, &diff, NULL), 0);
		fill_probes(&r, &diff);
		compare(&diff, fa, fb, seed, &totals);
	}
	print_message("%zu pairs of profiles, %zu probes that differ, %zu that do not\n",
		      totals.rounds, totals.different, totals.alike);
	assert_true(totals.different > n && totals.alike > n);
}

/* A fork takes ASan ten times as long, and what is in the child is not its to judge. */
#ifdef __SANITIZE_ADDRESS__
#define N_PAIRS 60
#else
#define N_PAIRS 500
#endif

static void profiles_at_their_word_differ_as_the_kernel_does(void **state)
{
	(void)state;
	run_rounds(true, N_PAIRS);
}

static void filters_differ_as_the_kernel_does(void **state)
{
	(void)state;
	run_rounds(false, N_PAIRS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(profiles_at_their_word_differ_as_the_kernel_does),
		cmocka_unit_test(filters_differ_as_the_kernel_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
