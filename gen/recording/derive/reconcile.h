/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_RECORDING_DERIVE_RECONCILE_H
#define SG_RECORDING_DERIVE_RECONCILE_H

#include <stddef.h>

#include "base/error.h"
#include "recording/recording.h"

/* Which sources saw a call. */
enum sg_seen_by {
	SG_SEEN_BY_BOTH,
	SG_SEEN_BY_BPF,
	SG_SEEN_BY_AUDIT,
	SG_SEEN_BY_MAX_,
};

extern const char *const sg_seen_by_names[SG_SEEN_BY_MAX_]; /* "both", "bpf only", "audit only" */

struct sg_reconciled {
	const struct sg_entry *entry; /* of the folded run, borrowed */
	enum sg_seen_by seen_by;
	const char *why; /* the explanation that fits, static */
};

/*
 * Hold the two trails of @rec against each other, call by call, in the order of @folded's entries
 * (what sg_recording_fold() made of @rec). @ret has folded->n_entries rows and is the caller's to
 * free().
 */
int sg_recording_reconcile(const struct sg_recording *rec, const struct sg_run *folded,
			   struct sg_reconciled **ret, struct sg_error *err);

#endif
