/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/line/line.h"

#include <string.h>

#include "audit/line/origin.h"
#include "audit/line/scan.h"

/* Types other than 1326 are distinguished only as far as their serials are to be believed. */
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

/* AUDIT_USER and what linux/audit.h has for trusted applications: the kernel makes records of these
 * for whoever has CAP_AUDIT_WRITE. */
static bool is_users_type(const char *s, const char *end)
{
	uint64_t n;

	return sg_scan_u64(&s, end, &n) && s == end &&
	       ((n >= 1100 && n <= 1199) || (n >= 2100 && n <= 2999));
}

/* What stands before a stamp. */
struct found {
	enum type type;
	const char *start; /* of "type=" */
	bool has_msg; /* "type=SECCOMP msg=audit(…", as auditd writes; else "type=1326 audit(…" */
	bool is_users;
};

static enum type find_type(const char *line, const char *stamp, struct found *ret)
{
	const char *end = stamp, *start;

	ret->has_msg = end - line >= 4 && memcmp(end - 4, "msg=", 4) == 0;
	if (ret->has_msg)
		end -= 4;
	if (end == line || end[-1] != ' ')
		return TYPE_NONE;
	end--;
	start = end;
	while (start > line && start[-1] != ' ' && start[-1] != ';' && start[-1] != 'm')
		start--;
	if (!SG_SCAN_STARTS(start, end, "type="))
		return TYPE_NONE;
	ret->start = start;
	start += strlen("type=");
	ret->is_users = !ret->has_msg && is_users_type(start, end);
	return ret->type = read_type(start, end);
}

/*
 * Whether the head is one that the kernel's, or auditd's, form of a record stands after. The
 * kernel puts "audit: " before its form (kauditd_printk_skb() in kernel/audit.c); where it is
 * missing, the line is a further one of somebody's message.
 */
static bool is_its_head(const struct sg_audit_origin *origin, const struct found *found)
{
	switch (origin->kind) {
	case SG_AUDIT_ORIGIN_NONE:
		return origin->says_audit != found->has_msg;
	case SG_AUDIT_ORIGIN_PRINTK:
	case SG_AUDIT_ORIGIN_KERNEL_TAG:
		return origin->says_audit && !found->has_msg;
	case SG_AUDIT_ORIGIN_NODE:
	case SG_AUDIT_ORIGIN_DAEMON_TAG:
		return found->has_msg;
	case SG_AUDIT_ORIGIN_OTHER:
		break;
	}
	return false;
}

/* Without a name only audit.log's form says something: of the file that it is in, see stream.c. */
static bool is_unverified(const struct sg_audit_origin *origin, bool has_msg)
{
	return origin->kind == SG_AUDIT_ORIGIN_KERNEL_TAG ||
	       origin->kind == SG_AUDIT_ORIGIN_DAEMON_TAG ||
	       (origin->kind == SG_AUDIT_ORIGIN_NONE && !has_msg);
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
 * "audit[16915]: SECCOMP auid=…": a record as journald prints it, without a stamp, and so does
 * whoever calls himself audit. Alone in its line (journalctl -o cat) it must look like a record in
 * more than its first word.
 */
static bool read_journal_line(const char *line, const char *end, const struct sg_audit_clock *clock,
			      struct sg_audit_line *ret)
{
	const char *p = sg_scan_first(line, end, "SECCOMP ");
	const char *body = p ? p + strlen("SECCOMP ") : NULL;

	if (!p || (p > line && p[-1] != ' ') || !sg_scan_first(body, end, " syscall=") ||
	    !sg_scan_first(body, end, " arch="))
		return false;
	sg_audit_origin_read(line, (size_t)(p - line), &ret->origin);
	if (ret->origin.says_audit || (ret->origin.kind != SG_AUDIT_ORIGIN_DAEMON_TAG &&
				       ret->origin.kind != SG_AUDIT_ORIGIN_NONE))
		return false; /* a sentence that holds the word */
	sg_audit_body_read(body, (size_t)(end - body), ret);
	ret->is_unverified = true;
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

static void clear(struct sg_audit_line *ret)
{
	ret->is_unverified = ret->is_users = false;
	ret->origin = (struct sg_audit_origin){ .kind = SG_AUDIT_ORIGIN_NONE };
}

static void read_notice(const char *line, const char *end, struct sg_audit_line *ret)
{
	ret->kind = SG_AUDIT_NONE;
	if (!sg_audit_notice_read(line, (size_t)(end - line), &ret->notice))
		return;
	if (ret->notice.sender_is_kernel)
		sg_audit_origin_read(line, ret->notice.head_len, &ret->origin);
	else /* a daemon's, by its name */
		ret->origin = (struct sg_audit_origin){ .kind = SG_AUDIT_ORIGIN_DAEMON_TAG };
	if (ret->origin.kind == SG_AUDIT_ORIGIN_OTHER || ret->origin.kind == SG_AUDIT_ORIGIN_NODE)
		return; /* somebody quotes it, or wants it to be believed */
	ret->is_unverified = is_unverified(&ret->origin, false);
	ret->kind = SG_AUDIT_NOTICE;
}

void sg_audit_line_read(const char *line, size_t len, const struct sg_audit_clock *clock,
			struct sg_audit_line *ret)
{
	const char *end = line + len, *stamp = line;
	struct found found;

	clear(ret);
	if (end > line && end[-1] == '\r')
		end--;
	while ((stamp = sg_scan_first(stamp, end, "audit("))) {
		if (find_type(line, stamp, &found) == TYPE_NONE) {
			stamp++;
			continue;
		}
		sg_audit_origin_read(line, (size_t)(found.start - line), &ret->origin);
		if (is_its_head(&ret->origin, &found)) {
			read_stamped(found.type, stamp, end, clock, ret);
			ret->is_users = found.is_users;
			ret->is_unverified = is_unverified(&ret->origin, found.has_msg);
			if (ret->origin.is_kmsg && ret->kind == SG_AUDIT_SECCOMP)
				read_kmsg_names(&ret->record);
			return;
		}
		ret->kind = found.type == TYPE_SECCOMP ? SG_AUDIT_FOREIGN : SG_AUDIT_NONE;
		ret->reason = "quoted by a program that is neither the kernel nor an audit daemon";
		return;
	}
	if (!read_journal_line(line, end, clock, ret))
		read_notice(line, end, ret);
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
	clear(ret);
	if (end[-1] == '\r')
		end--;
	read_stamped(read_type(type, space), space + strlen(" msg="), end, clock, ret);
}

void sg_audit_payload_read(uint32_t type, const char *text, size_t len, struct sg_audit_line *ret)
{
	const char *end = text + len;

	clear(ret);
	while (end > text && (end[-1] == '\0' || end[-1] == '\n'))
		end--;
	read_stamped(type == SG_AUDIT_TYPE_SECCOMP ? TYPE_SECCOMP : TYPE_OTHER, text, end, NULL,
		     ret);
}
