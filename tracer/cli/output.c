/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"

/* Those by which the kernel ends a program that writes what cannot be written. */
static const int write_signals[] = { SIGPIPE, SIGXFSZ };
static sighandler_t inherited[SG_ARRAY_SIZE(write_signals)];

void sg_output_setup(void)
{
	/*
	 * With one of the three closed, the next open() would take its number, and a product meant
	 * for stdout would land in that file. Each gets a descriptor that fails the way a closed
	 * one does.
	 */
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			(void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
	}
	for (size_t i = 0; i < SG_ARRAY_SIZE(write_signals); i++)
		inherited[i] = signal(write_signals[i], SIG_IGN);
}

void sg_output_restore_signals(void)
{
	for (size_t i = 0; i < SG_ARRAY_SIZE(write_signals); i++)
		signal(write_signals[i], inherited[i]);
}

int sg_output_finish(struct sg_error *err)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	return sg_error_set(err, errno ? -errno : -EIO, "cannot write to standard output: %s",
			    strerror(errno ? errno : EIO));
}

/* Not by way of stdio, whose error would be reported once more at the end. */
int sg_output_print(struct sg_strbuf *buf, struct sg_error *err)
{
	_cleanup_free_ char *text = NULL;
	size_t len, done = 0;
	int r;

	if (sg_strbuf_steal(buf, &text, &len) < 0)
		return sg_error_oom(err);
	r = sg_output_finish(err);
	while (r == 0 && done < len) {
		ssize_t n = write(STDOUT_FILENO, text + done, len - done);

		if (n < 0 && errno != EINTR)
			r = sg_error_set(err, -errno, "cannot write to standard output: %s",
					 strerror(errno));
		done += n > 0 ? (size_t)n : 0;
	}
	return r;
}

int sg_exit_code_of(int wait_status)
{
	if (WIFSIGNALED(wait_status))
		return 128 + WTERMSIG(wait_status);
	return WEXITSTATUS(wait_status);
}
