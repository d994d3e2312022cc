/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a loaded profile costs its process a call, for profiles of the same calls, with conditions
 * and without, as runc and crun make filters of them. Each profile is loaded by a child of its own,
 * in turn with the others. Ratios are against the first profile, of the same runtime, in the same
 * round.
 *
 * usage: bench_enforce ROUNDS PROFILE...
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "filter/compile/compile.h"
#include "read_profile.h"

#define CALLS	  100000
#define VARIANTS  16
#define N_FLAVORS 2

/* Calls that end at once; the first has no row in the table of arguments. */
static const struct {
	const char *name;
	long nr, a[3];
} calls[] = {
	{ "read", SYS_read, { -1 } },
	{ "ioctl", SYS_ioctl, { -1, 0x5401 } },
	{ "mprotect", SYS_mprotect, { 0, 0, 1 } },
	{ "fcntl", SYS_fcntl, { -1, 1 } },
};
#define N_CALLS (sizeof(calls) / sizeof(calls[0]))

static struct {
	char name[160];
	struct sg_compiled compiled;
	double *ns[N_CALLS];
} variants[VARIANTS];
static size_t n_variants;

static double now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts); /* of the vDSO: no call that a filter would see */
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static void add_variants(const char *path, unsigned long rounds)
{
	static const enum sg_compile_flavor flavors[N_FLAVORS] = { SG_COMPILE_RUNC,
								   SG_COMPILE_CRUN };
	_cleanup_(sg_profile_freep) struct sg_profile *profile = read_profile(path);
	const char *base = strrchr(path, '/');

	for (size_t i = 0; i < N_FLAVORS && n_variants < VARIANTS; i++) {
		const struct sg_compile_options opts = { .flavor = flavors[i] };
		struct sg_error err = { 0 };

		if (sg_profile_compile(profile, &opts, &variants[n_variants].compiled, &err) < 0) {
			fprintf(stderr, "%s\n", err.message);
			exit(1);
		}
		snprintf(variants[n_variants].name, sizeof(variants[0].name), "%-20s %s",
			 base ? base + 1 : path, sg_compile_flavor_names[flavors[i]]);
		for (size_t c = 0; c < N_CALLS; c++)
			variants[n_variants].ns[c] = calloc(rounds, sizeof(double));
		n_variants++;
	}
}

/* In a child: load the filter, time the calls, leave the results in @shared. */
static void measure(const struct sg_filter *filter, double *shared)
{
	struct sock_fprog prog = { (unsigned short)filter->len, filter->insns };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (filter->len && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog))
		_exit(1);
	for (size_t c = 0; c < N_CALLS; c++) {
		double best = 1e18;

		for (int part = 0; part < 5; part++) { /* the least disturbed of five */
			double start = now_ns(), ns;

			for (int i = 0; i < CALLS / 5; i++)
				syscall(calls[c].nr, calls[c].a[0], calls[c].a[1], calls[c].a[2]);
			ns = (now_ns() - start) / (CALLS / 5);
			best = ns < best ? ns : best;
		}
		errno = 0;
		syscall(calls[c].nr, calls[c].a[0], calls[c].a[1], calls[c].a[2]);
		shared[c] = errno == ENOSYS ? -1 : best; /* denied: not what was to be measured */
	}
	_exit(0);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void print_spread(const double *values, unsigned long rounds, int digits)
{
	double *sorted = calloc(rounds, sizeof(double));

	memcpy(sorted, values, rounds * sizeof(double));
	qsort(sorted, rounds, sizeof(double), by_value);
	printf(" %8.*f %8.*f %8.*f", digits, sorted[rounds / 2], digits, sorted[rounds / 10],
	       digits, sorted[rounds * 9 / 10]);
	free(sorted);
}

static void print_row(size_t v, size_t c, unsigned long rounds)
{
	double *ratio = calloc(rounds, sizeof(double));

	for (unsigned long r = 0; r < rounds; r++)
		ratio[r] = variants[v].ns[c][r] / variants[v % N_FLAVORS].ns[c][r];
	printf("%-28s %5zu %-9s", variants[v].name, variants[v].compiled.filter->len,
	       calls[c].name);
	print_spread(variants[v].ns[c], rounds, 1);
	print_spread(ratio, rounds, 3);
	printf("\n");
	free(ratio);
}

int main(int argc, char **argv)
{
	unsigned long rounds = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
	double *shared =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	cpu_set_t one;

	if (!rounds || shared == MAP_FAILED) {
		fprintf(stderr, "usage: bench_enforce ROUNDS PROFILE...\n");
		return 2;
	}
	CPU_ZERO(&one);
	CPU_SET((size_t)sched_getcpu(), &one);
	sched_setaffinity(0, sizeof(one), &one);
	for (int i = 2; i < argc; i++)
		add_variants(argv[i], rounds);
	for (unsigned long r = 0; r < rounds; r++) {
		for (size_t v = 0; v < n_variants; v++) {
			int status;
			pid_t pid = fork();

			if (pid == 0)
				measure(variants[v].compiled.filter, shared);
			if (waitpid(pid, &status, 0) < 0 || status) {
				fprintf(stderr, "bench_enforce: %s: the child failed\n",
					variants[v].name);
				return 1;
			}
			for (size_t c = 0; c < N_CALLS; c++)
				variants[v].ns[c][r] = shared[c];
		}
	}
	printf("%-20s %-7s %5s %-9s %8s %8s %8s %8s %8s %8s\n", "profile", "runtime", "insns",
	       "call", "median", "p10", "p90", "x first", "p10", "p90");
	for (size_t v = 0; v < n_variants; v++) {
		for (size_t c = 0; c < N_CALLS; c++)
			print_row(v, c, rounds);
	}
	return 0;
}
