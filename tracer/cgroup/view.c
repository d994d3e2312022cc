/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroup/view.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "origin/proc.h"

#define INITIAL_PID_NS 0xEFFFFFFCu /* PROC_PID_INIT_INO, linux/proc_ns.h */
#define PF_KTHREAD     0x00200000  /* linux/sched.h */

static bool are_we_in_the_initial(void)
{
	struct stat st;

	return stat("/proc/self/ns/pid", &st) == 0 && st.st_ino == INITIAL_PID_NS;
}

/* Only the initial namespace has kernel threads, whose parent is process 2 there. */
static bool is_proc_of_the_initial(void)
{
	_cleanup_fclose_ FILE *stat = fopen("/proc/2/stat", "re");
	uint32_t flags;
	char line[1024];

	return stat && fgets(line, sizeof(line), stat) && sg_proc_stat_flags(line, &flags) &&
	       flags & PF_KTHREAD;
}

/* Numbers of ours that /proc knows: one for each namespace from its own down to ours. */
static unsigned int count_own_numbers(void)
{
	_cleanup_fclose_ FILE *status = fopen("/proc/self/status", "re");
	char line[256];

	while (status && fgets(line, sizeof(line), status)) {
		unsigned int n = sg_proc_status_count(line, "NSpid");

		if (n)
			return n;
	}
	return 0;
}

enum sg_view sg_view(void)
{
	switch (count_own_numbers()) {
	case 1:
		return are_we_in_the_initial() ? SG_VIEW_ALL : SG_VIEW_OURS;
	case 0:
		return SG_VIEW_NONE;
	default:
		return is_proc_of_the_initial() ? SG_VIEW_PROC : SG_VIEW_NONE;
	}
}
