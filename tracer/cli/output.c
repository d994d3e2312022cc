/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

#define TEMPORARY_ATTEMPTS 16

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

static int write_all(int fd, const char *text, size_t len)
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

static int cannot(struct sg_error *err, int r, const char *verb, const char *shown)
{
	return sg_error_set(err, r, "cannot %s %s: %s", verb, shown, strerror(-r));
}

static int write_stdout(const char *text, size_t len, struct sg_error *err)
{
	int r = sg_output_finish(err);

	if (r < 0)
		return r;
	r = write_all(STDOUT_FILENO, text, len);
	return r < 0 ? cannot(err, r, "write to", "standard output") : 0;
}

/* Create a file nobody else can have prepared; its name is put into @ret. */
static int open_temporary(int dirfd, const char *name, mode_t mode, char ret[NAME_MAX + 1])
{
	for (int i = 0; i < TEMPORARY_ATTEMPTS; i++) {
		unsigned long long token;
		int fd;

		if (getrandom(&token, sizeof(token), 0) != sizeof(token))
			return -EIO;
		snprintf(ret, NAME_MAX + 1, ".%.200s.%016llx.tmp", name, token);
		fd = openat(dirfd, ret, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
		if (fd >= 0)
			return fd;
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

int sg_output_replace_at(int dirfd, const char *name, const char *shown, const char *text,
			 size_t len, mode_t mode, struct sg_error *err)
{
	char temporary[NAME_MAX + 1];
	int fd, r;

	fd = open_temporary(dirfd, name, mode, temporary);
	if (fd < 0)
		return cannot(err, fd, "create", shown);
	r = write_all(fd, text, len);
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	if (close(fd) < 0 && r == 0)
		r = -errno;
	if (r == 0 && renameat(dirfd, temporary, dirfd, name) < 0)
		r = -errno;
	if (r < 0) {
		unlinkat(dirfd, temporary, 0);
		return cannot(err, r, "write", shown);
	}
	/* the rename is done and visible; a directory that cannot be synced is not worth a failure
	 */
	(void)!fsync(dirfd);
	return 0;
}

/* Devices, pipes, and what /dev/fd/N leads to. */
static int write_plainly(const char *path, const char *text, size_t len, struct sg_error *err)
{
	int fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC), r;

	if (fd < 0)
		return cannot(err, -errno, "open", path);
	r = write_all(fd, text, len);
	if (close(fd) < 0 && r == 0)
		r = -errno;
	return r < 0 ? cannot(err, r, "write", path) : 0;
}

static int replace(const char *path, const char *text, size_t len, mode_t mode,
		   struct sg_error *err)
{
	_cleanup_free_ char *directory = NULL;
	_cleanup_close_ int dirfd = -1;
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	if (!*name)
		return cannot(err, *path ? -EISDIR : -ENOENT, "write", *path ? path : "''");
	directory = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
	if (!directory)
		return sg_error_oom(err);
	dirfd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dirfd < 0)
		return sg_error_set(err, -errno, "cannot write %s: directory %s: %s", path,
				    directory, strerror(errno));
	return sg_output_replace_at(dirfd, name, path, text, len, mode, err);
}

/* Names of descriptors that are open already: the link must be followed, never replaced. */
static bool is_descriptor(const char *path)
{
	return strncmp(path, "/dev/fd/", 8) == 0 || strncmp(path, "/proc/", 6) == 0 ||
	       strcmp(path, "/dev/stderr") == 0 || strcmp(path, "/dev/stdin") == 0;
}

int sg_output_write(const char *path, const char *text, size_t len, mode_t mode,
		    struct sg_error *err)
{
	struct stat st;

	if (!path || strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0)
		return write_stdout(text, len, err);
	if (is_descriptor(path))
		return write_plainly(path, text, len, err);
	if (stat(path, &st) == 0) {
		if (S_ISDIR(st.st_mode))
			return cannot(err, -EISDIR, "write", path);
		if (!S_ISREG(st.st_mode))
			return write_plainly(path, text, len, err);
	}
	return replace(path, text, len, mode, err);
}

int sg_output_check_input(const char *path, const struct stat *input, struct sg_error *err)
{
	struct stat out;

	if (!path || lstat(path, &out) < 0 || !S_ISREG(out.st_mode) ||
	    out.st_dev != input->st_dev || out.st_ino != input->st_ino)
		return 0;
	return sg_error_set(err, -EEXIST,
			    "cannot write %s: it is what is read, and would be lost: name another "
			    "file with --output",
			    path);
}

int sg_output_write_buf(const char *path, struct sg_strbuf *buf, mode_t mode, struct sg_error *err)
{
	_cleanup_free_ char *text = NULL;
	size_t len;

	if (sg_strbuf_steal(buf, &text, &len) < 0)
		return sg_error_oom(err);
	return sg_output_write(path, text, len, mode, err);
}
