/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loads a filter that logs getpgrp, and calls it at a steady rate: prints how often it did and in
 * how many milliseconds.
 *
 * usage: log_flood CALLS_A_SECOND SECONDS
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "native.h"

#define SLICES 100 /* a second */

static long now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000L + ts.tv_nsec;
}

int main(int argc, char **argv)
{
	struct sock_filter insns[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpgrp, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_LOG),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { .len = 4, .filter = insns };
	long rate, seconds, start, made = 0;

	rate = argc == 3 ? atol(argv[1]) : 0;
	if (rate < SLICES) {
		fprintf(stderr, "usage: log_flood CALLS_A_SECOND SECONDS, %d calls at least\n",
			SLICES);
		return 2;
	}
	seconds = atol(argv[2]);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog)) {
		perror("log_flood: seccomp");
		return 1;
	}
	start = now_ns();
	for (long slice = 0; slice < seconds * SLICES; slice++) {
		long due = start + (slice + 1) * (1000000000L / SLICES);

		for (long i = 0; i < rate / SLICES; i++, made++)
			syscall(SYS_getpgrp);
		while (now_ns() < due)
			usleep(500);
	}
	printf("%ld %ld\n", made, (now_ns() - start) / 1000000);
	return 0;
}
