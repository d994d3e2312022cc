/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/notice.h"

#include "audit/scan.h"
#include "base/cleanup.h"

enum place {
	NO_NUMBER,
	NUMBER_BEHIND, /* the text */
	NUMBER_BEFORE,
};

static const struct {
	const char *text;
	const char *before; /* what must stand somewhere before the text */
	const char *unless; /* what must not; NULL: anything may */
	enum place place;
	enum sg_loss loss;
	enum sg_audit_count meaning;
} notices[] = {
	/*
	 * lib/ratelimit.c. printk_ratelimit() is one limit for many callers, and the name in the
	 * line is of the caller that came next, so what was suppressed can be audit records whoever
	 * is named. Only net_ratelimit() is known to have a limit of its own.
	 */
	{ " callbacks suppressed", "", "net_ratelimit", NUMBER_BEFORE, SG_LOSS_AUDIT_SUPPRESSED,
	  SG_AUDIT_COUNT_NEW },
	/*
	 * audit_log_lost() in kernel/audit.c prints the total, at most once a second, and why,
	 * which names one of those that the total counts; the reason comes through printk's rate
	 * limit.
	 */
	{ "audit_lost=", "", NULL, NUMBER_BEHIND, SG_LOSS_AUDIT_LOST, SG_AUDIT_COUNT_TOTAL },
	{ "rate limit exceeded", "audit: ", NULL, NO_NUMBER, SG_LOSS_AUDIT_LOST,
	  SG_AUDIT_COUNT_REASON },
	{ "backlog limit exceeded", "audit: ", NULL, NO_NUMBER, SG_LOSS_AUDIT_LOST,
	  SG_AUDIT_COUNT_REASON },
	{ "queue overflow", "audit: ", NULL, NO_NUMBER, SG_LOSS_AUDIT_LOST, SG_AUDIT_COUNT_REASON },
	{ "out of memory in audit_log_start", "audit: ", NULL, NO_NUMBER, SG_LOSS_AUDIT_LOST,
	  SG_AUDIT_COUNT_REASON },
	/* auditd (its own words, to syslog): what it could not write is nowhere counted */
	{ "Audit daemon is suspending logging", "", NULL, NO_NUMBER, SG_LOSS_AUDIT_LOST,
	  SG_AUDIT_COUNT_NEW },
	{ "queue to plugins is full - dropping event", "audit", NULL, NO_NUMBER, SG_LOSS_AUDIT_LOST,
	  SG_AUDIT_COUNT_NEW },
	/* journald and rsyslog, of lines of the kernel's that they had no room for */
	{ " kernel messages", "Missed ", NULL, NUMBER_BEFORE, SG_LOSS_AUDIT_SUPPRESSED,
	  SG_AUDIT_COUNT_NEW },
	{ "Forwarding to syslog missed ", "", NULL, NUMBER_BEHIND, SG_LOSS_AUDIT_SUPPRESSED,
	  SG_AUDIT_COUNT_NEW },
	{ "/dev/kmsg buffer overrun, some messages lost", "", NULL, NO_NUMBER,
	  SG_LOSS_AUDIT_SUPPRESSED, SG_AUDIT_COUNT_NEW },
	{ " messages lost due to rate-limiting", "imjournal: ", NULL, NUMBER_BEFORE,
	  SG_LOSS_AUDIT_SUPPRESSED, SG_AUDIT_COUNT_NEW },
};

/* Whether one of the rows can fit at all: nearly no line gets further. */
static bool may_be_notice(const char *line, const char *end)
{
	return sg_scan_first(line, end, "callbacks") || sg_scan_first(line, end, "messages") ||
	       sg_scan_first(line, end, "udit");
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
	const char *end = line + len, *p, *behind;
	uint64_t v;

	if (!may_be_notice(line, end))
		return false;
	for (size_t i = 0; i < SG_ARRAY_SIZE(notices); i++) {
		p = sg_scan_first(line, end, notices[i].text);
		if (!p || !sg_scan_first(line, p, notices[i].before) ||
		    (notices[i].unless && sg_scan_first(line, p, notices[i].unless)))
			continue;
		behind = p + strlen(notices[i].text);
		ret->loss = notices[i].loss;
		ret->meaning = notices[i].meaning;
		ret->count = 1;
		if (notices[i].place == NUMBER_BEFORE)
			ret->count = number_before(line, p);
		else if (notices[i].place == NUMBER_BEHIND && sg_scan_u64(&behind, end, &v))
			ret->count = v;
		return true;
	}
	return false;
}
