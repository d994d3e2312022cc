/* SPDX-License-Identifier: Apache-2.0 */
/* What the processes around a container tell: its runtime while it
 * runs, conmon, containerd's shim. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/texts.h"
#include "workload/learn/learn.h"
#include "workload/file.h"
#include "workload/proc.h"

/* A process can call itself what it likes; a program that root is
 * to run has to be called so too. */
static bool is_called(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');

	return strstr(slash ? slash + 1 : path, name) != NULL;
}

static int learn_runtime(struct sg_workload *w, struct sg_managers *m, const char *name,
			 const char *program, struct sg_error *err)
{
	const char *version;
	int r;

	r = sg_text_fill(&w->runtime, name, err);
	if (r < 0 || !program || w->runtime_version || strcmp(w->runtime, name))
		return r;
	if (!is_called(program, name))
		return 0;
	w->has_program = true;
	r = sg_managers_version(m, program, &version, err);
	return r < 0 ? r : sg_text_fill(&w->runtime_version, version, err);
}

/* A path on a command line. Where it is relative, runtimes have gone there before they make a
 * cgroup. */
static int learn_bundle(struct sg_workload *w, uint32_t tgid, const char *bundle,
			struct sg_error *err)
{
	_cleanup_free_ char *cwd = NULL, *config = NULL;

	if (w->bundle || (bundle && bundle[0] == '/'))
		return sg_text_fill(&w->bundle, bundle, err);
	cwd = sg_proc_link(tgid, "cwd");
	if (!cwd)
		return 0;
	if (asprintf(&config, "%s/config.json", cwd) < 0) {
		config = NULL;
		return sg_error_oom(err);
	}
	if (!bundle || access(config, F_OK) == 0) {
		w->bundle = TAKE_PTR(cwd);
		return 0;
	}
	if (asprintf(&w->bundle, "%s/%s", cwd, bundle) < 0) {
		w->bundle = NULL;
		return sg_error_oom(err);
	}
	return 0;
}

/* Whether that path leads us to the program that the process runs; it may have another view of the
 * file system. */
static bool is_same_program(uint32_t tgid, const char *path)
{
	struct stat ours, its;
	char exe[64];

	snprintf(exe, sizeof(exe), "/proc/%u/exe", tgid);
	return stat(exe, &its) == 0 && stat(path, &ours) == 0 && ours.st_dev == its.st_dev &&
	       ours.st_ino == its.st_ino;
}

/*
 * The runtime's program as we can see it. One that runs from a copy of itself in memory (crun's and
 * runc's answer to CVE-2019-5736) still says on its command line which it was, if it was started by
 * its path.
 */
static char *find_program(struct sg_workload *w, uint32_t tgid, const struct sg_args *args)
{
	_cleanup_free_ char *exe = sg_proc_link(tgid, "exe");

	if (exe && is_same_program(tgid, exe)) {
		w->has_program = true;
		return TAKE_PTR(exe);
	}
	if (args->argv[0][0] != '/')
		return NULL;
	w->has_program = true;
	return strdup(args->argv[0]);
}

static int read_runtime(struct sg_workload *w, struct sg_managers *m, uint32_t tgid,
			const struct sg_args *args, const struct sg_command *c,
			struct sg_error *err)
{
	_cleanup_free_ char *program = find_program(w, tgid, args);
	int r = learn_runtime(w, m, c->runtime, program, err);

	if (r == 0)
		r = learn_bundle(w, tgid, c->bundle, err);
	return r < 0 ? r : sg_text_fill(&w->id, c->id, err);
}

static int read_monitor(struct sg_workload *w, struct sg_managers *m, uint32_t tgid,
			const struct sg_command *c, struct sg_error *err)
{
	int r = learn_bundle(w, tgid, c->bundle, err);

	if (r == 0)
		r = sg_text_fill(&w->id, c->id, err);
	if (r == 0)
		r = sg_text_fill(&w->name, c->name, err);
	if (r < 0 || !c->runtime)
		return r;
	return learn_runtime(w, m, c->runtime, c->runtime_path, err);
}

/* A shim's directory is the bundle of the first container that it keeps, and those of the others
 * are next to it. */
static int read_shim(struct sg_workload *w, uint32_t tgid, const struct sg_command *c,
		     struct sg_error *err)
{
	_cleanup_free_ char *cwd = sg_proc_link(tgid, "cwd");
	char *slash = cwd ? strrchr(cwd, '/') : NULL;
	int r;

	if (c->space && !w->manager)
		w->manager = sg_manager_of_space(c->space);
	r = sg_text_fill(&w->id, c->id, err);
	if (r < 0)
		return r;
	if (!slash || !w->id || w->bundle || strchr(w->id, '/'))
		return 0;
	*slash = '\0';
	if (asprintf(&w->bundle, "%s/%s", cwd, w->id) < 0) {
		w->bundle = NULL;
		return sg_error_oom(err);
	}
	return 0;
}

#define MEMFD	"/memfd:"
#define DELETED " (deleted)"

/*
 * Whether root's process is the program that its command line says, of root's too. All else can be
 * had by a user: argv[0] is the caller's choice, also of a set-user-ID program that has become root
 * altogether and waits for a password.
 */
static bool runs_program_of_root(uint32_t tgid, const char *name)
{
	_cleanup_free_ char *exe = sg_proc_link(tgid, "exe");
	char path[64], *slash, *end;
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%u/exe", tgid);
	if (!exe || stat(path, &st) < 0 || st.st_uid != 0 || st.st_mode & (S_IWGRP | S_IWOTH))
		return false;
	/* a copy of itself in memory, or a mount of itself that is in no tree (runc's and crun's
	 * answers to CVE-2019-5736): root made it, and there set-user-ID bits mean nothing */
	if (!strncmp(exe, MEMFD, strlen(MEMFD)) || !strcmp(exe, "/"))
		return true;
	end = exe + strlen(exe) - strlen(DELETED); /* replaced by a newer one meanwhile */
	if (end > exe && !strcmp(end, DELETED))
		*end = '\0';
	slash = strrchr(exe, '/');
	if (!strstr(slash + 1, name))
		return false;
	/* its directory, where we have one of that name: a link to
	 * another program can be anywhere */
	if (slash == exe)
		return true;
	*slash = '\0';
	return access(exe, F_OK) < 0 || sg_path_is_of(exe, 0);
}

/* Whether what the process says of the workload is the word of who made its cgroup. */
static bool is_believed(const struct sg_workload *w, uint32_t tgid, const struct sg_args *args)
{
	_cleanup_free_ char *cgroup = sg_proc_cgroup(tgid);
	struct sg_path_facts place = { 0 };
	uint32_t speaker;

	if (!sg_workload_speaker(w, &speaker) || !sg_proc_is_of(tgid, speaker))
		return false;
	if (cgroup)
		sg_path_classify(cgroup, &place);
	if (place.has_container) /* root of a container's is none of ours */
		return false;
	return speaker != 0 || runs_program_of_root(tgid, sg_command_known_as(args));
}

/* What one process says, if it is one that starts or keeps containers. */
static int examine(struct sg_workload *w, struct sg_managers *m, uint32_t tgid,
		   enum sg_command_kind *ret, struct sg_error *err)
{
	_cleanup_(sg_args_done) struct sg_args args = { 0 };
	struct sg_command c;
	int r = sg_proc_args(tgid, &args);

	*ret = SG_COMMAND_OTHER;
	if (r == -ENOMEM)
		return sg_error_oom(err);
	if (r < 0)
		return 0;
	sg_command_parse(&args, &c);
	if (c.kind == SG_COMMAND_OTHER || !is_believed(w, tgid, &args))
		return 0;
	*ret = c.kind;
	switch (c.kind) {
	case SG_COMMAND_RUNTIME:
		return read_runtime(w, m, tgid, &args, &c, err);
	case SG_COMMAND_MONITOR:
		return read_monitor(w, m, tgid, &c, err);
	case SG_COMMAND_SHIM:
		return read_shim(w, tgid, &c, err);
	case SG_COMMAND_OTHER:
		break;
	}
	return 0;
}

int sg_learn_from_creator(struct sg_workload *w, struct sg_managers *m, uint32_t tgid,
			  struct sg_error *err)
{
	enum sg_command_kind kind;
	int r;

	if (tgid <= 1)
		return 0;
	r = examine(w, m, tgid, &kind, err);
	if (r < 0 || kind != SG_COMMAND_RUNTIME)
		return r;
	/* its parent is conmon or a shim, if any */
	tgid = sg_proc_parent(tgid);
	return tgid > 1 ? examine(w, m, tgid, &kind, err) : 0;
}

static bool is_in(uint32_t tgid, const struct sg_cgroup *cg)
{
	_cleanup_free_ char *path = sg_proc_cgroup(tgid);
	size_t n = strlen(cg->path);

	return path && !strncmp(path, cg->path, n) && (path[n] == '/' || !path[n]);
}

#define ANCESTORS_MAX 64

static int take_first(uint32_t tgid, void *data, struct sg_error *err)
{
	(void)err;
	*(uint32_t *)data = tgid;
	return 1;
}

/* From a process of the container up to the first that is outside: whoever keeps or starts the
 * container. */
int sg_learn_from_processes(struct sg_workload *w, struct sg_managers *m,
			    const struct sg_cgroup *cg, struct sg_error *err)
{
	struct sg_error ignored;
	uint32_t tgid = 0;

	if (sg_cgroup_processes(cg, true, take_first, &tgid, &ignored) < 0)
		return 0;
	/* what is inside can call itself anything */
	for (int i = 0; tgid > 1 && i < ANCESTORS_MAX && is_in(tgid, cg); i++)
		tgid = sg_proc_parent(tgid);
	return sg_learn_from_creator(w, m, tgid, err);
}
