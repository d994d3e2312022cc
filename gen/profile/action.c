/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/action.h"

#include <assert.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>

#include "base/cleanup.h"

const char *const sg_action_names[SG_ACTION_MAX_] = {
	[SG_ACTION_KILL_PROCESS] = "SCMP_ACT_KILL_PROCESS",
	[SG_ACTION_KILL_THREAD] = "SCMP_ACT_KILL_THREAD",
	[SG_ACTION_TRAP] = "SCMP_ACT_TRAP",
	[SG_ACTION_ERRNO] = "SCMP_ACT_ERRNO",
	[SG_ACTION_NOTIFY] = "SCMP_ACT_NOTIFY",
	[SG_ACTION_TRACE] = "SCMP_ACT_TRACE",
	[SG_ACTION_LOG] = "SCMP_ACT_LOG",
	[SG_ACTION_ALLOW] = "SCMP_ACT_ALLOW",
};
static_assert(SG_ARRAY_SIZE(sg_action_names) == 8, "an action has no name");

/* The upper half of the filter's return word, by action. */
static const uint32_t action_words[SG_ACTION_MAX_] = {
	[SG_ACTION_KILL_PROCESS] = SECCOMP_RET_KILL_PROCESS,
	[SG_ACTION_KILL_THREAD] = SECCOMP_RET_KILL_THREAD,
	[SG_ACTION_TRAP] = SECCOMP_RET_TRAP,
	[SG_ACTION_ERRNO] = SECCOMP_RET_ERRNO,
	[SG_ACTION_NOTIFY] = SECCOMP_RET_USER_NOTIF,
	[SG_ACTION_TRACE] = SECCOMP_RET_TRACE,
	[SG_ACTION_LOG] = SECCOMP_RET_LOG,
	[SG_ACTION_ALLOW] = SECCOMP_RET_ALLOW,
};
static_assert(SG_ARRAY_SIZE(action_words) == 8, "an action has no return word");

int sg_action_parse(const char *s, enum sg_action *ret)
{
	if (strcmp(s, "SCMP_ACT_KILL") == 0) {
		*ret = SG_ACTION_KILL_THREAD;
		return 0;
	}
	for (int i = 0; i < SG_ACTION_MAX_; i++) {
		if (strcmp(s, sg_action_names[i]) == 0) {
			*ret = (enum sg_action)i;
			return 0;
		}
	}
	return -EINVAL;
}

uint32_t sg_verdict_to_ret(struct sg_verdict verdict)
{
	return action_words[verdict.action] | verdict.data;
}

struct sg_verdict sg_verdict_from_ret(uint32_t ret)
{
	struct sg_verdict verdict = { .action = SG_ACTION_KILL_PROCESS };

	for (int i = 0; i < SG_ACTION_MAX_; i++) {
		if ((ret & SECCOMP_RET_ACTION_FULL) == action_words[i])
			verdict.action = (enum sg_action)i;
	}
	if (sg_action_has_data(verdict.action))
		verdict.data = (uint16_t)(ret & SECCOMP_RET_DATA);
	return verdict;
}
