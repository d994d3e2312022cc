/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/clock.h"

#include <time.h>

static uint64_t now(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

uint64_t sg_now_real(void)
{
	return now(CLOCK_REALTIME);
}

uint64_t sg_now_monotonic(void)
{
	return now(CLOCK_MONOTONIC);
}

uint64_t sg_now_boot(void)
{
	return now(CLOCK_BOOTTIME);
}
