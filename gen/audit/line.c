/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/line.h"

#include <string.h>

#include "audit/origin.h"
#include "audit/scan.h"

/* Types other than 1326 are told apart only as far as their serials are to be believed. */
enum type { TYPE_NONE, TYPE_SECCOMP, TYPE_OTHER, TYPE_UNNUMBERED };

static bool is_word(const char *s, const char *end, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(end - s) == n && memcmp(s, word, n) == 0;
}

/*
 * The type's name (ausearch, auditd), its number (the kernel's log), or both (auditd when it has no
 * name). DAEMON_* are auditd's own events, with serials of its own.
 */
static enum type read_type(const char *s, const char *end)
{
	if (is_word(s, end, "SECCOMP") || is_word(s, end, "1326") ||
	    is_word(s, end, "UNKNOWN[1326]"))
		return TYPE_SECCOMP;
	if (s == end)
		return TYPE_NONE;
	return SG_SCAN_STARTS(s, end, "DAEMON_") ? TYPE_UNNUMBERED : TYPE_OTHER;
}

/*
 * The type before the stamp at @stamp: "type=SECCOMP msg=audit(…" or "type=1326 audit(…".
 * *ret_start is where it starts.
 */
static enum type find_type(const char *line, const char *stamp, const char **ret_start)
{
	const char *end = stamp, *start;

	if (end - line >= 4 && memcmp(end - 4, "msg=", 4) == 0)
		end -= 4;
	if (end == line || end[-1] != ' ')
		return TYPE_NONE;
	end--;
	start = end;
	while (start > line && start[-1] != ' ' && start[-1] != ';' && start[-1] != 'm')
		start--;
	if (!SG_SCAN_STARTS(start, end, "type="))
		return TYPE_NONE;
	*ret_start = start;
	return read_type(start + strlen("type="), end);
}

static void set_unreadable(struct sg_audit_line *ret, const char *reason)
{
	ret->kind = reason ? SG_AUDIT_UNREADABLE : SG_AUDIT_SECCOMP;
	ret->reason = reason;
}

void sg_audit_body_read(const char *text, size_t len, struct sg_audit_line *ret)
{
	set_unreadable(ret, sg_audit_fields_read(text, len, &ret->record));
}

/* From the stamp at @stamp on. */
static void read_stamped(enum type type, const char *stamp, const char *end,
			 const struct sg_audit_clock *clock, struct sg_audit_line *ret)
{
	const char *p = stamp;
	bool names;

	if (!sg_audit_stamp_read(&p, end, clock, &ret->record.time, &ret->record.serial, &names)) {
		ret->kind = type == TYPE_SECCOMP ? SG_AUDIT_UNREADABLE : SG_AUDIT_NONE;
		ret->reason = "the stamp audit(TIME:SERIAL) is malformed";
		return;
	}
	if (type != TYPE_SECCOMP) {
		ret->kind = type == TYPE_OTHER ? SG_AUDIT_OTHER : SG_AUDIT_NONE;
		return;
	}
	while (p < end && (*p == ':' || (names && *p == ' ' && p + 1 < end && p[1] == ':')))
		p++;
	if (names)
		set_unreadable(ret, sg_audit_fields_read_names(p, (size_t)(end - p), &ret->record));
	else
		set_unreadable(ret, sg_audit_fields_read(p, (size_t)(end - p), &ret->record));
}

/*
 * "audit[16915]: SECCOMP auid=…": a record as journald prints it, without a stamp. Alone in its
 * line (journalctl -o cat) it must look like a record in more than its first word.
 */
static bool read_journal_line(const char *line, const char *end, const struct sg_audit_clock *clock,
			      struct sg_audit_line *ret)
{
	const char *p = sg_scan_first(line, end, "SECCOMP ");
	const char *body = p ? p + strlen("SECCOMP ") : NULL;
	enum sg_audit_origin origin;

	if (!p || (p > line && p[-1] != ' ') || !sg_scan_first(body, end, " syscall=") ||
	    !sg_scan_first(body, end, " arch="))
		return false;
	origin = sg_audit_origin_read(line, (size_t)(p - line));
	if (origin == SG_AUDIT_ORIGIN_OTHER)
		return false; /* a sentence that holds the word */
	sg_audit_body_read(body, (size_t)(end - body), ret);
	ret->record.serial = 0;
	ret->record.time = sg_audit_line_time(line, (size_t)(p - line), clock);
	return true;
}

static void read_kmsg_names(struct sg_audit_record *rec)
{
	if (rec->comm.form == SG_AUDIT_TEXT_PLAIN)
		rec->comm.form = SG_AUDIT_TEXT_KMSG;
	if (rec->exe.form == SG_AUDIT_TEXT_PLAIN)
		rec->exe.form = SG_AUDIT_TEXT_KMSG;
}

void sg_audit_line_read(const char *line, size_t len, const struct sg_audit_clock *clock,
			struct sg_audit_line *ret)
{
	const char *end = line + len, *stamp = line, *start;
	enum sg_audit_origin origin;
	enum type type;

	if (end > line && end[-1] == '\r')
		end--;
	while ((stamp = sg_scan_first(stamp, end, "audit("))) {
		type = find_type(line, stamp, &start);
		if (type == TYPE_NONE) {
			stamp++;
			continue;
		}
		origin = sg_audit_origin_read(line, (size_t)(start - line));
		if (origin != SG_AUDIT_ORIGIN_OTHER) {
			read_stamped(type, stamp, end, clock, ret);
			if (origin == SG_AUDIT_ORIGIN_KMSG && ret->kind == SG_AUDIT_SECCOMP)
				read_kmsg_names(&ret->record);
			return;
		}
		ret->kind = type == TYPE_SECCOMP ? SG_AUDIT_FOREIGN : SG_AUDIT_NONE;
		ret->reason = "quoted by a program that is neither the kernel nor an audit daemon";
		return;
	}
	if (read_journal_line(line, end, clock, ret))
		return;
	ret->kind = sg_audit_notice_read(line, (size_t)(end - line), &ret->notice) ? SG_AUDIT_NOTICE
										   : SG_AUDIT_NONE;
}

void sg_audit_typed_line_read(const char *line, size_t len, const struct sg_audit_clock *clock,
			      struct sg_audit_line *ret)
{
	const char *end = line + len, *type = line + strlen("type="), *space;

	space = memchr(type, ' ', (size_t)(end - type));
	if (!space || !SG_SCAN_STARTS(space, end, " msg=audit(")) {
		sg_audit_line_read(line, len, clock, ret);
		return;
	}
	if (end[-1] == '\r')
		end--;
	read_stamped(read_type(type, space), space + strlen(" msg="), end, clock, ret);
}

void sg_audit_payload_read(uint32_t type, const char *text, size_t len, struct sg_audit_line *ret)
{
	const char *end = text + len;

	while (end > text && (end[-1] == '\0' || end[-1] == '\n'))
		end--;
	read_stamped(type == SG_AUDIT_TYPE_SECCOMP ? TYPE_SECCOMP : TYPE_OTHER, text, end, NULL,
		     ret);
}
