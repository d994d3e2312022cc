/* SPDX-License-Identifier: Apache-2.0 */
#include "session/targets/missed.h"

#include <inttypes.h>

#include "cli/clock.h"
#include "cli/log.h"

#define REPORT_NS 10000000000u

void sg_missed_report(struct sg_missed *missed, const struct sg_recorder *recorder, bool all,
		      bool last)
{
	uint64_t now = sg_now_monotonic();
	uint64_t by_users, n = sg_recorder_cgroups_missed(recorder, &by_users);
	const char *what = all ? "have no recording" : "one may have been the target";

	if (n == missed->reported + missed->of_users_reported ||
	    (!last && missed->reported_at && now - missed->reported_at < REPORT_NS))
		return;
	missed->reported_at = now;
	if (n - by_users != missed->reported)
		sg_warn("%" PRIu64
			" cgroups appeared while no slot was free, and %s (--slots gives more)",
			n - by_users - missed->reported, what);
	if (by_users != missed->of_users_reported)
		sg_warn("%" PRIu64 " cgroups appeared beyond the share of the slots that their "
			"owner, a user, has, and %s (--slots gives more)",
			by_users - missed->of_users_reported, what);
	missed->reported = n - by_users;
	missed->of_users_reported = by_users;
}
