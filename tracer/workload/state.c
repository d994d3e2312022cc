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
#include "workload/private.h"

static const struct root {
	const char *runtime, *dir, *file;
} roots[] = {
	{ "runc", "/run/runc", "state.json" },
	{ "crun", "/run/crun", "status" },
	{ "youki", "/run/youki", "state.json" },
};

/* Whether @text, a path as a runtime keeps it, ends with the cgroup's. */
static bool names_cgroup(const char *text, const struct sg_cgroup *cg)
{
	size_t n = text ? strlen(text) : 0, len = strlen(cg->path);

	return n >= len && !strcmp(text + n - len, cg->path);
}

static bool is_of_cgroup(const cJSON *root, const struct sg_cgroup *cg)
{
	const cJSON *paths = cJSON_GetObjectItemCaseSensitive(root, "cgroup_paths"), *path;

	if (names_cgroup(sg_member_text(root, "cgroup-path"), cg) ||
	    names_cgroup(sg_member_text(root, "cgroup_path"), cg))
		return true;
	cJSON_ArrayForEach (path, paths) {
		if (names_cgroup(cJSON_GetStringValue(path), cg))
			return true;
	}
	return false;
}

/* crun and youki say "bundle"; runc has it among the labels of its configuration, "bundle=…". */
static const char *bundle_of(const cJSON *root)
{
	const cJSON *config = cJSON_GetObjectItemCaseSensitive(root, "config"), *label;

	cJSON_ArrayForEach (label, cJSON_GetObjectItemCaseSensitive(config, "labels")) {
		const char *text = cJSON_GetStringValue(label);

		if (text && !strncmp(text, "bundle=", 7))
			return text + 7;
	}
	return sg_member_text(root, "bundle");
}

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
	r = sg_file_json(path, &doc, err);
	if (r < 0 || !doc || !is_of_cgroup(sg_json_root(doc), cg))
		return r;
	r = sg_learn_text(&w->id, id, err);
	if (r == 0)
		r = sg_learn_text(&w->runtime, root->runtime, err);
	if (r == 0)
		r = sg_learn_text(&w->bundle, bundle_of(sg_json_root(doc)), err);
	return r;
}

int sg_learn_from_state(struct sg_workload *w, const struct sg_cgroup *cg, struct sg_error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && !w->runtime && i < SG_ARRAY_SIZE(roots); i++) {
		DIR *dir = opendir(roots[i].dir);
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
