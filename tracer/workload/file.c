/* SPDX-License-Identifier: Apache-2.0 */
#include "workload/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "workload/proc.h"

#define CONFIG_MAX (4u << 20)

static bool is_of(const struct stat *st, uint32_t uid)
{
	if (st->st_uid != 0 && st->st_uid != uid)
		return false;
	/* in a sticky directory everybody's files are his own */
	return !(st->st_mode & (S_IWGRP | S_IWOTH)) ||
	       (S_ISDIR(st->st_mode) && st->st_mode & S_ISVTX);
}

/*
 * Down from the root a part at a time, each held by a descriptor (O_PATH: nothing is opened that
 * would notice) while the next is looked up in it.
 */
static int find(const char *path, uint32_t uid, int *ret)
{
	_cleanup_close_ int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	_cleanup_free_ char *copy = strdup(path);
	char *save = NULL;
	struct stat st;

	if (!copy)
		return -ENOMEM;
	if (fd < 0 || path[0] != '/')
		return -EINVAL;
	for (char *part = strtok_r(copy, "/", &save); part; part = strtok_r(NULL, "/", &save)) {
		int below = openat(fd, part, O_PATH | O_NOFOLLOW | O_CLOEXEC);

		if (below < 0)
			return -errno;
		close(fd);
		fd = below;
		if (fstat(fd, &st) < 0)
			return -errno;
		if (!is_of(&st, uid))
			return -EPERM;
	}
	*ret = TAKE_FD(fd);
	return 0;
}

int sg_file_read_of(const char *path, uint32_t uid, size_t max, char **ret, size_t *ret_len)
{
	/* links are followed here, and no more below: whoever
	 * changes one meanwhile gains nothing */
	_cleanup_free_ char *real = realpath(path, NULL);
	_cleanup_close_ int fd = -1;
	char link[32];
	struct stat st;
	int r;

	if (!real)
		return -errno;
	r = find(real, uid, &fd);
	if (r < 0)
		return r;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return -EINVAL;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	return sg_file_read(link, max, ret, ret_len);
}

int sg_file_json(const char *path, uint32_t uid, struct sg_json_doc **ret, struct sg_error *err)
{
	_cleanup_free_ char *text = NULL;
	struct sg_error ignored;
	size_t len;
	int r;

	*ret = NULL;
	r = sg_file_read_of(path, uid, CONFIG_MAX, &text, &len);
	if (r == 0)
		r = sg_json_parse(path, text, len, ret, &ignored);
	return r == -ENOMEM ? sg_error_oom(err) : 0;
}

DIR *sg_directory_of_root(const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;
	DIR *dir;

	if (fd < 0 || fstat(fd, &st) < 0 || !is_of(&st, 0))
		return NULL;
	dir = fdopendir(fd);
	if (dir)
		TAKE_FD(fd);
	return dir;
}

bool sg_path_is_of(const char *path, uint32_t uid)
{
	_cleanup_close_ int fd = -1;

	return !strstr(path, "/../") && find(path, uid, &fd) == 0;
}
