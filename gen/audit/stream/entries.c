/* SPDX-License-Identifier: Apache-2.0 */
/* Entries of the journal that are more than a line of text: its export format, and JSON. */
#include "audit/stream/entries.h"

#include <string.h>

#include "audit/line/scan.h"
#include "audit/stream/deliver.h"

int sg_audit_stream_end_entry(struct sg_audit_stream *stream, struct sg_error *err)
{
	struct sg_audit_line line;
	uint64_t at = stream->entry_line;

	if (at == 0)
		return 0;
	stream->entry_line = 0;
	sg_audit_entry_read(&stream->entry, stream->clock, &line);
	return sg_audit_stream_deliver(stream, &line, at, err);
}

static void begin_entry(struct sg_audit_stream *stream)
{
	if (stream->entry_line != 0)
		return;
	stream->entry = (struct sg_audit_entry){ 0 };
	stream->entry_line = stream->stats.lines;
}

static bool is_key_byte(char c)
{
	return (c >= 'A' && c <= 'Z') || c == '_' || sg_scan_is_digit(c);
}

int sg_audit_stream_take_export(struct sg_audit_stream *stream, const char *line, size_t len,
				bool *ret_taken, struct sg_error *err)
{
	size_t n = 0;

	*ret_taken = true;
	if (len == 0)
		return sg_audit_stream_end_entry(stream, err);
	while (n < len && is_key_byte(line[n]))
		n++;
	if (n > 0 && n < len && line[n] == '=') {
		begin_entry(stream);
		sg_audit_entry_set(&stream->entry, line, n, line + n + 1, len - n - 1,
				   stream->store);
		return 0;
	}
	if (n == len && n <= sizeof(stream->key)) {
		begin_entry(stream);
		memcpy(stream->key, line, n);
		stream->n_key = n;
		stream->binary = SG_AUDIT_BINARY_SIZE;
		stream->binary_size = stream->binary_done = 0;
		return 0;
	}
	*ret_taken = false;
	stream->mode = SG_AUDIT_MODE_LINES;
	return sg_audit_stream_end_entry(stream, err);
}

/* A line that is nothing but brackets, and whether an object starts or ends there. */
static bool is_brackets(const char *line, size_t len, bool *ret_braces)
{
	bool any = false;

	*ret_braces = false;
	for (size_t i = 0; i < len; i++) {
		if (line[i] == '{' || line[i] == '}')
			*ret_braces = true;
		if (line[i] != '\0' && strchr("{}[],", line[i]))
			any = true;
		else if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r')
			return false;
	}
	return any;
}

/*
 * A whole object in a line. One that is malformed may lack the field that says who sent it, so its
 * message is not believed.
 */
static int take_json_object(struct sg_audit_stream *stream, const char *json, size_t len,
			    struct sg_error *err)
{
	static const struct sg_audit_line malformed = {
		.kind = SG_AUDIT_UNREADABLE,
		.reason = "the JSON object is malformed",
	};

	begin_entry(stream);
	if (sg_audit_entry_set_json(&stream->entry, json, len, stream->store))
		return sg_audit_stream_end_entry(stream, err);
	stream->entry_line = 0;
	if (sg_scan_first(json, json + len, "type=1326 ") ||
	    sg_scan_first(json, json + len, "SECCOMP "))
		return sg_audit_stream_deliver(stream, &malformed, stream->stats.lines, err);
	return 0;
}

int sg_audit_stream_take_json(struct sg_audit_stream *stream, const char *line, size_t len,
			      bool *ret_taken, struct sg_error *err)
{
	const char *p = line, *end = line + len;
	bool braces;
	int r = 0;

	if (SG_SCAN_STARTS(p, end, "data: ")) /* json-sse */
		p += strlen("data: ");
	if (p < end && *p == '\x1e') /* json-seq */
		p++;
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	*ret_taken = true;
	if (is_brackets(p, (size_t)(end - p), &braces)) {
		if (braces && stream->mode == SG_AUDIT_MODE_OBJECT) {
			r = sg_audit_stream_end_entry(stream, err);
			stream->mode = SG_AUDIT_MODE_LINES;
		}
		return r;
	}
	if (p < end && *p == '"') {
		stream->mode = SG_AUDIT_MODE_OBJECT;
		begin_entry(stream);
		sg_audit_entry_set_json(&stream->entry, p, (size_t)(end - p), stream->store);
		return 0;
	}
	if (end - p >= 2 && p[0] == '{' && (p[1] == '"' || p[1] == ' ')) {
		r = sg_audit_stream_end_entry(stream, err); /* one that was never closed */
		stream->mode = SG_AUDIT_MODE_LINES;
		return r < 0 ? r : take_json_object(stream, p, (size_t)(end - p), err);
	}
	*ret_taken = false;
	return 0;
}

size_t sg_audit_stream_take_binary(struct sg_audit_stream *stream, const char *p, size_t len)
{
	size_t n = 0;

	while (stream->binary == SG_AUDIT_BINARY_SIZE && n < len) {
		stream->binary_size |= (uint64_t)(unsigned char)p[n++] << 8 * stream->binary_done;
		if (++stream->binary_done == 8) {
			stream->binary = SG_AUDIT_BINARY_DATA;
			stream->binary_done = 0;
		}
	}
	if (stream->binary == SG_AUDIT_BINARY_DATA) {
		uint64_t left = stream->binary_size - stream->binary_done;
		size_t take = left < len - n ? (size_t)left : len - n;

		for (const char *nl = p + n; (nl = memchr(nl, '\n', (size_t)(p + n + take - nl)));
		     nl++)
			stream->stats.lines++;
		if (stream->binary_done + take <= sizeof(stream->partial))
			memcpy(stream->partial + stream->binary_done, p + n, take);
		stream->binary_done += take;
		n += take;
		if (stream->binary_done == stream->binary_size)
			stream->binary = SG_AUDIT_BINARY_NEWLINE;
	}
	if (stream->binary == SG_AUDIT_BINARY_NEWLINE && n < len) {
		stream->binary = SG_AUDIT_BINARY_NONE;
		if (p[n] == '\n') {
			stream->stats.lines++;
			n++;
		}
		if (stream->binary_size <= sizeof(stream->partial))
			sg_audit_entry_set(&stream->entry, stream->key, stream->n_key,
					   stream->partial, (size_t)stream->binary_size,
					   stream->store);
		else
			stream->stats.overlong++;
	}
	return n;
}
