/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroup.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/random.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include "base/cleanup.h"

#define FILEID_KERNFS 0xfe /* fs/kernfs/mount.c: the handle is the 64-bit id */
#define ROOT_ID	      1	   /* kernfs numbers a hierarchy's root 1 */

void sg_cgroup_done(struct sg_cgroup *cg)
{
	free(cg->dir);
	free(cg->path);
	free(cg->v1_controller);
	*cg = (struct sg_cgroup){ 0 };
}

/* One cgroup mount: where it is, and which part of the hierarchy it shows. */
struct mount {
	char *dir;
	char *root; /* "/" unless a subtree is mounted */
};

static void mount_done(struct mount *m)
{
	free(m->dir);
	free(m->root);
	*m = (struct mount){ 0 };
}

/* Undo the octal escapes of /proc/self/mountinfo (proc(5)). */
static void unescape(char *s)
{
	char *out = s;

	while (*s) {
		if (s[0] == '\\' && isdigit((unsigned char)s[1]) && isdigit((unsigned char)s[2]) &&
		    isdigit((unsigned char)s[3])) {
			*out++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
			s += 4;
		} else {
			*out++ = *s++;
		}
	}
	*out = '\0';
}

static bool has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = list; p && *p; p = strchr(p, ','), p = p ? p + 1 : NULL) {
		if (!strncmp(p, word, n) && (p[n] == '\0' || p[n] == ',' || p[n] == '\n'))
			return true;
	}
	return false;
}

/*
 * The first mount of the hierarchy: @controller NULL asks for cgroup2, else for the v1 hierarchy
 * that has it. With @covers only a mount whose directory is a parent of that path counts.
 */
static int find_mount(const char *controller, const char *covers, struct mount *ret,
		      struct sg_error *err)
{
	_cleanup_fclose_ FILE *f = fopen("/proc/self/mountinfo", "re");
	_cleanup_free_ char *line = NULL;
	size_t cap = 0;

	if (!f)
		return sg_error_set(err, -errno, "read /proc/self/mountinfo: %s", strerror(errno));
	while (getline(&line, &cap, f) > 0) {
		char *root, *dir, *rest, *save = NULL, *type, *super;
		size_t n;

		strtok_r(line, " ", &save);
		strtok_r(NULL, " ", &save);
		strtok_r(NULL, " ", &save);
		root = strtok_r(NULL, " ", &save);
		dir = strtok_r(NULL, " ", &save);
		rest = save ? strstr(save, " - ") : NULL;
		if (!root || !dir || !rest)
			continue;
		type = strtok_r(rest + 3, " ", &save);
		strtok_r(NULL, " ", &save);
		super = strtok_r(NULL, "\n", &save);
		if (!type || strcmp(type, controller ? "cgroup" : "cgroup2") ||
		    (controller && (!super || !has_word(super, controller))))
			continue;
		unescape(dir);
		unescape(root);
		n = strlen(dir);
		if (covers && (strncmp(covers, dir, n) || (covers[n] && covers[n] != '/')))
			continue;
		ret->dir = strdup(dir);
		ret->root = strdup(root);
		if (ret->dir && ret->root)
			return 0;
		mount_done(ret);
		return sg_error_oom(err);
	}
	if (controller)
		return sg_error_set(err, -ENOTSUP, "no cgroup v1 hierarchy with '%s' is mounted",
				    controller);
	return sg_error_set(
		err, -ENOTSUP,
		"no cgroup2 file system is mounted (mount -t cgroup2 none /sys/fs/cgroup)");
}

static int refuse_root(const char *spec, struct sg_error *err)
{
	return sg_error_set(err, -EINVAL,
			    "cgroup %s: that is the root cgroup, which is the whole host; name the "
			    "workload's own cgroup",
			    spec);
}

/* Fill @ret from the directory: its id, and its path below the root of the hierarchy. */
static int from_dir(const char *spec, const char *dir, const struct mount *m, struct sg_cgroup *ret,
		    struct sg_error *err)
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

/* From an id, by the kernel's own file handle, which is the id and nothing else. */
static int from_id(const char *spec, uint64_t id, struct sg_cgroup *ret, struct sg_error *err)
{
	_cleanup_(mount_done) struct mount m = { 0 };
	_cleanup_close_ int mount_fd = -1, fd = -1;
	char link[64], dir[PATH_MAX];
	struct {
		struct file_handle handle;
		uint64_t id;
	} h = { .handle = { .handle_bytes = sizeof(uint64_t), .handle_type = FILEID_KERNFS } };
	ssize_t n;
	int r;

	if (id == ROOT_ID)
		return refuse_root(spec, err);
	r = find_mount(NULL, NULL, &m, err);
	if (r < 0)
		return r;
	memcpy(h.handle.f_handle, &id, sizeof(id));
	mount_fd = open(m.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (mount_fd < 0)
		return sg_error_set(err, -errno, "open %s: %s", m.dir, strerror(errno));
	fd = open_by_handle_at(mount_fd, &h.handle, O_RDONLY | O_CLOEXEC);
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
	return from_dir(spec, dir, &m, ret, err);
}

/* From an absolute path: a directory under a cgroup2 mount, else what /proc/PID/cgroup says. */
static int from_path(const char *spec, struct sg_cgroup *ret, struct sg_error *err)
{
	_cleanup_(mount_done) struct mount m = { 0 };
	_cleanup_free_ char *real = realpath(spec, NULL), *dir = NULL;
	struct statfs fs;
	const char *below = spec;
	size_t n;
	int r;

	if (real && statfs(real, &fs) == 0) {
		if ((unsigned long)fs.f_type == CGROUP2_SUPER_MAGIC) {
			r = find_mount(NULL, real, &m, err);
			return r < 0 ? r : from_dir(spec, real, &m, ret, err);
		}
		if ((unsigned long)fs.f_type == CGROUP_SUPER_MAGIC)
			return sg_error_set(
				err, -ENOTSUP,
				"cgroup %s: a cgroup v1 directory; name the cgroup2 one, "
				"or record a process of it with --pid",
				spec);
	}
	r = find_mount(NULL, NULL, &m, err);
	if (r < 0)
		return r;
	/* a cgroup namespace shows a subtree as "/"; paths of /proc/PID/cgroup are relative to it
	 */
	n = strlen(m.root);
	if (n > 1 && !strncmp(below, m.root, n) && below[n] == '/')
		below += n;
	if (asprintf(&dir, "%s%s", m.dir, strcmp(below, "/") ? below : "") < 0)
		return sg_error_oom(err);
	for (n = strlen(dir); n > 1 && dir[n - 1] == '/'; n--)
		dir[n - 1] = '\0';
	return from_dir(spec, dir, &m, ret, err);
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

/* A task that only v1 hierarchies place: by its pids controller, whose tree runtimes always use. */
static int from_v1_pids(pid_t pid, uint32_t hierarchy, const char *path, struct sg_cgroup *ret,
			struct sg_error *err)
{
	_cleanup_(mount_done) struct mount m = { 0 };
	_cleanup_free_ char *dir = NULL;
	char spec[32];
	int r;

	snprintf(spec, sizeof(spec), "of process %d", pid);
	r = find_mount("pids", NULL, &m, err);
	if (r < 0)
		return r;
	if (asprintf(&dir, "%s%s", m.dir, path) < 0)
		return sg_error_oom(err);
	r = from_dir(spec, dir, &m, ret, err);
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
		char *controllers = strchr(line, ':');
		char *path = controllers ? strchr(controllers + 1, ':') : NULL;

		line[strcspn(line, "\n")] = '\0';
		if (!path)
			continue;
		*controllers++ = '\0';
		*path++ = '\0';
		if (!strcmp(line, "0") && !v2)
			v2 = strdup(path);
		if (has_word(controllers, "pids") && !pids) {
			pids = strdup(path);
			pids_hierarchy = (uint32_t)strtoul(line, NULL, 10);
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

int sg_cgroup_create(struct sg_cgroup *ret, struct sg_error *err)
{
	_cleanup_(mount_done) struct mount m = { 0 };
	_cleanup_free_ char *line = NULL, *dir = NULL;
	_cleanup_fclose_ FILE *f = fopen("/proc/self/cgroup", "re");
	const char *own = "/";
	unsigned int nonce = 0;
	size_t cap = 0;
	int r;

	r = find_mount(NULL, NULL, &m, err);
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
	r = from_dir(dir, dir, &m, ret, err);
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

bool sg_cgroup_exists(const struct sg_cgroup *cg)
{
	struct stat st;

	return stat(cg->dir, &st) == 0 && st.st_ino == cg->id;
}

/* What a walk does at each cgroup; both may be NULL. */
struct visitor {
	int (*cgroup)(uint64_t id, void *data, struct sg_error *err);
	int (*process)(uint32_t tgid, void *data, struct sg_error *err);
	void *data;
	bool descend;
};

static int visit_processes(int dirfd, const struct visitor *v, struct sg_error *err)
{
	int fd = openat(dirfd, "cgroup.procs", O_RDONLY | O_CLOEXEC), r = 0;
	FILE *f = fd >= 0 ? fdopen(fd, "re") : NULL;
	unsigned int tgid;

	/* a threaded cgroup lists no processes (EOPNOTSUPP): those are in its domain's list */
	while (f && r == 0 && fscanf(f, "%u", &tgid) == 1)
		r = tgid ? v->process(tgid, v->data, err) : 0;
	if (f)
		fclose(f);
	else
		sg_closep(&fd);
	return r;
}

/* Takes @dirfd. */
static int walk(int dirfd, const struct visitor *v, struct sg_error *err)
{
	DIR *d = fdopendir(dirfd);
	struct dirent *e;
	int r = 0;

	if (!d) {
		close(dirfd);
		return sg_error_set(err, -errno, "read a cgroup directory: %s", strerror(errno));
	}
	if (v->process)
		r = visit_processes(dirfd, v, err);
	while (v->descend && r == 0 && (e = readdir(d))) {
		int fd;

		if (e->d_type != DT_DIR || !strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		if (v->cgroup)
			r = v->cgroup(e->d_ino, v->data, err);
		if (r < 0)
			break;
		fd = openat(dirfd, e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0) /* else it went away meanwhile */
			r = walk(fd, v, err);
	}
	closedir(d);
	return r;
}

static int walk_from(const struct sg_cgroup *cg, const struct visitor *v, struct sg_error *err)
{
	int fd = open(cg->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return sg_error_set(err, -errno, "open %s: %s", cg->dir, strerror(errno));
	return walk(fd, v, err);
}

int sg_cgroup_walk(const struct sg_cgroup *cg,
		   int (*visit)(uint64_t id, void *data, struct sg_error *err), void *data,
		   struct sg_error *err)
{
	struct visitor v = { .cgroup = visit, .data = data, .descend = true };

	return walk_from(cg, &v, err);
}

int sg_cgroup_processes(const struct sg_cgroup *cg, bool descendants,
			int (*visit)(uint32_t tgid, void *data, struct sg_error *err), void *data,
			struct sg_error *err)
{
	struct visitor v = { .process = visit, .data = data, .descend = descendants };

	return walk_from(cg, &v, err);
}
