/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json/scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/json/json.h"
#include "base/utf8.h"

/* cJSON copies a number into a buffer of 64 before it converts it, and stops where that is full. */
#define NUMBER_MAX 63

struct scanner {
	struct sg_json_scan *out;
	const char *text;
	size_t len, pos;
	size_t cap; /* of out->offsets */
	unsigned int depth;
};

static int scan_value(struct scanner *s);

static int fail_at(struct scanner *s, size_t where, int code, const char *reason)
{
	s->out->where = where;
	s->out->reason = reason;
	return code;
}

static int fail(struct scanner *s, const char *reason)
{
	if (s->pos >= s->len)
		return fail_at(s, s->len, -EINVAL, "the text ends in the middle of a value");
	return fail_at(s, s->pos, -EINVAL, reason);
}

/* The byte at the cursor; 0, which no token has, at the end. */
static char peek(const struct scanner *s)
{
	return s->pos < s->len ? s->text[s->pos] : '\0';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void skip_space(struct scanner *s)
{
	while (s->pos < s->len && memchr(" \t\r\n", s->text[s->pos], 4))
		s->pos++;
}

static int note_value(struct scanner *s)
{
	if (s->out->n_values == SG_JSON_MAX_VALUES)
		return fail_at(s, s->pos, -E2BIG, "more values than a document may hold");
	if (SG_ARRAY_GROW_CAP(s->out->offsets, s->out->n_values, s->cap) < 0)
		return fail_at(s, s->pos, -ENOMEM, "out of memory");
	s->out->offsets[s->out->n_values++] = (uint32_t)s->pos;
	return 0;
}

/* The four digits after "\u". */
static int scan_hex4(struct scanner *s, uint32_t *ret)
{
	uint32_t v = 0;

	for (int i = 0; i < 4; i++, s->pos++) {
		char c = peek(s);

		if (is_digit(c))
			v = v << 4 | (uint32_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			v = v << 4 | (uint32_t)(c - 'a' + 10);
		else if (c >= 'A' && c <= 'F')
			v = v << 4 | (uint32_t)(c - 'A' + 10);
		else
			return fail(s, "expected four hexadecimal digits after \\u");
	}
	*ret = v;
	return 0;
}

static int scan_escape(struct scanner *s)
{
	size_t start = s->pos;
	uint32_t hi, lo;
	int r;

	s->pos++; /* the backslash */
	if (s->pos < s->len && memchr("\"\\/bfnrt", s->text[s->pos], 8)) {
		s->pos++;
		return 0;
	}
	if (peek(s) != 'u')
		return fail(s, "an escape that JSON does not have");
	s->pos++;
	r = scan_hex4(s, &hi);
	if (r < 0)
		return r;
	if (hi == 0)
		return fail_at(s, start, -EINVAL, "a string with a NUL character");
	if (hi >= 0xdc00 && hi <= 0xdfff)
		return fail_at(s, start, -EINVAL, "half of a surrogate pair");
	if (hi < 0xd800 || hi > 0xdbff)
		return 0;
	if (s->len - s->pos < 2 || s->text[s->pos] != '\\' || s->text[s->pos + 1] != 'u')
		return fail_at(s, start, -EINVAL, "half of a surrogate pair");
	s->pos += 2;
	r = scan_hex4(s, &lo);
	if (r < 0)
		return r;
	if (lo < 0xdc00 || lo > 0xdfff)
		return fail_at(s, start, -EINVAL, "half of a surrogate pair");
	return 0;
}

static int scan_string(struct scanner *s)
{
	size_t start = s->pos;

	s->pos++; /* the quote */
	while (s->pos < s->len) {
		unsigned char c = (unsigned char)s->text[s->pos];
		uint32_t cp;
		size_t n;
		int r;

		if (c == '"') {
			s->pos++;
			return 0;
		}
		if (c == '\\') {
			r = scan_escape(s);
			if (r < 0)
				return r;
			continue;
		}
		if (c < 0x20)
			return fail(s, "a control character in a string (write it as \\u00NN)");
		n = sg_utf8_decode(s->text + s->pos, s->len - s->pos, &cp);
		if (n == 0)
			return fail(s, "a byte that is not UTF-8");
		s->pos += n;
	}
	return fail_at(s, start, -EINVAL, "a string without its closing quote");
}

static int scan_digits(struct scanner *s)
{
	if (!is_digit(peek(s)))
		return fail(s, "expected a digit");
	while (is_digit(peek(s)))
		s->pos++;
	return 0;
}

static int scan_number(struct scanner *s)
{
	size_t start = s->pos;
	int r;

	if (peek(s) == '-')
		s->pos++;
	if (peek(s) == '0') {
		s->pos++;
		if (is_digit(peek(s)))
			return fail_at(s, start, -EINVAL, "a number with a leading zero");
	} else {
		r = scan_digits(s);
		if (r < 0)
			return r;
	}
	if (peek(s) == '.') {
		s->pos++;
		r = scan_digits(s);
		if (r < 0)
			return r;
	}
	if (peek(s) == 'e' || peek(s) == 'E') {
		s->pos++;
		if (peek(s) == '+' || peek(s) == '-')
			s->pos++;
		r = scan_digits(s);
		if (r < 0)
			return r;
	}
	if (s->pos - start > NUMBER_MAX)
		return fail_at(s, start, -EINVAL, "a number of more than 63 characters");
	return 0;
}

static int scan_literal(struct scanner *s)
{
	static const char *const literals[] = { "true", "false", "null" };

	for (size_t i = 0; i < sizeof(literals) / sizeof(literals[0]); i++) {
		size_t n = strlen(literals[i]);

		if (s->len - s->pos >= n && memcmp(s->text + s->pos, literals[i], n) == 0) {
			s->pos += n;
			return 0;
		}
	}
	return fail(s, "expected a value");
}

static int scan_member(struct scanner *s)
{
	int r;

	if (peek(s) != '"')
		return fail(s, "expected a name in double quotes");
	r = scan_string(s);
	if (r < 0)
		return r;
	skip_space(s);
	if (peek(s) != ':')
		return fail(s, "expected ':' after a name");
	s->pos++;
	skip_space(s);
	return scan_value(s);
}

static int scan_container(struct scanner *s, char close, int (*scan_item)(struct scanner *),
			  const char *expected)
{
	int r;

	if (++s->depth > SG_JSON_MAX_DEPTH)
		return fail_at(s, s->pos, -E2BIG, "nested too deep");
	s->pos++;
	skip_space(s);
	if (peek(s) != close) {
		for (;;) {
			r = scan_item(s);
			if (r < 0)
				return r;
			skip_space(s);
			if (peek(s) == close)
				break;
			if (peek(s) != ',')
				return fail(s, expected);
			s->pos++;
			skip_space(s);
		}
	}
	s->pos++;
	s->depth--;
	return 0;
}

static int scan_value(struct scanner *s)
{
	char c = peek(s);
	int r;

	r = note_value(s);
	if (r < 0)
		return r;
	if (c == '{')
		return scan_container(s, '}', scan_member, "expected ',' or '}'");
	if (c == '[')
		return scan_container(s, ']', scan_value, "expected ',' or ']'");
	if (c == '"')
		return scan_string(s);
	if (c == '-' || is_digit(c))
		return scan_number(s);
	return scan_literal(s);
}

int sg_json_scan(struct sg_json_scan *scan, const char *text, size_t len)
{
	struct scanner s = { .out = scan, .text = text, .len = len };
	int r;

	*scan = (struct sg_json_scan){ 0 };
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		return fail(&s, "a byte order mark (save the file as UTF-8 without one)");
	skip_space(&s);
	if (s.pos == len)
		return fail_at(&s, len, -EINVAL, "the text is empty");
	r = scan_value(&s);
	if (r < 0)
		return r;
	skip_space(&s);
	if (s.pos < len)
		return fail(&s, "something follows the end of the document");
	return 0;
}
