/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_COMMANDS_PARTS_EMIT_WIDER_H
#define SG_TRACER_COMMANDS_PARTS_EMIT_WIDER_H

#include "profile/profile.h"
#include "recording/recording.h"

/*
 * Say, in one notice each, where @profile allows more than Docker's default does, and why: what
 * `diff docker --subset` finds. Where the default is not at hand, that is said.
 *
 * Returns 0, -ENOMEM.
 */
int sg_emit_note_wider(const struct sg_profile *profile, const struct sg_recording *rec,
		       struct sg_error *err);

#endif
