/* SPDX-License-Identifier: Apache-2.0 */
/* What is below a cgroup: cgroups and processes. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cgroup/cgroup.h"
#include "cgroup/view.h"
#include "origin/mountinfo.h"

#define DEPTH_MAX 256 /* a descriptor each */

struct walk {
	sg_cgroup_visit *cgroup;
	sg_process_visit *process;
	sg_thread_visit *thread;
	void *data;
	bool descend;
	bool is_blind; /* what processes are called here means nothing in /proc */
	unsigned int depth;
	char dir[PATH_MAX];
	const char *root_path; /* of the cgroup where the walk began */
	size_t root_dir_len;
};

bool sg_cgroup_exists(const struct sg_cgroup *cg)
{
	struct stat st;

	return stat(cg->dir, &st) == 0 && st.st_ino == cg->id;
}

uint32_t sg_cgroup_owner(const struct sg_cgroup *cg)
{
	size_t len = strlen(cg->dir), below = cg->path ? strlen(cg->path) : 0;
	char *dir = strdup(cg->dir);
	uint32_t owner = 0;
	struct stat st;

	/* from the top: the first that is a user's */
	for (size_t i = len > below ? len - below + 1 : len; dir && !owner && i <= len; i++) {
		if (cg->dir[i] && cg->dir[i] != '/')
			continue;
		dir[i] = '\0';
		if (stat(dir, &st) == 0)
			owner = st.st_uid;
		dir[i] = cg->dir[i];
	}
	free(dir);
	return owner;
}

bool sg_cgroup_is_populated(const struct sg_cgroup *cg)
{
	_cleanup_fclose_ FILE *f = NULL;
	_cleanup_free_ char *path = NULL;
	char line[64];
	int populated = 0;

	if (asprintf(&path, "%s/cgroup.events", cg->dir) < 0) {
		path = NULL;
		return false;
	}
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "populated %d", &populated) == 1)
			break;
	}
	return populated != 0;
}

static int visit_processes(int dirfd, const struct walk *w, struct sg_error *err)
{
	int fd = openat(dirfd, "cgroup.procs", O_RDONLY | O_CLOEXEC), r = 0;
	FILE *f = fd >= 0 ? fdopen(fd, "re") : NULL;
	unsigned int tgid;

	/* a threaded cgroup lists no processes (EOPNOTSUPP): those are in its domain's list */
	while (f && r == 0 && fscanf(f, "%u", &tgid) == 1)
		r = w->process(w->is_blind ? 0 : tgid, w->data, err);
	if (f)
		fclose(f);
	else
		sg_closep(&fd);
	return r;
}

/* cgroup(7): the kernel says so in cgroup.type; the root has none. */
static bool is_threaded(int dirfd)
{
	_cleanup_close_ int fd = openat(dirfd, "cgroup.type", O_RDONLY | O_CLOEXEC);
	char type[16] = "";

	return fd >= 0 && read(fd, type, sizeof(type) - 1) > 0 && !strcmp(type, "threaded\n");
}

static int visit_threads(int dirfd, const struct walk *w, struct sg_error *err)
{
	int fd = openat(dirfd, "cgroup.threads", O_RDONLY | O_CLOEXEC);
	FILE *f = fd >= 0 ? fdopen(fd, "re") : NULL;
	bool threaded = is_threaded(dirfd);
	unsigned int tid;
	int r = 0;

	while (f && r == 0 && fscanf(f, "%u", &tid) == 1)
		r = tid ? w->thread(tid, threaded, w->data, err) : 0;
	if (f)
		fclose(f);
	else
		sg_closep(&fd);
	return r;
}

static int visit_cgroup(struct walk *w, uint64_t id, struct sg_error *err)
{
	char path[PATH_MAX];
	const struct sg_cgroup cg = { .id = id, .dir = w->dir, .path = path };
	int n = snprintf(path, sizeof(path), "%s%s", strcmp(w->root_path, "/") ? w->root_path : "",
			 w->dir + w->root_dir_len);

	if (n < 0 || (size_t)n >= sizeof(path))
		return sg_error_set(err, -ENAMETOOLONG, "read %s: the path is too long", w->dir);
	return w->cgroup(&cg, w->data, err);
}

static int walk(int dirfd, struct walk *w, struct sg_error *err);

static int walk_child(int dirfd, const struct dirent *e, struct walk *w, struct sg_error *err)
{
	size_t len = strlen(w->dir);
	int fd, r = 0;

	if (len + 1 + strlen(e->d_name) >= sizeof(w->dir) || w->depth >= DEPTH_MAX)
		return sg_error_set(err, -ENAMETOOLONG, "read %s: cgroups are nested too deep",
				    w->dir);
	w->dir[len] = '/';
	strcpy(w->dir + len + 1, e->d_name);
	w->depth++;
	if (w->cgroup)
		r = visit_cgroup(w, e->d_ino, err);
	if (r == 0) {
		fd = openat(dirfd, e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0)
			r = walk(fd, w, err);
		else if (errno != ENOENT) /* else it went away meanwhile */
			r = sg_error_set(err, -errno, "open %s: %s", w->dir, strerror(errno));
	}
	w->depth--;
	w->dir[len] = '\0';
	return r;
}

/* Takes @dirfd. */
static int walk(int dirfd, struct walk *w, struct sg_error *err)
{
	DIR *d = fdopendir(dirfd);
	struct dirent *e;
	int r = 0;

	if (!d) {
		close(dirfd);
		return sg_error_set(err, -errno, "read %s: %s", w->dir, strerror(errno));
	}
	if (w->process)
		r = visit_processes(dirfd, w, err);
	if (w->thread)
		r = visit_threads(dirfd, w, err);
	while (w->descend && r == 0 && (e = readdir(d))) {
		if (e->d_type == DT_DIR && strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			r = walk_child(dirfd, e, w, err);
	}
	closedir(d);
	return r;
}

static int walk_from(const struct sg_cgroup *cg, struct walk *w, struct sg_error *err)
{
	int fd = open(cg->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	/* another cgroup can have the path by now; a mount's root is what we see as such */
	if (fd >= 0 && w->process && (fstat(fd, &st) < 0 || st.st_ino != cg->id)) {
		close(fd);
		fd = -1;
		errno = ENOENT;
	}
	if (fd < 0)
		return sg_error_set(err, -errno, "cgroup %s: %s", cg->path,
				    errno == ENOENT ? "no such cgroup: it went away meanwhile"
						    : strerror(errno));
	if (snprintf(w->dir, sizeof(w->dir), "%s", cg->dir) >= (int)sizeof(w->dir)) {
		close(fd);
		return sg_error_set(err, -ENAMETOOLONG, "read %s: the path is too long", cg->dir);
	}
	w->root_path = cg->path;
	w->root_dir_len = strlen(cg->dir);
	return walk(fd, w, err);
}

int sg_cgroup_walk(const struct sg_cgroup *cg, sg_cgroup_visit *visit, void *data,
		   struct sg_error *err)
{
	struct walk w = { .cgroup = visit, .data = data, .descend = true };

	return walk_from(cg, &w, err);
}

/* Whether the process is in the cgroup, or below, by /proc/TGID/cgroup. */
static bool is_in(uint32_t tgid, const struct sg_cgroup *cg, bool descendants)
{
	_cleanup_fclose_ FILE *f = NULL;
	char name[64], line[PATH_MAX + 64];
	size_t len = strlen(cg->path);
	struct sg_cgroup_line l;

	snprintf(name, sizeof(name), "/proc/%u/cgroup", tgid);
	f = fopen(name, "re");
	while (f && fgets(line, sizeof(line), f)) {
		if (sg_cgroup_line_parse(line, &l) && l.hierarchy == cg->v1_hierarchy)
			return !strncmp(l.path, cg->path, len) &&
			       (!l.path[len] || (descendants && l.path[len] == '/'));
	}
	return false;
}

/* In place of cgroup.procs, where that has other numbers than /proc, which has all. */
static int scan_proc(const struct sg_cgroup *cg, bool descendants, sg_process_visit *visit,
		     void *data, struct sg_error *err)
{
	_cleanup_closedir_ DIR *proc = opendir("/proc");
	struct dirent *e;
	int r = 0;

	if (!proc)
		return sg_error_set(err, -errno, "read /proc: %s", strerror(errno));
	while (r == 0 && (e = readdir(proc))) {
		uint32_t tgid = (uint32_t)strtoul(e->d_name, NULL, 10);

		if (tgid && is_in(tgid, cg, descendants))
			r = visit(tgid, data, err);
	}
	return r;
}

int sg_cgroup_processes(const struct sg_cgroup *cg, bool descendants, sg_process_visit *visit,
			void *data, struct sg_error *err)
{
	struct walk w = { .process = visit, .data = data, .descend = descendants };
	enum sg_view view = sg_view();

	if (view == SG_VIEW_PROC)
		return scan_proc(cg, descendants, visit, data, err);
	w.is_blind = view == SG_VIEW_NONE;
	return walk_from(cg, &w, err);
}

int sg_cgroup_threads(const struct sg_cgroup *cg, bool descendants, sg_thread_visit *visit,
		      void *data, struct sg_error *err)
{
	struct walk w = { .thread = visit, .data = data, .descend = descendants };

	return walk_from(cg, &w, err);
}
