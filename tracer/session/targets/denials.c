/* SPDX-License-Identifier: Apache-2.0 */
#include "session/targets/denials.h"

#include <errno.h>

#include "session/targets/facts.h"

#define UNFILTERED_POLLS 3

static int watch(struct sg_recorder *recorder, struct sg_instance *instance, bool on,
		 struct sg_error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < instance->n_slots; i++)
		r = sg_recorder_watch_denials(recorder, instance->slots[i], on, err);
	if (r == 0)
		instance->watching_denials = on;
	return r;
}

int sg_denials_start(struct sg_recorder *recorder, enum sg_when when, bool is_command,
		     struct sg_instance *instance, struct sg_error *err)
{
	bool wanted = when == SG_WHEN_ALWAYS ||
		      (when == SG_WHEN_AUTO &&
		       (is_command || sg_facts_filtered(&instance->cgroup) != SG_NO));
	int r;

	if (!wanted)
		return 0;
	r = watch(recorder, instance, true, err);
	if (r == -ENOTSUP && when == SG_WHEN_AUTO)
		return 0; /* the recording's mechanism says so */
	return r;
}

int sg_denials_adjust(struct sg_recorder *recorder, enum sg_when when, struct sg_instance *instance,
		      struct sg_error *err)
{
	bool filter;
	int r;

	if (when != SG_WHEN_AUTO)
		return 0;
	filter = sg_recorder_saw_filter(recorder, instance->slots[0]) ||
		 sg_facts_filtered(&instance->cgroup) == SG_YES;
	instance->unfiltered_polls =
		filter || !instance->totals.calls ? 0 : instance->unfiltered_polls + 1;
	if (filter && !instance->watching_denials) {
		r = watch(recorder, instance, true, err);
		if (r < 0)
			return r == -ENOTSUP ? 0 : r;
		instance->filters_unwatched++;
	} else if (instance->watching_denials && instance->unfiltered_polls >= UNFILTERED_POLLS &&
		   sg_recorder_can_stop_watching(recorder)) {
		return watch(recorder, instance, false, err);
	}
	return 0;
}
