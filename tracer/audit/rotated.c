/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/rotated.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "audit/stream/log_name.h"
#include "base/array.h"
#include "base/cleanup.h"
#include "cli/log.h"
#include "store/input.h"

#define TRIES 20 /* a rotation takes microseconds, and comes once in hours */

void sg_audit_rotated_done(struct sg_audit_rotated *logs)
{
	for (size_t i = 0; i < logs->n; i++)
		free(logs->names[i]);
	for (size_t i = 0; logs->fds && i < logs->n; i++)
		sg_closep(&logs->fds[i]);
	free(logs->fds);
	free(logs->names);
	*logs = (struct sg_audit_rotated){ 0 };
}

static int add(struct sg_audit_rotated *logs, const char *name, struct sg_error *err)
{
	if (SG_ARRAY_GROW(logs->names, logs->n) < 0)
		return sg_error_oom(err);
	logs->names[logs->n] = strdup(name);
	if (!logs->names[logs->n])
		return sg_error_oom(err);
	logs->n++;
	return 0;
}

static int list(int fd, const char *path, struct sg_audit_rotated *ret, struct sg_error *err)
{
	_cleanup_(sg_audit_rotated_done) struct sg_audit_rotated logs = { 0 };
	_cleanup_closedir_ DIR *dir = NULL;
	_cleanup_close_ int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	struct dirent *entry;
	int r;

	dir = copy < 0 ? NULL : fdopendir(copy);
	if (!dir)
		return sg_error_set(err, -errno, "cannot read %s: %s", path, strerror(errno));
	copy = -1;	/* the stream's now */
	rewinddir(dir); /* the copy shares its place with @fd */
	while ((errno = 0, entry = readdir(dir))) {
		struct stat st;

		if (!sg_audit_is_log_name(entry->d_name))
			continue;
		if (fstatat(fd, entry->d_name, &st, 0) < 0 || !S_ISREG(st.st_mode)) {
			sg_warn("%s/%s: left out: not a regular file", path, entry->d_name);
			continue;
		}
		r = add(&logs, entry->d_name, err);
		if (r < 0)
			return r;
	}
	if (errno)
		return sg_error_set(err, -errno, "cannot read %s: %s", path, strerror(errno));
	if (logs.n == 0)
		return sg_error_set(err, -ENOENT, "%s has no %s; name the files to read", path,
				    SG_AUDIT_LOG_NAME);
	qsort(logs.names, logs.n, sizeof(*logs.names), sg_audit_log_names_compare);
	*ret = logs;
	logs = (struct sg_audit_rotated){ 0 };
	return 0;
}

/* *ret_opened: none has gone since it was listed. */
static int open_listed(int fd, const char *path, struct sg_audit_rotated *logs, bool *ret_opened,
		       struct sg_error *err)
{
	*ret_opened = true;
	logs->fds = calloc(logs->n + 1, sizeof(*logs->fds));
	if (!logs->fds)
		return sg_error_oom(err);
	memset(logs->fds, 0xff, logs->n * sizeof(*logs->fds)); /* -1 */
	for (size_t i = 0; i < logs->n; i++) {
		int r = sg_input_open_regular(fd, logs->names[i], &logs->fds[i]);

		if (r == -ENOENT) {
			*ret_opened = false;
			return 0;
		}
		if (r < 0)
			return sg_error_set(err, r, "cannot open %s/%s: %s", path, logs->names[i],
					    strerror(-r));
	}
	return 0;
}

/* Whether each name is still that of the file that was opened by it, and there is no other. */
static int is_as_opened(int fd, const char *path, const struct sg_audit_rotated *logs, bool *ret,
			struct sg_error *err)
{
	_cleanup_(sg_audit_rotated_done) struct sg_audit_rotated now = { 0 };
	int r = list(fd, path, &now, err);

	if (r < 0)
		return r;
	*ret = now.n == logs->n;
	for (size_t i = 0; *ret && i < now.n; i++) {
		struct stat named, opened;

		*ret = strcmp(now.names[i], logs->names[i]) == 0 &&
		       fstatat(fd, now.names[i], &named, 0) == 0 &&
		       fstat(logs->fds[i], &opened) == 0 && named.st_ino == opened.st_ino &&
		       named.st_dev == opened.st_dev;
	}
	return 0;
}

int sg_audit_rotated_open(int fd, const char *path, struct sg_audit_rotated *ret, bool *ret_whole,
			  struct sg_error *err)
{
	_cleanup_(sg_audit_rotated_done) struct sg_audit_rotated logs = { 0 };
	int r;

	*ret_whole = false;
	for (int i = 0; i < TRIES && !*ret_whole; i++) {
		sg_audit_rotated_done(&logs);
		r = list(fd, path, &logs, err);
		if (r == 0)
			r = open_listed(fd, path, &logs, ret_whole, err);
		if (r == 0 && *ret_whole)
			r = is_as_opened(fd, path, &logs, ret_whole, err);
		if (r < 0)
			return r;
	}
	if (!*ret_whole) { /* what could be opened in the last go */
		size_t n = 0;

		while (n < logs.n && logs.fds[n] >= 0)
			n++;
		for (size_t i = n; i < logs.n; i++)
			free(logs.names[i]);
		logs.n = n;
	}
	*ret = logs;
	logs = (struct sg_audit_rotated){ 0 };
	return 0;
}
