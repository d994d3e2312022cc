/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes N getppid calls, then moves itself into each cgroup in turn and makes N more there. With
 * "exec" in place of a directory it executes itself first, to continue with the rest; with "fork" a
 * child continues.
 *
 * usage: moving_calls N [DIR|exec|fork]…
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int move(const char *dir)
{
	char path[4096];
	int fd, r;

	snprintf(path, sizeof(path), "%s/cgroup.procs", dir);
	fd = open(path, O_WRONLY);
	r = fd < 0 || write(fd, "0\n", 2) != 2;
	if (r)
		perror(path);
	close(fd);
	return r;
}

int main(int argc, char **argv)
{
	unsigned long n;

	if (argc < 2)
		return 2;
	n = strtoul(argv[1], NULL, 10);
	for (unsigned long i = 0; i < n; i++)
		syscall(SYS_getppid);
	for (int a = 2; a < argc; a++) {
		if (!strcmp(argv[a], "exec")) {
			argv[a] = argv[1];
			execv("/proc/self/exe", argv + a - 1);
			return 1;
		}
		if (!strcmp(argv[a], "fork")) {
			pid_t pid = fork();
			int status;

			if (pid > 0)
				return waitpid(pid, &status, 0) < 0 || status;
		} else if (move(argv[a])) {
			return 1;
		}
		for (unsigned long i = 0; i < n; i++)
			syscall(SYS_getppid);
	}
	return 0;
}
