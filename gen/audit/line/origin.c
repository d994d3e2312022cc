/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/line/origin.h"

#include <string.h>

#include "audit/line/scan.h"
#include "base/cleanup.h"

#define HEAD_MAX 512 /* a host name of 255 bytes and the longest stamp fit twice */
#define ESC	 '\x1b'

/* The identifiers under which audit records reach a system log, other than the kernel's own. */
static const char *const daemons[] = {
	"audit",	 /* journald's audit transport */
	"auditd",	 /* the daemon itself */
	"audispd",	 /* its dispatcher's syslog plugin, to 3.0 */
	"audisp-syslog", /* since 3.0 */
	"tag_audit_log", /* rsyslog's imfile on audit.log, in many a vendor's guide */
};

/* The head without the colours of dmesg, which are ESC [ … m. */
static size_t without_colours(const char *head, size_t len, char *buf)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (head[i] == ESC && i + 1 < len && head[i + 1] == '[') {
			while (i < len && head[i] != 'm')
				i++;
			continue;
		}
		buf[n++] = head[i];
	}
	return n;
}

static const char *trim(const char *s, const char *end)
{
	while (end > s && end[-1] == ' ')
		end--;
	return end;
}

static bool is_one_of(const char *s, const char *end, const char *set)
{
	while (s < end && strchr(set, *s) && *s != '\0')
		s++;
	return s == end;
}

/* The start of the last word, words being parted by spaces. */
static const char *last_word(const char *s, const char *end)
{
	while (end > s && end[-1] != ' ')
		end--;
	return end;
}

/* Drop the word at the end, and the blanks before it, if it is one that starts with @prefix. */
static const char *drop_word(const char *s, const char *end, const char *prefix)
{
	const char *stop = trim(s, end), *word = last_word(s, stop);
	size_t n = strlen(prefix);

	return (size_t)(stop - word) > n && memcmp(word, prefix, n) == 0 ? trim(s, word) : end;
}

/* Drop the kernel's "audit:", right after printk's stamp or the ';' of /dev/kmsg, or a word of its
 * own. */
static const char *drop_audit(const char *s, const char *end, bool *ret_dropped)
{
	const char *stop = trim(s, end);

	*ret_dropped = stop - s >= 6 && memcmp(stop - 6, "audit:", 6) == 0 &&
		       (stop - s == 6 || strchr(" ];>", stop[-7]));
	return *ret_dropped ? stop - 6 : end;
}

/* Drop what stands in brackets at the end, if all of it is of @set. */
static const char *drop_brackets(const char *s, const char *end, const char *set)
{
	const char *stop = trim(s, end), *open;

	if (stop == s || stop[-1] != ']')
		return end;
	open = memrchr(s, '[', (size_t)(stop - s));
	if (!open || (open > s && !strchr(" ]>", open[-1])) || !is_one_of(open + 1, stop - 1, set))
		return end;
	return open;
}

/* Drop printk's caller, "[  T123]", where the kernel is made to say it. */
static const char *drop_caller(const char *s, const char *end)
{
	return drop_brackets(s, end, " TC0123456789");
}

/* Drop the time of printk or dmesg: "[ 1693.819333]", "[Sat Nov 21 20:16:29 2026]". */
static const char *drop_time(const char *s, const char *end)
{
	return drop_brackets(s, end,
			     "0123456789 .:+-<>,ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			     "abcdefghijklmnopqrstuvwxyz");
}

/* Syslog's priority: the kernel's facility is 0, and the kernel lets no program log under it. */
static bool is_kernel_priority(uint64_t priority)
{
	return priority < 8;
}

/* "5,379,1693819333,-;" */
static bool is_kernel_kmsg(const char *s, const char *end)
{
	uint64_t priority, ignored;

	return sg_scan_u64(&s, end, &priority) && s < end && *s++ == ',' &&
	       sg_scan_u64(&s, end, &ignored) && s < end && *s++ == ',' &&
	       sg_scan_u64(&s, end, &ignored) && is_kernel_priority(priority);
}

static bool is_daemon(const char *s, const char *end)
{
	for (size_t i = 0; i < SG_ARRAY_SIZE(daemons); i++) {
		size_t n = strlen(daemons[i]);

		if ((size_t)(end - s) == n && memcmp(s, daemons[i], n) == 0)
			return true;
	}
	return false;
}

/* Who has that name in a system log; @has_pid: a process's number stands with it, and the kernel is
 * none. */
static enum sg_audit_origin_kind by_name(const char *s, const char *end, bool has_pid)
{
	if (end - s == 6 && memcmp(s, "kernel", 6) == 0)
		return has_pid ? SG_AUDIT_ORIGIN_OTHER : SG_AUDIT_ORIGIN_KERNEL_TAG;
	return is_daemon(s, end) ? SG_AUDIT_ORIGIN_DAEMON_TAG : SG_AUDIT_ORIGIN_OTHER;
}

/* RFC 5424 after its version: "TIME HOST APP PROCID MSGID DATA ". */
static enum sg_audit_origin_kind by_5424(const char *s, const char *end)
{
	const char *words[5];

	for (size_t i = 0; i < SG_ARRAY_SIZE(words); i++) {
		words[i] = s;
		s = memchr(s, ' ', (size_t)(end - s));
		if (!s)
			return SG_AUDIT_ORIGIN_OTHER;
		s++;
	}
	return by_name(words[2], words[3] - 1, *words[3] != '-');
}

/* Whether the word before the tag is busybox syslogd's "user.notice": of another facility. */
static bool is_other_facility(const char *s, const char *end)
{
	static const char *const facilities[] = { "user.",   "mail.", "daemon.", "auth.",
						  "syslog.", "lpr.",  "news.",	 "uucp.",
						  "cron.",   "ftp.",  "local",	 "authpriv." };
	const char *stop = trim(s, end), *word = last_word(s, stop);

	for (size_t i = 0; i < SG_ARRAY_SIZE(facilities); i++) {
		if ((size_t)(stop - word) > strlen(facilities[i]) &&
		    memcmp(word, facilities[i], strlen(facilities[i])) == 0 &&
		    memchr(word, '.', (size_t)(stop - word)))
			return true;
	}
	return false;
}

/* "Nov 21 20:16:29 host kernel:", "… host audit[16915]:": the tag is the only word with a colon at
 * its end. */
static enum sg_audit_origin_kind by_tag(const char *s, const char *end)
{
	const char *tag, *stop = end - 1, *open;
	enum sg_audit_origin_kind kind;
	bool has_pid = false;

	if (end[-1] != ':' || memmem(s, (size_t)(end - s), ": ", 2) ||
	    memchr(s, '"', (size_t)(end - s)) || memchr(s, '=', (size_t)(end - s)))
		return SG_AUDIT_ORIGIN_OTHER;
	tag = last_word(s, stop);
	if (stop > tag && stop[-1] == ']') {
		open = memrchr(tag, '[', (size_t)(stop - tag));
		if (!open || !is_one_of(open + 1, stop - 1, "0123456789"))
			return SG_AUDIT_ORIGIN_OTHER;
		stop = open;
		has_pid = true;
	}
	kind = by_name(tag, stop, has_pid);
	if (kind == SG_AUDIT_ORIGIN_KERNEL_TAG && is_other_facility(s, tag))
		return SG_AUDIT_ORIGIN_OTHER;
	return kind;
}

/* "kern  :notice:", as dmesg -x has it. */
static bool is_decoded_facility(const char *s, const char *end)
{
	if (!SG_SCAN_STARTS(s, end, "kern "))
		return false;
	s += strlen("kern");
	while (s < end && *s == ' ')
		s++;
	return s < end && is_one_of(s, end, " :abcdefghijklmnopqrstuvwxyz") && end[-1] == ':';
}

/* "2026-11-21T20:16:29,819333+00:00" alone, as dmesg --time-format iso has it; after a facility
 * with -x. */
static bool is_bare_time(const char *s, const char *end)
{
	return end - s >= 20 && s[10] == 'T' && s[19] == ',' &&
	       is_one_of(s, end, "0123456789T:.,+-Z");
}

static const char *drop_bare_time(const char *s, const char *end)
{
	const char *word = last_word(s, trim(s, end));

	return is_bare_time(word, trim(s, end)) ? trim(s, word) : end;
}

/* From @s to @end, without the blanks at either side. */
static void set_stamp(struct sg_audit_origin *origin, const char *s, const char *end)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	end = trim(s, end);
	while (s < end && *s == ' ')
		s++;
	if (s == end)
		return;
	origin->is_stamp_fine =
		memchr(s, '.', (size_t)(end - s)) || memchr(s, ',', (size_t)(end - s));
	origin->is_no_later = sg_scan_first(s, end, "+0.000000") != NULL;
	for (; s < end; s++)
		hash = (hash ^ (unsigned char)*s) * UINT64_C(1099511628211);
	origin->stamp = hash | 1;
}

/* What stands before the stamps: a priority, a facility, or the head of a system log. */
static void read_rest(const char *s, const char *end, struct sg_audit_origin *ret)
{
	bool is_kernel = true;
	uint64_t priority;

	if (s < end && *s == '<') {
		s++;
		if (!sg_scan_u64(&s, end, &priority) || s == end || *s++ != '>')
			return;
		is_kernel = is_kernel_priority(priority);
		if (SG_SCAN_STARTS(s, end, "1 "))
			ret->kind = by_5424(s + 2, end);
		else if (s < end)
			ret->kind = by_tag(s, end);
		else
			ret->kind = SG_AUDIT_ORIGIN_PRINTK;
	} else if (s == end || is_decoded_facility(s, end)) {
		ret->kind = SG_AUDIT_ORIGIN_PRINTK;
	} else {
		ret->kind = by_tag(s, end);
	}
	if (!is_kernel && ret->kind != SG_AUDIT_ORIGIN_DAEMON_TAG)
		ret->kind = SG_AUDIT_ORIGIN_OTHER;
}

void sg_audit_origin_read(const char *head, size_t len, struct sg_audit_origin *ret)
{
	char buf[HEAD_MAX];
	const char *s = buf, *end, *stop;

	*ret = (struct sg_audit_origin){ .kind = SG_AUDIT_ORIGIN_OTHER };
	if (len > sizeof(buf))
		return;
	end = buf + without_colours(head, len, buf);
	/* no head starts with a blank: it is the second line of a message, under its first */
	if (s < end && (*s == ' ' || *s == '\t'))
		return;
	end = drop_audit(s, end, &ret->says_audit);
	if (!ret->says_audit) {
		stop = drop_word(s, end, "node=");
		if (stop != end && stop == s) {
			ret->kind = SG_AUDIT_ORIGIN_NODE;
			return;
		}
		end = stop;
	}
	if (trim(s, end) == s) {
		ret->kind = SG_AUDIT_ORIGIN_NONE;
		return;
	}
	/* one time: a second one is the start of somebody's text */
	stop = trim(s, drop_caller(s, end));
	end = drop_time(s, stop);
	if (end == stop)
		end = drop_bare_time(s, stop);
	set_stamp(ret, end, stop);
	end = trim(s, end);
	if (end > s && end[-1] == ';') {
		const char *word = last_word(s, end);

		if (!is_kernel_kmsg(word, end))
			return;
		set_stamp(ret, word, end);
		end = trim(s, word);
		ret->is_kmsg = true;
	}
	read_rest(s, end, ret);
}
