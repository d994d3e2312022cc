/* SPDX-License-Identifier: Apache-2.0 */
/* The interpreter, the checker and compiled profiles against the running kernel's own verdicts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "filter/compile/compile.h"
#include "filter/filter.h"
#include "syscall/seccomp_data.h"

#include "kernel_verdict.h"
#include "libseccomp_leaks.h"
#include "sim_random.h"
#include "sim_rows.h"

/* Calls that answer with a positive number and change nothing, and numbers that no kernel has. */
static const struct sg_syscall_id safe_calls[] = {
	{ NATIVE, SYS_getpid },	  { NATIVE, SYS_getppid },
	{ NATIVE, SYS_gettid },	  { NATIVE, 600 },
	{ NATIVE, 1000 },
#ifdef __x86_64__
	{ NATIVE, SYS_getpgrp },  { SG_ARCH_X32, 39 },
	{ SG_ARCH_X32, 110 },	  { SG_ARCH_X32, 800 },
	{ AUDIT_ARCH_I386, 20 },  { AUDIT_ARCH_I386, 64 },
	{ AUDIT_ARCH_I386, 224 }, { AUDIT_ARCH_I386, 700 },
	{ NATIVE, UINT32_MAX }, /* last: -1 is special to every layer */
#endif
};

static bool int80;

/* One of safe_calls that this kernel can make. */
static struct sg_syscall_id random_call(struct sg_random *r)
{
	for (;;) {
		struct sg_syscall_id id = safe_calls[random_below(r, SG_ARRAY_SIZE(safe_calls))];

		if (id.arch != AUDIT_ARCH_I386 || int80)
			return id;
	}
}

static void random_probes(struct sg_random *r, size_t n)
{
	stage_open();
	stage->n = n;
	for (size_t i = 0; i < n; i++) {
		struct sg_seccomp_data *data = &stage->probes[i].data;

		sg_seccomp_data_set_id(data, random_call(r));
		for (size_t a = 0; a < 6; a++) {
			data->args[a] = random_wide(r);
			/* what a 32-bit register holds */
			if (data->arch == AUDIT_ARCH_I386)
				data->args[a] &= UINT32_MAX;
		}
	}
	ask_without_filter();
}

/* Each probe's verdict; fails at the first on which the two differ. Counts by action. */
static void compare(const struct sg_filter *filter, const char *what, uint64_t seed, size_t *counts)
{
	for (size_t i = 0; i < stage->n; i++) {
		const struct probe *p = &stage->probes[i];
		uint32_t word = sg_filter_run(filter, &p->data, NULL);

		if (!verdict_fits(p, word))
			fail_msg(
				"%s %llu: call %u of 0x%x: we say 0x%x, the kernel did %d with %ld",
				what, (unsigned long long)seed, p->data.nr, p->data.arch, word,
				(int)p->seen, p->value);
		counts[sg_verdict_from_ret(word).action]++;
	}
}

static struct sg_verdict random_verdict(struct sg_random *r)
{
	/* each ERRNO another; those that end a process cost a new one, so they are rare */
	switch (random_below(r, 24)) {
	case 0:
		return (struct sg_verdict){ SG_ACTION_KILL_PROCESS, 0 };
	case 1:
		return (struct sg_verdict){ SG_ACTION_KILL_THREAD, 0 };
	case 2:
		return (struct sg_verdict){ SG_ACTION_TRAP, 0 };
	case 3:
		return (struct sg_verdict){ SG_ACTION_NOTIFY, 0 };
	case 4:
		return (struct sg_verdict){ SG_ACTION_TRACE, (uint16_t)random_below(r, 100) };
	case 5:
		return (struct sg_verdict){ SG_ACTION_LOG, 0 };
	case 6:
		return (struct sg_verdict){ SG_ACTION_ERRNO,
					    (uint16_t)(4090 + random_below(r, 20)) };
	case 7 ... 14:
		return (struct sg_verdict){ SG_ACTION_ALLOW, 0 };
	default:
		return (struct sg_verdict){ SG_ACTION_ERRNO,
					    (uint16_t)(100 + random_below(r, 30)) };
	}
}

static void add_random_rule(struct sg_random *r, struct sg_profile *p)
{
	struct sg_condition c[3];
	size_t n = random_below(r, 4);
	struct sg_rule *rule;

	for (size_t k = 0; k < n; k++) {
		c[k] = (struct sg_condition){ .index = (uint8_t)(2 * k + random_below(r, 2)),
					      .op = (enum sg_op)random_below(r, SG_OP_MAX_),
					      .value = random_wide(r),
					      .value_two = random_wide(r) };
		/* mostly what profiles use, or libseccomp is busy with its own faults */
		if (random_below(r, 4))
			c[k].op = random_below(r, 2) ? SG_OP_EQ : SG_OP_MASKED_EQ;
	}
	assert_int_equal(sg_profile_add_rule(p, random_verdict(r), c, n, &rule, NULL), 0);
	for (uint32_t k = 1 + random_below(r, 3); k; k--)
		assert_int_equal(sg_rule_add_call(rule, random_call(r), NULL, NULL), 0);
}

static struct sg_profile *random_profile(struct sg_random *r)
{
	struct sg_profile *p = NULL;

	assert_int_equal(sg_profile_new(&p, NULL), 0);
	p->default_verdict = random_verdict(r);
	for (size_t i = 0; i < SG_ARRAY_SIZE(safe_calls); i++) {
		/* an architecture that is not listed gets the filter's verdict for those */
		if (safe_calls[i].arch == NATIVE || random_below(r, 8) > 2)
			assert_int_equal(sg_profile_add_arch(p, safe_calls[i].arch, NULL), 0);
	}
	for (uint32_t i = random_below(r, 10); i; i--)
		add_random_rule(r, p);
	return p;
}

static void freep_profile(struct sg_profile **p)
{
	sg_profile_free(*p);
}

static void profiles_get_the_kernels_verdicts(void **state)
{
	static const size_t n_profiles = 1200, n_probes = 40;
	size_t counts[SG_ACTION_MAX_] = { 0 }, n = 0;

	(void)state;
	for (uint64_t seed = 1; n < n_profiles; seed++) {
		struct sg_random random = { seed * 7919 };
		_cleanup_(freep_profile) struct sg_profile *profile = random_profile(&random);
		_cleanup_(sg_compiled_done) struct sg_compiled compiled = { 0 };
		struct sg_compile_options opts = { .flavor = (enum sg_compile_flavor)(seed % 3),
						   .optimize = random_below(&random, 3) };

		/* rules that contradict each other, an index twice under PLAIN */
		if (sg_profile_compile(profile, &opts, &compiled, NULL) < 0)
			continue;
		n++;
		random_probes(&random, n_probes);
		assert_int_equal(ask_kernel(compiled.filter->insns, compiled.filter->len), 0);
		compare(compiled.filter, "profile", seed, counts);
	}
	for (int i = 0; i < SG_ACTION_MAX_; i++) {
		print_message("%-24s %zu\n", sg_action_names[i], counts[i]);
		assert_true(counts[i] >= 50);
	}
}

static bool reads_instruction_pointer(const struct sock_filter *insns, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (insns[i].code == (BPF_LD | BPF_W | BPF_ABS) &&
		    (insns[i].k == 8 || insns[i].k == 12))
			return true;
	}
	return false;
}

static void programs_get_the_kernels_verdicts(void **state)
{
	struct sock_filter insns[64];
	size_t counts[SG_ACTION_MAX_] = { 0 }, n = 0, n_refused = 0;

	(void)state;
	for (uint64_t seed = 1; n < 600; seed++) {
		_cleanup_(sg_filter_freep) struct sg_filter *filter = NULL;
		struct sg_random random = { seed * 104729 };
		size_t len = random_program(&random, insns, 40);
		int r, refused;

		if (reads_instruction_pointer(insns, len))
			continue;
		r = sg_filter_new(insns, len, SG_LITTLE_ENDIAN, &filter, NULL);
		/* the accepted ones are what is looked for; of the others a sample will do */
		if (r < 0 && n_refused >= 400)
			continue;
		random_probes(&random, r < 0 ? 0 : 20);
		refused = ask_kernel(insns, len);
		if (refused != (r < 0 ? EINVAL : 0))
			fail_msg("program %llu: we say %d, the kernel %d", (unsigned long long)seed,
				 r, refused);
		if (r < 0) {
			n_refused++;
			continue;
		}
		n++;
		compare(filter, "program", seed, counts);
	}
	assert_in_range(n_refused, 50, 400);
}

static void check_row(char *row, unsigned int line)
{
	static struct sock_filter insns[SG_FILTER_MAX_INSNS];
	char *columns[3];
	int refused;
	size_t len;

	split_row(row, columns, 3);
	len = assemble(columns[1], insns);
	stage_open();
	refused = ask_kernel(insns, len);
	if (refused != (strcmp(columns[0], "accept") == 0 ? 0 : EINVAL))
		fail_msg("check.rows:%u: the kernel says %d", line, refused);
}

static void the_kernel_takes_and_refuses_the_same(void **state)
{
	(void)state;
	assert_true(each_row("check.rows", check_row) > 45);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kernel_takes_and_refuses_the_same),
		cmocka_unit_test(profiles_get_the_kernels_verdicts),
		cmocka_unit_test(programs_get_the_kernels_verdicts),
	};

	int80 = has_int80();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
