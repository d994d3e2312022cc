/* SPDX-License-Identifier: Apache-2.0 */
#include "syscall/seccomp_data.h"

#include "syscall/arch.h"

struct sg_syscall_id sg_seccomp_data_id(const struct sg_seccomp_data *data)
{
	/* -1 is what a tracer leaves to skip a call, not a number of x32 */
	if (data->arch == AUDIT_ARCH_X86_64 && data->nr & SG_X32_BIT && data->nr != UINT32_MAX)
		return (struct sg_syscall_id){ SG_ARCH_X32, data->nr & ~SG_X32_BIT };
	return (struct sg_syscall_id){ data->arch, data->nr };
}

void sg_seccomp_data_set_id(struct sg_seccomp_data *data, struct sg_syscall_id id)
{
	bool is_x32 = id.arch == SG_ARCH_X32;

	data->arch = is_x32 ? (uint32_t)AUDIT_ARCH_X86_64 : id.arch;
	data->nr = is_x32 ? id.nr | SG_X32_BIT : id.nr;
}
