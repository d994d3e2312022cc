/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_RECORDING_DERIVE_HEADLINES_H
#define SG_RECORDING_DERIVE_HEADLINES_H

#include "base/strbuf.h"
#include "recording/recording.h"

/*
 * What is to be said of a recording before all else, for it may not be of the workload at work.
 * @folded is what sg_recording_fold() made of @rec. Each puts a sentence without a full stop, safe
 * for a terminal, into @out, or nothing.
 */

/* Denials in numbers that change what a workload does, and kills: "640000 calls were denied …". */
void sg_headline_denied(const struct sg_recording *rec, const struct sg_run *folded,
			struct sg_strbuf *out);

/* Targets that were there from their start and ended at once: "ended 0.3 s after its start …". */
void sg_headline_ended(const struct sg_recording *rec, struct sg_strbuf *out);

#endif
