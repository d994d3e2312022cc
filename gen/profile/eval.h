/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_PROFILE_EVAL_H
#define SG_PROFILE_EVAL_H

#include "filter/filter.h"
#include "profile/profile.h"

/*
 * What a profile means, taken at its word, as against what libseccomp makes of it
 * (filter/compile.h): all conditions of a rule hold or it does not match, even two on one
 * argument; arguments are compared as unsigned numbers of 64 bits. `check` reports where the two
 * differ.
 *
 * Of several rules that match, one without conditions decides, else the first; a rule with the
 * verdict of the default says nothing, as both runtimes pass it over. A call of an architecture
 * that is not listed is KILL_THREAD, libseccomp's verdict for those.
 *
 * @ret_contested: set where rules that match disagree, so that the verdict is a matter of
 * interpretation; may be NULL. Cannot fail.
 */
struct sg_verdict sg_profile_eval(const struct sg_profile *profile,
				  const struct sg_seccomp_data *data, bool *ret_contested);

/* The call that @data is, with x32 under its own architecture. */
struct sg_syscall_id sg_seccomp_data_id(const struct sg_seccomp_data *data);
/* The other way round: @ret_data's number and architecture as a filter sees them. */
void sg_seccomp_data_set_id(struct sg_seccomp_data *data, struct sg_syscall_id id);

/* Whether all @n conditions hold. */
bool sg_conditions_hold(const struct sg_condition *conditions, size_t n, const uint64_t *args);

#endif
