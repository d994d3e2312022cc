/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_SCAN_H
#define SG_AUDIT_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* For gen/audit/ only: bytes up to an end, with nothing behind it. */

#define SG_AUDIT_ENRICHED 0x1d /* auditd's ENRICHED format puts its own fields behind this byte */

static inline bool sg_scan_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Whether @text starts with the literal @s. */
#define SG_SCAN_STARTS(text, end, s) \
	((size_t)((end) - (text)) >= sizeof(s) - 1 && memcmp((text), (s), sizeof(s) - 1) == 0)

/* One or more decimal digits at *p, which is moved behind them; false on none and on overflow. */
static inline bool sg_scan_u64(const char **p, const char *end, uint64_t *ret)
{
	const char *start = *p, *s = start;
	uint64_t v = 0;

	while (s < end && sg_scan_is_digit(*s)) {
		unsigned int digit = (unsigned int)(*s - '0');

		/* nineteen digits cannot overflow */
		if (s - start >= 19 && (v > UINT64_MAX / 10 || v * 10 > UINT64_MAX - digit))
			return false;
		v = v * 10 + digit;
		s++;
	}
	if (s == start)
		return false;
	*p = s;
	*ret = v;
	return true;
}

static inline int sg_scan_hex_digit(char c)
{
	if (sg_scan_is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* One to eight hexadecimal digits at *p, which is moved behind them. */
static inline bool sg_scan_hex32(const char **p, const char *end, uint32_t *ret)
{
	const char *s = *p;
	uint32_t v = 0;
	int digit;

	while (s < end && (digit = sg_scan_hex_digit(*s)) >= 0) {
		if (s - *p >= 8)
			return false;
		v = v << 4 | (uint32_t)digit;
		s++;
	}
	if (s == *p)
		return false;
	*p = s;
	*ret = v;
	return true;
}

/* The last place of the literal @needle in a text; NULL when there is none. */
static inline const char *sg_scan_last(const char *text, const char *end, const char *needle)
{
	size_t n = strlen(needle);

	if (n == 0 || (size_t)(end - text) < n)
		return NULL;
	for (size_t i = (size_t)(end - text) - n + 1; i-- > 0;) {
		if (text[i] == *needle && memcmp(text + i, needle, n) == 0)
			return text + i;
	}
	return NULL;
}

/* The first place of the literal @needle in a text; NULL when there is none. */
static inline const char *sg_scan_first(const char *text, const char *end, const char *needle)
{
	return memmem(text, (size_t)(end - text), needle, strlen(needle));
}

#endif
