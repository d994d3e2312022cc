/* SPDX-License-Identifier: Apache-2.0 */
#include "session/targets/instance.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "cli/clock.h"
#include "cli/log.h"
#include "session/targets/facts.h"

int sg_instance_add_slot(struct sg_instance *instance, uint32_t slot, struct sg_error *err)
{
	if (SG_ARRAY_GROW(instance->slots, instance->n_slots) < 0)
		return sg_error_oom(err);
	instance->slots[instance->n_slots++] = slot;
	return 0;
}

int sg_instance_new(struct sg_sources *src, struct sg_cgroup *cgroup, uint32_t slot,
		    struct sg_instance **ret, struct sg_error *err)
{
	_cleanup_(sg_instance_freep) struct sg_instance *instance = calloc(1, sizeof(*instance));
	int r;

	if (!instance)
		return sg_error_oom(err);
	r = sg_random_uuid(instance->id, err);
	if (r == 0)
		r = sg_instance_add_slot(instance, slot, err);
	if (r < 0)
		return r;
	instance->cgroup = *cgroup;
	*cgroup = (struct sg_cgroup){ 0 };
	instance->start_real = sg_now_real();
	instance->start = instance->last_new = sg_now_monotonic();
	sg_sources_losses(src, instance->losses_before);
	*ret = TAKE_PTR(instance);
	return 0;
}

void sg_instance_free(struct sg_instance *instance)
{
	if (!instance)
		return;
	sg_cgroup_done(&instance->cgroup);
	sg_workload_free(instance->workload);
	sg_target_done(&instance->seen);
	sg_run_free(instance->in_progress);
	sg_run_free(instance->before);
	free(instance->slots);
	free(instance->ended);
	free(instance);
}

void sg_instance_release(struct sg_sources *src, const struct sg_instance *instance)
{
	for (size_t i = 0; i < instance->n_slots; i++) {
		sg_recorder_release(src->recorder, instance->slots[i]);
		if (src->audit)
			sg_audit_watch_reset(src->audit, instance->slots[i]);
	}
}

bool sg_instance_is_over(const struct sg_sources *src, const struct sg_instance *instance)
{
	uint64_t gone = sg_recorder_cgroup_gone(src->recorder, instance->slots[0]);

	if (!gone)
		return !sg_cgroup_exists(&instance->cgroup);
	return true;
}

void sg_instance_warn(struct sg_instance *instance, const struct sg_run *run)
{
	const struct sg_target *t = &run->target;
	_cleanup_free_ char *what = NULL;

	if (instance->warned || !instance->workload || !instance->workload->id ||
	    sg_workload_describe(instance->workload, &what, NULL) < 0)
		return;
	instance->warned = true;
	if (t->privileged == SG_YES)
		sg_warn("%s runs privileged: what it calls with all capabilities can be more, or "
			"other, than it needs without; and Docker, podman and Kubernetes start a "
			"privileged container without any seccomp filter",
			what);
	else if (t->filtered == SG_NO)
		sg_warn("%s runs without a seccomp filter: the calls that its runtime makes under "
			"one (the floor) could not be measured, emit takes them from its data",
			what);
}
