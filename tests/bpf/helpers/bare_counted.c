/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bare_counted N MS: no libc, no start-up code. Calls, besides the execve that is its parent's:
 *
 *	sched_rr_get_interval N, nanosleep 1 (of MS), exit_group 1
 */
#include "bare.h"

static long number(const char *s)
{
	long n = 0;

	for (; *s >= '0' && *s <= '9'; s++)
		n = n * 10 + *s - '0';
	return n;
}

void bare_main(const long *stack)
{
	long time[2], ms = number((const char *)stack[3]);

	for (long n = number((const char *)stack[2]); n > 0; n--)
		bare_call(SYS_sched_rr_get_interval, 0, time);
	time[0] = ms / 1000;
	time[1] = ms % 1000 * 1000000;
	bare_call(SYS_nanosleep, time, 0);
	bare_call(SYS_exit_group, 0, 0);
	__builtin_unreachable();
}
