/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_INFER_ARGS_ARGS_H
#define SG_INFER_ARGS_ARGS_H

#include "infer/args/rules.h"
#include "infer/evidence.h"
#include "infer/notices.h"
#include "infer/options.h"

/*
 * For sg_infer() alone: conditions on arguments, made of what is allowed without any (the profile's
 * first rule). A call is conditioned when all that is known of it is its observed arguments, they
 * have settled, and that is so on every architecture of the profile on which it was made, since a
 * name counts for all of them.
 */
enum sg_args_refusal {
	SG_ARGS_CONDITIONED, /* not refused */
	SG_ARGS_OTHER_REASON,
	SG_ARGS_UNWATCHED,
	SG_ARGS_ANY,
	SG_ARGS_UNSETTLED,
	SG_ARGS_NOTHING_TO_SAY,
	SG_ARGS_TOO_LONG,
	SG_ARGS_REFUSAL_MAX_,
};

extern const char *const sg_args_refusals[SG_ARGS_REFUSAL_MAX_]; /* why, one line for people */

/* A call by name, with its numbers under the architectures on which it is allowed. */
struct sg_args_call {
	const char *name;
	unsigned int rank; /* 0 is worth most */
	struct sg_args_variant {
		struct sg_syscall_id id;
		const struct sg_arg_call *call;
		struct sg_arg_rules rules;
	} * variants;
	size_t n_variants;
	enum sg_args_refusal refusal;
};

struct sg_args_calls {
	struct sg_args_call *list; /* by rank */
	size_t n;
};

/*
 * All calls of @allowed that the table has a row for, each with its rules or why there are none.
 * Release with _done. Returns 0, -ENOMEM.
 */
int sg_args_decide(const struct sg_recording *rec, const struct sg_evidence *evidence,
		   const struct sg_rule *allowed, enum sg_arg_set set, struct sg_args_calls *ret,
		   struct sg_error *err);
void sg_args_calls_done(struct sg_args_calls *calls);

/*
 * Take the calls that have rules out of @profile's first rule and into rules of their own; give up
 * those worth least while the filter has more than @max_insns instructions (0: the default).
 */
int sg_infer_args(struct sg_profile *profile, const struct sg_recording *rec,
		  const struct sg_evidence *evidence, const struct sg_infer_options *opts,
		  struct sg_infer_notices *notices, struct sg_error *err);

#endif
