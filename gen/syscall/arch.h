/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_SYSCALL_ARCH_H
#define SG_SYSCALL_ARCH_H

#include <linux/audit.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * x32 under a token of its own: AUDIT_ARCH_X86_64 without __AUDIT_ARCH_64BIT, a value no kernel
 * uses.
 */
#define SG_ARCH_X32 (AUDIT_ARCH_X86_64 & ~(uint32_t)0x80000000u)
#define SG_X32_BIT  0x40000000u

struct sg_syscall_table;

/*
 * One row an architecture: those of the OCI runtime-spec (config-linux.md), each with its number
 * table. All strings are static and none is NULL.
 */
struct sg_arch {
	uint32_t token; /* AUDIT_ARCH_* or SG_ARCH_X32 */
	/* as `uname -m` and recordings say it: "x86_64", "i386", "x32", "aarch64", … */
	const char *name;
	/* as profiles say it: "SCMP_ARCH_X86_64", … (runtime-spec config-linux.md) */
	const char *scmp_name;
	/* as Docker's includes.arches says it: "amd64", "x86", …; @name where it has no word */
	const char *docker_arch;
	bool is_64bit; /* seccomp_data.args hold 64 bits: so for x32 and n32, whose longs do not */
	uint32_t native; /* the 64-bit token under whose kernel this one runs; itself when native */
	/* for table.c; the byte orders of an architecture share one */
	const struct sg_syscall_table *table;
};

/* Every architecture, in the order in which profiles list them; ends where the name is NULL. */
extern const struct sg_arch sg_arches[];

/* A 32-bit ABI of a 64-bit kernel whose arguments hold 64 bits nevertheless: x32 and MIPS n32. */
bool sg_arch_is_ilp32(uint32_t token);

/* NULL when the table does not know it. */
const struct sg_arch *sg_arch_by_token(uint32_t token);
const struct sg_arch *sg_arch_by_name(const char *name);
const struct sg_arch *sg_arch_by_scmp_name(const char *scmp_name);

/* The name, or for an architecture that the table lacks "0x%08x", which is put into @buf. */
#define SG_ARCH_TEXT_SIZE 11
const char *sg_arch_text(uint32_t token, char buf[SG_ARCH_TEXT_SIZE]);

#endif
