/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clone_calls [clone|clone3]…: a thread and a child, by libc; then a child for each word, made by
 * that call in a user namespace of its own. "ready", then a line a word: "clone3 ok", "clone3
 * EPERM".
 */
#include <errno.h>
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void *thread(void *arg)
{
	return arg;
}

static long by_call(const char *call)
{
	struct clone_args args = { .flags = CLONE_NEWUSER, .exit_signal = SIGCHLD };

	if (strcmp(call, "clone3") == 0)
		return syscall(SYS_clone3, &args, sizeof(args));
	return syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
}

int main(int argc, char **argv)
{
	pthread_t id;
	pid_t child;

	if (pthread_create(&id, NULL, thread, NULL) || pthread_join(id, NULL))
		return 1;
	child = fork();
	if (child == 0)
		_exit(0);
	if (child < 0 || waitpid(child, NULL, 0) != child)
		return 1;
	puts("ready");
	fflush(stdout);
	for (int i = 1; i < argc; i++) {
		long r = by_call(argv[i]);

		if (r == 0)
			_exit(0);
		if (r > 0)
			waitpid((pid_t)r, NULL, 0);
		printf("%s %s\n", argv[i], r < 0 ? strerrorname_np(errno) : "ok");
		fflush(stdout);
	}
	return 0;
}
