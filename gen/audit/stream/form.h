/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_STREAM_FORM_H
#define SG_AUDIT_STREAM_FORM_H

#include <stddef.h>

/*
 * For gen/audit/ only: what kind of log a line is of, by how it starts. A log is of one kind from
 * its first line to its last: in a log where programs' messages stand without a head (journalctl -o
 * cat, dmesg -t), or beneath the first line of a message, a line can look like one of any kind.
 */
enum sg_audit_form {
	SG_AUDIT_FORM_NONE,	 /* an empty line: it says nothing */
	SG_AUDIT_FORM_CONTINUED, /* a line that starts with a blank: it belongs to the one before */
	SG_AUDIT_FORM_AUDIT_LOG, /* auditd's, ausearch's */
	SG_AUDIT_FORM_DMESG,
	SG_AUDIT_FORM_KMSG,
	SG_AUDIT_FORM_JSON,   /* of the journal, or of dmesg */
	SG_AUDIT_FORM_EXPORT, /* the journal's */
	SG_AUDIT_FORM_TEXT,   /* of a system log, or whatever */
};

enum sg_audit_form sg_audit_form_of(const char *line, size_t len);

#endif
