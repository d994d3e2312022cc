/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_CLI_CLOCK_H
#define SG_TRACER_CLI_CLOCK_H

#include <stdint.h>

/* CLOCK_REALTIME, CLOCK_MONOTONIC and CLOCK_BOOTTIME in nanoseconds. */
uint64_t sg_now_real(void);
uint64_t sg_now_monotonic(void);
uint64_t sg_now_boot(void);

#endif
