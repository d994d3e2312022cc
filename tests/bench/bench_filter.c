/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verdicts a second on one core, of a profile compiled as each runtime does it: by the plain
 * interpreter, and by the memo that simulation of many calls goes through. The calls are all
 * numbers of x86_64 in random order, with arguments that conditions can tell apart.
 *
 * usage: bench_filter PROFILE [ROUNDS]
 */
#include <linux/audit.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "filter/compile/compile.h"
#include "read_profile.h"

#define CALLS 65536u

/* A verdict is this process's own work; a compilation can be a child's. */
static uint64_t now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void fill(struct sg_seccomp_data *calls)
{
	uint64_t x = 88172645463325252u;

	for (size_t i = 0; i < CALLS; i++) {
		x ^= x << 13, x ^= x >> 7, x ^= x << 17;
		calls[i] = (struct sg_seccomp_data){ .nr = (uint32_t)(x >> 32) % 470,
						     .arch = AUDIT_ARCH_X86_64 };
		for (size_t a = 0; a < 6; a++)
			calls[i].args[a] = x >> (8 * a) & 0x3f;
	}
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Millions of verdicts a second: median over the rounds. */
static double measure(const struct sg_filter *filter, const struct sg_seccomp_data *calls,
		      size_t rounds, double *ret_insns)
{
	_cleanup_free_ double *rates = calloc(rounds, sizeof(*rates));
	volatile uint32_t sink = 0;
	uint64_t executed = 0;

	for (size_t r = 0; r < rounds && rates; r++) {
		uint64_t start = now(CLOCK_PROCESS_CPUTIME_ID);

		executed = 0;
		for (size_t i = 0; i < CALLS; i++) {
			unsigned int n;

			sink += sg_filter_run(filter, &calls[i], &n);
			executed += n;
		}
		rates[r] = CALLS * 1e3 / (double)(now(CLOCK_PROCESS_CPUTIME_ID) - start);
	}
	if (!rates)
		exit(1);
	qsort(rates, rounds, sizeof(*rates), compare);
	*ret_insns = (double)executed / CALLS;
	return rates[rounds / 2];
}

int main(int argc, char **argv)
{
	static struct sg_seccomp_data calls[CALLS];
	_cleanup_(sg_profile_freep) struct sg_profile *profile = NULL;
	size_t rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 41;

	if (argc < 2 || rounds == 0) {
		fprintf(stderr, "usage: bench_filter PROFILE [ROUNDS]\n");
		return 2;
	}
	profile = read_profile(argv[1]);
	fill(calls);
	printf("%-8s %12s %12s %14s %12s\n", "runtime", "program", "executed", "interpreter",
	       "compile");
	printf("%-8s %12s %12s %14s %12s\n", "", "instructions", "a call", "million/s", "ms");
	for (int flavor = 0; flavor < SG_COMPILE_MAX_; flavor++) {
		_cleanup_(sg_compiled_done) struct sg_compiled compiled = { 0 };
		struct sg_compile_options opts = { .flavor = (enum sg_compile_flavor)flavor };
		struct sg_error err = { 0 };
		double plain, insns;
		uint64_t start = now(CLOCK_MONOTONIC);

		if (sg_profile_compile(profile, &opts, &compiled, &err) < 0) {
			fprintf(stderr, "%s\n", err.message);
			return 1;
		}
		start = now(CLOCK_MONOTONIC) - start;
		plain = measure(compiled.filter, calls, rounds, &insns);
		printf("%-8s %12zu %12.1f %14.1f %12.1f\n", sg_compile_flavor_names[flavor],
		       compiled.filter->len, insns, plain, (double)start / 1e6);
	}
	return 0;
}
