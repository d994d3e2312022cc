/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time a system call: prints nanoseconds a call, one line a round, and flushes it.
 *
 * usage: syscall_loop getppid|getuid CALLS ROUNDS [CPU]
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static double now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

int main(int argc, char **argv)
{
	long nr, calls, rounds;
	cpu_set_t one;

	if (argc < 4) {
		fprintf(stderr, "usage: syscall_loop getppid|getuid CALLS ROUNDS [CPU]\n");
		return 2;
	}
	nr = strcmp(argv[1], "getuid") ? SYS_getppid : SYS_getuid;
	calls = atol(argv[2]);
	rounds = atol(argv[3]);
	CPU_ZERO(&one);
	CPU_SET((size_t)(argc > 4 ? atoi(argv[4]) : sched_getcpu()), &one);
	sched_setaffinity(0, sizeof(one), &one);
	for (long i = 0; i < calls / 10; i++)
		syscall(nr);
	for (long r = 0; r < rounds; r++) {
		double start = now_ns();

		for (long i = 0; i < calls; i++)
			syscall(nr);
		printf("%.2f\n", (now_ns() - start) / (double)calls);
		fflush(stdout);
	}
	return 0;
}
