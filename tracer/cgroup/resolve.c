/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cgroup/cgroup.h"
#include "cgroup/mount.h"
#include "origin/mountinfo.h"

#define FILEID_KERNFS 0xfe /* fs/kernfs/mount.c: the handle is the 64-bit id */
#define ROOT_ID	      1	   /* kernfs numbers a hierarchy's root 1 */

void sg_cgroup_done(struct sg_cgroup *cg)
{
	free(cg->dir);
	free(cg->path);
	free(cg->v1_controller);
	*cg = (struct sg_cgroup){ 0 };
}

static int refuse_root(const char *spec, struct sg_error *err)
{
	return sg_error_set(err, -EINVAL,
			    "cgroup %s: that is the root cgroup, which is the whole host; name the "
			    "workload's own cgroup",
			    spec);
}

int sg_cgroup_from_dir(const char *spec, const char *dir, const struct sg_mount *m,
		       struct sg_cgroup *ret, struct sg_error *err)
{
	_cleanup_(sg_cgroup_done) struct sg_cgroup cg = { 0 };
	const char *below = dir + strlen(m->dir);
	struct stat st;

	if (stat(dir, &st) < 0)
		return sg_error_set(err, -errno,
				    "cgroup %s: %s (find the workload's cgroup with 'cat "
				    "/proc/PID/cgroup')",
				    spec, errno == ENOENT ? "no such cgroup" : strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return sg_error_set(err, -ENOTDIR, "cgroup %s: not a directory", spec);
	if (st.st_ino == ROOT_ID)
		return refuse_root(spec, err);
	cg.id = st.st_ino;
	cg.dir = strdup(dir);
	if (asprintf(&cg.path, "%s%s", strcmp(m->root, "/") ? m->root : "", *below ? below : "/") <
	    0)
		cg.path = NULL;
	if (!cg.dir || !cg.path)
		return sg_error_oom(err);
	*ret = cg;
	cg = (struct sg_cgroup){ 0 };
	return 0;
}

int sg_cgroup_open_id(const struct sg_mount *m, uint64_t id)
{
	_cleanup_close_ int mount_fd = open(m->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct {
		struct file_handle handle;
		uint64_t id;
	} h = { .handle = { .handle_bytes = sizeof(uint64_t), .handle_type = FILEID_KERNFS } };

	if (mount_fd < 0)
		return -1;
	memcpy(h.handle.f_handle, &id, sizeof(id));
	return open_by_handle_at(mount_fd, &h.handle, O_RDONLY | O_CLOEXEC);
}

/* From an id, by the kernel's own file handle, which is the id and nothing else. */
static int from_id(const char *spec, uint64_t id, struct sg_cgroup *ret, struct sg_error *err)
{
	_cleanup_(sg_mount_done) struct sg_mount m = { 0 };
	_cleanup_close_ int fd = -1;
	char link[64], dir[PATH_MAX];
	ssize_t n;
	int r;

	if (id == ROOT_ID)
		return refuse_root(spec, err);
	r = sg_mount_find(NULL, NULL, &m, err);
	if (r < 0)
		return r;
	fd = sg_cgroup_open_id(&m, id);
	if (fd < 0 && errno == EPERM)
		return sg_error_set(
			err, -EPERM,
			"cgroup %s: to find a cgroup by its id takes CAP_DAC_READ_SEARCH: "
			"run as root, or name its path",
			spec);
	if (fd < 0)
		return sg_error_set(err, -ENOENT,
				    "cgroup %s: no such cgroup (the id is the inode number of its "
				    "directory: 'stat -c %%i %s/…')",
				    spec, m.dir);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, dir, sizeof(dir) - 1);
	if (n < 0)
		return sg_error_set(err, -errno, "cgroup %s: %s", spec, strerror(errno));
	dir[n] = '\0';
	return sg_cgroup_from_dir(spec, dir, &m, ret, err);
}

/* From an absolute path: a directory under a cgroup2 mount, else what /proc/PID/cgroup says. */
static int from_path(const char *spec, struct sg_cgroup *ret, struct sg_error *err)
{
	_cleanup_(sg_mount_done) struct sg_mount m = { 0 };
	_cleanup_free_ char *real = realpath(spec, NULL), *dir = NULL;
	struct statfs fs;
	const char *below = spec;
	size_t n;
	int r;

	if (real && statfs(real, &fs) == 0) {
		if ((unsigned long)fs.f_type == CGROUP2_SUPER_MAGIC) {
			r = sg_mount_find(NULL, real, &m, err);
			return r < 0 ? r : sg_cgroup_from_dir(spec, real, &m, ret, err);
		}
		if ((unsigned long)fs.f_type == CGROUP_SUPER_MAGIC)
			return sg_error_set(
				err, -ENOTSUP,
				"cgroup %s: a cgroup v1 directory; name the cgroup2 one, "
				"or record a process of it with --pid",
				spec);
	}
	r = sg_mount_find(NULL, NULL, &m, err);
	if (r < 0)
		return r;
	/* a cgroup namespace shows a subtree as "/"; paths of
	 * /proc/PID/cgroup are relative to it */
	n = strlen(m.root);
	if (n > 1 && !strncmp(below, m.root, n) && below[n] == '/')
		below += n;
	if (asprintf(&dir, "%s%s", m.dir, strcmp(below, "/") ? below : "") < 0)
		return sg_error_oom(err);
	for (n = strlen(dir); n > 1 && dir[n - 1] == '/'; n--)
		dir[n - 1] = '\0';
	return sg_cgroup_from_dir(spec, dir, &m, ret, err);
}

int sg_cgroup_resolve(const char *spec, struct sg_cgroup *ret, struct sg_error *err)
{
	if (*spec && spec[strspn(spec, "0123456789")] == '\0') {
		char *end;
		unsigned long long id;

		errno = 0;
		id = strtoull(spec, &end, 10);
		if (errno || !id)
			return sg_error_set(err, -EINVAL, "cgroup %s: not a cgroup id", spec);
		return from_id(spec, id, ret, err);
	}
	if (spec[0] != '/')
		return sg_error_set(
			err, -EINVAL,
			"cgroup %s: give an id, an absolute path below a cgroup2 mount, or "
			"a path as in /proc/PID/cgroup",
			spec);
	return from_path(spec, ret, err);
}

int sg_cgroup_root(struct sg_cgroup *ret, struct sg_error *err)
{
	_cleanup_(sg_mount_done) struct sg_mount m = { 0 };
	int r = sg_mount_find(NULL, NULL, &m, err);

	if (r < 0)
		return r;
	ret->id = ROOT_ID;
	ret->path = TAKE_PTR(m.root);
	ret->dir = TAKE_PTR(m.dir);
	return 0;
}

int sg_cgroup_reported(const char *path, uint64_t id, struct sg_cgroup *ret, struct sg_error *err)
{
	_cleanup_(sg_mount_done) struct sg_mount m = { 0 };
	_cleanup_(sg_cgroup_done) struct sg_cgroup cg = { .id = id };
	struct sg_error ignored;
	const char *below = path;
	char spec[32];
	size_t n;
	int r;

	r = sg_mount_find(NULL, NULL, &m, err);
	if (r < 0)
		return r;
	n = strlen(m.root);
	if (n > 1 && !strncmp(path, m.root, n) && path[n] == '/')
		below += n;
	cg.path = strdup(path);
	if (asprintf(&cg.dir, "%s%s", m.dir, below) < 0)
		cg.dir = NULL;
	if (!cg.path || !cg.dir)
		return sg_error_oom(err);
	if (!sg_cgroup_exists(&cg)) {
		/* gone; or we see another part of the tree than the kernel half; or the path was
		 * cut */
		snprintf(spec, sizeof(spec), "%llu", (unsigned long long)id);
		if (from_id(spec, id, ret, &ignored) == 0)
			return 0;
	}
	*ret = cg;
	cg = (struct sg_cgroup){ 0 };
	return 0;
}

int sg_cgroup_future_path(const char *spec, char **ret, struct sg_error *err)
{
	_cleanup_(sg_mount_done) struct sg_mount m = { 0 };
	char *path;
	size_t n;
	int r;

	if (spec[0] != '/')
		return sg_error_set(err, -EINVAL,
				    "cgroup %s: only a path can be waited for (a cgroup has its id "
				    "when it is there)",
				    spec);
	r = sg_mount_find(NULL, spec, &m, err);
	if (r < 0)
		r = sg_mount_find(NULL, NULL, &m, err);
	if (r < 0)
		return r;
	n = strlen(m.dir);
	if (!strncmp(spec, m.dir, n) && spec[n] == '/')
		spec += n;
	n = strlen(m.root);
	if (n > 1 && strncmp(spec, m.root, n) != 0)
		r = asprintf(&path, "%s%s", m.root, spec);
	else
		r = asprintf(&path, "%s", spec);
	if (r < 0)
		return sg_error_oom(err);
	for (n = strlen(path); n > 1 && path[n - 1] == '/'; n--)
		path[n - 1] = '\0';
	*ret = path;
	return 0;
}

/* A task that only v1 hierarchies place: by its pids controller, whose tree runtimes always use. */
static int from_v1_pids(pid_t pid, uint32_t hierarchy, const char *path, struct sg_cgroup *ret,
			struct sg_error *err)
{
	_cleanup_(sg_mount_done) struct sg_mount m = { 0 };
	_cleanup_free_ char *dir = NULL;
	char spec[32];
	int r;

	snprintf(spec, sizeof(spec), "of process %d", pid);
	r = sg_mount_find("pids", NULL, &m, err);
	if (r < 0)
		return r;
	if (asprintf(&dir, "%s%s", m.dir, path) < 0)
		return sg_error_oom(err);
	r = sg_cgroup_from_dir(spec, dir, &m, ret, err);
	if (r < 0)
		return r;
	ret->v1_hierarchy = hierarchy;
	ret->v1_controller = strdup("pids");
	if (ret->v1_controller)
		return 0;
	sg_cgroup_done(ret);
	return sg_error_oom(err);
}

int sg_cgroup_of_pid(pid_t pid, struct sg_cgroup *ret, struct sg_error *err)
{
	_cleanup_free_ char *line = NULL, *v2 = NULL, *pids = NULL;
	_cleanup_fclose_ FILE *f = NULL;
	uint32_t pids_hierarchy = 0;
	char file[64];
	size_t cap = 0;

	snprintf(file, sizeof(file), "/proc/%d/cgroup", pid);
	f = fopen(file, "re");
	if (!f)
		return sg_error_set(err, -errno, "process %d: %s", pid,
				    errno == ENOENT ? "no such process" : strerror(errno));
	while (getline(&line, &cap, f) > 0) {
		struct sg_cgroup_line row;

		if (!sg_cgroup_line_parse(line, &row))
			continue;
		if (row.hierarchy == 0 && !v2)
			v2 = strdup(row.path);
		if (sg_list_has_word(row.controllers, "pids") && !pids) {
			pids = strdup(row.path);
			pids_hierarchy = row.hierarchy;
		}
	}
	if (v2 && strcmp(v2, "/"))
		return from_path(v2, ret, err);
	if (pids && strcmp(pids, "/"))
		return from_v1_pids(pid, pids_hierarchy, pids, ret, err);
	return sg_error_set(
		err, -EINVAL,
		"process %d is in the root cgroup, which is the whole host: start it in a cgroup "
		"of its own ('seccomp-gen record -- CMD' does)",
		pid);
}
