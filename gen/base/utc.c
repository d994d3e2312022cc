/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utc.h"

#include <inttypes.h>

#define NS_PER_S  1000000000u
#define NS_PER_MS 1000000u

/* @separator stands between date and time. */
static void add_second(struct sg_strbuf *out, uint64_t ns, char separator)
{
	uint64_t seconds = ns / NS_PER_S, of_day = seconds % 86400;
	/* years are counted from March, so that the leap day is the last of a year */
	uint64_t days = seconds / 86400 + 719468;	      /* since 0000-03-01 */
	uint64_t era = days / 146097, of_era = days % 146097; /* 400 years each */
	uint64_t of_era_year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	uint64_t of_year = of_era - (365 * of_era_year + of_era_year / 4 - of_era_year / 100);
	uint64_t march = (5 * of_year + 2) / 153; /* months since March */
	uint64_t day = of_year - (153 * march + 2) / 5 + 1;
	uint64_t month = march < 10 ? march + 3 : march - 9;
	uint64_t year = era * 400 + of_era_year + (month <= 2);

	sg_strbuf_printf(out, "%04" PRIu64 "-%02" PRIu64 "-%02" PRIu64 "%c", year, month, day,
			 separator);
	sg_strbuf_printf(out, "%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64, of_day / 3600,
			 of_day / 60 % 60, of_day % 60);
}

void sg_utc_exact(struct sg_strbuf *out, uint64_t ns)
{
	add_second(out, ns, 'T');
	sg_strbuf_printf(out, ".%09uZ", (unsigned int)(ns % NS_PER_S));
}

void sg_utc_second(struct sg_strbuf *out, uint64_t ns)
{
	add_second(out, ns, 'T');
	sg_strbuf_add_char(out, 'Z');
}

void sg_utc_text(struct sg_strbuf *out, uint64_t ns)
{
	if (ns == 0) {
		sg_strbuf_add_char(out, '-');
		return;
	}
	add_second(out, ns, ' ');
	sg_strbuf_printf(out, ".%03u UTC", (unsigned int)(ns % NS_PER_S / NS_PER_MS));
}

void sg_duration_text(struct sg_strbuf *out, uint64_t ns)
{
	uint64_t s = ns / NS_PER_S;

	if (s < 10)
		sg_strbuf_printf(out, "%" PRIu64 ".%03u s", s,
				 (unsigned int)(ns % NS_PER_S / NS_PER_MS));
	else if (s < 60)
		sg_strbuf_printf(out, "%" PRIu64 ".%01u s", s,
				 (unsigned int)(ns % NS_PER_S / (100 * NS_PER_MS)));
	else if (s < 3600)
		sg_strbuf_printf(out, "%" PRIu64 " min %" PRIu64 " s", s / 60, s % 60);
	else
		sg_strbuf_printf(out, "%" PRIu64 " h %" PRIu64 " min", s / 3600, s / 60 % 60);
}
