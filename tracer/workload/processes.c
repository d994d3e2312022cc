/* SPDX-License-Identifier: Apache-2.0 */
/* What the processes around a container tell: its runtime while it runs, conmon, containerd's shim.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "workload/private.h"
#include "workload/proc.h"

/* A process can call itself what it likes; a program that root is to run has to be called so too.
 */
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

	r = sg_learn_text(&w->runtime, name, err);
	if (r < 0 || !program || w->runtime_version || strcmp(w->runtime, name))
		return r;
	if (!is_called(program, name))
		return 0;
	w->has_program = true;
	r = sg_managers_version(m, program, &version, err);
	return r < 0 ? r : sg_learn_text(&w->runtime_version, version, err);
}

/* A path on a command line. Where it is relative, runtimes have gone there before they make a
 * cgroup. */
static int learn_bundle(struct sg_workload *w, uint32_t tgid, const char *bundle,
			struct sg_error *err)
{
	_cleanup_free_ char *cwd = NULL, *config = NULL;

	if (w->bundle || (bundle && bundle[0] == '/'))
		return sg_learn_text(&w->bundle, bundle, err);
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

/* runc [--root R] create|run [--bundle B] [--pid-file F] ID; crun and youki alike. */
static int read_runtime(struct sg_workload *w, struct sg_managers *m, uint32_t tgid,
			const struct sg_args *args, const char *name, struct sg_error *err)
{
	static const char *const bundle_options[] = { "--bundle", "-b", NULL };
	_cleanup_free_ char *program = find_program(w, tgid, args);
	const char *id = args->n > 2 ? args->argv[args->n - 1] : NULL;
	int r;

	r = learn_runtime(w, m, name, program, err);
	if (r < 0)
		return r;
	r = learn_bundle(w, tgid, sg_args_value(args, bundle_options), err);
	if (r == 0 && id && id[0] != '-')
		r = sg_learn_text(&w->id, id, err);
	return r;
}

/* conmon -c ID -n NAME -r /usr/bin/runc -b BUNDLE …, of podman and CRI-O */
static int read_conmon(struct sg_workload *w, struct sg_managers *m, uint32_t tgid,
		       const struct sg_args *args, const char *name, struct sg_error *err)
{
	static const char *const id_options[] = { "-c", "--cid", NULL };
	static const char *const name_options[] = { "-n", "--name", NULL };
	static const char *const runtime_options[] = { "-r", "--runtime", NULL };
	static const char *const bundle_options[] = { "-b", "--bundle", NULL };
	const char *runtime = sg_args_value(args, runtime_options);
	const char *slash = runtime ? strrchr(runtime, '/') : NULL;
	int r;

	(void)name;
	r = learn_bundle(w, tgid, sg_args_value(args, bundle_options), err);
	if (r == 0)
		r = sg_learn_text(&w->id, sg_args_value(args, id_options), err);
	if (r == 0)
		r = sg_learn_text(&w->name, sg_args_value(args, name_options), err);
	if (r == 0 && runtime)
		r = learn_runtime(w, m, slash ? slash + 1 : runtime, slash ? runtime : NULL, err);
	return r;
}

/* containerd-shim-runc-v2 -namespace NS -id ID …: its directory is the bundle of the first
 * container that it keeps, and those of the others are beside it. */
static int read_shim(struct sg_workload *w, struct sg_managers *m, uint32_t tgid,
		     const struct sg_args *args, const char *name, struct sg_error *err)
{
	static const char *const space_options[] = { "-namespace", NULL };
	static const char *const id_options[] = { "-id", NULL };
	const char *space = sg_args_value(args, space_options);
	_cleanup_free_ char *cwd = sg_proc_link(tgid, "cwd");
	char *slash = cwd ? strrchr(cwd, '/') : NULL;

	int r;

	(void)m;
	(void)name;
	if (space && !w->manager)
		w->manager = strcmp(space, "moby") ? "containerd" : "docker";
	r = sg_learn_text(&w->id, sg_args_value(args, id_options), err);
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

/* By the beginning of the program's name. */
static const struct kind {
	const char *prefix, *name;
	int (*read)(struct sg_workload *w, struct sg_managers *m, uint32_t tgid,
		    const struct sg_args *args, const char *name, struct sg_error *err);
	bool is_runtime; /* its parent is conmon or a shim, if any */
} kinds[] = {
	{ "runc", "runc", read_runtime, true },
	{ "docker-runc", "runc", read_runtime, true },
	{ "crun", "crun", read_runtime, true },
	{ "youki", "youki", read_runtime, true },
	{ "conmon", "conmon", read_conmon, false },
	{ "crio-conmon", "conmon", read_conmon, false },
	{ "containerd-shim", "shim", read_shim, false },
};

static const struct kind *kind_of(const struct sg_args *args)
{
	const char *program = sg_args_program(args);

	for (size_t i = 0; i < SG_ARRAY_SIZE(kinds); i++) {
		if (!strncmp(program, kinds[i].prefix, strlen(kinds[i].prefix)))
			return &kinds[i];
	}
	return NULL;
}

/* What one process is, if it is any of those; *ret NULL: none. */
static int examine(struct sg_workload *w, struct sg_managers *m, uint32_t tgid,
		   const struct kind **ret, struct sg_error *err)
{
	_cleanup_(sg_args_done) struct sg_args args = { 0 };
	int r = sg_proc_args(tgid, &args);

	*ret = NULL;
	if (r == -ENOMEM)
		return sg_error_oom(err);
	if (r < 0)
		return 0;
	*ret = kind_of(&args);
	return *ret ? (*ret)->read(w, m, tgid, &args, (*ret)->name, err) : 0;
}

int sg_learn_from_maker(struct sg_workload *w, struct sg_managers *m, uint32_t tgid,
			struct sg_error *err)
{
	const struct kind *kind = NULL;
	int r;

	if (tgid <= 1)
		return 0;
	r = examine(w, m, tgid, &kind, err);
	if (r < 0 || !kind || !kind->is_runtime)
		return r;
	tgid = sg_proc_parent(tgid);
	return tgid > 1 ? examine(w, m, tgid, &kind, err) : 0;
}

static bool is_in(uint32_t tgid, const struct sg_cgroup *cg)
{
	_cleanup_fclose_ FILE *f = NULL;
	char file[64], line[PATH_MAX + 16];
	size_t n = strlen(cg->path);

	snprintf(file, sizeof(file), "/proc/%u/cgroup", tgid);
	f = fopen(file, "re");
	while (f && fgets(line, sizeof(line), f)) {
		if (!strncmp(line, "0::", 3))
			return !strncmp(line + 3, cg->path, n) &&
			       (line[3 + n] == '/' || line[3 + n] == '\n');
	}
	return false;
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
	return sg_learn_from_maker(w, m, tgid, err);
}
