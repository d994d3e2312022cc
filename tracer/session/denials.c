/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Watching denied calls takes a program on sys_exit, which costs every process of the host some
 * nanoseconds a call. So, unless told otherwise: on from the start while a filter may still come
 * (nothing runs yet) or is there; off once the application runs without one; on again when a filter
 * is met, and the ledger has the gap.
 */
#include <errno.h>

#include "session/facts.h"
#include "session/private.h"

#define UNFILTERED_POLLS 3

static int watch(struct sg_session *s, struct sg_instance *instance, bool on, struct sg_error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < instance->n_slots; i++)
		r = sg_recorder_watch_denials(s->recorder, instance->slots[i], on, err);
	if (r == 0)
		instance->watching_denials = on;
	return r;
}

int sg_instance_start_denials(struct sg_session *s, struct sg_instance *instance,
			      struct sg_error *err)
{
	bool wanted = s->opts->denials == SG_WHEN_ALWAYS ||
		      (s->opts->denials == SG_WHEN_AUTO &&
		       (s->opts->command || sg_facts_filtered(&instance->cgroup) != SG_NO));
	int r;

	if (!wanted)
		return 0;
	r = watch(s, instance, true, err);
	if (r == -ENOTSUP && s->opts->denials == SG_WHEN_AUTO)
		return 0; /* the recording's mechanism says so */
	return r;
}

int sg_instance_adjust_denials(struct sg_session *s, struct sg_instance *instance,
			       struct sg_error *err)
{
	bool filter;
	int r;

	if (s->opts->denials != SG_WHEN_AUTO)
		return 0;
	filter = sg_recorder_saw_filter(s->recorder, instance->slots[0]) ||
		 sg_facts_filtered(&instance->cgroup) == SG_YES;
	instance->unfiltered_polls =
		filter || !instance->totals.calls ? 0 : instance->unfiltered_polls + 1;
	if (filter && !instance->watching_denials) {
		r = watch(s, instance, true, err);
		if (r < 0)
			return r == -ENOTSUP ? 0 : r;
		instance->filters_unwatched++;
	} else if (instance->watching_denials && instance->unfiltered_polls >= UNFILTERED_POLLS &&
		   sg_recorder_can_stop_watching(s->recorder)) {
		return watch(s, instance, false, err);
	}
	return 0;
}
