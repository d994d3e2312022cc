/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/match.h"

#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"

static bool same(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

/* Names come before ids, and whole ids before their beginnings. */
enum sg_rank sg_match_container(const char *text, const struct sg_workload *w)
{
	size_t n = strlen(text);

	if (!w->is_itself || !w->id || w->path.role == SG_ROLE_HELPER)
		return SG_RANK_NONE;
	if (same(text, w->name) || same(text, w->pod_container) || !strcmp(text, w->id))
		return SG_RANK_NAME;
	if (sg_path_is_long_id(w->id) && !strncmp(text, w->id, n))
		return n >= SG_SHORT_ID_LEN ? SG_RANK_ID : SG_RANK_ID_BEGINNING;
	return SG_RANK_NONE;
}

bool sg_match_pod(const char *text, const struct sg_workload *w)
{
	const char *slash = strchr(text, '/');
	size_t n = slash ? (size_t)(slash - text) : 0;

	if (!w->is_itself || !w->id || w->path.role == SG_ROLE_HELPER || !w->pod)
		return false;
	if (slash && (!w->pod_namespace || strlen(w->pod_namespace) != n ||
		      strncmp(text, w->pod_namespace, n)))
		return false;
	return !strcmp(slash ? slash + 1 : text, w->pod);
}

bool sg_match_pod_container(const char *container, const struct sg_workload *w)
{
	return !container || same(container, w->pod_container) || same(container, w->name);
}

/* systemd's own rule: a name without a suffix is a service's. */
bool sg_match_unit(const char *text, const struct sg_workload *w, const char *path)
{
	size_t n = strlen(text);

	if (w->path.unit_len != strlen(path) || strncmp(text, w->path.unit, n))
		return false;
	return !w->path.unit[n] || (!strchr(text, '.') && !strcmp(w->path.unit + n, ".service"));
}

bool sg_match_whose(const struct sg_whose *whose, bool is_unit, const struct sg_workload *w)
{
	const struct sg_path_facts *path = &w->path;

	if (path->in_container)
		return false;
	if (!is_unit)
		return sg_owner_is(&w->owner, whose->is_user ? whose->uid : 0);
	/* what is nested in a unit is its own manager's, if any */
	if (path->in_unit || path->of_user != whose->is_user)
		return false;
	if (!whose->is_user || path->user != whose->uid)
		return !whose->is_user && sg_owner_is(&w->owner, 0);
	return sg_owner_is(&w->owner, 0) || sg_owner_is(&w->owner, whose->uid);
}

int sg_whose_describe(const struct sg_workload *w, char **ret, struct sg_error *err)
{
	struct sg_strbuf b = SG_STRBUF_INIT;

	if (w->path.in_container)
		sg_strbuf_add(&b, "inside a container");
	else if (w->owner.kind == SG_OWNER_USER)
		sg_strbuf_printf(&b, "uid %u's", w->owner.uid);
	else if (w->owner.kind == SG_OWNER_SHARED)
		sg_strbuf_add(&b, "in a place where several users can make cgroups");
	else if (w->owner.kind == SG_OWNER_UNKNOWN)
		sg_strbuf_add(&b, "of an owner that is not known");
	else if (w->path.in_unit)
		sg_strbuf_add(&b, "inside another unit");
	else if (w->path.of_user)
		sg_strbuf_printf(&b, "uid %u's", w->path.user);
	else
		sg_strbuf_add(&b, "the system's");
	if (sg_strbuf_steal(&b, ret, NULL) == 0)
		return 0;
	sg_strbuf_done(&b);
	return sg_error_oom(err);
}
