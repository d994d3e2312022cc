/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded for crun, which gives up where it may not raise RLIMIT_MEMLOCK (no CAP_SYS_RESOURCE):
 * says that it was raised. Other limits are set as ever. crun has no use for locked memory with a
 * cgroup v2 device filter that the kernel accounts to the cgroup (Linux 5.11).
 */
#define _GNU_SOURCE
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

int setrlimit(__rlimit_resource_t resource, const struct rlimit *limit)
{
	if (resource == RLIMIT_MEMLOCK)
		return 0;
	return (int)syscall(SYS_prlimit64, 0, resource, limit, NULL);
}

int prlimit(pid_t pid, __rlimit_resource_t resource, const struct rlimit *new_limit,
	    struct rlimit *old_limit)
{
	if (resource == RLIMIT_MEMLOCK)
		new_limit = NULL;
	return (int)syscall(SYS_prlimit64, pid, resource, new_limit, old_limit);
}
