/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_INFER_EXPLAIN_H
#define SG_INFER_EXPLAIN_H

#include "base/error.h"
#include "base/strbuf.h"
#include "profile/profile.h"

/*
 * Print why each call is in @profile: one line a call and reason, sorted by name, with the columns
 * name, architecture, verdict, kind of reason, and its text. Made to be read and to be grepped. A
 * call without a reason (of a profile that was read from a file) shows "-".
 *
 * Returns 0; or, with nothing printed, -ENOENT (a number without a name), -ENOMEM.
 */
int sg_explain_print(const struct sg_profile *profile, struct sg_strbuf *out, struct sg_error *err);

#endif
