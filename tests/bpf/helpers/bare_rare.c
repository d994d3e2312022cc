/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No libc, no start-up code: the first thing that this program does is a call that hardly any other
 * makes. A recorder that comes a moment late does not have it. Calls, besides the execve that is
 *its parent's:
 *
 *	sched_rr_get_interval 1, exit_group 1
 */
#include "bare.h"

void bare_main(const long *stack)
{
	long interval[2];

	(void)stack;
	bare_call(SYS_sched_rr_get_interval, 0, interval);
	bare_call(SYS_exit_group, 0, 0);
	__builtin_unreachable();
}
