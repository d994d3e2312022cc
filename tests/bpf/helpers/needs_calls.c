/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes five calls that few programs make, one after the other, and fails at the first that is
 * refused.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/times.h>
#include <unistd.h>

#include "native.h"

int main(void)
{
	struct tms times;
	const struct {
		const char *name;
		long nr, a, b;
	} calls[] = {
		{ "getpgrp", SYS_getpgrp, 0, 0 },
		{ "getsid", SYS_getsid, 0, 0 },
		{ "sched_get_priority_max", SYS_sched_get_priority_max, 0, 0 },
		{ "times", SYS_times, (long)&times, 0 },
		{ "getpriority", SYS_getpriority, 0, 0 },
	};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (syscall(calls[i].nr, calls[i].a, calls[i].b) >= 0)
			continue;
		printf("%s: %s\n", calls[i].name, strerror(errno));
		return 1;
	}
	puts("all five");
	return 0;
}
