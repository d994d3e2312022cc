/* SPDX-License-Identifier: Apache-2.0 */
#include "session/targets/similar.h"

#include <string.h>

#include "base/cleanup.h"
#include "cli/log.h"

void sg_similar_report(struct sg_session_target *t, const char *other)
{
	_cleanup_free_ char *what = NULL;

	if (t->n_others++ >= SG_OTHERS_MAX || sg_session_target_describe(t, &what, NULL) < 0)
		return;
	sg_warn("%s: %s%s", what, other,
		t->n_others == SG_OTHERS_MAX ? "; of further ones there is no word" : "");
}

void sg_similar_found(struct sg_session_target *t, const struct sg_appeared *a)
{
	_cleanup_free_ char *other = NULL;

	if (t->last_other == a->cgroup.id) /* it is matched again until all is known of it */
		return;
	t->last_other = a->cgroup.id;
	if (sg_selector_describe_other(t->selector, a->workload, a->cgroup.path, &other, NULL) == 0)
		sg_similar_report(t, other);
}

static struct sg_instance *running(const struct sg_sources *src, const struct sg_session_target *t)
{
	for (size_t i = 0; i < t->n_instances; i++) {
		if (!sg_instance_is_over(src, t->instances[i]) &&
		    sg_cgroup_is_populated(&t->instances[i]->cgroup))
			return t->instances[i];
	}
	return NULL;
}

bool sg_similar_is_unit_again(const struct sg_sources *src, const struct sg_session_target *t,
			      const char *path)
{
	return !running(src, t) && sg_selector_is_unit_again(t->selector, path);
}

bool sg_similar_is_second(const struct sg_sources *src, struct sg_session_target *t,
			  const struct sg_appeared *a)
{
	struct sg_instance *first = running(src, t);

	/* a pod has several containers */
	if (t->selector->kind != SG_SELECT_CONTAINER || !first)
		return false;
	sg_similar_found_second(t, a);
	return true;
}

void sg_similar_found_second(struct sg_session_target *t, const struct sg_appeared *a)
{
	struct sg_instance *first = t->n_instances ? t->instances[0] : NULL;
	_cleanup_free_ char *other = NULL;

	if (t->last_other == a->cgroup.id)
		return;
	t->last_other = a->cgroup.id;
	if (first && t->selector->kind != SG_SELECT_POD)
		first->seconds++; /* it may be what was meant */
	if (asprintf(&other,
		     "cgroup %s fits as well as %s does: not recorded (--cgroup and its path name "
		     "it)",
		     a->cgroup.path, first ? first->cgroup.path : "what was there before") < 0) {
		other = NULL;
		return;
	}
	sg_similar_report(t, other);
}
