/* SPDX-License-Identifier: Apache-2.0 */
#include "recording/derive/targets.h"

#include <string.h>

#include "base/texts.h"

/* A fact that one of them does not know tells nothing. */
static bool differs(const char *a, const char *b)
{
	return a && b && strcmp(a, b) != 0;
}

static bool is_either(const char *a, const char *b)
{
	return a || b;
}

/*
 * Whether two runs are of one target: what names it is the same, as far as both know it. A
 * container that came again under another id is the
 * same, one of another image is not, also where that has the same name.
 */
static bool is_same(const struct sg_target *a, const struct sg_target *b)
{
	if (differs(a->container_name, b->container_name) || differs(a->image, b->image) ||
	    differs(a->image_digest, b->image_digest) || differs(a->pod, b->pod) ||
	    differs(a->pod_namespace, b->pod_namespace) || differs(a->unit, b->unit) ||
	    differs(a->user, b->user))
		return false;
	if (a->n_command || b->n_command)
		return sg_texts_equal(a->command, a->n_command, b->command, b->n_command);
	/* a name that both have; else what is left */
	if ((a->container_name && b->container_name) || (a->pod && b->pod) || (a->unit && b->unit))
		return true;
	if (is_either(a->container_name, b->container_name) || is_either(a->pod, b->pod) ||
	    is_either(a->unit, b->unit) || is_either(a->container_id, b->container_id))
		return a->container_id && b->container_id &&
		       strcmp(a->container_id, b->container_id) == 0;
	return !differs(a->cgroup, b->cgroup) && a->cgroup && b->cgroup;
}

/* Most telling first. */
const char *sg_target_name(const struct sg_target *target)
{
	const char *names[] = {
		target->container_name, target->pod,
		target->unit,		target->n_command ? target->command[0] : NULL,
		target->container_id,	target->cgroup,
		target->kind,
	};

	for (size_t i = 0; i < SG_ARRAY_SIZE(names); i++) {
		if (names[i] && *names[i])
			return names[i];
	}
	return "run";
}

/* Whether it is known what the run is of: a log is of whoever wrote to it. */
static bool is_known(const struct sg_target *target)
{
	return target->container_name || target->container_id || target->pod || target->unit ||
	       target->n_command || target->cgroup;
}

bool sg_target_is_container(const struct sg_target *target)
{
	return target->runtime || target->container_id || target->container_name || target->pod ||
	       (target->kind &&
		(strcmp(target->kind, "container") == 0 || strcmp(target->kind, "pod") == 0));
}

bool sg_recording_is_of_units(const struct sg_recording *rec)
{
	for (size_t i = 0; i < rec->n_runs; i++) {
		const char *kind = rec->runs[i]->target.kind;

		if (!kind || strcmp(kind, "unit") != 0)
			return false;
	}
	return rec->n_runs > 0;
}

bool sg_run_lacks_runtime(const struct sg_recording *rec, const struct sg_run *run)
{
	if (run->target.runtime || !sg_target_is_container(&run->target))
		return false;
	for (size_t i = 0; i < rec->n_runs; i++) {
		const struct sg_target *other = &rec->runs[i]->target;

		if (other->runtime && is_same(other, &run->target))
			return false;
	}
	return true;
}

size_t sg_recording_targets(const struct sg_recording *rec, const struct sg_run **ret)
{
	size_t n = 0, k;

	for (size_t i = 0; i < rec->n_runs; i++) {
		const struct sg_target *target = &rec->runs[i]->target;

		if (!is_known(target))
			continue;
		for (k = 0; k < n && !is_same(&ret[k]->target, target); k++)
			;
		if (k == n)
			ret[n++] = rec->runs[i];
	}
	return n;
}

const char *sg_recording_runtime(const struct sg_recording *rec, const char **ret_version)
{
	const struct sg_target *first = NULL;
	bool one_version = true;

	for (size_t i = 0; i < rec->n_runs; i++) {
		const struct sg_target *target = &rec->runs[i]->target;

		if (!target->runtime)
			continue;
		if (!first)
			first = target;
		else if (strcmp(first->runtime, target->runtime) != 0)
			return NULL;
		one_version = one_version && first->runtime_version && target->runtime_version &&
			      strcmp(first->runtime_version, target->runtime_version) == 0;
	}
	if (!first)
		return NULL;
	*ret_version = one_version ? first->runtime_version : NULL;
	return first->runtime;
}
