/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_SYSCALL_SYSCALL_ID_H
#define SG_SYSCALL_SYSCALL_ID_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What a system call is: a number alone is ambiguous (i386, x32, arm64 compat).
 *
 * @arch: AUDIT_ARCH_* of linux/audit.h, with one exception: x32 has no AUDIT_ARCH of its own
 *        (seccomp_data.arch says x86_64 and bit 30 of the number is set,
 *        arch/x86/entry/common.c), so it is SG_ARCH_X32 here.
 * @nr:   the number within that architecture's table; for x32 without bit 30.
 */
struct sg_syscall_id {
	uint32_t arch;
	uint32_t nr;
};

static inline bool sg_syscall_id_equal(struct sg_syscall_id a, struct sg_syscall_id b)
{
	return a.arch == b.arch && a.nr == b.nr;
}

/* Order by architecture, then number; <0, 0, >0. */
static inline int sg_syscall_id_compare(struct sg_syscall_id a, struct sg_syscall_id b)
{
	if (a.arch != b.arch)
		return a.arch < b.arch ? -1 : 1;
	if (a.nr != b.nr)
		return a.nr < b.nr ? -1 : 1;
	return 0;
}

#endif
