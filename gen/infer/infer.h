/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_INFER_INFER_H
#define SG_INFER_INFER_H

#include <stdbool.h>
#include <stddef.h>

#include "args/table.h"
#include "base/error.h"
#include "infer/floor/floor.h"
#include "profile/profile.h"
#include "recording/recording.h"

/*
 * From evidence to a profile: what the application called, what a recording can miss
 * (kernel-injected calls, exit paths, vDSO fallbacks: infer/fallback.c; what a language's runtime
 * calls depending on sizes and timing: infer/runtime.h), what the container runtime needs under its
 * own filter, and a planned errno for clone3 (infer/args/clone.h), each with its reason.
 *
 * The application's are the calls of stage APP, and what the audit trail logged beyond the calls of
 * stage FLOOR. SETUP never counts; FLOOR counts through @floor only.
 */
struct sg_infer_options {
	bool no_fallbacks; /* leave out what a recording can miss */
	/* infer even though the ledger shows a set-relevant loss, or a number has no name */
	bool allow_lossy;
	bool include_denied;  /* add calls that the application was denied */
	enum sg_arg_set args; /* calls that are conditioned on their observed arguments */
	size_t max_insns;     /* of the filter, with conditions; 0: half of what the kernel takes */
	const struct sg_floor *floor; /* the runtime's own calls, borrowed; NULL: none but execve */
};

/* What inference did that the user must be told; filled on success, released with _done. */
struct sg_infer_notes {
	char **lines; /* one sentence each, for stderr; safe for a terminal */
	size_t n_lines;
	size_t n_warnings; /* the first of them: to be said whatever is asked for */
	size_t n_absent;   /* numbers left out because no kernel has such a call */
};
void sg_infer_notes_done(struct sg_infer_notes *notes);

/*
 * Infer the minimal allowlist: default ERRNO 38 (ENOSYS: the errno after which libc falls back).
 *
 * execve is always in it, with reason FLOOR and whatever the options say: runc, crun, systemd and
 * all others load the filter before they execute the program, and without it nothing starts.
 *
 * Conditions on arguments are made as docs/arguments.md says; a call has them or is allowed with
 * any arguments, and its reasons say which and why.
 *
 * Numbers that the kernel has no call for are left out, and noted (recording/derive/numbers.h).
 *
 * Returns 0, -ENODATA (no call of the application is in the recording), -EBADMSG (a set-relevant
 * loss and no allow_lossy; the message names the counters), -ENOENT (a number that can be a call
 * which the table does not know, and no allow_lossy; the message says which), -ENOMEM.
 */
int sg_infer(const struct sg_recording *rec, const struct sg_infer_options *opts,
	     struct sg_profile **ret, struct sg_infer_notes *ret_notes, struct sg_error *err);

#endif
