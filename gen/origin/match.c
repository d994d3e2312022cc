/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/match.h"

#include <string.h>

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
