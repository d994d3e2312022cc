/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/time.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"

#define NS_PER_S    UINT64_C(1000000000)
#define NS_PER_MS   UINT64_C(1000000)
#define SECONDS_MAX (UINT64_MAX / NS_PER_S)

static const struct {
	const char *name;
	uint64_t ns;
} units[] = {
	{ "", NS_PER_S },	{ "ms", NS_PER_MS },	  { "s", NS_PER_S },
	{ "m", 60 * NS_PER_S }, { "h", 3600 * NS_PER_S }, { "d", 86400 * NS_PER_S },
};

static bool find_unit(const char *name, uint64_t *ret_ns)
{
	for (size_t i = 0; i < SG_ARRAY_SIZE(units); i++) {
		if (strcmp(units[i].name, name) == 0) {
			*ret_ns = units[i].ns;
			return true;
		}
	}
	return false;
}

/* "1.5h": digits, at least one of them, with one point at most, then a unit. No float: exact. */
static bool parse_number(const char *text, uint64_t *ret)
{
	const char *point = text + strspn(text, "0123456789");
	const char *fraction = *point == '.' ? point + 1 : point;
	const char *unit = fraction + strspn(fraction, "0123456789");
	size_t n_digits = (size_t)(point - text) + (size_t)(unit - fraction);
	uint64_t ns, sum = 0, weight;

	if (*point != '.')
		unit = point;
	if (n_digits == 0 || !find_unit(unit, &ns))
		return false;
	for (const char *p = text; p < point; p++) {
		sum = sum * 10 + ns * (uint64_t)(*p - '0');
		if (sum > SG_DURATION_MAX)
			return false;
	}
	weight = ns;
	for (const char *p = fraction; p < unit && weight; p++) {
		sum += weight * (uint64_t)(*p - '0') / 10;
		weight /= 10;
	}
	if (sum > SG_DURATION_MAX)
		return false;
	*ret = sum;
	return true;
}

int sg_duration_parse(const char *text, uint64_t *ret, struct sg_error *err)
{
	if (parse_number(text, ret))
		return 0;
	return sg_error_set(err, -EINVAL, "'%s' is not a duration (write 90s, 5m, 1.5h or 250ms)",
			    text);
}

/* "2026" is a year cut short, not a number of seconds: here a unit is needed. */
static bool parse_ago(const char *text, uint64_t now, uint64_t *ret)
{
	size_t n = strlen(text);
	uint64_t ago;

	if (n == 0 || !isalpha((unsigned char)text[n - 1]) || !parse_number(text, &ago) ||
	    ago >= now)
		return false;
	*ret = now - ago;
	return true;
}

static bool from_seconds(time_t seconds, uint64_t *ret)
{
	if (seconds <= 0 || (uint64_t)seconds >= SECONDS_MAX)
		return false;
	*ret = (uint64_t)seconds * NS_PER_S;
	return true;
}

/* "@1795292157.5" */
static bool parse_epoch(const char *text, uint64_t *ret)
{
	const char *end = text + strspn(text, "0123456789.");
	uint64_t ns = 0, weight = NS_PER_S;
	bool has_digit = false;

	if (*end)
		return false;
	for (; *text && *text != '.'; text++) {
		ns = ns * 10 + (uint64_t)(*text - '0');
		if (ns >= SECONDS_MAX)
			return false;
		has_digit = true;
	}
	ns *= NS_PER_S;
	if (*text == '.')
		text++;
	for (; *text && *text != '.'; text++) {
		weight /= 10;
		ns += weight * (uint64_t)(*text - '0');
		has_digit = true;
	}
	if (*text || !has_digit || ns == 0)
		return false;
	*ret = ns;
	return true;
}

static bool parse_date(const char *text, uint64_t *ret)
{
	static const char *const formats[] = {
		"%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S%z", "%Y-%m-%dT%H:%M%z",
		"%Y-%m-%d %H:%M%z",    "%Y-%m-%dT%H:%M:%S",   "%Y-%m-%d %H:%M:%S",
		"%Y-%m-%dT%H:%M",      "%Y-%m-%d %H:%M",      "%Y-%m-%d",
	};

	for (size_t i = 0; i < SG_ARRAY_SIZE(formats); i++) {
		struct tm tm = { .tm_isdst = -1 };
		const char *end = strptime(text, formats[i], &tm);
		long offset = tm.tm_gmtoff;
		int day = tm.tm_mday;
		time_t seconds;

		if (!end || *end)
			continue;
		seconds = strstr(formats[i], "%z") ? timegm(&tm) - offset : mktime(&tm);
		/* made the 2nd of March: February 30 */
		return tm.tm_mday == day && from_seconds(seconds, ret);
	}
	return false;
}

int sg_time_parse(const char *text, uint64_t now, uint64_t *ret, struct sg_error *err)
{
	if (*text == '@' ? parse_epoch(text + 1, ret)
			 : parse_date(text, ret) || parse_ago(text, now, ret))
		return 0;
	return sg_error_set(err, -EINVAL,
			    "'%s' is not a time (write '2026-11-21 20:15', '@1795292157' or '2h')",
			    text);
}
