/* SPDX-License-Identifier: Apache-2.0 */
#include "session/follow/poll.h"

#include "base/cleanup.h"
#include "cli/clock.h"
#include "cli/log.h"
#include "session/targets/denials.h"
#include "session/targets/facts.h"
#include "session/targets/outside.h"
#include "workload/clients.h"

#define CLIENT_POLLS 60

/* A unit can be nothing but the client of a container engine, or what keeps a container. */
static int find_clients(struct sg_instance *instance, struct sg_error *err)
{
	_cleanup_free_ char *hint = NULL;
	int r;

	if (!instance->workload || instance->workload->path.role != SG_ROLE_UNIT ||
	    instance->client_polls >= CLIENT_POLLS)
		return 0;
	instance->client_polls++;
	r = sg_clients_hint(instance->workload, &instance->cgroup, &hint, err);
	if (r < 0 || !hint)
		return r;
	instance->client_polls = CLIENT_POLLS;
	sg_warn("%s: %s; it is not in this recording", instance->workload->path.unit, hint);
	return 0;
}

/* Of what is counted, the first slot is what the status line shows; the others have calls of the
 * first instants. */
int sg_instance_poll(const struct sg_targets *ts, struct sg_sources *src,
		     struct sg_instance *instance, struct sg_error *err)
{
	unsigned int before = instance->totals.distinct;
	int r;

	r = sg_recorder_totals(src->recorder, instance->slots[0], &instance->totals, err);
	if (r < 0)
		return r;
	if (instance->totals.distinct != before)
		instance->last_new = sg_now_monotonic();
	/* before the application has made a call, its process is still the runtime's */
	if (instance->totals.calls)
		sg_facts_process(&instance->cgroup, &instance->seen);
	if (instance->workload && !instance->workload->is_settled) {
		bool last = sg_now_monotonic() - instance->start > 5 * (uint64_t)1000000000u;

		r = sg_workload_learn(instance->workload, ts->managers, &instance->cgroup,
				      &instance->creator, last, err);
		if (r < 0)
			return r;
	}
	r = find_clients(instance, err);
	if (r == 0)
		r = sg_outside_report(src->recorder, instance, err);
	return r < 0 ? r : sg_denials_adjust(src->recorder, ts->opts->denials, instance, err);
}
