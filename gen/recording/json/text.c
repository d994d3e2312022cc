/* SPDX-License-Identifier: Apache-2.0 */
#include "recording/json/text.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "base/utf8.h"

#define MARK	 "\xef\xbf\xbd" /* U+FFFD */
#define MARK_LEN (sizeof(MARK) - 1)

static bool is_plain(const char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		uint32_t cp;
		size_t n = sg_utf8_decode(text, left, &cp);

		if (n == 0 || cp == 0xfffd)
			return false;
		text += n;
		left -= n;
	}
	return true;
}

static void encode(struct sg_strbuf *out, const char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		uint32_t cp = 0;
		size_t n = sg_utf8_decode(text, left, &cp);

		if (n > 0 && cp != 0xfffd) {
			sg_strbuf_add_mem(out, text, n);
		} else {
			if (n == 0)
				n = 1;
			for (size_t i = 0; i < n; i++)
				sg_strbuf_printf(out, MARK "%02x", (unsigned char)text[i]);
		}
		text += n;
		left -= n;
	}
}

void sg_text_print(struct sg_json_writer *w, const char *key, const char *text)
{
	struct sg_strbuf encoded = SG_STRBUF_INIT;

	if (is_plain(text)) {
		sg_json_add_string(w, key, text);
		return;
	}
	encode(&encoded, text);
	if (encoded.failed)
		w->out->failed = true;
	else
		sg_json_add_string(w, key, encoded.data);
	sg_strbuf_done(&encoded);
}

/* The value of a lower-case hexadecimal digit; -1. */
static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

int sg_text_read(const struct sg_json_doc *doc, const cJSON *node, char **ret, struct sg_error *err)
{
	_cleanup_free_ char *text = NULL;
	const char *in, *mark;
	size_t n = 0;
	int r;

	r = sg_json_string(doc, node, &in, err);
	if (r < 0)
		return r;
	text = malloc(strlen(in) + 1); /* decoding only shortens */
	if (!text)
		return sg_error_oom(err);
	for (; (mark = strstr(in, MARK)) != NULL; in = mark + MARK_LEN + 2) {
		const char *digits = mark + MARK_LEN;
		int high = hex(digits[0]), low = high < 0 ? -1 : hex(digits[1]);

		memcpy(text + n, in, (size_t)(mark - in));
		n += (size_t)(mark - in);
		if (low < 0)
			return sg_json_error(doc, node, err,
					     "U+FFFD must be followed by the byte it stands for, "
					     "as two lower-case hexadecimal digits");
		if (high == 0 && low == 0)
			return sg_json_error(doc, node, err, "a string with a NUL character");
		text[n++] = (char)(high << 4 | low);
	}
	strcpy(text + n, in);
	*ret = TAKE_PTR(text);
	return 0;
}
