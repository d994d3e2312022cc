/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/line/record.h"

#include "audit/line/scan.h"

/* The next byte of the name; false at its end. */
static bool next_byte(const struct sg_audit_text *text, size_t *pos, char *ret)
{
	size_t left = text->len - *pos;
	const char *s;

	if (text->form == SG_AUDIT_TEXT_NONE || left == 0)
		return false;
	s = text->data + *pos;
	if (text->form == SG_AUDIT_TEXT_HEX) {
		*ret = (char)(sg_scan_hex_digit(s[0]) << 4 | sg_scan_hex_digit(s[1]));
		*pos += 2;
	} else if (text->form == SG_AUDIT_TEXT_KMSG && left >= 4 && s[0] == '\\' && s[1] == 'x' &&
		   sg_scan_hex_digit(s[2]) >= 0 && sg_scan_hex_digit(s[3]) >= 0) {
		*ret = (char)(sg_scan_hex_digit(s[2]) << 4 | sg_scan_hex_digit(s[3]));
		*pos += 4;
	} else {
		*ret = *s;
		*pos += 1;
	}
	return *ret != '\0';
}

size_t sg_audit_text_copy(const struct sg_audit_text *text, char *buf, size_t size)
{
	size_t n = 0, pos = 0;
	char c;

	while (n + 1 < size && next_byte(text, &pos, &c))
		buf[n++] = c;
	if (size > 0)
		buf[n] = '\0';
	return n;
}

bool sg_audit_text_is(const struct sg_audit_text *text, const char *s)
{
	size_t pos = 0;
	char c;

	while (next_byte(text, &pos, &c)) {
		if (*s++ != c)
			return false;
	}
	return text->form != SG_AUDIT_TEXT_NONE && *s == '\0';
}
