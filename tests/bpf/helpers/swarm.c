/* SPDX-License-Identifier: Apache-2.0 */
/*
 * swarm DIR FROM TO ALIVE MS PROGRAM: what a runtime does with containers FROM … TO-1, ALIVE of
 * them at a time: a cgroup DIR/libpod-<64 digits>, a process that moves into it and becomes
 * `PROGRAM N MS` with N = 1 + number % 97, and when that has ended the cgroup goes.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ALIVE_MAX 1024

static struct {
	pid_t pid;
	long number;
} alive[ALIVE_MAX];

static const char *dir, *program, *ms;

static void path_of(char *path, long number, const char *file)
{
	snprintf(path, PATH_MAX, "%s/libpod-%064lx%s", dir, number, file);
}

static void become(const char *procs, long number)
{
	int fd = open(procs, O_WRONLY | O_CLOEXEC);
	char times[24];

	snprintf(times, sizeof(times), "%ld", 1 + number % 97);
	if (fd < 0 || write(fd, "0", 1) != 1)
		err(125, "%s", procs);
	execl(program, program, times, ms, (char *)0);
	err(125, "%s", program);
}

static pid_t start(long number)
{
	char path[PATH_MAX];
	pid_t pid;

	path_of(path, number, "");
	if (mkdir(path, 0755) < 0)
		err(1, "%s", path);
	path_of(path, number, "/cgroup.procs");
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (pid == 0)
		become(path, number);
	return pid;
}

/* Waits for one of them; its place in `alive`. */
static long end_one(long n)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	char path[PATH_MAX];
	int status;
	pid_t pid = wait(&status);

	if (pid < 0)
		err(1, "wait");
	if (status)
		errx(1, "%s: status %#x", program, (unsigned int)status);
	for (long i = 0; i < n; i++) {
		if (alive[i].pid != pid)
			continue;
		path_of(path, alive[i].number, "");
		while (rmdir(path) < 0) {
			if (errno != EBUSY)
				err(1, "%s", path);
			nanosleep(&moment, NULL);
		}
		return i;
	}
	errx(1, "process %d is nobody's", pid);
}

int main(int argc, char **argv)
{
	long from, to, most, n = 0;

	if (argc != 7)
		errx(2, "usage: swarm DIR FROM TO ALIVE MS PROGRAM");
	dir = argv[1];
	from = atol(argv[2]);
	to = atol(argv[3]);
	most = atol(argv[4]);
	ms = argv[5];
	program = argv[6];
	if (most < 1 || most > ALIVE_MAX)
		errx(2, "ALIVE is from 1 to %d", ALIVE_MAX);
	for (long number = from; number < to; number++) {
		long at = n < most ? n++ : end_one(n);

		alive[at].number = number;
		alive[at].pid = start(number);
	}
	for (; n > 0; n--)
		alive[end_one(n)] = alive[n - 1];
	return 0;
}
