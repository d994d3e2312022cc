/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_PROFILE_EVAL_H
#define SG_PROFILE_EVAL_H

#include "profile/profile.h"
#include "syscall/seccomp_data.h"

/*
 * What a profile means, taken at its word, as against what libseccomp makes of it
 * (filter/compile/compile.h): all conditions of a rule hold, or one does where it is split, or it
 * does not match; arguments are compared as unsigned numbers of 64 bits. `check` reports where the
 * two differ.
 *
 * Of several rules that match, the first whole one decides, else the first; a rule with the
 * verdict of the default says nothing, as both runtimes pass it over. A call of an architecture
 * that is not listed is KILL_THREAD, libseccomp's verdict for those. Rules for calls that
 * go through socketcall and ipc are rules for these as well (syscall/multiplexed.h).
 *
 * @ret_contested: set where rules that match disagree, so that the verdict is a matter of
 * interpretation; may be NULL. Cannot fail.
 */
struct sg_verdict sg_profile_eval(const struct sg_profile *profile,
				  const struct sg_seccomp_data *data, bool *ret_contested);

/* Whether @rule's conditions hold, whatever other rules say. */
bool sg_rule_holds(const struct sg_rule *rule, const uint64_t *args);

#endif
