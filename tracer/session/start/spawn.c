/* SPDX-License-Identifier: Apache-2.0 */
#include "session/start/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/output.h"

struct pipe {
	int read_fd, write_fd;
};

static void pipe_done(const struct pipe *p)
{
	sg_closep(&p->read_fd);
	sg_closep(&p->write_fd);
}

static int pipe_open(struct pipe *p)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	p->read_fd = fds[0];
	p->write_fd = fds[1];
	return 0;
}

static _Noreturn void child(char **argv, int go_fd, int error_fd)
{
	sigset_t none;
	char byte;
	int code;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	sg_output_restore_signals();
	if (read(go_fd, &byte, 1) != 1)
		_exit(0);
	execvp(argv[0], argv);
	code = errno;
	if (write(error_fd, &code, sizeof(code)) != sizeof(code))
		_exit(126);
	_exit(127);
}

int sg_spawn_prepare(char **argv, struct sg_spawn *ret, struct sg_error *err)
{
	_cleanup_(pipe_done) struct pipe go = { -1, -1 }, error = { -1, -1 };
	pid_t pid;

	if (pipe_open(&go) < 0 || pipe_open(&error) < 0)
		return sg_error_set(err, -errno, "start %s: %s", argv[0], strerror(errno));
	pid = fork();
	if (pid < 0)
		return sg_error_set(err, -errno, "start %s: %s", argv[0], strerror(errno));
	if (pid == 0) {
		close(go.write_fd);
		close(error.read_fd);
		child(argv, go.read_fd, error.write_fd);
	}
	ret->pid = pid;
	ret->go_fd = TAKE_FD(go.write_fd);
	ret->error_fd = TAKE_FD(error.read_fd);
	return 0;
}

int sg_spawn_release(struct sg_spawn *spawn, char **argv, struct sg_error *err)
{
	int code = 0;
	ssize_t n;

	if (write(spawn->go_fd, "", 1) != 1)
		return sg_error_set(err, -errno, "start %s: %s", argv[0], strerror(errno));
	sg_closep(&spawn->go_fd);
	spawn->go_fd = -1;
	do {
		n = read(spawn->error_fd, &code, sizeof(code));
	} while (n < 0 && errno == EINTR);
	sg_closep(&spawn->error_fd);
	spawn->error_fd = -1;
	if (n != sizeof(code))
		return 0; /* closed by the exec */
	waitpid(spawn->pid, NULL, 0);
	spawn->pid = -1;
	return sg_error_set(err, -code, "run %s: %s", argv[0],
			    code == ENOENT ? "command not found" : strerror(code));
}

void sg_spawn_abandon(struct sg_spawn *spawn)
{
	sg_closep(&spawn->go_fd);
	sg_closep(&spawn->error_fd);
	spawn->go_fd = spawn->error_fd = -1;
	if (spawn->pid > 0)
		waitpid(spawn->pid, NULL, 0);
	spawn->pid = -1;
}
