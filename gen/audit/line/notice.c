/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/line/notice.h"

#include "audit/line/scan.h"
#include "base/cleanup.h"

enum place {
	NO_NUMBER,
	NUMBER_AFTER, /* the text */
	NUMBER_BEFORE,
};

static const struct {
	const char *text;
	const char *before; /* what must stand somewhere before the text */
	const char *unless; /* what must not; NULL: anything may */
	const char *sender; /* how the daemon's name starts; NULL: the kernel */
	enum place place;
	enum sg_loss loss;
	enum sg_audit_count meaning;
} notices[] = {
	/*
	 * lib/ratelimit.c. printk_ratelimit() is one limit for many callers, and the name in the
	 * line is of the caller that came next, so what was suppressed can be audit records whoever
	 * is named. Only net_ratelimit() is known to have a limit of its own.
	 */
	{ " callbacks suppressed", "", "net_ratelimit", NULL, NUMBER_BEFORE,
	  SG_LOSS_AUDIT_SUPPRESSED, SG_AUDIT_COUNT_NEW },
	/*
	 * audit_log_lost() in kernel/audit.c prints the total, at most once a second, and why,
	 * which names one of those that the total counts; the reason comes through printk's rate
	 * limit.
	 */
	{ "audit_lost=", "audit: ", NULL, NULL, NUMBER_AFTER, SG_LOSS_AUDIT_LOST,
	  SG_AUDIT_COUNT_TOTAL },
	{ "rate limit exceeded", "audit: ", NULL, NULL, NO_NUMBER, SG_LOSS_AUDIT_LOST,
	  SG_AUDIT_COUNT_REASON },
	{ "backlog limit exceeded", "audit: ", NULL, NULL, NO_NUMBER, SG_LOSS_AUDIT_LOST,
	  SG_AUDIT_COUNT_REASON },
	{ "queue overflow", "audit: ", NULL, NULL, NO_NUMBER, SG_LOSS_AUDIT_LOST,
	  SG_AUDIT_COUNT_REASON },
	{ "out of memory in audit_log_start", "audit: ", NULL, NULL, NO_NUMBER, SG_LOSS_AUDIT_LOST,
	  SG_AUDIT_COUNT_REASON },
	/* auditd (its own words, to syslog): what it could not write is nowhere counted */
	{ "Audit daemon is suspending logging", "", NULL, "auditd", NO_NUMBER, SG_LOSS_AUDIT_LOST,
	  SG_AUDIT_COUNT_NEW },
	{ "queue to plugins is full - dropping event", "", NULL, "audi", NO_NUMBER,
	  SG_LOSS_AUDIT_LOST, SG_AUDIT_COUNT_NEW },
	/* journald and rsyslog, of lines of the kernel's that they had no room for */
	{ " kernel messages", "Missed ", NULL, "systemd-journald", NUMBER_BEFORE,
	  SG_LOSS_AUDIT_SUPPRESSED, SG_AUDIT_COUNT_NEW },
	{ "Forwarding to syslog missed ", "", NULL, "systemd-journald", NUMBER_AFTER,
	  SG_LOSS_AUDIT_SUPPRESSED, SG_AUDIT_COUNT_NEW },
	{ "/dev/kmsg buffer overrun, some messages lost", "", NULL, "systemd-journald", NO_NUMBER,
	  SG_LOSS_AUDIT_SUPPRESSED, SG_AUDIT_COUNT_NEW },
	{ " messages lost due to rate-limiting", "imjournal: ", NULL, "rsyslogd", NUMBER_BEFORE,
	  SG_LOSS_AUDIT_SUPPRESSED, SG_AUDIT_COUNT_NEW },
};

/* Whether one of the rows can fit at all: nearly no line gets further. */
static bool may_be_notice(const char *line, const char *end)
{
	return sg_scan_first(line, end, "callbacks") || sg_scan_first(line, end, "messages") ||
	       sg_scan_first(line, end, "udit");
}

/* Whether what stands before the first colon of a line ends in the name of that daemon: "Nov 21
 * 20:37:00 vm systemd-journald[88]: …"; or nothing does, as in the journal's own fields. */
static bool is_sender(const char *line, const char *end, const char *sender)
{
	const char *colon = sg_scan_first(line, end, ": "), *name = colon;

	if (!colon || *line == ' ')
		return !colon && *line != ' ';
	while (name > line && name[-1] != ' ')
		name--;
	return (size_t)(colon - name) >= strlen(sender) &&
	       memcmp(name, sender, strlen(sender)) == 0;
}

/* Where the kernel's own words start: at its "audit: ", or at the "NAME: " of the caller whose
 * messages were held back. */
static const char *own_words(const char *line, const char *text, const char *before)
{
	const char *p = *before ? sg_scan_last(line, text, before) : sg_scan_last(line, text, ": ");

	if (!p)
		return text;
	while (!*before && p > line && p[-1] != ' ' && p[-1] != ';' && p[-1] != ']')
		p--;
	return p;
}

static uint64_t number_before(const char *line, const char *p)
{
	const char *start = p;
	uint64_t v;

	while (start > line && sg_scan_is_digit(start[-1]))
		start--;
	return sg_scan_u64(&start, p, &v) ? v : 1;
}

bool sg_audit_notice_read(const char *line, size_t len, struct sg_audit_notice *ret)
{
	const char *end = line + len, *p, *after;
	uint64_t v;

	if (!may_be_notice(line, end))
		return false;
	for (size_t i = 0; i < SG_ARRAY_SIZE(notices); i++) {
		p = sg_scan_first(line, end, notices[i].text);
		if (!p || !sg_scan_first(line, p, notices[i].before) ||
		    (notices[i].unless && sg_scan_first(line, p, notices[i].unless)))
			continue;
		if (notices[i].sender && !is_sender(line, p, notices[i].sender))
			continue;
		ret->sender_is_kernel = !notices[i].sender;
		ret->head_len = (size_t)(own_words(line, p, notices[i].before) - line);
		after = p + strlen(notices[i].text);
		ret->loss = notices[i].loss;
		ret->meaning = notices[i].meaning;
		ret->count = 1;
		if (notices[i].place == NUMBER_BEFORE)
			ret->count = number_before(line, p);
		else if (notices[i].place == NUMBER_AFTER && sg_scan_u64(&after, end, &v))
			ret->count = v;
		return true;
	}
	return false;
}
