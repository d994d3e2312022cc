/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Containers that were started with runc, crun or youki by hand: their state directory says which
 * cgroup is whose.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "workload/learn/learn.h"
#include "workload/file.h"

static const struct root {
	const char *runtime, *dir, *file;
} roots[] = {
	{ "runc", "/run/runc", "state.json" },
	{ "crun", "/run/crun", "status" },
	{ "youki", "/run/youki", "state.json" },
};

static int read_state(struct sg_workload *w, const struct root *root, const char *id,
		      const struct sg_cgroup *cg, struct sg_error *err)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;
	_cleanup_free_ char *path = NULL;
	int r;

	if (asprintf(&path, "%s/%s/%s", root->dir, id, root->file) < 0) {
		path = NULL;
		return sg_error_oom(err);
	}
	r = sg_file_json(path, 0, &doc, err);
	if (r < 0 || !doc)
		return r;
	return sg_learn_state(w, sg_json_root(doc), root->runtime, id, cg->path, err);
}

int sg_learn_from_state(struct sg_workload *w, const struct sg_cgroup *cg, struct sg_error *err)
{
	int r = 0;

	if (!sg_owner_is(&w->owner, 0))
		return 0;
	for (size_t i = 0; r == 0 && !w->runtime && i < SG_ARRAY_SIZE(roots); i++) {
		DIR *dir = sg_directory_of_root(roots[i].dir);
		const struct dirent *e;

		while (dir && r == 0 && !w->runtime && (e = readdir(dir))) {
			if (e->d_name[0] != '.')
				r = read_state(w, &roots[i], e->d_name, cg, err);
		}
		if (dir)
			closedir(dir);
	}
	return r;
}
