/* SPDX-License-Identifier: Apache-2.0 */
/* Cgroups of our own: made, filled, removed. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cgroup/cgroup.h"
#include "cgroup/mount.h"

int sg_cgroup_create(struct sg_cgroup *ret, struct sg_error *err)
{
	_cleanup_(sg_mount_done) struct sg_mount m = { 0 };
	_cleanup_free_ char *line = NULL, *dir = NULL;
	_cleanup_fclose_ FILE *f = fopen("/proc/self/cgroup", "re");
	const char *own = "/";
	unsigned int nonce = 0;
	size_t cap = 0;
	int r;

	r = sg_mount_find(NULL, NULL, &m, err);
	if (r < 0)
		return r;
	while (f && getline(&line, &cap, f) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "0::", 3))
			continue;
		own = line + 3;
		break;
	}
	if (!strcmp(own, "/"))
		own = "";
	if (getrandom(&nonce, sizeof(nonce), 0) < 0)
		return sg_error_set(err, -errno, "getrandom: %s", strerror(errno));
	if (asprintf(&dir, "%s%s/seccomp-gen-%d-%08x", m.dir, own, getpid(), nonce) < 0)
		return sg_error_oom(err);
	if (mkdir(dir, 0755) < 0)
		return sg_error_set(err, -errno, "make the cgroup %s: %s", dir, strerror(errno));
	r = sg_cgroup_from_dir(dir, dir, &m, ret, err);
	if (r < 0)
		rmdir(dir);
	return r;
}

static int write_pid(const char *dir, pid_t pid)
{
	_cleanup_close_ int fd = -1;
	char path[PATH_MAX + 32], text[32];
	int n;

	snprintf(path, sizeof(path), "%s/cgroup.procs", dir);
	n = snprintf(text, sizeof(text), "%d\n", pid);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, (size_t)n) != n)
		return -errno;
	return 0;
}

int sg_cgroup_move(const struct sg_cgroup *cg, pid_t pid, struct sg_error *err)
{
	int r = write_pid(cg->dir, pid);

	if (r < 0)
		return sg_error_set(err, r, "move process %d to %s: %s", pid, cg->dir,
				    strerror(-r));
	return 0;
}

/* Move every process of @dir to @to; processes can fork meanwhile, so until none is left. */
static unsigned int empty_into(const char *dir, const char *to)
{
	unsigned int moved = 0, before;
	char path[PATH_MAX + 32];
	int pid;

	do {
		_cleanup_fclose_ FILE *f = NULL;

		before = moved;
		snprintf(path, sizeof(path), "%s/cgroup.procs", dir);
		f = fopen(path, "re");
		while (f && fscanf(f, "%d", &pid) == 1)
			moved += write_pid(to, pid) == 0;
	} while (moved != before && moved < 100000);
	return moved;
}

static int remove_tree(const char *dir, const char *to, unsigned int *left)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		_cleanup_free_ char *child = NULL;

		if (e->d_type != DT_DIR || e->d_name[0] == '.')
			continue;
		if (asprintf(&child, "%s/%s", dir, e->d_name) >= 0)
			remove_tree(child, to, left);
	}
	if (d)
		closedir(d);
	*left += empty_into(dir, to);
	return rmdir(dir) < 0 && errno != ENOENT ? -errno : 0;
}

int sg_cgroup_remove(const struct sg_cgroup *cg, unsigned int *ret_left, struct sg_error *err)
{
	_cleanup_free_ char *parent = strdup(cg->dir);
	int r = 0;

	if (!parent)
		return sg_error_oom(err);
	*strrchr(parent, '/') = '\0';
	*ret_left = 0;
	/* a process that has just exited can hold its cgroup for a moment */
	for (int tries = 0; tries < 100; tries++) {
		r = remove_tree(cg->dir, parent, ret_left);
		if (r != -EBUSY)
			break;
		usleep(10000);
	}
	if (r < 0)
		return sg_error_set(err, r, "remove the cgroup %s: %s", cg->dir, strerror(-r));
	return 0;
}
