/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_RUN_ALONGSIDE_H
#define SG_AUDIT_RUN_ALONGSIDE_H

#include "base/error.h"
#include "recording/recording.h"

/*
 * Join what the audit trail says about a run with what BPF saw of the same run: @audit's entries
 * come from records of the very calls that @run's come from, so nothing is counted twice.
 *
 * `logged` is the trail's own. Of the two counts of denials the larger stands, with the trail's
 * classes where it has at least as many: BPF cannot tell ERRNO from TRACE and USER_NOTIF. Losses
 * add; sources unite.
 *
 * @run can be left half-joined on failure. @audit is borrowed. Returns 0, -ENOMEM.
 */
int sg_run_put_audit_alongside(struct sg_run *run, const struct sg_run *audit,
			       struct sg_error *err);

#endif
