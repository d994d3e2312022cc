/* SPDX-License-Identifier: Apache-2.0 */
#include "infer/fallback.h"

#include <stddef.h>

#include "base/cleanup.h"
#include "syscall/arch.h"

#define X86_64	AUDIT_ARCH_X86_64
#define I386	AUDIT_ARCH_I386
#define X32	SG_ARCH_X32
#define AARCH64 AUDIT_ARCH_AARCH64
#define RISCV64 AUDIT_ARCH_RISCV64
#define PPC64LE AUDIT_ARCH_PPC64LE
#define S390X	AUDIT_ARCH_S390X

#define VDSO_TIME "vDSO function: a real call under another clock source, or for CPU-time clocks"

/*
 * Which vDSO has which function: vdso(7), and for getrandom Linux 6.11, 6.12 and 6.16. The rows
 * without architectures name calls that exist only where they apply (sigreturn, the *64 of 32-bit
 * architectures).
 */
const struct sg_fallback sg_fallbacks[] = {
	{ "restart_syscall",
	  { 0 },
	  "injected by the kernel: how a call continues after a stop, a freeze or a signal" },
	{ "rt_sigreturn", { 0 }, "injected by the kernel: the return from a signal handler" },
	{ "sigreturn",
	  { 0 },
	  "injected by the kernel: the return from a signal handler without SA_SIGINFO" },
	{ "exit", { 0 }, "the end of a thread, which may come after the recording's" },
	{ "exit_group", { 0 }, "the end of a process, which may come after the recording's" },
	{ "clock_gettime", { 0 }, VDSO_TIME },
	{ "clock_gettime64", { 0 }, VDSO_TIME },
	{ "clock_getres", { 0 }, VDSO_TIME },
	{ "clock_getres_time64", { 0 }, VDSO_TIME },
	{ "gettimeofday", { 0 }, VDSO_TIME },
	{ "time", { X86_64, I386, X32, PPC64LE }, VDSO_TIME },
	{ "getcpu",
	  { X86_64, I386, X32, RISCV64, PPC64LE, S390X },
	  "vDSO function: a real call where the vDSO is off or too old for it" },
	{ "getrandom",
	  { X86_64, AARCH64, RISCV64, PPC64LE, S390X },
	  "vDSO function since Linux 6.11: a real call on older kernels and before a reseed" },
	{ "riscv_hwprobe",
	  { RISCV64 },
	  "vDSO function: a real call for keys that the vDSO does not cache" },
	{ NULL, { 0 }, NULL },
};

bool sg_fallback_applies(const struct sg_fallback *fallback, uint32_t arch)
{
	if (!fallback->arches[0])
		return true;
	for (size_t i = 0; i < SG_ARRAY_SIZE(fallback->arches) && fallback->arches[i]; i++) {
		if (fallback->arches[i] == arch)
			return true;
	}
	return false;
}
