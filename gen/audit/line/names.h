/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_LINE_NAMES_H
#define SG_AUDIT_LINE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* For gen/audit/ only: the words that auparse (`ausearch -i`) puts in place of numbers. */

/* "log", "errno", … Words for both kinds of killing give KILL_THREAD and *ret_any_kill. */
bool sg_audit_code_by_name(const char *s, size_t len, uint32_t *ret_code, bool *ret_any_kill);

/* Whether the kernel has an action of that word: SECCOMP_RET_* with data only where it means
 * something. */
bool sg_audit_code_is_valid(uint32_t code);

/*
 * "x86_64", "armeb" (which is auparse's word for little-endian EABI), "unknown-elf-type(c00000f3)".
 * *ret_foreign: the architecture is one that auparse did not know. It then takes call names from
 * the table of the machine on which it runs, so that only numbers can be believed (seen with
 * auparse 3.0.9).
 */
bool sg_audit_arch_by_name(const char *s, size_t len, uint32_t *ret_token, bool *ret_foreign);

/*
 * The number of a call: "getuid", or a number in brackets after "unknown-syscall". @is_foreign:
 * names are not to be believed.
 */
bool sg_audit_syscall_by_name(uint32_t arch, bool is_foreign, const char *s, size_t len,
			      int64_t *ret_nr);

/* "SIGSYS", "SIG0". Others give 0: nothing rests on them. */
int32_t sg_audit_signal_by_name(const char *s, size_t len);

#endif
