/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_CONFINE_H
#define SG_TRACER_CONFINE_H

#include "base/error.h"

/*
 * The recorder needs much to attach, and little afterwards. What it does not need any more it gives
 * away, so that whoever finds a fault in how it reads the kernel's strings finds little to take.
 *
 * Drops every capability but those that the table in confine.c gives a reason for, sets
 * no_new_privs, and loads profiles/self.json, the profile that seccomp-gen made of itself: no
 * execve, no ptrace, no mount, no module. A call that is not in it fails with ENOSYS. Affects this
 * process only: a command that was started before keeps its rights.
 *
 * In the environment, for who looks for a fault: SECCOMP_GEN_CONFINE=off does nothing of it;
 * =log logs every call to the audit trail and denies none, which is how scripts/make-self-profile
 * finds out what belongs into the profile.
 */
int sg_confine(struct sg_error *err);

/*
 * For commands that only read files and write one: drops every capability but those of the file
 * system, and sets no_new_privs. What fails is passed over: who has none needs to drop none.
 */
void sg_drop_capabilities(void);

#endif
