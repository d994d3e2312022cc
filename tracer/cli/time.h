/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_CLI_TIME_H
#define SG_TRACER_CLI_TIME_H

#include <stdint.h>

#include "base/error.h"

/*
 * A point in time as a user writes it: "2026-11-21", "2026-11-21 20:15[:00]" (local time),
 * "2026-11-21T20:15:00Z" or with an offset, "@1795292157" (seconds since the epoch), or a span
 * before now: "90s", "15m", "2h", "3d". Nanoseconds since the epoch. -EINVAL for anything else.
 */
int sg_when_parse(const char *text, uint64_t *ret, struct sg_error *err);

#endif
