/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starts a thread, which moves itself by writing its number to FILE and then sleeps; meanwhile the
 * first thread makes N getppid calls, and the other N getpgid ones once it is there.
 *
 * usage: moving_thread N FILE
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *file;
static unsigned long n;
static int failed;

static void *move(void *unused)
{
	char tid[24];
	int len = snprintf(tid, sizeof(tid), "%ld", (long)syscall(SYS_gettid));
	int fd = open(file, O_WRONLY);

	failed = fd < 0 || write(fd, tid, (size_t)len) != len;
	if (failed)
		perror(file);
	for (unsigned long i = 0; i < n; i++)
		syscall(SYS_getpgid, 0);
	return unused;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	if (argc != 3)
		return 2;
	n = strtoul(argv[1], NULL, 10);
	file = argv[2];
	if (pthread_create(&thread, NULL, move, NULL))
		return 1;
	pthread_join(thread, NULL);
	for (unsigned long i = 0; i < n; i++)
		syscall(SYS_getppid);
	return failed;
}
