/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/stream/json_scan.h"

#include <stdint.h>
#include <string.h>

#include "audit/line/scan.h"

const char *sg_json_skip_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	return p;
}

static size_t put_utf8(uint32_t c, char *out)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	/* halves of surrogate pairs stay halves: nothing that matters is written with them */
	out[0] = (char)(0xe0 | c >> 12);
	out[1] = (char)(0x80 | (c >> 6 & 0x3f));
	out[2] = (char)(0x80 | (c & 0x3f));
	return 3;
}

/* "\u001d" after its "\u": four digits. */
static bool scan_unicode(const char **p, const char *end, uint32_t *ret)
{
	uint32_t v = 0;

	if (end - *p < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		int digit = sg_scan_hex_digit(*(*p)++);

		if (digit < 0)
			return false;
		v = v << 4 | (uint32_t)digit;
	}
	*ret = v;
	return true;
}

bool sg_json_scan_string(const char **p, const char *end, char *out, size_t size, size_t *ret_len)
{
	static const char escapes[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	const char *s = *p;
	size_t n = 0;

	while (s < end && *s != '"') {
		char utf8[3];
		size_t len = 1;

		if (*s != '\\') {
			utf8[0] = *s++;
		} else if (end - s >= 2 && s[1] == 'u') {
			uint32_t c;

			s += 2;
			if (!scan_unicode(&s, end, &c))
				return false;
			len = put_utf8(c, utf8);
		} else {
			const char *escape;

			if (end - s < 2 || s[1] == '\0' || !(escape = strchr(escapes, s[1])))
				return false;
			utf8[0] = values[escape - escapes];
			s += 2;
		}
		if (n + len <= size)
			memcpy(out + n, utf8, len);
		n += len;
	}
	if (s == end)
		return false;
	*p = s + 1;
	*ret_len = n;
	return true;
}

/* An array of byte values, in which journald writes what is not UTF-8; *p is after the bracket. */
static bool scan_bytes(const char **p, const char *end, char *out, size_t size, size_t *ret_len)
{
	const char *s = *p;
	size_t n = 0;

	for (;;) {
		uint64_t v;

		s = sg_json_skip_space(s, end);
		if (s < end && *s == ']')
			break;
		if (!sg_scan_u64(&s, end, &v) || v > 255)
			return false;
		if (n < size)
			out[n] = (char)(unsigned char)v;
		n++;
		s = sg_json_skip_space(s, end);
		if (s < end && *s == ',')
			s++;
	}
	*p = s + 1;
	*ret_len = n;
	return true;
}

/* After the bracket of an array that does not matter; one that continues in the next line is as
 * good. */
static bool skip_array(const char **p, const char *end)
{
	unsigned int depth = 1;

	while (*p < end && depth > 0) {
		char c = *(*p)++, ignored;
		size_t len;

		if (c == '"' && !sg_json_scan_string(p, end, &ignored, 0, &len))
			return false;
		depth += c == '[' || c == '{';
		depth -= c == ']' || c == '}';
	}
	return true;
}

/* A number, or null: up to what follows it. */
static bool skip_scalar(const char **p, const char *end)
{
	const char *s = *p;

	while (s < end && *s != ',' && *s != '}')
		s++;
	if (s == *p)
		return false;
	*p = s;
	return true;
}

bool sg_json_scan_value(const char **p, const char *end, char *out, size_t size, size_t *ret_len)
{
	const char *start = *p + 1;

	*ret_len = SIZE_MAX;
	if (*p == end)
		return false;
	if (**p == '"') {
		*p = start;
		return sg_json_scan_string(p, end, out, size, ret_len);
	}
	if (**p == '[') {
		*p = start;
		if (scan_bytes(p, end, out, size, ret_len))
			return true;
		*ret_len = SIZE_MAX;
		return skip_array(p, end);
	}
	start = *p;
	if (!skip_scalar(p, end))
		return false;
	*ret_len = (size_t)(*p - start);
	while (*ret_len > 0 && (start[*ret_len - 1] == ' ' || start[*ret_len - 1] == '\r'))
		--*ret_len;
	if (*ret_len <= size)
		memcpy(out, start, *ret_len);
	return true;
}
