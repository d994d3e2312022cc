/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/workload.h"

#include <errno.h>
#include <stdio.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "base/texts.h"

int sg_workload_new(const char *path, struct sg_workload **ret, struct sg_error *err)
{
	_cleanup_(sg_workload_freep) struct sg_workload *w = calloc(1, sizeof(*w));
	int r;

	if (!w)
		return sg_error_oom(err);
	sg_path_classify(path, &w->path);
	w->is_itself = w->path.own_len == strlen(path);
	w->manager = w->path.manager;
	r = sg_text_fill(&w->id, w->path.id, err);
	if (r == 0)
		r = sg_text_fill(&w->runtime, w->path.runtime, err);
	if (r == 0)
		r = sg_text_fill(&w->pod_uid, w->path.pod_uid, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(w);
	return 0;
}

void sg_workload_free(struct sg_workload *w)
{
	if (!w)
		return;
	free(w->id);
	free(w->name);
	free(w->image);
	free(w->image_digest);
	free(w->runtime);
	free(w->runtime_version);
	free(w->manager_version);
	free(w->pod);
	free(w->pod_namespace);
	free(w->pod_uid);
	free(w->pod_container);
	free(w->user);
	free(w->bundle);
	free(w->cgroups_path);
	free(w);
}

bool sg_workload_speaker(const struct sg_workload *w, uint32_t *ret_uid)
{
	*ret_uid = w->owner.uid;
	return !w->path.in_container &&
	       (w->owner.kind == SG_OWNER_ROOT || w->owner.kind == SG_OWNER_USER);
}

static bool ends_with_id(const char *leaf, const char *id)
{
	size_t n = strlen(leaf), len = strlen(id);
	const char *scope = ".scope";

	if (!strcmp(leaf, id))
		return true;
	if (n < len + strlen(scope) + 1 || strcmp(leaf + n - strlen(scope), scope))
		return false;
	leaf += n - strlen(scope) - len;
	return leaf[-1] == '-' && !strncmp(leaf, id, len);
}

static void forget(char **field)
{
	free(*field);
	*field = NULL;
}

void sg_workload_check_itself(struct sg_workload *w, const char *path)
{
	if (w->path.role == SG_ROLE_CONTAINER || !w->id)
		return;
	w->is_itself = ends_with_id(strrchr(path, '/') + 1, w->id) ||
		       (w->cgroups_path && !strcmp(w->cgroups_path, path));
	if (w->is_itself || (w->bundle && w->confined == SG_UNKNOWN)) /* or not known yet */
		return;
	forget(&w->id);
	forget(&w->name);
	forget(&w->image);
	forget(&w->image_digest);
	forget(&w->bundle);
	forget(&w->cgroups_path);
	forget(&w->user);
	forget(&w->pod);
	forget(&w->pod_container);
	forget(&w->pod_namespace);
	w->no_new_privs = w->privileged = w->confined = SG_UNKNOWN;
	w->manager = w->path.manager;
}

const char *sg_pinned_digest(const char *image)
{
	const char *at = image ? strrchr(image, '@') : NULL;

	return at && !strncmp(at + 1, SG_DIGEST_PREFIX, strlen(SG_DIGEST_PREFIX)) &&
			       sg_path_is_long_id(at + 1 + strlen(SG_DIGEST_PREFIX))
		       ? at + 1
		       : NULL;
}

static void add_part(struct sg_strbuf *b, const char *text)
{
	if (!text)
		return;
	if (b->len)
		sg_strbuf_add_char(b, '/');
	sg_strbuf_add(b, text);
}

int sg_workload_describe(const struct sg_workload *w, char **ret, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf b = SG_STRBUF_INIT;
	bool is_long = w->id && sg_path_is_long_id(w->id);

	if (w->pod) {
		add_part(&b, w->pod_namespace);
		add_part(&b, w->pod);
		add_part(&b, w->is_sandbox	? "(sandbox)"
			     : w->pod_container ? w->pod_container
						: w->name);
	} else if (w->name) {
		add_part(&b, w->name);
	} else if (w->id) {
		sg_strbuf_printf(&b, "%.*s", is_long ? 12 : SG_PATH_ID_MAX, w->id);
	} else {
		sg_strbuf_add(&b, w->path.unit);
	}
	if (w->id) {
		sg_strbuf_add(&b, " (");
		sg_strbuf_add(&b, w->manager ? w->manager : w->runtime ? w->runtime : "container");
		if (w->name || w->pod)
			sg_strbuf_printf(&b, " %.*s", is_long ? 12 : SG_PATH_ID_MAX, w->id);
		sg_strbuf_add_char(&b, ')');
	}
	return sg_strbuf_steal(&b, ret, NULL) < 0 ? sg_error_oom(err) : 0;
}

static int set_text(char **field, const char *value, struct sg_error *err)
{
	char *copy;

	if (!value || !*value)
		return 0;
	copy = strdup(value);
	if (!copy)
		return sg_error_oom(err);
	free(*field);
	*field = copy;
	return 0;
}

int sg_workload_fill(const struct sg_workload *w, struct sg_target *target, struct sg_error *err)
{
	const char *pinned = sg_pinned_digest(w->image);
	char owner[16] = "";
	const struct {
		char **field;
		const char *value;
	} texts[] = {
		{ &target->runtime, w->runtime },
		{ &target->runtime_version, w->runtime_version },
		{ &target->engine, w->manager },
		{ &target->engine_version, w->manager_version },
		{ &target->container_id, w->id },
		{ &target->container_name, w->name ? w->name : w->pod_container },
		{ &target->image, w->image },
		{ &target->image_digest, w->image_digest ? w->image_digest : pinned },
		{ &target->pod, w->pod },
		{ &target->pod_namespace, w->pod_namespace },
		{ &target->unit, w->id ? NULL : w->path.unit },
		{ &target->user, w->user },
		{ &target->owner, owner },
	};
	int r = 0;

	if (w->owner.kind == SG_OWNER_USER || w->path.of_user)
		snprintf(owner, sizeof(owner), "%u",
			 w->owner.kind == SG_OWNER_USER ? w->owner.uid : w->path.user);
	for (size_t i = 0; r == 0 && i < SG_ARRAY_SIZE(texts); i++)
		r = set_text(texts[i].field, texts[i].value, err);
	if (w->no_new_privs != SG_UNKNOWN)
		target->no_new_privs = w->no_new_privs;
	if (w->privileged != SG_UNKNOWN)
		target->privileged = w->privileged;
	if (w->confined != SG_UNKNOWN)
		target->filtered = w->confined;
	return r;
}

int sg_workload_key(const struct sg_workload *w, const char *cgroup, uint64_t id, char **ret,
		    struct sg_error *err)
{
	struct sg_strbuf b = SG_STRBUF_INIT;
	uint32_t uid;

	if (w && sg_workload_speaker(w, &uid))
		sg_strbuf_printf(&b, "uid %u ", uid);
	else if (w && w->owner.kind != SG_OWNER_ROOT)
		sg_strbuf_printf(&b, "id %" PRIu64 " ", id);
	if (!w || !w->id || w->path.in_container)
		sg_strbuf_printf(&b, "cgroup %s", cgroup);
	else if (w->pod && w->pod_container)
		sg_strbuf_printf(&b, "pod %s/%s/%s", w->pod_namespace ? w->pod_namespace : "",
				 w->pod, w->pod_container);
	else
		sg_strbuf_printf(&b, "%s %s", w->manager ? w->manager : "container",
				 w->name ? w->name : w->id);
	if (sg_strbuf_steal(&b, ret, NULL) == 0)
		return 0;
	sg_strbuf_done(&b);
	return sg_error_oom(err);
}
