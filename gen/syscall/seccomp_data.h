/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_SYSCALL_SECCOMP_DATA_H
#define SG_SYSCALL_SECCOMP_DATA_H

#include <stdint.h>

#include "syscall/syscall_id.h"

/* What a filter sees of a call: struct seccomp_data of linux/seccomp.h, with the number
 * unsigned. */
struct sg_seccomp_data {
	uint32_t nr;   /* with bit 30 set for x32 */
	uint32_t arch; /* AUDIT_ARCH_*; x86_64 for x32 */
	uint64_t instruction_pointer;
	uint64_t args[6];
};

/* The call that @data is, with x32 under its own architecture. */
struct sg_syscall_id sg_seccomp_data_id(const struct sg_seccomp_data *data);
/* The other way round: @ret_data's number and architecture as a filter sees them. */
void sg_seccomp_data_set_id(struct sg_seccomp_data *data, struct sg_syscall_id id);

#endif
