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

#define ARGS_MAX (32u << 10)

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
	_cleanup_close_ int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	return read_all(fd, max, ret, ret_len);
}

int sg_proc_args(uint32_t tgid, struct sg_args *ret)
{
	_cleanup_(sg_args_done) struct sg_args args = { 0 };
	_cleanup_close_ int fd = -1;
	char path[64];
	size_t len;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%u/cmdline", tgid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	args.text = malloc(ARGS_MAX + 1);
	if (!args.text)
		return -ENOMEM;
	n = fd < 0 ? 0 : read(fd, args.text, ARGS_MAX);
	if (n <= 0)
		return -ESRCH;
	len = (size_t)n;
	args.text[len] = '\0';
	for (size_t i = 0; i < len; i += strlen(args.text + i) + 1)
		args.n++;
	args.argv = calloc(args.n + 1, sizeof(*args.argv));
	if (!args.argv)
		return -ENOMEM;
	args.n = 0;
	for (size_t i = 0; i < len; i += strlen(args.text + i) + 1)
		args.argv[args.n++] = args.text + i;
	*ret = args;
	args = (struct sg_args){ 0 };
	return 0;
}

void sg_args_done(struct sg_args *args)
{
	free(args->argv);
	free(args->text);
	*args = (struct sg_args){ 0 };
}

const char *sg_args_program(const struct sg_args *args)
{
	const char *slash;

	if (!args->n)
		return "";
	slash = strrchr(args->argv[0], '/');
	return slash ? slash + 1 : args->argv[0];
}

const char *sg_args_value(const struct sg_args *args, const char *const *names)
{
	for (size_t i = 1; i < args->n; i++) {
		for (size_t k = 0; names[k]; k++) {
			size_t n = strlen(names[k]);

			if (strncmp(args->argv[i], names[k], n))
				continue;
			if (args->argv[i][n] == '=')
				return args->argv[i] + n + 1;
			if (args->argv[i][n] == '\0' && i + 1 < args->n)
				return args->argv[i + 1];
		}
	}
	return NULL;
}

uint32_t sg_proc_parent(uint32_t tgid)
{
	_cleanup_fclose_ FILE *f = NULL;
	char path[64], line[256];
	unsigned int parent = 0;

	snprintf(path, sizeof(path), "/proc/%u/status", tgid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "PPid: %u", &parent) == 1)
			break;
	}
	return parent;
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
