/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/line/stamp.h"

#include <string.h>

#include "audit/line/scan.h"
#include "base/cleanup.h"

#define NSEC_PER_SEC 1000000000u
#define MAX_SECONDS  (UINT64_MAX / NSEC_PER_SEC - 1)
/* What a clock may be ahead of the reader's before a date is taken for one of the year before. */
#define SLACK_SECONDS (24u * 3600)

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

/* A number of @min to @max digits. */
static bool scan_digits(const char **p, const char *end, int min, int max, int *ret)
{
	const char *s = *p;
	int v = 0, n = 0;

	while (s < end && n < max && sg_scan_is_digit(*s)) {
		v = v * 10 + (*s++ - '0');
		n++;
	}
	if (n < min || (s < end && sg_scan_is_digit(*s)))
		return false;
	*p = s;
	*ret = v;
	return true;
}

static bool scan_char(const char **p, const char *end, char c)
{
	if (*p >= end || **p != c)
		return false;
	++*p;
	return true;
}

/* A fraction's digits as nanoseconds; those beyond the ninth are passed over. */
static bool scan_fraction(const char **p, const char *end, uint32_t *ret)
{
	static const uint32_t units[] = { 1000000000, 100000000, 10000000, 1000000, 100000,
					  10000,      1000,	 100,	   10,	    1 };
	const char *s = *p;
	uint32_t v = 0;
	size_t n = 0;

	for (; s < end && sg_scan_is_digit(*s); s++) {
		if (n < 9) {
			v = v * 10 + (uint32_t)(*s - '0');
			n++;
		}
	}
	if (n == 0)
		return false;
	*p = s;
	*ret = v * units[n];
	return true;
}

/* "20:15:57", a leap second included. */
static bool scan_clock(const char **p, const char *end, struct tm *tm)
{
	return scan_digits(p, end, 1, 2, &tm->tm_hour) && scan_char(p, end, ':') &&
	       scan_digits(p, end, 2, 2, &tm->tm_min) && scan_char(p, end, ':') &&
	       scan_digits(p, end, 2, 2, &tm->tm_sec) && tm->tm_hour < 24 && tm->tm_min < 60 &&
	       tm->tm_sec <= 60;
}

static bool set_date(struct tm *tm, int year, int month, int day)
{
	if (year < 100)
		year += year < 69 ? 2000 : 1900; /* as strptime's %y */
	if (year < 1970 || year > 2500 || month < 1 || month > 12 || day < 1 || day > 31)
		return false;
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	tm->tm_mday = day;
	tm->tm_isdst = -1;
	return true;
}

static uint64_t to_time(int64_t seconds, uint32_t nsec)
{
	if (seconds <= 0 || (uint64_t)seconds > MAX_SECONDS)
		return 0;
	return (uint64_t)seconds * NSEC_PER_SEC + nsec;
}

static int64_t from_local(const struct sg_audit_clock *clock, struct tm *tm)
{
	return clock && clock->from_local ? clock->from_local(tm) : (int64_t)timegm(tm);
}

/* Three numbers between @separator; which is what depends on the locale, and the separator tells
 * most of it. */
static bool scan_date(const char **p, const char *end, struct tm *tm)
{
	int a, b, c;
	char separator;

	if (!scan_digits(p, end, 1, 4, &a) || *p == end)
		return false;
	separator = **p;
	if (!strchr("/.-", separator) || separator == '\0')
		return false;
	if (!scan_char(p, end, separator) || !scan_digits(p, end, 1, 2, &b) ||
	    !scan_char(p, end, separator) || !scan_digits(p, end, 1, 4, &c))
		return false;
	if (a > 31 || separator == '-') /* 2026-11-21 */
		return set_date(tm, a, b, c);
	if (separator == '.' || a > 12) /* 21.11.2026, 21/11/26 */
		return set_date(tm, c, b, a);
	return set_date(tm, c, a, b); /* 11/21/26 */
}

/* "11/21/26 20:15:57.182:9" or, with the hours of some locales, "11/21/2026 08:15:57 PM.182:9". */
static bool read_date_stamp(const char *p, const char *end, const struct sg_audit_clock *clock,
			    uint64_t *ret_time, uint64_t *ret_serial)
{
	struct tm tm = { 0 };
	uint32_t nsec;

	if (!scan_date(&p, end, &tm) || !scan_char(&p, end, ' ') || !scan_clock(&p, end, &tm))
		return false;
	if (SG_SCAN_STARTS(p, end, " AM") || SG_SCAN_STARTS(p, end, " PM")) {
		tm.tm_hour = tm.tm_hour % 12 + (p[1] == 'P' ? 12 : 0);
		p += 3;
	}
	if (!scan_char(&p, end, '.') || !scan_fraction(&p, end, &nsec) ||
	    !scan_char(&p, end, ':') || !sg_scan_u64(&p, end, ret_serial) || p != end)
		return false;
	*ret_time = to_time(from_local(clock, &tm), nsec);
	return true;
}

/* Eight digits as a number, by pairs of digits, of numbers and of those; false when one is no
 * digit. */
static bool eight_digits(const char *s, uint64_t *ret)
{
	uint64_t v = sg_scan_load(s) - SG_SCAN_ALL('0');

	/* a byte below '0' borrows its top bit, one above '9' gets it by what is added */
	if (((v + SG_SCAN_ALL(0x76)) | v) & SG_SCAN_ALL(0x80))
		return false;
	v = v * 10 + (v >> 8);
	v = (v & 0x000000ff000000ff) * (100 + (UINT64_C(1000000) << 32)) +
	    (v >> 16 & 0x000000ff000000ff) * (1 + (UINT64_C(10000) << 32));
	*ret = v >> 32;
	return true;
}

/*
 * "audit(1795286882.707:672)" as the kernel prints it for some centuries: ten digits, three, and up
 * to ten. False for all else.
 */
static bool read_kernel_stamp(const char **p, const char *end, uint64_t *ret_time,
			      uint64_t *ret_serial)
{
	const char *s = *p + strlen("audit(");
	uint64_t seconds, serial;

	if (end - s < 17 || s[10] != '.' || s[14] != ':' || !eight_digits(s, &seconds) ||
	    !sg_scan_is_digit(s[8]) || !sg_scan_is_digit(s[9]) || !sg_scan_is_digit(s[11]) ||
	    !sg_scan_is_digit(s[12]) || !sg_scan_is_digit(s[13]))
		return false;
	seconds = seconds * 100 + (uint64_t)((s[8] - '0') * 10 + (s[9] - '0'));
	*ret_time = seconds * NSEC_PER_SEC +
		    (uint64_t)((s[11] - '0') * 100 + (s[12] - '0') * 10 + (s[13] - '0')) * 1000000;
	s += 15;
	if (seconds == 0 || !sg_scan_u64(&s, end, &serial) || s == end || *s != ')')
		return false;
	*ret_serial = serial;
	*p = s + 1;
	return true;
}

bool sg_audit_stamp_read(const char **p, const char *end, const struct sg_audit_clock *clock,
			 uint64_t *ret_time, uint64_t *ret_serial, bool *ret_names)
{
	const char *start = *p + strlen("audit("), *s = start;
	uint64_t seconds, serial;
	uint32_t nsec;

	if (!SG_SCAN_STARTS(*p, end, "audit("))
		return false;
	*ret_names = false;
	if (read_kernel_stamp(p, end, ret_time, ret_serial))
		return true;
	if (sg_scan_u64(&s, end, &seconds) && scan_char(&s, end, '.') &&
	    scan_fraction(&s, end, &nsec) && scan_char(&s, end, ':') &&
	    sg_scan_u64(&s, end, &serial) && scan_char(&s, end, ')') && seconds <= MAX_SECONDS) {
		*ret_time = seconds ? seconds * NSEC_PER_SEC + nsec : 0;
		*ret_serial = serial;
		*ret_names = false;
		*p = s;
		return true;
	}
	s = memchr(start, ')', (size_t)(end - start));
	if (!s || !read_date_stamp(start, s, clock, ret_time, ret_serial))
		return false;
	*ret_names = true;
	*p = s + 1;
	return true;
}

/* "Z", "+00:00", "-0530": what is to be subtracted, in seconds; none: local time. */
static bool scan_offset(const char **p, const char *end, int64_t *ret)
{
	int hours, minutes, sign;

	if (scan_char(p, end, 'Z')) {
		*ret = 0;
		return true;
	}
	if (*p == end || (**p != '+' && **p != '-'))
		return false;
	sign = **p == '-' ? -1 : 1;
	++*p;
	if (end - *p >= 4 && sg_scan_is_digit((*p)[2])) { /* hhmm */
		if (!scan_digits(p, end, 4, 4, &hours))
			return false;
		minutes = hours % 100;
		hours /= 100;
	} else if (!scan_digits(p, end, 2, 2, &hours) || !scan_char(p, end, ':') ||
		   !scan_digits(p, end, 2, 2, &minutes)) {
		return false;
	}
	*ret = sign * (hours * 3600 + minutes * 60);
	return true;
}

static uint64_t read_iso(const char *p, const char *end, const struct sg_audit_clock *clock)
{
	struct tm tm = { 0 };
	int64_t offset = 0;
	uint32_t nsec = 0;
	int year, month, day;

	if (!scan_digits(&p, end, 4, 4, &year) || !scan_char(&p, end, '-') ||
	    !scan_digits(&p, end, 2, 2, &month) || !scan_char(&p, end, '-') ||
	    !scan_digits(&p, end, 2, 2, &day) || !set_date(&tm, year, month, day))
		return 0;
	if ((!scan_char(&p, end, 'T') && !scan_char(&p, end, ' ')) || !scan_clock(&p, end, &tm))
		return 0;
	if ((scan_char(&p, end, '.') || scan_char(&p, end, ',')) && !scan_fraction(&p, end, &nsec))
		return 0;
	if (scan_offset(&p, end, &offset))
		return to_time((int64_t)timegm(&tm) - offset, nsec);
	/* journalctl -o short-full names the zone; only one name means the same everywhere */
	if (SG_SCAN_STARTS(p, end, " UTC "))
		return to_time((int64_t)timegm(&tm), nsec);
	return to_time(from_local(clock, &tm), nsec);
}

/* "Nov 21 20:16:29": the latest year that does not put it after clock->latest. */
static uint64_t read_bsd(const char *p, const char *end, const struct sg_audit_clock *clock)
{
	struct tm tm = { 0 }, latest;
	time_t latest_seconds;
	uint32_t nsec = 0;
	int month = 0, day;

	if (!clock || clock->latest == 0 || end - p < 15)
		return 0;
	while (month < 12 && memcmp(months + 3 * month, p, 3) != 0)
		month++;
	p += 3;
	if (month == 12 || !scan_char(&p, end, ' '))
		return 0;
	scan_char(&p, end, ' ');
	if (!scan_digits(&p, end, 1, 2, &day) || !scan_char(&p, end, ' ') ||
	    !scan_clock(&p, end, &tm))
		return 0;
	if (scan_char(&p, end, '.') && !scan_fraction(&p, end, &nsec))
		return 0;
	latest_seconds = (time_t)(clock->latest / NSEC_PER_SEC + SLACK_SECONDS);
	if (!gmtime_r(&latest_seconds, &latest))
		return 0;
	for (int back = 0; back <= 1; back++) {
		struct tm try = tm;
		int64_t seconds;

		if (!set_date(&try, latest.tm_year + 1900 - back, month + 1, day))
			return 0;
		seconds = from_local(clock, &try);
		if (seconds <= (int64_t)latest_seconds)
			return to_time(seconds, nsec);
	}
	return 0;
}

static uint64_t read_epoch(const char *p, const char *end)
{
	uint64_t seconds;
	uint32_t nsec;

	/* ten digits: from 2001 to 2286, so that an uptime is not taken for a date */
	if (end - p < 11 || p[10] != '.' || !sg_scan_u64(&p, end, &seconds) ||
	    !scan_char(&p, end, '.') || !scan_fraction(&p, end, &nsec))
		return 0;
	return to_time((int64_t)seconds, nsec);
}

uint64_t sg_audit_line_time(const char *line, size_t len, const struct sg_audit_clock *clock)
{
	const char *end = line + len;
	uint64_t time;

	if (len > 4 && line[3] == ' ' && sg_scan_is_digit(line[4])) {
		/* the day of the week before an ISO date, as in journalctl -o short-full */
		time = read_iso(line + 4, end, clock);
		return time ? time : read_bsd(line, end, clock);
	}
	if (len > 4 && line[3] == ' ')
		return read_bsd(line, end, clock); /* "Nov  5 …" */
	time = read_iso(line, end, clock);
	return time ? time : read_epoch(line, end);
}
