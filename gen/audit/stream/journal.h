/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_STREAM_JOURNAL_H
#define SG_AUDIT_STREAM_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/line/line.h"

/*
 * For gen/audit/ only: an entry of the journal, whose record is spread over fields
 * (systemd.journal-fields(7)): journald takes audit records from netlink (_TRANSPORT=audit) and
 * once more from the kernel's log (_TRANSPORT=kernel). Fields with a leading underscore are
 * journald's own; no program can forge them. `dmesg -J` is read in the same way.
 */
enum sg_audit_transport {
	SG_AUDIT_TRANSPORT_UNKNOWN, /* not given, as in dmesg -J and with --output-fields */
	SG_AUDIT_TRANSPORT_KERNEL,
	SG_AUDIT_TRANSPORT_AUDIT,
	SG_AUDIT_TRANSPORT_DRIVER, /* journald itself */
	SG_AUDIT_TRANSPORT_OTHER,
};

struct sg_audit_entry {
	const char *message; /* borrowed; NULL: there is none */
	size_t message_len;
	bool is_dmesg;	   /* the message is a member of dmesg's */
	bool has_facility; /* of syslog: of the kernel's log, where processes write as well */
	bool is_kern;	   /* it is the kernel's, under which the kernel lets no process write */
	bool is_root;	   /* _UID=0 */
	enum sg_audit_transport transport;
	uint32_t type; /* _AUDIT_TYPE; 0: not given */
	uint64_t serial;
	uint64_t source_time, time; /* of the sender, of journald; nanoseconds */
};

/*
 * Take a field if it is one of those above. The bytes of MESSAGE are moved to @store, of which the
 * caller makes sure that it holds @len; others are read at once.
 */
void sg_audit_entry_set(struct sg_audit_entry *entry, const char *key, size_t key_len,
			const char *value, size_t len, char *store);

/*
 * Take the members of a JSON object, or a part of one as json-pretty puts it on a line; false when
 * it is malformed, and then some of them are missing. @store holds at least @len bytes.
 */
bool sg_audit_entry_set_json(struct sg_audit_entry *entry, const char *json, size_t len,
			     char *store);

/* Classify the entry as sg_audit_line_read() does a line. Names are borrowed from its message. */
void sg_audit_entry_read(const struct sg_audit_entry *entry, const struct sg_audit_clock *clock,
			 struct sg_audit_line *ret);

#endif
