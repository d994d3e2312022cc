/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_LINE_LINE_H
#define SG_AUDIT_LINE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/line/notice.h"
#include "audit/line/origin.h"
#include "audit/line/record.h"
#include "audit/line/stamp.h"

/*
 * One line of a log, in any of the forms in which audit records are met: audit.log (RAW and
 * ENRICHED), ausearch (raw and -i), syslog and kern.log (RFC 3164, RFC 5424, ISO stamps), dmesg,
 * /dev/kmsg, journalctl -o short and cat. JSON and the journal's export format are the business of
 * journal.h.
 */
enum sg_audit_kind {
	SG_AUDIT_NONE,	  /* nothing of the audit trail */
	SG_AUDIT_OTHER,	  /* an audit record of another type; .record holds its time and serial */
	SG_AUDIT_SECCOMP, /* a record 1326 */
	SG_AUDIT_NOTICE,  /* somebody says that records were lost */
	SG_AUDIT_UNREADABLE, /* a record 1326 that cannot be read; .reason says why */
	/*
	 * A record 1326 within what a program other than the kernel or an audit daemon wrote;
	 * .reason says so. A log that quotes such a record must not become a profile that allows
	 * the call.
	 */
	SG_AUDIT_FOREIGN,
};

struct sg_audit_line {
	enum sg_audit_kind kind;
	struct sg_audit_record record; /* its names are borrowed from the line */
	struct sg_audit_notice notice;
	const char *reason; /* static */
	/*
	 * Nothing in the line tells it from one that any program could have had logged: what it
	 * holds is evidence only for somebody who knows who can write to that log.
	 */
	bool is_unverified;
	/*
	 * .is_users: a record that the kernel made of a program's own message (AUDIT_USER, types
	 * 1100 to 1199 and 2100 to 2999), which can hold newlines; .origin has the stamp that its
	 * further lines share.
	 */
	bool is_users;
	struct sg_audit_origin origin;
};

/*
 * Classify a line, without its newline; a CR at its end is passed over. @clock may be NULL.
 * Cannot fail; all of @ret that .kind does not name is undefined, but for .is_unverified, .is_users
 * and .origin.
 */
void sg_audit_line_read(const char *line, size_t len, const struct sg_audit_clock *clock,
			struct sg_audit_line *ret);

/*
 * The same for a line of audit.log, faster: one that starts with "type=".
 */
void sg_audit_typed_line_read(const char *line, size_t len, const struct sg_audit_clock *clock,
			      struct sg_audit_line *ret);

/*
 * The same for a record as it comes from the audit netlink socket: the text after the header
 * ("audit(…): …", trailing NULs and newlines allowed) and nlmsg_type.
 */
void sg_audit_payload_read(uint32_t type, const char *text, size_t len, struct sg_audit_line *ret);

/*
 * The same for the text of a record whose stamp stands elsewhere, as journald keeps it ("SECCOMP
 * auid=…" without its first word). Sets .kind, .record but for time and serial, .reason.
 */
void sg_audit_body_read(const char *text, size_t len, struct sg_audit_line *ret);

#endif
