/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/stream/form.h"

#include <stdbool.h>
#include <string.h>

#include "audit/line/scan.h"

#define RECORD_SEPARATOR '\x1e' /* json-seq (RFC 7464) */
#define ESC		 '\x1b'

static const char *skip_digits(const char *p, const char *end)
{
	while (p < end && sg_scan_is_digit(*p))
		p++;
	return p;
}

/* "<5>[", as dmesg -r has it; syslog has something else after the priority. */
static bool is_raw_dmesg(const char *p, const char *end)
{
	const char *stop = skip_digits(p + 1, end);

	return stop > p + 1 && SG_SCAN_STARTS(stop, end, ">[");
}

/* "5,379,1693819333,-;" */
static bool is_kmsg(const char *p, const char *end)
{
	for (int i = 0; i < 3; i++) {
		const char *stop = skip_digits(p, end);

		if (stop == p || stop == end || *stop != ',')
			return false;
		p = stop + 1;
	}
	return true;
}

/* "kern  :notice: ", of dmesg -x: two words, each with its colon. */
static bool is_decoded(const char *p, const char *end)
{
	for (int i = 0; i < 2; i++) {
		const char *start = p;

		while (p < end && ((*p >= 'a' && *p <= 'z') || sg_scan_is_digit(*p)))
			p++;
		if (p == start)
			return false;
		while (p < end && *p == ' ')
			p++;
		if (p == end || *p++ != ':')
			return false;
	}
	return p < end && *p == ' ';
}

/* "2026-11-21T20:16:29,819333+00:00 ": system logs have a full stop there. */
static bool is_iso_dmesg(const char *p, const char *end)
{
	return end - p > 20 && p[4] == '-' && p[10] == 'T' && p[19] == ',';
}

static bool is_json(const char *p, const char *end)
{
	if (SG_SCAN_STARTS(p, end, "data: ")) /* json-sse */
		p += strlen("data: ");
	if (p < end && *p == RECORD_SEPARATOR)
		p++;
	if (p < end && *p == '[') /* an array, and not the time of a message */
		p++;
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	return p == end || *p == '{';
}

enum sg_audit_form sg_audit_form_of(const char *line, size_t len)
{
	const char *p = line, *end = line + len;

	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	if (p == end)
		return SG_AUDIT_FORM_NONE;
	if (*line == ' ' || *line == '\t')
		return SG_AUDIT_FORM_CONTINUED;
	if (SG_SCAN_STARTS(line, end, "type=") || SG_SCAN_STARTS(line, end, "node=") ||
	    SG_SCAN_STARTS(line, end, "----") || SG_SCAN_STARTS(line, end, "time->"))
		return SG_AUDIT_FORM_AUDIT_LOG;
	if (SG_SCAN_STARTS(line, end, "__CURSOR="))
		return SG_AUDIT_FORM_EXPORT;
	if (*line == '{' || *line == '[' || *line == RECORD_SEPARATOR || *line == 'd') {
		if (is_json(line, end))
			return SG_AUDIT_FORM_JSON;
	}
	if (*line == '[' || (*line == ESC && len > 1 && line[1] == '[') ||
	    (*line == '<' && is_raw_dmesg(line, end)) || is_decoded(line, end) ||
	    is_iso_dmesg(line, end))
		return SG_AUDIT_FORM_DMESG;
	return is_kmsg(line, end) ? SG_AUDIT_FORM_KMSG : SG_AUDIT_FORM_TEXT;
}
