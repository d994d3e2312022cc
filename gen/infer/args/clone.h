/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_INFER_ARGS_CLONE_H
#define SG_INFER_ARGS_CLONE_H

#include "infer/evidence.h"
#include "infer/notices.h"
#include "infer/options.h"

/*
 * For sg_infer() alone: new namespaces, a user namespace above all, are a way around what a profile
 * denies, and there are two calls that make them. The flags of clone(2) are an argument, which a
 * filter can look at; those of clone3(2) are in memory, which it cannot. So as the default
 * profiles of the engines do: clone3 is answered with ENOSYS, after which glibc (2.34 and newer)
 * and whoever else uses it call clone, and clone is allowed without CLONE_NEW*.
 */

/*
 * Answer clone3 with ENOSYS, recorded or not, and allow clone in its place where it was recorded.
 * It stays allowed where it is asked for by name (the runtime's floor, a denial that is to be
 * allowed), with opts->no_fallbacks, and where the recording shows new namespaces that clone did
 * not make. Returns 0, -ENOMEM.
 */
int sg_infer_plan_clone3(struct sg_profile *profile, const struct sg_recording *rec,
			 const struct sg_evidence *evidence, const struct sg_infer_options *opts,
			 struct sg_infer_notices *notices, struct sg_error *err);

/*
 * Where clone is allowed with any flags and no new namespaces were seen: without CLONE_NEW*. For
 * after sg_infer_args(), whose conditions say more. Returns 0, -ENOMEM.
 */
int sg_infer_bound_clone(struct sg_profile *profile, const struct sg_recording *rec,
			 const struct sg_evidence *evidence, struct sg_infer_notices *notices,
			 struct sg_error *err);

/*
 * An entry of its own, ERRNO 38, for each call that libraries and runtimes try first and that is
 * not allowed (profile/tried_first.h): Docker up to 20.10 takes no errno of the default and answers
 * EPERM, after which they give up. No recording knows the engine of tomorrow's start.
 * Returns 0, -ENOMEM.
 */
int sg_infer_plan_tried_first(struct sg_profile *profile, struct sg_error *err);

#endif
