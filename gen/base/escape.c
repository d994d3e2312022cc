/* SPDX-License-Identifier: Apache-2.0 */
#include "base/escape.h"

#include <string.h>

#include "base/utf8.h"

void sg_escape_mem(struct sg_strbuf *out, const char *s, size_t n)
{
	while (n > 0) {
		uint32_t cp;
		size_t len = sg_utf8_decode(s, n, &cp);

		if (len > 0 && !sg_utf8_is_unprintable(cp)) {
			sg_strbuf_add_mem(out, s, len);
		} else {
			if (len == 0)
				len = 1;
			for (size_t i = 0; i < len; i++)
				sg_strbuf_printf(out, "\\x%02x", (unsigned char)s[i]);
		}
		s += len;
		n -= len;
	}
}

void sg_escape(struct sg_strbuf *out, const char *s)
{
	sg_escape_mem(out, s, strlen(s));
}
