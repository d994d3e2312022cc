/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_LINE_SCAN_H
#define SG_AUDIT_LINE_SCAN_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* For gen/audit/ only: bytes up to an end, with nothing after it. */

#define SG_AUDIT_ENRICHED 0x1d /* auditd's ENRICHED format puts its own fields after this byte */

static inline bool sg_scan_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Whether @text starts with the literal @s. */
#define SG_SCAN_STARTS(text, end, s) \
	((size_t)((end) - (text)) >= sizeof(s) - 1 && memcmp((text), (s), sizeof(s) - 1) == 0)

/* One or more decimal digits at *p, which is moved after them; false on none and on overflow. */
static inline bool sg_scan_u64(const char **p, const char *end, uint64_t *ret)
{
	const char *start = *p, *s = start;
	/* nineteen digits cannot overflow, so most numbers need no check a digit */
	const char *safe = end - s > 19 ? s + 19 : end;
	uint64_t v = 0;

	while (s < safe && sg_scan_is_digit(*s))
		v = v * 10 + (uint64_t)(*s++ - '0');
	while (s < end && sg_scan_is_digit(*s)) {
		unsigned int digit = (unsigned int)(*s++ - '0');

		if (__builtin_mul_overflow(v, UINT64_C(10), &v) ||
		    __builtin_add_overflow(v, (uint64_t)digit, &v))
			return false;
	}
	if (s == start)
		return false;
	*p = s;
	*ret = v;
	return true;
}

/* -1 for what is none; without a branch that depends on the digit. */
static inline int sg_scan_hex_digit(char c)
{
	unsigned int digit = (unsigned int)c - '0', letter = ((unsigned int)c | 0x20) - 'a';

	return digit < 10 ? (int)digit : letter < 6 ? (int)letter + 10 : -1;
}

/* One to eight hexadecimal digits at *p, which is moved after them. */
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

/*
 * Eight bytes as one number, the first lowest, zeroes after the end. Words are how the two loops
 * that run over every byte of a record stay short; a byte is found by the zero that a XOR
 * leaves in its place.
 */
#define SG_SCAN_ALL(byte) (UINT64_C(0x0101010101010101) * (unsigned char)(byte))

static inline uint64_t sg_scan_load(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	return le64toh(word);
}

static inline uint64_t sg_scan_word(const char *p, const char *end)
{
	size_t n = (size_t)(end - p);
	uint64_t word = 0;

	if (n >= 8)
		return sg_scan_load(p);
	if (n >= 4) { /* two halves that overlap */
		uint32_t low, high;

		memcpy(&low, p, sizeof(low));
		memcpy(&high, end - sizeof(high), sizeof(high));
		return le32toh(low) | (uint64_t)le32toh(high) << 8 * (n - sizeof(high));
	}
	for (size_t i = 0; i < n; i++)
		word |= (uint64_t)(unsigned char)p[i] << 8 * i;
	return word;
}

/* The top bit of each zero byte up to and including the first one; above it nothing is promised. */
static inline uint64_t sg_scan_zeroes(uint64_t word)
{
	return (word - SG_SCAN_ALL(0x01)) & ~word & SG_SCAN_ALL(0x80);
}

/* Which of the eight bytes the lowest of the bits is in; there must be one. */
static inline unsigned int sg_scan_index(uint64_t bits)
{
	return (unsigned int)__builtin_ctzll(bits) / 8;
}

/* The first space or start of ENRICHED fields. Nearly all bytes of a record are above both. */
static inline const char *sg_scan_word_end(const char *p, const char *end)
{
	while (p < end) {
		uint64_t word = sg_scan_word(p, end);
		/* as sg_scan_zeroes(), of bytes up to the space */
		uint64_t low = (word - SG_SCAN_ALL(' ' + 1)) & ~word & SG_SCAN_ALL(0x80);

		if (!low) {
			p += 8;
			continue;
		}
		p += sg_scan_index(low);
		if (p >= end || *p == ' ' || *p == SG_AUDIT_ENRICHED)
			break;
		p++;
	}
	return p < end ? p : end;
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
