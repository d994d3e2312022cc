/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_INFER_NUMBERS_H
#define SG_INFER_NUMBERS_H

#include "infer/evidence.h"
#include "infer/notices.h"
#include "infer/options.h"

/*
 * For sg_infer() alone: numbers without a name, among the calls that the profile is made of. All
 * stay out of it.
 */

/* Those that can be a call: -ENOENT, or under allow_lossy a warning. */
int sg_infer_numbers(const struct sg_recording *rec, const struct sg_evidence *evidence,
		     const struct sg_infer_options *opts, struct sg_infer_notices *notices,
		     struct sg_error *err);

/* Those that cannot: a warning that says what @profile, which is finished, does to them. */
int sg_infer_notice_absent(const struct sg_recording *rec, const struct sg_evidence *evidence,
			   const struct sg_infer_options *opts, const struct sg_profile *profile,
			   struct sg_infer_notices *notices, struct sg_error *err);

#endif
