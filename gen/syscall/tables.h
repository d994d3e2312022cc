/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_SYSCALL_TABLES_H
#define SG_SYSCALL_TABLES_H

#include <stddef.h>
#include <stdint.h>

/*
 * What scripts/gen-syscall-table makes of gen/syscall/data/; for arch.c and table.c only, everybody
 * else asks table.h. All storage is static and read-only.
 */

struct sg_syscall_row {
	uint32_t nr;
	uint16_t name; /* index into sg_syscall_names[] */
};

struct sg_syscall_table {
	const struct sg_syscall_row *rows; /* by ascending number */
	const uint16_t *by_name;	   /* indices into rows, by ascending name */
	size_t n;
};

/* Every name that any table has, once, in the order of strcmp(). */
extern const char *const sg_syscall_names[];
extern const size_t sg_syscall_n_names;

/* Parallel to sg_syscall_names[]: the Linux version that brought the call, NULL up to 4.15. */
extern const char *const sg_syscall_versions[];

/* The highest of them. */
extern const char *const sg_syscall_newest_version;

/* One a file of data/; an architecture whose byte orders share their numbers has one table for
 * both. */
extern const struct sg_syscall_table sg_syscall_table_x86_64;
extern const struct sg_syscall_table sg_syscall_table_i386;
extern const struct sg_syscall_table sg_syscall_table_x32;
extern const struct sg_syscall_table sg_syscall_table_aarch64;
extern const struct sg_syscall_table sg_syscall_table_arm;
extern const struct sg_syscall_table sg_syscall_table_riscv64;
extern const struct sg_syscall_table sg_syscall_table_ppc64;
extern const struct sg_syscall_table sg_syscall_table_ppc;
extern const struct sg_syscall_table sg_syscall_table_s390x;
extern const struct sg_syscall_table sg_syscall_table_s390;
extern const struct sg_syscall_table sg_syscall_table_loongarch64;
extern const struct sg_syscall_table sg_syscall_table_mips;
extern const struct sg_syscall_table sg_syscall_table_mips64;
extern const struct sg_syscall_table sg_syscall_table_mips64n32;
extern const struct sg_syscall_table sg_syscall_table_parisc;
extern const struct sg_syscall_table sg_syscall_table_parisc64;
extern const struct sg_syscall_table sg_syscall_table_m68k;
extern const struct sg_syscall_table sg_syscall_table_sh;

#endif
