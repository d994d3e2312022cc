/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/selector.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "origin/match.h"

static const struct {
	const char *kind; /* of the target, in recordings */
	const char *what; /* for people */
} kinds[] = {
	[SG_SELECT_CGROUP] = { "cgroup", "cgroup" },
	[SG_SELECT_PID] = { "cgroup", "process" },
	[SG_SELECT_CONTAINER] = { "container", "container" },
	[SG_SELECT_POD] = { "pod", "pod" },
	[SG_SELECT_UNIT] = { "unit", "unit" },
};

const char *sg_selector_kind_name(enum sg_selector_kind kind)
{
	return kinds[kind].kind;
}

void sg_selector_done(struct sg_selector *s)
{
	free(s->id);
	free(s->name);
	free(s->pod);
	free(s->pod_namespace);
	free(s->path);
	s->id = s->name = s->pod = s->pod_namespace = s->path = NULL;
}

int sg_selector_describe(const struct sg_selector *s, char **ret, struct sg_error *err)
{
	struct sg_strbuf b = SG_STRBUF_INIT;

	sg_strbuf_printf(&b, "%s %s", kinds[s->kind].what, s->text);
	if (s->container)
		sg_strbuf_printf(&b, ", container %s", s->container);
	if (s->whose.is_user)
		sg_strbuf_printf(&b, " of uid %u", s->whose.uid);
	if (sg_strbuf_steal(&b, ret, NULL) == 0)
		return 0;
	sg_strbuf_done(&b);
	return sg_error_oom(err);
}

static bool same(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

/* The one that was found before: by its name where it has one, for a new container can have it. */
static bool is_pinned(const struct sg_selector *s, const struct sg_workload *w)
{
	if (s->kind == SG_SELECT_POD)
		return same(s->pod, w->pod) &&
		       (!s->pod_namespace || same(s->pod_namespace, w->pod_namespace)) &&
		       sg_match_pod_container(s->container, w);
	if (same(s->id, w->id))
		return true;
	if (s->pod)
		return same(s->pod, w->pod) && same(s->pod_namespace, w->pod_namespace) &&
		       same(s->name, w->pod_container);
	return same(s->name, w->name) && same(s->manager, w->manager);
}

/* Whether it is called so at all, whosever it is. */
static bool is_called_so(const struct sg_selector *s, const struct sg_workload *w,
			 const char *cgroup)
{
	switch (s->kind) {
	case SG_SELECT_UNIT:
		return sg_match_unit(s->text, w, cgroup);
	case SG_SELECT_CONTAINER:
		return sg_match_container(s->text, w) >= SG_RANK_ID;
	case SG_SELECT_POD:
		return sg_match_pod(s->text, w) && sg_match_pod_container(s->container, w);
	case SG_SELECT_CGROUP:
	case SG_SELECT_PID:
		break;
	}
	return false;
}

/* Whether it is the one that was found before, come again. */
static bool is_the_same(const struct sg_selector *s, const struct sg_workload *w,
			const char *cgroup)
{
	if (s->kind == SG_SELECT_UNIT)
		return !s->path || !strcmp(s->path, cgroup);
	if (!s->id && !s->pod)
		return true;
	return w->is_itself && is_pinned(s, w);
}

enum sg_match sg_selector_match(const struct sg_selector *s, const struct sg_workload *w,
				const char *cgroup)
{
	bool again;

	if (s->kind == SG_SELECT_CGROUP)
		return same(s->path, cgroup) ? SG_MATCH_YES : SG_MATCH_NO;
	if (s->kind == SG_SELECT_PID)
		return SG_MATCH_NO;
	/* once found, it is known by more than what it was asked for by */
	again = (s->id || s->pod) && is_the_same(s, w, cgroup);
	if (again || is_called_so(s, w, cgroup)) {
		if (!sg_match_whose(&s->whose, s->kind == SG_SELECT_UNIT, w))
			return SG_MATCH_OTHERS;
		return is_the_same(s, w, cgroup) ? SG_MATCH_YES : SG_MATCH_SECOND;
	}
	return w->is_settled || s->kind == SG_SELECT_UNIT ? SG_MATCH_NO : SG_MATCH_NOT_YET;
}

int sg_selector_describe_other(const struct sg_selector *s, const struct sg_workload *w,
			       const char *cgroup, char **ret, struct sg_error *err)
{
	struct sg_strbuf b = SG_STRBUF_INIT;
	_cleanup_free_ char *whose = NULL;
	bool by_user = s->kind == SG_SELECT_UNIT ? w->path.of_user && !w->path.in_unit
						 : w->owner.kind == SG_OWNER_USER;
	int r = sg_whose_describe(w, &whose, err);

	if (r < 0)
		return r;
	sg_strbuf_printf(&b, "cgroup %s is called so too, but is %s: not recorded (", cgroup,
			 whose);
	if (w->path.in_container || !by_user)
		sg_strbuf_add(&b, "--cgroup and its path name it)");
	else
		sg_strbuf_printf(&b, "--user %u names it)",
				 s->kind == SG_SELECT_UNIT ? w->path.user : w->owner.uid);
	if (sg_strbuf_steal(&b, ret, NULL) == 0)
		return 0;
	sg_strbuf_done(&b);
	return sg_error_oom(err);
}

static int set(char **field, const char *value, struct sg_error *err)
{
	free(*field);
	*field = value ? strdup(value) : NULL;
	return value && !*field ? sg_error_oom(err) : 0;
}

int sg_selector_pin(struct sg_selector *s, const struct sg_workload *w, const char *cgroup,
		    struct sg_error *err)
{
	int r = 0;

	if (s->kind == SG_SELECT_CGROUP || s->kind == SG_SELECT_UNIT)
		return same(s->path, cgroup) ? 0 : set(&s->path, cgroup, err);
	if (s->kind == SG_SELECT_PID || !w)
		return 0;
	s->manager = w->manager;
	r = set(&s->id, w->id, err);
	if (r == 0)
		r = set(&s->name, w->pod ? w->pod_container : w->name, err);
	if (r == 0)
		r = set(&s->pod, w->pod, err);
	if (r == 0)
		r = set(&s->pod_namespace, w->pod_namespace, err);
	return r;
}

/* The part of a unit's path above all slices and units: where its manager is. */
static size_t manager_len(const char *path)
{
	static const char *const ends[] = { ".slice",  ".service", ".scope",
					    ".socket", ".mount",   ".swap" };

	for (const char *part = path; *part;) {
		size_t n;

		part += strspn(part, "/");
		n = strcspn(part, "/");
		for (size_t i = 0; i < SG_ARRAY_SIZE(ends); i++) {
			size_t len = strlen(ends[i]);

			if (n > len && !strncmp(part + n - len, ends[i], len))
				return (size_t)(part - path);
		}
		part += n;
	}
	return strlen(path);
}

bool sg_selector_is_unit_again(const struct sg_selector *s, const char *cgroup)
{
	size_t n = manager_len(cgroup);

	return s->kind == SG_SELECT_UNIT && s->path && n == manager_len(s->path) &&
	       !strncmp(cgroup, s->path, n);
}
