/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/arch.h"

#include <errno.h>
#include <linux/audit.h>
#include <string.h>
#include <sys/utsname.h>

#include "syscall/arch.h"

int sg_native_arch(uint32_t *ret, struct sg_error *err)
{
	const struct sg_arch *arch;
	struct utsname uts;

	if (uname(&uts) < 0)
		return sg_error_set(err, -errno, "uname: %s", strerror(errno));
	arch = sg_arch_by_name(uts.machine);
	/* what a 32-bit personality says; the kernel below it is what counts */
	if (!arch && uts.machine[0] == 'i' && strcmp(uts.machine + 2, "86") == 0)
		arch = sg_arch_by_token(AUDIT_ARCH_I386);
	if (!arch && strncmp(uts.machine, "arm", 3) == 0)
		arch = sg_arch_by_token(AUDIT_ARCH_ARM);
	if (!arch)
		return sg_error_set(err, -EOPNOTSUPP,
				    "this machine's architecture %s is not in the table: give one "
				    "with --arch",
				    uts.machine);
	*ret = arch->native;
	return 0;
}
