/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/origin.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "audit/scan.h"
#include "base/cleanup.h"

#define HEAD_MAX     512 /* a host name of 255 bytes and the longest stamp fit twice */
#define BRACKETS_MAX 3	 /* "[time][caller]" of printk, and one to spare */
#define ESC	     '\x1b'

/* The identifiers under which the kernel's own lines and audit records reach a system log. */
static const char *const trusted[] = {
	"kernel",	 /* syslogd, journald */
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

/* Drop "node=NAME", which auditd puts before a record, and "audit:", which the kernel does. */
static const char *drop_own_prefix(const char *s, const char *end)
{
	const char *stop = trim(s, end), *word = last_word(s, stop);

	if (SG_SCAN_STARTS(word, stop, "node="))
		stop = trim(s, word);
	/* right behind its caller's stamp or the ';' of /dev/kmsg, or as a word of its own */
	if (stop - s >= 6 && memcmp(stop - 6, "audit:", 6) == 0 &&
	    (stop - s == 6 || strchr(" ];>", stop[-7])))
		stop -= 6;
	return stop;
}

/* Drop the stamps of printk and dmesg: "[ 1693.819333]", "[Sat Nov 21 20:16:29 2026]", "[  T123]".
 */
static const char *drop_brackets(const char *s, const char *end)
{
	for (int i = 0; i < BRACKETS_MAX; i++) {
		const char *stop = trim(s, end), *open;

		if (stop == s || stop[-1] != ']')
			return end;
		open = memrchr(s, '[', (size_t)(stop - s));
		if (!open || (open > s && !strchr(" ]>", open[-1])) ||
		    !is_one_of(open + 1, stop - 1,
			       "0123456789 .:+-<>,ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz"))
			return end;
		end = open;
	}
	return end;
}

/* Syslog's priority: the kernel's facility is 0, and no program can log under it. */
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

static bool is_trusted(const char *s, const char *end)
{
	for (size_t i = 0; i < SG_ARRAY_SIZE(trusted); i++) {
		size_t n = strlen(trusted[i]);

		if ((size_t)(end - s) == n && memcmp(s, trusted[i], n) == 0)
			return true;
	}
	return false;
}

/* RFC 5424 behind its version: "TIME HOST APP PROCID MSGID DATA ". */
static bool is_trusted_5424(const char *s, const char *end)
{
	for (int word = 0; word < 3; word++) {
		const char *space = memchr(s, ' ', (size_t)(end - s));

		if (!space)
			return false;
		if (word == 2)
			return is_trusted(s, space);
		s = space + 1;
	}
	return false;
}

/* "Nov 21 20:16:29 host kernel:", "… host audit[16915]:": the tag is the only word with a colon at
 * its end. */
static bool is_trusted_tag(const char *s, const char *end)
{
	const char *tag, *stop = end - 1, *open;

	if (end[-1] != ':' || memmem(s, (size_t)(end - s), ": ", 2) ||
	    memchr(s, '"', (size_t)(end - s)) || memchr(s, '=', (size_t)(end - s)))
		return false;
	tag = last_word(s, stop);
	if (stop > tag && stop[-1] == ']') {
		open = memrchr(tag, '[', (size_t)(stop - tag));
		if (!open || !is_one_of(open + 1, stop - 1, "0123456789"))
			return false;
		stop = open;
	}
	return is_trusted(tag, stop);
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

/* "2026-11-21T20:16:29,819333+00:00" alone, as dmesg --time-format iso has it. */
static bool is_bare_time(const char *s, const char *end)
{
	return end - s >= 19 && s[10] == 'T' && is_one_of(s, end, "0123456789T:.,+-Z");
}

enum sg_audit_origin sg_audit_origin_read(const char *head, size_t len)
{
	char buf[HEAD_MAX];
	const char *s = buf, *end;
	enum sg_audit_origin kernel = SG_AUDIT_ORIGIN_AUDIT;
	uint64_t priority;

	if (len == 0)
		return SG_AUDIT_ORIGIN_AUDIT;
	if (len > sizeof(buf))
		return SG_AUDIT_ORIGIN_OTHER;
	end = buf + without_colours(head, len, buf);
	end = drop_own_prefix(s, end);
	end = trim(s, drop_brackets(s, end));
	if (end > s && end[-1] == ';') {
		const char *word = last_word(s, end);

		if (!is_kernel_kmsg(word, end))
			return SG_AUDIT_ORIGIN_OTHER;
		end = trim(s, word);
		kernel = SG_AUDIT_ORIGIN_KMSG;
	}
	if (end > s && *s == '<') {
		s++;
		if (!sg_scan_u64(&s, end, &priority) || s == end || *s++ != '>')
			return SG_AUDIT_ORIGIN_OTHER;
		if (s == end)
			return is_kernel_priority(priority) ? kernel : SG_AUDIT_ORIGIN_OTHER;
		if (SG_SCAN_STARTS(s, end, "1 "))
			return is_trusted_5424(s + 2, end) ? kernel : SG_AUDIT_ORIGIN_OTHER;
	}
	if (s == end || is_bare_time(s, end) || is_decoded_facility(s, end) ||
	    is_trusted_tag(s, end))
		return kernel;
	return SG_AUDIT_ORIGIN_OTHER;
}
