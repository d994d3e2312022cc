/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json/json.h"

#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"

void sg_json_writer_init(struct sg_json_writer *w, struct sg_strbuf *out)
{
	*w = (struct sg_json_writer){ .out = out };
}

static uint64_t level(const struct sg_json_writer *w)
{
	return UINT64_C(1) << w->depth;
}

static void add_unit(struct sg_strbuf *out, uint32_t unit)
{
	sg_strbuf_printf(out, "\\u%04" PRIx32, unit);
}

static void add_code_point(struct sg_strbuf *out, uint32_t cp)
{
	if (cp > 0xffff) {
		add_unit(out, 0xd800 + ((cp - 0x10000) >> 10));
		add_unit(out, 0xdc00 + ((cp - 0x10000) & 0x3ff));
	} else {
		add_unit(out, cp);
	}
}

/* The letter of the two-character escape of @cp; 0 where it has none. */
static char short_escape(uint32_t cp)
{
	static const char letters[] = {
		['"'] = '"',  ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f',
		['\n'] = 'n', ['\r'] = 'r',  ['\t'] = 't',
	};

	return cp < sizeof(letters) ? letters[cp] : '\0';
}

static void add_quoted(struct sg_strbuf *out, const char *s)
{
	const char *end = s + strlen(s), *plain = s; /* plain: start of what is copied as it is */

	sg_strbuf_add_char(out, '"');
	while (s < end) {
		uint32_t cp = 0;
		size_t n = sg_utf8_decode(s, (size_t)(end - s), &cp);
		char letter = n ? short_escape(cp) : '\0';

		if (n && !letter && !sg_utf8_is_unprintable(cp)) {
			s += n;
			continue;
		}
		sg_strbuf_add_mem(out, plain, (size_t)(s - plain));
		if (letter) {
			sg_strbuf_add_char(out, '\\');
			sg_strbuf_add_char(out, letter);
		} else if (n) {
			add_code_point(out, cp);
		} else {
			sg_strbuf_add(out, "\xef\xbf\xbd"); /* U+FFFD */
		}
		s += n ? n : 1;
		plain = s;
	}
	sg_strbuf_add_mem(out, plain, (size_t)(s - plain));
	sg_strbuf_add_char(out, '"');
}

static void add_line(struct sg_json_writer *w)
{
	sg_strbuf_add_char(w->out, '\n');
	for (unsigned int i = 0; i < w->depth; i++)
		sg_strbuf_add(w->out, "  ");
}

/* All that stands before a value: the comma after the one before, the line, the key. */
static void begin_value(struct sg_json_writer *w, const char *key)
{
	if (w->depth > 0) {
		bool first = !(w->has_member & level(w));

		if (!first)
			sg_strbuf_add_char(w->out, ',');
		if (!(w->is_inline & level(w)))
			add_line(w);
		else if (!first)
			sg_strbuf_add_char(w->out, ' ');
		w->has_member |= level(w);
	}
	if (key) {
		add_quoted(w->out, key);
		sg_strbuf_add(w->out, ": ");
	}
}

static void end_value(struct sg_json_writer *w)
{
	if (w->depth == 0)
		sg_strbuf_add_char(w->out, '\n');
}

static void open_container(struct sg_json_writer *w, const char *key, char bracket, bool is_inline)
{
	bool within_inline = w->is_inline & level(w);

	begin_value(w, key);
	sg_strbuf_add_char(w->out, bracket);
	if (w->depth == SG_JSON_MAX_DEPTH - 1) {
		w->out->failed = true; /* deeper than what we would read */
		return;
	}
	w->depth++;
	w->has_member &= ~level(w);
	w->is_inline &= ~level(w);
	if (is_inline || within_inline)
		w->is_inline |= level(w);
}

static void close_container(struct sg_json_writer *w, char bracket)
{
	bool broken = (w->has_member & level(w)) && !(w->is_inline & level(w));

	if (w->depth > 0)
		w->depth--;
	if (broken)
		add_line(w);
	sg_strbuf_add_char(w->out, bracket);
	end_value(w);
}

void sg_json_open_object(struct sg_json_writer *w, const char *key)
{
	open_container(w, key, '{', false);
}

void sg_json_open_inline_object(struct sg_json_writer *w, const char *key)
{
	open_container(w, key, '{', true);
}

void sg_json_close_object(struct sg_json_writer *w)
{
	close_container(w, '}');
}

void sg_json_open_array(struct sg_json_writer *w, const char *key)
{
	open_container(w, key, '[', false);
}

void sg_json_open_inline_array(struct sg_json_writer *w, const char *key)
{
	open_container(w, key, '[', true);
}

void sg_json_close_array(struct sg_json_writer *w)
{
	close_container(w, ']');
}

void sg_json_add_string(struct sg_json_writer *w, const char *key, const char *value)
{
	begin_value(w, key);
	add_quoted(w->out, value);
	end_value(w);
}

void sg_json_add_u64(struct sg_json_writer *w, const char *key, uint64_t value)
{
	bool is_text = w->large_as_text && value > SG_JSON_DOUBLE_MAX;
	char digits[20], *p = digits + sizeof(digits); /* of UINT64_MAX */

	do {
		*--p = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	begin_value(w, key);
	if (is_text)
		sg_strbuf_add_char(w->out, '"');
	sg_strbuf_add_mem(w->out, p, (size_t)(digits + sizeof(digits) - p));
	if (is_text)
		sg_strbuf_add_char(w->out, '"');
	end_value(w);
}

void sg_json_add_millionths(struct sg_json_writer *w, const char *key, uint64_t value)
{
	begin_value(w, key);
	sg_strbuf_printf(w->out, "%" PRIu64 ".%06" PRIu64, value / 1000000, value % 1000000);
	end_value(w);
}

void sg_json_add_bool(struct sg_json_writer *w, const char *key, bool value)
{
	begin_value(w, key);
	sg_strbuf_add(w->out, value ? "true" : "false");
	end_value(w);
}

void sg_json_add_null(struct sg_json_writer *w, const char *key)
{
	begin_value(w, key);
	sg_strbuf_add(w->out, "null");
	end_value(w);
}
