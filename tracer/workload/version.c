/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The runtimes' programs, which say their version themselves. To run them is the work of a process
 * of its own: it is forked before the recorder has anything worth having, is nobody, and has no
 * privilege; the recorder itself runs no program that is not the user's.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "origin/command.h"
#include "workload/private.h"

#define VERSION_WAIT_MS 3000
#define ANSWER_WAIT_MS	(VERSION_WAIT_MS + 1000)
#define ANSWER_MAX	512
#define NOBODY		65534

struct sg_asker {
	pid_t pid;
	int fd; /* -1: it does not answer any more */
};

static int spawn_version(const char *path, int out_fd, pid_t *ret)
{
	char *argv[] = { (char *)(uintptr_t)path, (char *)(uintptr_t) "--version", NULL };
	char *envp[] = { (char *)(uintptr_t) "PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none;
	int r;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out_fd, 1);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
	r = posix_spawn(ret, path, &actions, &attr, argv, envp);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	return -r;
}

/* What the program prints, as far as it fits. */
static size_t ask_program(const char *path, char text[ANSWER_MAX])
{
	size_t len = 0;
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return 0;
	if (spawn_version(path, fds[1], &pid) == 0) {
		struct pollfd fd = { .fd = fds[0], .events = POLLIN };
		ssize_t n = 1;

		close(fds[1]);
		fds[1] = -1;
		while (n > 0 && len < ANSWER_MAX && poll(&fd, 1, VERSION_WAIT_MS) > 0) {
			n = read(fds[0], text + len, ANSWER_MAX - len);
			len += n > 0 ? (size_t)n : 0;
		}
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	sg_closep(&fds[0]);
	sg_closep(&fds[1]);
	return len;
}

/* Until the recorder has closed its end. One that is not root has nothing to give away. */
static _Noreturn void answer(int fd)
{
	char path[PATH_MAX], text[ANSWER_MAX] = "";
	ssize_t n;

	if (setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
	    setresuid(NOBODY, NOBODY, NOBODY) < 0)
		_exit(1);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	while ((n = recv(fd, path, sizeof(path) - 1, 0)) > 0) {
		path[n] = '\0';
		if (send(fd, text, ask_program(path, text), MSG_NOSIGNAL) < 0)
			break;
	}
	_exit(0);
}

/* All descriptors but @fd. */
static void close_others(int fd)
{
	if (fd > 3)
		syscall(SYS_close_range, 3, (unsigned int)fd - 1, 0);
	syscall(SYS_close_range, (unsigned int)fd + 1, ~0u, 0);
}

int sg_asker_new(struct sg_asker **ret, struct sg_error *err)
{
	_cleanup_(sg_asker_freep) struct sg_asker *asker = calloc(1, sizeof(*asker));
	int fds[2];

	if (!asker)
		return sg_error_oom(err);
	asker->fd = asker->pid = -1;
	/* datagrams that are connected: one is a question, or its answer */
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
		return sg_error_set(err, -errno, "socketpair: %s", strerror(errno));
	asker->pid = fork();
	if (asker->pid == 0) {
		close_others(fds[1]);
		answer(fds[1]);
	}
	close(fds[1]);
	asker->fd = fds[0];
	if (asker->pid < 0)
		return sg_error_set(err, -errno, "fork: %s", strerror(errno));
	*ret = TAKE_PTR(asker);
	return 0;
}

void sg_asker_free(struct sg_asker *asker)
{
	if (!asker)
		return;
	sg_closep(&asker->fd);
	if (asker->pid > 0) {
		kill(asker->pid, SIGKILL);
		waitpid(asker->pid, NULL, 0);
	}
	free(asker);
}

void sg_asker_version(struct sg_asker *asker, const char *path, char **ret)
{
	_cleanup_free_ char *real = realpath(path, NULL);
	struct pollfd fd = { .fd = asker->fd, .events = POLLIN };
	char text[ANSWER_MAX + 1] = "";
	ssize_t n = -1;

	*ret = NULL;
	/* only what root alone can have put there is run: a process can show any program as its own
	 */
	if (asker->fd < 0 || !real || !sg_path_is_of(real, 0))
		return;
	if (send(asker->fd, real, strlen(real), MSG_NOSIGNAL) > 0 &&
	    poll(&fd, 1, ANSWER_WAIT_MS) > 0)
		n = recv(asker->fd, text, sizeof(text) - 1, 0);
	if (n < 0) { /* an answer that comes late would be taken for the next one's */
		sg_closep(&asker->fd);
		asker->fd = -1;
		return;
	}
	text[n] = '\0';
	*ret = sg_version_parse(text);
}

int sg_program_find(const char *name, char **ret_path, struct sg_error *err)
{
	static const char *const dirs[] = { "/usr/local/sbin", "/usr/local/bin", "/usr/sbin",
					    "/usr/bin",	       "/sbin",		 "/bin" };

	*ret_path = NULL;
	for (size_t i = 0; i < SG_ARRAY_SIZE(dirs); i++) {
		char *path;

		if (asprintf(&path, "%s/%s", dirs[i], name) < 0)
			return sg_error_oom(err);
		if (access(path, X_OK) == 0) {
			*ret_path = path;
			return 0;
		}
		free(path);
	}
	return 0;
}
