/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_INFER_EVIDENCE_H
#define SG_INFER_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "profile/profile.h"
#include "recording/recording.h"

#define SG_NATIVES_MAX 32 /* more than there are architectures */

/* A recording as inference looks at it: all runs as one, and the hosts. */
struct sg_evidence {
	struct sg_run *all;
	bool *is_app;			  /* sg_entry_is_application(), one an entry of @all */
	uint32_t natives[SG_NATIVES_MAX]; /* of the hosts: what a runtime calls under; unique */
	size_t n_natives;
};

/* Returns 0, -ENODATA (no run says its architecture), -ENOMEM. Release with _done. */
int sg_evidence_gather(const struct sg_recording *rec, struct sg_evidence *ret,
		       struct sg_error *err);
void sg_evidence_done(struct sg_evidence *evidence);

/* Whether the application called @name under @arch. */
bool sg_evidence_was_called(const struct sg_evidence *evidence, uint32_t arch, const char *name);

/*
 * Put the counters that leave the set in doubt into @out, "name N (meaning)"; returns whether any
 * is. Lost audit records do where a run has no other source.
 */
bool sg_evidence_set_losses(const struct sg_recording *rec, struct sg_strbuf *out);

/*
 * The text of a reason, terminal-safe: what the runs of @rec that have evidence of @kind for the
 * call @id say, and none of the others. @kind: BPF, PROC, AUDIT; DENIED for those entries whose
 * sources are just @sources, BPF or AUDIT, both or none. False, and nothing is added, when no run
 * has any.
 */
bool sg_evidence_text(const struct sg_recording *rec, struct sg_syscall_id id,
		      enum sg_reason_kind kind, uint32_t sources, struct sg_strbuf *out);

/* The kinds of evidence that there are, in the order of reasons. */
struct sg_evidence_kind {
	enum sg_reason_kind kind;
	uint32_t sources; /* of DENIED */
};
#define SG_EVIDENCE_KINDS 7
extern const struct sg_evidence_kind sg_evidence_kinds[SG_EVIDENCE_KINDS];

#endif
