/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_PROFILE_VERDICT_TEXT_H
#define SG_PROFILE_VERDICT_TEXT_H

#include "base/strbuf.h"
#include "profile/profile.h"

/* For people: "ALLOW", "ERRNO ENOSYS", "ERRNO 200", "TRACE 7". */
void sg_verdict_text(struct sg_verdict verdict, struct sg_strbuf *out);

/* For people: "arg0 == 0x26", "arg1 & 0xff == 0x1", "arg2 < 10". */
void sg_condition_text(const struct sg_condition *condition, struct sg_strbuf *out);

#endif
