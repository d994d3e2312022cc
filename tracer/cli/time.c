/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/time.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"

#define NSEC_PER_SEC UINT64_C(1000000000)
#define SECONDS_MAX  (UINT64_MAX / NSEC_PER_SEC)

static bool from_seconds(double seconds, uint64_t *ret)
{
	if (!(seconds > 0) || seconds >= (double)SECONDS_MAX)
		return false;
	*ret = (uint64_t)seconds * NSEC_PER_SEC +
	       (uint64_t)((seconds - (double)(uint64_t)seconds) * (double)NSEC_PER_SEC);
	return true;
}

static bool parse_span(const char *text, uint64_t *ret)
{
	static const struct {
		char unit;
		double seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	struct timespec now;
	char *end;
	double n = strtod(text, &end);

	if (end == text || n < 0 || !*end || end[1])
		return false;
	clock_gettime(CLOCK_REALTIME, &now);
	for (size_t i = 0; i < SG_ARRAY_SIZE(units); i++) {
		if (units[i].unit == *end)
			return from_seconds((double)now.tv_sec - n * units[i].seconds, ret);
	}
	return false;
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
		return tm.tm_mday == day && from_seconds((double)seconds, ret);
	}
	return false;
}

int sg_when_parse(const char *text, uint64_t *ret, struct sg_error *err)
{
	char *end;

	if (*text == '@') {
		double seconds = strtod(text + 1, &end);

		if (end != text + 1 && !*end && from_seconds(seconds, ret))
			return 0;
	} else if (parse_date(text, ret) || parse_span(text, ret)) {
		return 0;
	}
	return sg_error_set(err, -EINVAL,
			    "'%s' is not a time (write '2026-11-21 20:15', '@1795292157' or '2h')",
			    text);
}
