/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_BASE_UTC_H
#define SG_BASE_UTC_H

#include <stdint.h>

#include "base/strbuf.h"

/*
 * Points in time, in nanoseconds since 1970-01-01 00:00 UTC, as text. The date is computed here:
 * gmtime() and strftime() may look at the environment.
 */

/* Append "2026-11-21T18:48:02.710000000Z", ISO 8601: exact. */
void sg_utc_exact(struct sg_strbuf *out, uint64_t ns);
/* Append "2026-11-21T18:48:02Z": to the second, as RFC 3339 has it. */
void sg_utc_second(struct sg_strbuf *out, uint64_t ns);
/* Append "2026-11-21 18:48:02.710 UTC"; "-" for 0, which is a time that is not known. */
void sg_utc_text(struct sg_strbuf *out, uint64_t ns);

/* Append "0.123 s", "12.3 s", "4 min 5 s", "3 h 20 min" for a span of nanoseconds. */
void sg_duration_text(struct sg_strbuf *out, uint64_t ns);

#endif
