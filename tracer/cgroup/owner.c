/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose a cgroup is, from the directories above it. They are walked by descriptors, up from the
 * cgroup that has the id: a path can mean another cgroup by the time it is looked at (rmdir and
 * mkdir; cgroups cannot be renamed).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cgroup/cgroup.h"
#include "cgroup/mount.h"

#define ANCESTORS_MAX 256

/* -1: there is none. */
static int open_directory(int dirfd, const char *path)
{
	return openat(dirfd, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* The directory above the cgroup; *ret -1: it is gone. */
static int open_parent(const struct sg_cgroup *cg, const struct sg_mount *m, int *ret,
		       struct sg_error *err)
{
	_cleanup_close_ int fd = open_directory(AT_FDCWD, cg->dir);
	_cleanup_free_ char *parent = NULL;
	struct stat st;
	char *slash;

	if (fd < 0 || fstat(fd, &st) < 0 || st.st_ino != cg->id) {
		sg_closep(&fd);
		fd = sg_cgroup_open_id(m, cg->id);
	}
	if (fd >= 0) {
		*ret = open_directory(fd, "..");
		return 0;
	}
	/* The cgroup is gone, and what its path says of those above may be. Where a user's part of
	 * the tree is on that path, it is his still, or is missing. */
	parent = strdup(cg->dir);
	if (!parent)
		return sg_error_oom(err);
	slash = strrchr(parent, '/');
	*slash = '\0';
	*ret = open_directory(AT_FDCWD, parent);
	return 0;
}

int sg_cgroup_find_owner(const struct sg_cgroup *cg, struct sg_owner *ret, struct sg_error *err)
{
	_cleanup_(sg_mount_done) struct sg_mount m = { 0 };
	_cleanup_close_ int fd = -1;
	struct sg_owner owner = { 0 };
	struct stat top, st;
	int r;

	*ret = (struct sg_owner){ 0 };
	r = sg_mount_find(cg->v1_controller, NULL, &m, err);
	if (r == 0)
		r = open_parent(cg, &m, &fd, err);
	if (r < 0)
		return r;
	if (stat(m.dir, &top) < 0)
		return 0;
	for (int i = 0; fd >= 0 && i < ANCESTORS_MAX; i++) {
		int above;

		if (fstat(fd, &st) < 0 || st.st_dev != top.st_dev)
			return 0; /* seen through another mount, or not a cgroup's any more */
		sg_owner_add(&owner, st.st_uid, st.st_mode);
		if (st.st_ino == top.st_ino) {
			*ret = owner;
			return 0;
		}
		above = open_directory(fd, "..");
		sg_closep(&fd);
		fd = above;
	}
	return 0;
}
