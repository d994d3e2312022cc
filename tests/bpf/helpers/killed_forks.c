/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forks N processes and kills each where it stands: in a loop of calls, twenty at a time,
 * after it has made a known number of another call. Prints what a recording of it must hold, one
 * "ARCH NR COUNT" a line; the calls of the loop are not among them, for nobody knows their number.
 *
 * usage: killed_forks N
 */
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "native.h"

#define AT_A_TIME 20
#define CALLS	  7

static atomic_ulong *ready;

static _Noreturn void child(void)
{
	for (int i = 0; i < CALLS; i++)
		syscall(SYS_getppid);
	atomic_fetch_add(ready, 1);
	for (;;)
		usleep(50);
}

int main(int argc, char **argv)
{
	unsigned long n = argc == 2 ? strtoul(argv[1], NULL, 10) : 0, made = 0;

	ready = mmap(NULL, sizeof(*ready), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (n == 0 || ready == MAP_FAILED) {
		fprintf(stderr, "usage: killed_forks N\n");
		return 2;
	}
	while (made < n) {
		pid_t pids[AT_A_TIME];
		size_t k;

		for (k = 0; k < AT_A_TIME && made < n; k++, made++) {
			pids[k] = fork();
			if (pids[k] == 0)
				child();
			if (pids[k] < 0) {
				perror("fork");
				return 1;
			}
		}
		while (atomic_load(ready) < made)
			usleep(50);
		while (k-- > 0) {
			int status;

			kill(pids[k], SIGKILL);
			if (waitpid(pids[k], &status, 0) != pids[k] || !WIFSIGNALED(status))
				return 1;
		}
	}
	printf("%s %lu %lu\n", NATIVE_ARCH, (unsigned long)SYS_getppid, CALLS * n);
	printf("%s %lu %lu\n", NATIVE_ARCH, (unsigned long)SYS_kill, n);
	return 0;
}
