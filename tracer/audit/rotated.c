/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/rotated.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "cli/log.h"

#define LOG_NAME "audit.log"

/* Where a name stands: by @kind first, then by @age, each falling. */
struct place {
	enum { KIND_CURRENT, KIND_NUMBERED, KIND_DATED } kind;
	unsigned long age; /* grows towards the past */
};

/*
 * "audit.log", "audit.log.3", "audit.log.3.gz", "audit.log-20261121.gz",
 * "audit.log-20261121-1795292157". What else follows, such as ".xz", is opened all the same: it
 * cannot be read, and that has to be said.
 */
static bool place_of(const char *name, struct place *ret)
{
	const char *p = name + strlen(LOG_NAME);
	char *end;

	if (strncmp(name, LOG_NAME, strlen(LOG_NAME)) != 0)
		return false;
	*ret = (struct place){ KIND_CURRENT, 0 };
	if (*p == '\0')
		return true;
	if ((*p != '.' && *p != '-') || p[1] < '0' || p[1] > '9')
		return false;
	ret->kind = *p == '.' ? KIND_NUMBERED : KIND_DATED;
	errno = 0;
	ret->age = strtoul(p + 1, &end, 10);
	if (errno || (*end != '\0' && *end != '.' && *end != '-'))
		return false;
	if (ret->kind == KIND_DATED)
		ret->age = ~ret->age;
	return true;
}

static int compare(const void *a, const void *b)
{
	const char *x = *(const char *const *)a, *y = *(const char *const *)b;
	struct place p = { 0 }, q = { 0 };

	place_of(x, &p);
	place_of(y, &q);
	if (p.kind != q.kind)
		return p.kind > q.kind ? -1 : 1;
	if (p.age != q.age)
		return p.age > q.age ? -1 : 1;
	return strcmp(x, y);
}

void sg_audit_rotated_done(struct sg_audit_rotated *logs)
{
	for (size_t i = 0; i < logs->n; i++)
		free(logs->names[i]);
	free(logs->names);
	*logs = (struct sg_audit_rotated){ 0 };
}

static int add(struct sg_audit_rotated *logs, const char *name, struct sg_error *err)
{
	char **more = reallocarray(logs->names, logs->n + 1, sizeof(*more));

	if (!more)
		return sg_error_oom(err);
	logs->names = more;
	logs->names[logs->n] = strdup(name);
	if (!logs->names[logs->n])
		return sg_error_oom(err);
	logs->n++;
	return 0;
}

int sg_audit_rotated_list(int fd, const char *path, struct sg_audit_rotated *ret,
			  struct sg_error *err)
{
	_cleanup_(sg_audit_rotated_done) struct sg_audit_rotated logs = { 0 };
	_cleanup_closedir_ DIR *dir = NULL;
	_cleanup_close_ int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	struct dirent *entry;
	int r;

	dir = copy < 0 ? NULL : fdopendir(copy);
	if (!dir)
		return sg_error_set(err, -errno, "cannot read %s: %s", path, strerror(errno));
	copy = -1; /* the stream's now */
	while ((errno = 0, entry = readdir(dir))) {
		struct place place;
		struct stat st;

		if (!place_of(entry->d_name, &place))
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
				    LOG_NAME);
	qsort(logs.names, logs.n, sizeof(*logs.names), compare);
	*ret = logs;
	logs = (struct sg_audit_rotated){ 0 };
	return 0;
}
