/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_INFER_NOTICES_H
#define SG_INFER_NOTICES_H

#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "infer/evidence.h"
#include "profile/profile.h"
#include "recording/recording.h"

/* What inference did and must report; filled on success, released with _done. */
struct sg_infer_notices {
	char **lines; /* one sentence each, for stderr; safe for a terminal */
	size_t n_lines;
	size_t n_warnings; /* the first of them: to be said whatever is asked for */
	size_t n_absent;   /* numbers left out because no kernel has such a call */
};
void sg_infer_notices_done(struct sg_infer_notices *notices);

/* The rest is for sg_infer() alone. All return 0 or -ENOMEM. */

/* One more line; @b is emptied whatever happens. */
int sg_infer_notices_add(struct sg_infer_notices *notices, struct sg_strbuf *b,
			 struct sg_error *err);

/* The same for what is to be said before all else, and whatever is asked for. */
int sg_infer_notices_warn(struct sg_infer_notices *notices, struct sg_strbuf *b,
			  struct sg_error *err);

/* Runs that were still going, and counters of the ledger that leave the set whole but must be
 * known. */
int sg_infer_notice_runs(struct sg_infer_notices *notices, const struct sg_recording *rec,
			 struct sg_error *err);

/* Calls that were denied and never passed, by name. */
int sg_infer_notice_denied(struct sg_infer_notices *notices, const struct sg_evidence *evidence,
			   struct sg_error *err);

/* Names that count for an architecture on which there is no reason for them. */
int sg_infer_notice_widening(struct sg_infer_notices *notices, const struct sg_profile *profile,
			     const struct sg_rule *allowed, struct sg_error *err);

#endif
