/* SPDX-License-Identifier: Apache-2.0 */
#include "workload/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "origin/mountinfo.h"
#include "origin/proc.h"
#include "store/input.h"

#define ARGS_MAX	 (32u << 10)
#define WHOLE_STATUS_MAX (1u << 20) /* a process can be in 65,536 groups */
#define STATUS_MAX	 1024	    /* PPid and Uid are among its first lines */

/* Files of /proc say nothing of their size. */
static int read_all(int fd, size_t max, char **ret, size_t *ret_len)
{
	_cleanup_free_ char *text = NULL;
	size_t len = 0, cap = 0;

	for (;;) {
		ssize_t n;

		if (len + 1 >= cap) {
			char *grown = realloc(text, cap = cap ? cap * 2 : 4096);

			if (!grown)
				return -ENOMEM;
			text = grown;
		}
		n = read(fd, text + len, cap - len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		len += (size_t)n;
		if (len > max)
			return -EFBIG;
		if (n == 0)
			break;
	}
	text[len] = '\0';
	*ret = TAKE_PTR(text);
	*ret_len = len;
	return 0;
}

int sg_file_read(const char *path, size_t max, char **ret, size_t *ret_len)
{
	_cleanup_close_ int fd = -1;
	int r = sg_input_open_regular(AT_FDCWD, path, &fd);

	if (r < 0)
		return r;
	return read_all(fd, max, ret, ret_len);
}

/* The beginning of a file of /proc: up to @size bytes of it; 0 when it cannot be read. */
static size_t read_beginning(uint32_t tgid, const char *what, char *buf, size_t size)
{
	_cleanup_close_ int fd = -1;
	char path[64];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%u/%s", tgid, what);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? 0 : read(fd, buf, size);
	return n > 0 ? (size_t)n : 0;
}

int sg_proc_args(uint32_t tgid, struct sg_args *ret)
{
	_cleanup_free_ char *text = malloc(ARGS_MAX);

	if (!text)
		return -ENOMEM;
	return sg_args_parse(text, read_beginning(tgid, "cmdline", text, ARGS_MAX), ret);
}

char *sg_proc_status(uint32_t id)
{
	_cleanup_close_ int fd = -1;
	char path[64], *text = NULL;
	size_t len;

	snprintf(path, sizeof(path), "/proc/%u/status", id);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd >= 0 && read_all(fd, WHOLE_STATUS_MAX, &text, &len) == 0 ? text : NULL;
}

uint32_t sg_proc_parent(uint32_t tgid)
{
	char text[STATUS_MAX];
	uint32_t parent;

	text[read_beginning(tgid, "status", text, sizeof(text) - 1)] = '\0';
	return sg_proc_status_u32(text, "PPid", &parent) ? parent : 0;
}

bool sg_proc_is_of(uint32_t tgid, uint32_t uid)
{
	char text[STATUS_MAX];
	uint32_t uids[4];

	text[read_beginning(tgid, "status", text, sizeof(text) - 1)] = '\0';
	return sg_proc_status_uids(text, uids) && uids[0] == uid && uids[1] == uid &&
	       uids[2] == uid && uids[3] == uid;
}

char *sg_proc_cgroup(uint32_t tgid)
{
	_cleanup_fclose_ FILE *f = NULL;
	_cleanup_free_ char *line = NULL;
	char path[64];
	size_t cap = 0;

	snprintf(path, sizeof(path), "/proc/%u/cgroup", tgid);
	f = fopen(path, "re");
	while (f && getline(&line, &cap, f) > 0) {
		struct sg_cgroup_line row;

		if (sg_cgroup_line_parse(line, &row) && row.hierarchy == 0)
			return strdup(row.path);
	}
	return NULL;
}

char *sg_proc_link(uint32_t tgid, const char *what)
{
	char path[64], target[PATH_MAX];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%u/%s", tgid, what);
	n = readlink(path, target, sizeof(target) - 1);
	if (n <= 0 || target[0] != '/')
		return NULL;
	target[n] = '\0';
	return strdup(target);
}
