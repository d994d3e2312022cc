/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_CGROUP_CGROUP_H
#define SG_TRACER_CGROUP_CGROUP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "origin/owner.h"

/*
 * A cgroup: its directory, and the id under which the kernel knows it. The id is the directory's
 * inode (kernfs_node.id), is what bpf_get_current_cgroup_id() gives, and is never given twice.
 */
struct sg_cgroup {
	uint64_t id;
	char *dir;  /* absolute path of the directory */
	char *path; /* below the root of its hierarchy, "/…", as /proc/PID/cgroup says it */
	uint32_t v1_hierarchy; /* 0 for cgroup v2, else the number in /proc/self/cgroup */
	char *v1_controller;   /* NULL for v2 */
};

void sg_cgroup_done(struct sg_cgroup *cg);

/*
 * Find the cgroup that @spec names: an id, an absolute path of a directory under a cgroup mount, or
 * a path as /proc/PID/cgroup says it. The root of the hierarchy, which is the whole host, is
 * refused. Returns 0, -ENOENT, -EINVAL, -ENOTSUP (no cgroup2 mounted), …
 */
int sg_cgroup_resolve(const char *spec, struct sg_cgroup *ret, struct sg_error *err);

/* The root of the cgroup2 hierarchy as we see it: where a search begins, never a target. */
int sg_cgroup_root(struct sg_cgroup *ret, struct sg_error *err);

/* The cgroup that the kernel half reported; it may be gone by now. */
int sg_cgroup_reported(const char *path, uint64_t id, struct sg_cgroup *ret, struct sg_error *err);

/*
 * What sg_cgroup_resolve() would make of @spec as a path, "/…" below the root of the hierarchy,
 * whether that cgroup is there or not; the caller's. -EINVAL when it names no path.
 */
int sg_cgroup_future_path(const char *spec, char **ret, struct sg_error *err);

/*
 * The cgroup of a process. One that only v1 hierarchies know (0::/ in /proc/PID/cgroup) is found by
 * its pids controller; one that none knows is refused, since its cgroup is the whole host.
 */
int sg_cgroup_of_pid(pid_t pid, struct sg_cgroup *ret, struct sg_error *err);

/* Make an empty cgroup below our own, under a name that is not taken; removed with
 * sg_cgroup_remove(). */
int sg_cgroup_create(struct sg_cgroup *ret, struct sg_error *err);
int sg_cgroup_move(const struct sg_cgroup *cg, pid_t pid, struct sg_error *err);

/* Move what is left in it to the parent (*ret_left counts the processes), then remove it. */
int sg_cgroup_remove(const struct sg_cgroup *cg, unsigned int *ret_left, struct sg_error *err);

/*
 * Whose part of the tree the cgroup is in: the uid of who owns the uppermost directory, itself
 * included, that is not root's. 0: root's.
 */
uint32_t sg_cgroup_owner(const struct sg_cgroup *cg);

/* Whose it is: UNKNOWN when it, or what is above it, is gone. -ENOTSUP: no cgroup2 is mounted. */
int sg_cgroup_find_owner(const struct sg_cgroup *cg, struct sg_owner *ret, struct sg_error *err);

/* Whether the directory is still there and still has the id. */
bool sg_cgroup_exists(const struct sg_cgroup *cg);

/* Whether a process is in it or below it; false when it is gone. */
bool sg_cgroup_is_populated(const struct sg_cgroup *cg);

typedef int sg_process_visit(uint32_t tgid, void *data, struct sg_error *err);
typedef int sg_thread_visit(uint32_t tid, bool is_threaded, void *data, struct sg_error *err);
typedef int sg_cgroup_visit(const struct sg_cgroup *cg, void *data, struct sg_error *err);

/*
 * Call @visit with every process of @cg and, with @descendants, of the cgroups below, by its number
 * in /proc; 0: one that cannot be seen from here (sg_view()). Ends with the first that does not
 * return 0, and returns that.
 */
int sg_cgroup_processes(const struct sg_cgroup *cg, bool descendants, sg_process_visit *visit,
			void *data, struct sg_error *err);

/*
 * The same with every thread. In a threaded cgroup (@is_threaded) these can be apart from their
 * processes, which only its domain lists. In others they are listed all the same, but for a process
 * that was moved in after its first thread had exited: this one stays where it was.
 */
int sg_cgroup_threads(const struct sg_cgroup *cg, bool descendants, sg_thread_visit *visit,
		      void *data, struct sg_error *err);

/*
 * Call @visit with every cgroup below @cg, parents before children, each before its directory is
 * read, so that a child made meanwhile is either listed or seen by whoever watches its parent. What
 * @visit gets is borrowed. Ends with the first that does not return 0, and returns that.
 */
int sg_cgroup_walk(const struct sg_cgroup *cg, sg_cgroup_visit *visit, void *data,
		   struct sg_error *err);

#endif
