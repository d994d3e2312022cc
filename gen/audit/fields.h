/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_FIELDS_H
#define SG_AUDIT_FIELDS_H

#include <linux/audit.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/record.h"
#include "syscall/arch.h"

/* For gen/audit/ only: what the readers of a record's fields share. */

/*
 * The call of an arch= and a syscall=. x32 has x86_64's architecture and bit 30 set in the number;
 * negative numbers have that bit too.
 */
static inline struct sg_syscall_id sg_audit_call(uint32_t arch, uint32_t nr)
{
	if (arch == AUDIT_ARCH_X86_64 && (nr & 0xc0000000u) == SG_X32_BIT)
		return (struct sg_syscall_id){ SG_ARCH_X32, nr & ~SG_X32_BIT };
	return (struct sg_syscall_id){ arch, nr };
}

/*
 * A name: quoted, or in hexadecimal; "(null)" and "?" where the kernel had none. Other bytes are
 * taken as they stand.
 */
void sg_audit_text_read(const char *s, const char *end, struct sg_audit_text *ret);

/*
 * sg_audit_fields_read() for exactly what the kernel prints, several times as fast: its fields in
 * its order (audit_seccomp() in kernel/auditsc.c), numbers as numbers, and nothing behind them but
 * ENRICHED fields. False for everything else, for what is wrong as well; @ret is undefined then.
 */
bool sg_audit_fields_read_kernel(const char *text, size_t len, struct sg_audit_record *ret);

#endif
