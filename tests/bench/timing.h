/* SPDX-License-Identifier: Apache-2.0 */
/* Timing of calls under programs that are attached in turn: what those benchmarks share. */
#ifndef SG_BENCH_TIMING_H
#define SG_BENCH_TIMING_H

#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static inline void die(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, strerror(errno));
	exit(1);
}

static inline double now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts); /* not what others do to our wall clock */
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static inline double time_calls(unsigned long calls)
{
	double start = now_ns();

	for (unsigned long i = 0; i < calls; i++)
		syscall(SYS_getppid);
	return (now_ns() - start) / (double)calls;
}

static inline int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static inline uint64_t cgroup_id(const char *dir)
{
	struct stat st;

	if (stat(dir, &st))
		die(dir);
	return st.st_ino;
}

static inline uint64_t own_cgroup_id(void)
{
	char line[4096], path[8192];
	struct stat st;
	FILE *f = fopen("/proc/self/cgroup", "re");

	while (f && fgets(line, sizeof(line), f)) {
		if (strncmp(line, "0::", 3))
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(path, sizeof(path), "/sys/fs/cgroup/unified%s", line + 3);
		if (stat(path, &st))
			snprintf(path, sizeof(path), "/sys/fs/cgroup%s", line + 3);
		fclose(f);
		return cgroup_id(path);
	}
	die("/proc/self/cgroup");
	return 0;
}

/* @a by @b, round by round: median, 10th and 90th percentile. */
static inline void print_ratio(const double *a, const double *b, unsigned long rounds)
{
	double *ratio = calloc(rounds, sizeof(double));

	for (unsigned long r = 0; r < rounds; r++)
		ratio[r] = a[r] / b[r];
	qsort(ratio, rounds, sizeof(double), by_value);
	printf(" %8.3f %8.3f %8.3f", ratio[rounds / 2], ratio[rounds / 10], ratio[rounds * 9 / 10]);
	free(ratio);
}

static inline void print_spread(const double *values, unsigned long rounds)
{
	double *sorted = calloc(rounds, sizeof(double));

	memcpy(sorted, values, rounds * sizeof(double));
	qsort(sorted, rounds, sizeof(double), by_value);
	printf(" %8.1f %8.1f %8.1f", sorted[rounds / 2], sorted[rounds / 10],
	       sorted[rounds * 9 / 10]);
	free(sorted);
}

static inline void stay_on_this_cpu(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET((size_t)sched_getcpu(), &one);
	sched_setaffinity(0, sizeof(one), &one);
}

#endif
