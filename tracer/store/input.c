/* SPDX-License-Identifier: Apache-2.0 */
#include "store/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "store/place.h"

#define FIRST_CHUNK 65536u

/* Memory's harmless ones, the kernel's log, and by number what can be a terminal. */
static bool is_readable_device(dev_t dev)
{
	unsigned int n = major(dev), m = minor(dev);

	return n == 1 ? m == 3 || m == 5 || m == 7 || m == 11
		      : n == 4 || (n == 5 && m < 2) || (n >= 136 && n <= 143);
}

static int judge(const struct sg_place *place, struct sg_error *err)
{
	const struct stat *st = &place->st;

	if (place->own < 0 && place->fd < 0)
		return sg_error_set(err, -ENOENT, "%s", strerror(ENOENT));
	if (place->own >= 0 || S_ISREG(st->st_mode) || S_ISDIR(st->st_mode))
		return 0;
	if (place->by_other)
		return sg_error_set(err, -EPERM, "somebody else's symbolic link leads to %s",
				    sg_place_what(st->st_mode));
	if (S_ISFIFO(st->st_mode) && !sg_place_is_trusted(st->st_uid))
		return sg_error_set(err, -EPERM, "is a FIFO of uid %u", (unsigned int)st->st_uid);
	if (S_ISFIFO(st->st_mode) || (S_ISCHR(st->st_mode) && is_readable_device(st->st_rdev)))
		return 0;
	return sg_error_set(err, -EPERM, "is %s", sg_place_what(st->st_mode));
}

static int open_place(const struct sg_place *place, int *ret, struct sg_error *err)
{
	int flags = O_RDONLY | O_NOCTTY | O_CLOEXEC;
	char path[64];

	if (S_ISCHR(place->st.st_mode) && place->st.st_rdev == makedev(1, 11))
		flags |= O_NONBLOCK;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", place->own >= 0 ? place->own : place->fd);
	*ret = open(path, flags);
	if (*ret < 0 && errno == ENXIO && place->own >= 0) /* a socket */
		*ret = fcntl(place->own, F_DUPFD_CLOEXEC, 0);
	return *ret < 0 ? sg_error_set(err, -errno, "%s", strerror(errno)) : 0;
}

int sg_input_open(const char *path, int *ret, struct sg_error *err)
{
	struct sg_place place = SG_PLACE_INIT;
	int r = sg_place_find(path, SG_PLACE_READ, &place, err);

	if (r == 0)
		r = judge(&place, err);
	if (r == 0)
		r = open_place(&place, ret, err);
	sg_place_done(&place);
	return r < 0 ? sg_error_prefix(err, "cannot open %s: ", *path ? path : "''") : 0;
}

int sg_input_open_regular(int dirfd, const char *name, int *ret)
{
	_cleanup_close_ int found = openat(dirfd, name, O_PATH | O_CLOEXEC);
	char path[64];
	struct stat st;

	if (found < 0 || fstat(found, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", found);
	*ret = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return *ret < 0 ? -errno : 0;
}

int sg_input_read_fd(int fd, const char *shown, size_t max, char **ret, size_t *ret_len,
		     struct sg_error *err)
{
	_cleanup_free_ char *text = NULL;
	size_t len = 0, cap = 0;

	for (;;) {
		ssize_t n;

		if (len + 1 >= cap) { /* room for one byte more, and the NUL */
			char *more;

			cap = cap ? 2 * cap : FIRST_CHUNK;
			more = realloc(text, cap);
			if (!more)
				return sg_error_oom(err);
			text = more;
		}
		n = read(fd, text + len, cap - 1 - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return sg_error_set(err, -errno, "cannot read %s: %s", shown,
					    strerror(errno));
		if (n == 0)
			break;
		len += (size_t)n;
		if (len > max)
			return sg_error_set(err, -EFBIG, "cannot read %s: larger than %zu bytes",
					    shown, max);
	}
	text[len] = '\0';
	*ret_len = len;
	*ret = TAKE_PTR(text);
	return 0;
}

int sg_input_take_stdin(struct sg_error *err)
{
	static bool taken;

	if (taken)
		return sg_error_set(err, -EINVAL,
				    "standard input can be read once, and '-' stands for it twice: "
				    "put one into a file");
	taken = true;
	return 0;
}

int sg_input_read(const char *path, size_t max, char **ret, size_t *ret_len, struct sg_error *err)
{
	_cleanup_close_ int fd = -1;
	int r;

	if (strcmp(path, "-") == 0) {
		r = sg_input_take_stdin(err);
		return r < 0 ? r
			     : sg_input_read_fd(STDIN_FILENO, SG_INPUT_STDIN_NAME, max, ret,
						ret_len, err);
	}
	r = sg_input_open(path, &fd, err);
	if (r < 0)
		return r;
	return sg_input_read_fd(fd, path, max, ret, ret_len, err);
}
