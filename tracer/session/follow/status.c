/* SPDX-License-Identifier: Apache-2.0 */
#include "session/follow/status.h"

#include <inttypes.h>

#include "cli/log.h"

#define NS_PER_S 1000000000u

void sg_session_show_status(const struct sg_targets *ts, uint64_t start, uint64_t now)
{
	uint64_t elapsed = (now - start) / NS_PER_S, quiet = elapsed, calls = 0, losses = 0;
	unsigned int distinct = 0;
	size_t instances = 0;

	if (!sg_status_is_due())
		return;
	for (size_t i = 0; i < ts->n; i++) {
		for (size_t k = 0; k < ts->list[i]->n_instances; k++) {
			const struct sg_instance *instance = ts->list[i]->instances[k];

			instances++;
			calls += instance->totals.calls;
			if (instance->totals.distinct > distinct)
				distinct = instance->totals.distinct;
			if ((now - instance->last_new) / NS_PER_S < quiet)
				quiet = (now - instance->last_new) / NS_PER_S;
			losses = instance->totals.losses;
		}
	}
	if (instances == 0)
		sg_status("%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64 "  waiting", elapsed / 3600,
			  elapsed / 60 % 60, elapsed % 60);
	else if (instances == 1)
		sg_status("%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64 "  %" PRIu64
			  " calls, %u distinct, last new %" PRIu64 " s ago, %" PRIu64 " lost",
			  elapsed / 3600, elapsed / 60 % 60, elapsed % 60, calls, distinct, quiet,
			  losses);
	else
		sg_status("%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64 "  %zu targets, %" PRIu64
			  " calls, at most %u distinct, last new %" PRIu64 " s ago, %" PRIu64
			  " lost",
			  elapsed / 3600, elapsed / 60 % 60, elapsed % 60, instances, calls,
			  distinct, quiet, losses);
}
