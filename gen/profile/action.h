/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_PROFILE_ACTION_H
#define SG_PROFILE_ACTION_H

#include <stdbool.h>
#include <stdint.h>

/* seccomp's actions (seccomp(2)), in the kernel's order of precedence: the lower one wins. */
enum sg_action {
	SG_ACTION_KILL_PROCESS,
	SG_ACTION_KILL_THREAD,
	SG_ACTION_TRAP,
	SG_ACTION_ERRNO,
	SG_ACTION_NOTIFY,
	SG_ACTION_TRACE,
	SG_ACTION_LOG,
	SG_ACTION_ALLOW,
	SG_ACTION_MAX_,
};

extern const char *const sg_action_names[SG_ACTION_MAX_]; /* "SCMP_ACT_ERRNO", … */

/* "SCMP_ACT_KILL" is accepted for KILL_THREAD. Returns 0 or -EINVAL. */
int sg_action_parse(const char *s, enum sg_action *ret);

/* ALLOW and LOG let the call run; nothing else does without somebody's help. */
static inline bool sg_action_is_permissive(enum sg_action action)
{
	return action == SG_ACTION_ALLOW || action == SG_ACTION_LOG;
}

/* The kernel hands the lower half of the return word to somebody for these two only. */
static inline bool sg_action_has_data(enum sg_action action)
{
	return action == SG_ACTION_ERRNO || action == SG_ACTION_TRACE;
}

/* An action with its datum: the errno of ERRNO, the message of TRACE; 0 elsewhere. */
struct sg_verdict {
	enum sg_action action;
	uint16_t data;
};

static inline bool sg_verdict_equal(struct sg_verdict a, struct sg_verdict b)
{
	return a.action == b.action && a.data == b.data;
}

/* The SECCOMP_RET_* word that the kernel sees (linux/seccomp.h). */
uint32_t sg_verdict_to_ret(struct sg_verdict verdict);
/* An action that the kernel does not know reads as KILL_PROCESS, as the kernel treats it. */
struct sg_verdict sg_verdict_from_ret(uint32_t ret);

#endif
