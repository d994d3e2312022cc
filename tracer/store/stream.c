/* SPDX-License-Identifier: Apache-2.0 */
#include "store/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/clock.h"

#define READER_NS 10000000000u /* for a reader to come */
#define STALL_NS  30000000000u /* without progress */
#define SLICE_MS  100

/* SIGINT and SIGTERM cannot end us: then we have to end waiting. */
static bool cannot_be_ended(void)
{
	sigset_t blocked;

	return sigprocmask(SIG_SETMASK, NULL, &blocked) == 0 &&
	       (sigismember(&blocked, SIGINT) || sigismember(&blocked, SIGTERM));
}

static bool is_asked_to_end(void)
{
	sigset_t pending;

	return sigpending(&pending) == 0 &&
	       (sigismember(&pending, SIGINT) || sigismember(&pending, SIGTERM));
}

/* A descriptor of its own that does not wait, for the flag of @fd
 * would be everybody's who has it. */
static int open_again(int fd)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

int sg_stream_reopen(int path, bool is_fifo, int *ret)
{
	uint64_t start = sg_now_monotonic();

	for (;;) {
		int fd = open_again(path);

		if (fd >= 0) {
			*ret = fd;
			return 0;
		}
		if (errno != ENXIO || !is_fifo) /* fifo(7): nobody reads it */
			return -errno;
		if (is_asked_to_end())
			return -EINTR;
		if (sg_now_monotonic() - start > READER_NS)
			return -ETIMEDOUT;
		poll(NULL, 0, SLICE_MS);
	}
}

int sg_stream_write_file(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text += n;
		len -= (size_t)n;
	}
	return 0;
}

/* What does not wait: a pipe that poll(2) finds ready takes PIPE_BUF bytes at once (pipe(7)). */
static ssize_t write_some(int fd, bool is_socket, const char *text, size_t len)
{
	if (is_socket)
		return send(fd, text, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	return write(fd, text, len < PIPE_BUF ? len : PIPE_BUF);
}

int sg_stream_write(int fd, bool limited, const char *text, size_t len)
{
	_cleanup_close_ int again = -1;
	uint64_t progress = sg_now_monotonic();
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	limited |= cannot_be_ended();
	if (!limited || S_ISREG(st.st_mode))
		return sg_stream_write_file(fd, text, len);
	again = S_ISSOCK(st.st_mode) ? -1 : open_again(fd);
	if (again >= 0)
		fd = again;
	while (len > 0) {
		struct pollfd ready = { .fd = fd, .events = POLLOUT };
		ssize_t n = poll(&ready, 1, SLICE_MS);

		if (n > 0)
			n = write_some(fd, S_ISSOCK(st.st_mode), text, len);
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return -errno;
		if (n > 0) {
			text += n;
			len -= (size_t)n;
			progress = sg_now_monotonic();
			continue;
		}
		if (is_asked_to_end())
			return -EINTR;
		if (sg_now_monotonic() - progress > STALL_NS)
			return -ETIMEDOUT;
	}
	return 0;
}
