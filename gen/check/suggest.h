/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_CHECK_SUGGEST_H
#define SG_CHECK_SUGGEST_H

#include "profile/profile.h"

/*
 * The call of @profile's architectures whose name is nearest to @name, when it is near enough to
 * have been meant: one letter in three may be wrong, missing, too many or exchanged with its
 * neighbour. NULL else.
 */
const char *sg_suggest_call(const struct sg_profile *profile, const char *name);

#endif
