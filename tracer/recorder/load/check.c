/* SPDX-License-Identifier: Apache-2.0 */
/* Whether this process and this kernel can record at all. */
#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "recorder/load/private.h"
#include "recorder/recorder.h"

int sg_recorder_load_failed(int code, struct sg_error *err)
{
	if (code == -EPERM || code == -EACCES)
		return sg_error_set(
			err, -EPERM,
			"load the kernel half: permission denied: CAP_BPF and CAP_PERFMON "
			"(or CAP_SYS_ADMIN) are needed; run it as root");
	return sg_error_set(
		err, code,
		"load the kernel half: %s (SECCOMP_GEN_DEBUG=1 shows the verifier's log)",
		strerror(-code));
}

static bool has_capability(unsigned int cap)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, data) < 0)
		return true; /* the kernel's own answer will do */
	return data[CAP_TO_INDEX(cap)].effective & CAP_TO_MASK(cap);
}

int sg_recorder_check(struct sg_error *err)
{
	if (!has_capability(CAP_SYS_ADMIN) &&
	    !(has_capability(CAP_BPF) && has_capability(CAP_PERFMON)))
		return sg_recorder_load_failed(-EPERM, err);
	if (access("/sys/kernel/btf/vmlinux", R_OK) == 0)
		return 0;
	if (errno == EACCES)
		return sg_recorder_load_failed(-EPERM, err);
	return sg_error_set(
		err, -ENOTSUP,
		"load the kernel half: no kernel BTF at /sys/kernel/btf/vmlinux: the kernel "
		"must be built with CONFIG_DEBUG_INFO_BTF=y (Linux 5.10 or later)");
}
