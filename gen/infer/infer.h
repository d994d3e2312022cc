/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_INFER_INFER_H
#define SG_INFER_INFER_H

#include "base/error.h"
#include "infer/notices.h"
#include "infer/options.h"
#include "profile/profile.h"
#include "recording/recording.h"

/*
 * From evidence to a profile: what the application called, what a recording can miss
 * (kernel-injected calls, exit paths, vDSO fallbacks: infer/fallback.c; what a language's runtime
 * calls depending on sizes and timing: infer/runtime.h), what the container runtime needs under its
 * own filter, and a planned errno for clone3 (infer/args/clone.h), each with its reason.
 *
 * The application's are the calls of stage APP, and what the audit trail logged beyond the calls of
 * stage FLOOR. SETUP never counts; FLOOR counts through opts->floor only.
 */
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
	     struct sg_profile **ret, struct sg_infer_notices *ret_notices, struct sg_error *err);

#endif
