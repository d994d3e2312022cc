/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The runtimes' programs, which say their version themselves. To run them is the work of a process
 * of its own: it is forked before the recorder has anything worth having, is nobody, and has no
 * privilege; the recorder itself runs no program that is not the user's.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "origin/command.h"
#include "workload/learn/version.h"
#include "workload/file.h"

#define VERSION_WAIT_MS 3000
#define ANSWER_WAIT_MS	(VERSION_WAIT_MS + 1000)
#define ANSWER_MAX	512

static int spawn_version(const char *path, int out_fd, pid_t *ret)
{
	char *argv[] = { (char *)(uintptr_t)path, (char *)(uintptr_t) "--version", NULL };
	/* podman does not run without a directory of its user, who has no name here */
	char *envp[] = { (char *)(uintptr_t) "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
			 (char *)(uintptr_t) "HOME=/", NULL };
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

static void serve(int fd, void *data)
{
	struct sg_question q;
	char text[ANSWER_MAX];

	(void)data;
	for (; sg_helper_next(fd, PATH_MAX - 1, &q); free(q.text))
		sg_helper_answer(fd, 0, text, ask_program(q.text, text));
}

int sg_versions_start(struct sg_helper *ret, struct sg_error *err)
{
	const struct sg_helper_work work = { .part = SG_PART_VERSION,
					     .serve = serve,
					     .keep_fd = -1 };

	return sg_helper_start(&work, ret, err);
}

void sg_versions_ask(struct sg_helper *helper, const char *path, char **ret)
{
	_cleanup_free_ char *real = realpath(path, NULL), *text = NULL;
	struct sg_error ignored = { 0 };
	struct sg_ask ask = { .text = real, .wait_ms = ANSWER_WAIT_MS, .max = ANSWER_MAX };

	*ret = NULL;
	/* only what root alone can have put there is run: a process
	 * can show any program as its own */
	if (!real || !sg_path_is_of(real, 0))
		return;
	ask.len = strlen(real);
	if (sg_helper_ask(helper, &ask, &text, NULL, &ignored) == 0)
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
