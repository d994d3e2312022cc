/* SPDX-License-Identifier: Apache-2.0 */
/* The runtimes' programs, which say their version themselves. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "target/private.h"

#define VERSION_WAIT_MS 3000

/* Only what root alone can have put there is run: a process can show any program as its own. */
static bool is_roots_own(const char *path)
{
	char part[PATH_MAX];
	struct stat st;

	if (path[0] != '/' || strlen(path) >= sizeof(part) || strstr(path, "/../"))
		return false;
	strcpy(part, path);
	for (;;) {
		char *slash = strrchr(part, '/');

		if (lstat(part, &st) < 0 || st.st_uid != 0)
			return false;
		/* in a sticky directory root's files are root's alone */
		if (st.st_mode & (S_IWGRP | S_IWOTH) &&
		    !(S_ISDIR(st.st_mode) && st.st_mode & S_ISVTX))
			return false;
		if (slash == part)
			return true;
		*slash = '\0';
	}
}

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

/* "runc version 1.1.5+ds1\n…" */
static char *parse_version(const char *text)
{
	const char *p = strstr(text, " version ");
	size_t n;

	if (!p)
		return NULL;
	p += strlen(" version ");
	n = strspn(p, "0123456789.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+-~");
	return n && n < 64 ? strndup(p, n) : NULL;
}

int sg_program_version(const char *path, char **ret, struct sg_error *err)
{
	_cleanup_free_ char *real = realpath(path, NULL);
	char text[512] = "";
	size_t len = 0;
	int fds[2];
	pid_t pid;

	*ret = NULL;
	if (!real || !is_roots_own(real))
		return 0;
	if (pipe2(fds, O_CLOEXEC) < 0)
		return sg_error_set(err, -errno, "pipe: %s", strerror(errno));
	if (spawn_version(real, fds[1], &pid) == 0) {
		struct pollfd fd = { .fd = fds[0], .events = POLLIN };
		ssize_t n = 1;

		close(fds[1]);
		fds[1] = -1;
		while (n > 0 && len < sizeof(text) - 1 && poll(&fd, 1, VERSION_WAIT_MS) > 0) {
			n = read(fds[0], text + len, sizeof(text) - 1 - len);
			len += n > 0 ? (size_t)n : 0;
		}
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		text[len] = '\0';
		*ret = parse_version(text);
	}
	sg_closep(&fds[0]);
	sg_closep(&fds[1]);
	return 0;
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
