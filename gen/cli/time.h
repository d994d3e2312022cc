/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_CLI_TIME_H
#define SG_CLI_TIME_H

#include <stdint.h>

#include "base/error.h"

/*
 * A duration as a user writes it: a decimal number with or without a fraction, and "ms", "s", "m",
 * "h" or "d"; without a unit it is seconds. Nanoseconds; a fraction of one is cut off.
 *
 * Returns 0, -EINVAL (it is none, or longer than SG_DURATION_MAX); *ret is untouched on failure.
 */
#define SG_DURATION_MAX UINT64_C(1000000000000000000) /* 31 years */

int sg_duration_parse(const char *text, uint64_t *ret, struct sg_error *err);

/*
 * A point in time as a user writes it: "2026-11-21", "2026-11-21 20:15[:00]" (local time, by the
 * C library's TZ), "2026-11-21T20:15:00Z" or with an offset, "@1795292157" (seconds since the
 * epoch), or a duration with its unit before @now: "90s", "15m", "2h", "3d". Both are nanoseconds
 * since the epoch.
 *
 * Returns 0, -EINVAL (it is none, or not after the epoch); *ret is untouched on failure.
 */
int sg_time_parse(const char *text, uint64_t now, uint64_t *ret, struct sg_error *err);

#endif
