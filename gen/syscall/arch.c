/* SPDX-License-Identifier: Apache-2.0 */
#include "syscall/arch.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "syscall/tables.h"

/* linux/audit.h has it since Linux 5.17; EM_LOONGARCH is 258. */
#ifndef AUDIT_ARCH_LOONGARCH64
#define AUDIT_ARCH_LOONGARCH64 (258u | __AUDIT_ARCH_64BIT | __AUDIT_ARCH_LE)
#endif

#define ROW(token_, name_, scmp_, docker_, is_64bit_, native_, table_)                        \
	{                                                                                     \
		.token = (uint32_t)(token_), .name = name_, .scmp_name = "SCMP_ARCH_" scmp_,  \
		.docker_arch = docker_, .is_64bit = is_64bit_, .native = (uint32_t)(native_), \
		.table = &sg_syscall_table_##table_,                                          \
	}

/* clang-format off */
const struct sg_arch sg_arches[] = {
	ROW(AUDIT_ARCH_X86_64, "x86_64", "X86_64", "amd64", true, AUDIT_ARCH_X86_64, x86_64),
	ROW(AUDIT_ARCH_I386, "i386", "X86", "x86", false, AUDIT_ARCH_X86_64, i386),
	ROW(SG_ARCH_X32, "x32", "X32", "x32", true, AUDIT_ARCH_X86_64, x32),
	ROW(AUDIT_ARCH_AARCH64, "aarch64", "AARCH64", "arm64", true, AUDIT_ARCH_AARCH64, aarch64),
	ROW(AUDIT_ARCH_ARM, "arm", "ARM", "arm", false, AUDIT_ARCH_AARCH64, arm),
	ROW(AUDIT_ARCH_MIPS64, "mips64", "MIPS64", "mips64", true, AUDIT_ARCH_MIPS64, mips64),
	ROW(AUDIT_ARCH_MIPS, "mips", "MIPS", "mips", false, AUDIT_ARCH_MIPS64, mips),
	ROW(AUDIT_ARCH_MIPS64N32, "mips64n32", "MIPS64N32", "mips64n32", true, AUDIT_ARCH_MIPS64, mips64n32),
	ROW(AUDIT_ARCH_MIPSEL64, "mipsel64", "MIPSEL64", "mipsel64", true, AUDIT_ARCH_MIPSEL64, mips64),
	ROW(AUDIT_ARCH_MIPSEL, "mipsel", "MIPSEL", "mipsel", false, AUDIT_ARCH_MIPSEL64, mips),
	/* moby spells this one so (seccomp_linux.go, goToNative). */
	ROW(AUDIT_ARCH_MIPSEL64N32, "mipsel64n32", "MIPSEL64N32", "mips3l64n32", true, AUDIT_ARCH_MIPSEL64, mips64n32),
	ROW(AUDIT_ARCH_S390X, "s390x", "S390X", "s390x", true, AUDIT_ARCH_S390X, s390x),
	ROW(AUDIT_ARCH_S390, "s390", "S390", "s390", false, AUDIT_ARCH_S390X, s390),
	ROW(AUDIT_ARCH_PPC64LE, "ppc64le", "PPC64LE", "ppc64le", true, AUDIT_ARCH_PPC64LE, ppc64),
	ROW(AUDIT_ARCH_PPC64, "ppc64", "PPC64", "ppc64", true, AUDIT_ARCH_PPC64, ppc64),
	ROW(AUDIT_ARCH_PPC, "ppc", "PPC", "ppc", false, AUDIT_ARCH_PPC64, ppc),
	ROW(AUDIT_ARCH_RISCV64, "riscv64", "RISCV64", "riscv64", true, AUDIT_ARCH_RISCV64, riscv64),
	ROW(AUDIT_ARCH_LOONGARCH64, "loongarch64", "LOONGARCH64", "loongarch64", true, AUDIT_ARCH_LOONGARCH64, loongarch64),
	ROW(AUDIT_ARCH_PARISC64, "parisc64", "PARISC64", "parisc64", true, AUDIT_ARCH_PARISC64, parisc64),
	ROW(AUDIT_ARCH_PARISC, "parisc", "PARISC", "parisc", false, AUDIT_ARCH_PARISC64, parisc),
	ROW(AUDIT_ARCH_M68K, "m68k", "M68K", "m68k", false, AUDIT_ARCH_M68K, m68k),
	ROW(AUDIT_ARCH_SHEL, "sh", "SH", "sh", false, AUDIT_ARCH_SHEL, sh),
	ROW(AUDIT_ARCH_SH, "sheb", "SHEB", "sheb", false, AUDIT_ARCH_SH, sh),
	{ .name = NULL },
};
/* clang-format on */

bool sg_arch_is_ilp32(uint32_t token)
{
	return token == SG_ARCH_X32 || token == AUDIT_ARCH_MIPS64N32 ||
	       token == AUDIT_ARCH_MIPSEL64N32;
}

const struct sg_arch *sg_arch_by_token(uint32_t token)
{
	for (const struct sg_arch *arch = sg_arches; arch->name; arch++) {
		if (arch->token == token)
			return arch;
	}
	return NULL;
}

const struct sg_arch *sg_arch_by_name(const char *name)
{
	for (const struct sg_arch *arch = sg_arches; arch->name; arch++) {
		if (strcmp(arch->name, name) == 0)
			return arch;
	}
	return NULL;
}

const struct sg_arch *sg_arch_by_scmp_name(const char *scmp_name)
{
	for (const struct sg_arch *arch = sg_arches; arch->name; arch++) {
		if (strcmp(arch->scmp_name, scmp_name) == 0)
			return arch;
	}
	return NULL;
}

const char *sg_arch_text(uint32_t token, char buf[SG_ARCH_TEXT_SIZE])
{
	const struct sg_arch *arch = sg_arch_by_token(token);

	if (arch)
		return arch->name;
	snprintf(buf, SG_ARCH_TEXT_SIZE, "0x%08" PRIx32, token);
	return buf;
}
