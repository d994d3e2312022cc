/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_LINE_RECORD_H
#define SG_AUDIT_LINE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "syscall/syscall_id.h"

/*
 * Audit record 1326 (AUDIT_SECCOMP, linux/audit.h): one call on which a seccomp filter decided. The
 * kernel writes it in audit_seccomp() (kernel/auditsc.c); what surrounds its text is the business
 * of line.h. Nothing here allocates, and nothing looks beyond the bytes it is given.
 */
#define SG_AUDIT_TYPE_SECCOMP 1326u

/* How the bytes of a name are to be read. */
enum sg_audit_text_form {
	SG_AUDIT_TEXT_NONE,  /* not given, or "(null)" */
	SG_AUDIT_TEXT_PLAIN, /* as they stand */
	SG_AUDIT_TEXT_HEX,   /* two digits a byte: the name held a space, a quote, a control or
				non-ASCII byte */
	SG_AUDIT_TEXT_KMSG,  /* as they stand but for \xNN, as /dev/kmsg prints a backslash */
};

/* A program's name or path, borrowed from the line. */
struct sg_audit_text {
	const char *data;
	size_t len;
	enum sg_audit_text_form form;
};

struct sg_audit_record {
	uint64_t time;	 /* nanoseconds since the epoch; 0: not known */
	uint64_t serial; /* of the audit event, counted from boot; 0: not known */
	uint32_t pid;	 /* the process (tgid) in the initial pid namespace; 0: not known */
	uint32_t code;	 /* SECCOMP_RET_* with its data bits, which the kernel leaves out */
	struct sg_syscall_id id;
	int32_t sig;	  /* 31 when the kernel killed; 0 otherwise */
	bool is_compat;	  /* in_compat_syscall() */
	bool has_names;	  /* as `ausearch -i` writes it: names in place of numbers */
	bool is_any_kill; /* "kill" of `ausearch -i`: code is KILL_THREAD, but it may be
			     KILL_PROCESS */
	struct sg_audit_text comm, exe;
};

/*
 * Read the fields that follow the stamp, in any order, passing over those it does not know. Numbers
 * may be names where arch= or syscall= holds no number. @ret's time and serial are left as they
 * are.
 *
 * Returns NULL, or why the record cannot be read (static; @ret is then undefined): a field is
 * missing, malformed or given twice, or a name is not known.
 */
const char *sg_audit_fields_read(const char *text, size_t len, struct sg_audit_record *ret);

/*
 * The same for the form of `ausearch -i`, in which neither comm nor exe is quoted, so that either
 * can hold what looks like further fields: they are distinguished by the kernel's order of fields.
 */
const char *sg_audit_fields_read_names(const char *text, size_t len, struct sg_audit_record *ret);

/*
 * Decode into @buf, at most @size - 1 bytes and a NUL; a NUL within the name ends it. Returns the
 * length.
 */
size_t sg_audit_text_copy(const struct sg_audit_text *text, char *buf, size_t size);

/* Whether the decoded name is @s. */
bool sg_audit_text_is(const struct sg_audit_text *text, const char *s);

#endif
