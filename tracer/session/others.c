/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cgroups that are called as a target is and are not it: somebody else's, or a second one. Neither
 * is recorded, and neither is passed over in silence.
 */
#include <string.h>

#include "base/cleanup.h"
#include "cli/log.h"
#include "session/private.h"

void sg_watch_report_other(struct sg_session *s, struct sg_watch *w, const char *other)
{
	_cleanup_free_ char *what = NULL;

	if (w->n_others++ >= SG_OTHERS_MAX || sg_watch_describe(s, w, &what, NULL) < 0)
		return;
	sg_warn("%s: %s%s", what, other,
		w->n_others == SG_OTHERS_MAX ? "; of further ones there is no word" : "");
}

void sg_watch_found_other(struct sg_session *s, struct sg_watch *w, const struct sg_appeared *a)
{
	_cleanup_free_ char *other = NULL;

	if (w->last_other == a->cgroup.id) /* it is looked at until all is known of it */
		return;
	w->last_other = a->cgroup.id;
	if (sg_selector_describe_other(w->selector, a->workload, &a->cgroup, &other, NULL) == 0)
		sg_watch_report_other(s, w, other);
}

static struct sg_life *running(const struct sg_session *s, const struct sg_watch *w)
{
	for (size_t i = 0; i < w->n_lives; i++) {
		if (!sg_life_is_over(s, w->lives[i]) &&
		    sg_cgroup_is_populated(&w->lives[i]->cgroup))
			return w->lives[i];
	}
	return NULL;
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

bool sg_watch_goes_on_in(const struct sg_session *s, const struct sg_watch *w, const char *path)
{
	const char *before = w->selector->path;
	size_t n;

	/* a unit can be started again in another slice */
	if (w->selector->kind != SG_SELECT_UNIT || !before || running(s, w))
		return false;
	n = manager_len(path);
	return n == manager_len(before) && !strncmp(path, before, n);
}

bool sg_watch_has_second(struct sg_session *s, struct sg_watch *w, const struct sg_appeared *a)
{
	struct sg_life *first = running(s, w);

	/* a pod has several containers */
	if (w->selector->kind != SG_SELECT_CONTAINER || !first)
		return false;
	sg_watch_found_second(s, w, a);
	return true;
}

void sg_watch_found_second(struct sg_session *s, struct sg_watch *w, const struct sg_appeared *a)
{
	struct sg_life *first = w->n_lives ? w->lives[0] : NULL;
	_cleanup_free_ char *other = NULL;

	if (w->last_other == a->cgroup.id)
		return;
	w->last_other = a->cgroup.id;
	if (first && w->selector->kind != SG_SELECT_POD)
		first->seconds++; /* it may be what was meant */
	if (asprintf(&other,
		     "cgroup %s fits as well as %s does: not recorded (--cgroup and its path name "
		     "it)",
		     a->cgroup.path, first ? first->cgroup.path : "what was there before") < 0) {
		other = NULL;
		return;
	}
	sg_watch_report_other(s, w, other);
}
