/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/stream.h"

#include <stdlib.h>
#include <string.h>

#include "audit/form.h"
#include "audit/journal.h"
#include "audit/scan.h"

#define STAMP_MAX 64 /* "audit(" and all digits that two 64-bit numbers can have */

/* How the lines are to be taken. */
enum mode {
	MODE_LINES,
	MODE_EXPORT, /* fields of a journal entry, up to an empty line */
	MODE_OBJECT, /* members of a JSON object, up to a line of brackets */
};

/* Where in a binary field of the export format the input is; the field's name has been read. */
enum binary {
	BINARY_NONE,
	BINARY_SIZE, /* eight bytes, little-endian */
	BINARY_DATA,
	BINARY_NEWLINE,
};

struct sg_audit_stream {
	const struct sg_audit_sink *sink;
	void *data;
	const struct sg_audit_clock *clock;
	struct sg_audit_stats stats;

	bool takes_unverified;
	enum sg_audit_form form; /* of the file; NONE: nothing of it has been read */
	uint64_t
		users_stamp; /* of printk, in the last record of a program's own message; 0: none */
	bool is_users;	     /* the last line is of such a message, as far as stamps tell */
	enum mode mode;
	bool skipping; /* the rest of an overlong line */
	size_t n_partial;

	char stamp[STAMP_MAX]; /* of the last record of another type, whose event has been told */
	size_t n_stamp;

	struct sg_audit_entry entry;
	uint64_t entry_line; /* 0: there is no entry under way */

	enum binary binary;
	uint64_t binary_size, binary_done;
	char key[64]; /* the name of the binary field */
	size_t n_key;

	char partial[SG_AUDIT_LINE_MAX]; /* a line whose end has not arrived */
	char store[SG_AUDIT_LINE_MAX];	 /* the message of the entry under way */
};

int sg_audit_stream_new(const struct sg_audit_sink *sink, void *data,
			const struct sg_audit_clock *clock, struct sg_audit_stream **ret,
			struct sg_error *err)
{
	struct sg_audit_stream *stream = calloc(1, sizeof(*stream));

	if (!stream)
		return sg_error_oom(err);
	stream->sink = sink;
	stream->data = data;
	stream->clock = clock;
	*ret = stream;
	return 0;
}

void sg_audit_stream_free(struct sg_audit_stream *stream)
{
	free(stream);
}

void sg_audit_stream_take_unverified(struct sg_audit_stream *stream, bool take)
{
	stream->takes_unverified = take;
}

const struct sg_audit_stats *sg_audit_stream_stats(const struct sg_audit_stream *stream)
{
	return &stream->stats;
}

static void problem(struct sg_audit_stream *stream, enum sg_audit_kind kind, const char *reason,
		    uint64_t line)
{
	if (stream->sink->problem)
		stream->sink->problem(stream->data, kind, reason, line);
}

static int deliver(struct sg_audit_stream *stream, const struct sg_audit_line *line, uint64_t at,
		   struct sg_error *err)
{
	if (line->is_unverified && line->kind != SG_AUDIT_FOREIGN) {
		stream->stats.unverified +=
			line->kind == SG_AUDIT_SECCOMP || line->kind == SG_AUDIT_UNREADABLE;
		if (!stream->takes_unverified)
			return 0;
	}
	switch (line->kind) {
	case SG_AUDIT_NONE:
		return 0;
	case SG_AUDIT_OTHER:
		stream->stats.others++;
		if (stream->sink->other)
			stream->sink->other(stream->data, line->record.time, line->record.serial);
		return 0;
	case SG_AUDIT_SECCOMP:
		stream->stats.records++;
		if (stream->sink->record)
			return stream->sink->record(stream->data, &line->record, at, err);
		return 0;
	case SG_AUDIT_NOTICE:
		stream->stats.notices++;
		if (stream->sink->notice)
			stream->sink->notice(stream->data, &line->notice, at);
		return 0;
	case SG_AUDIT_UNREADABLE:
		stream->stats.unreadable++;
		break;
	case SG_AUDIT_FOREIGN:
		stream->stats.foreign++;
		break;
	}
	problem(stream, line->kind, line->reason, at);
	return 0;
}

static bool is_further_line(const struct sg_audit_stream *stream,
			    const struct sg_audit_origin *origin)
{
	return origin->stamp &&
	       (origin->stamp == stream->users_stamp || (origin->is_no_later && stream->is_users));
}

/*
 * A line of text on its way. Where each line of a message has a head of its own, those behind the
 * first of a program's own message have its stamp, and are the program's.
 */
static int deliver_text(struct sg_audit_stream *stream, struct sg_audit_line *line,
			enum sg_audit_form form, struct sg_error *err)
{
	const struct sg_audit_origin *origin = &line->origin;

	if (form != stream->form)
		line->is_unverified = true;
	if (line->kind == SG_AUDIT_OTHER && line->is_users) {
		stream->users_stamp = origin->stamp;
		stream->is_users = true;
	} else if (is_further_line(stream, origin)) {
		line->is_unverified = true;
		if (origin->is_stamp_fine && !origin->is_no_later &&
		    (line->kind == SG_AUDIT_SECCOMP || line->kind == SG_AUDIT_UNREADABLE)) {
			line->kind = SG_AUDIT_FOREIGN;
			line->reason = "a further line of a message that a program sent to audit";
		}
	} else if (origin->stamp) {
		stream->is_users = false;
	}
	return deliver(stream, line, stream->stats.lines, err);
}

/* The entry under way is complete. */
static int end_entry(struct sg_audit_stream *stream, struct sg_error *err)
{
	struct sg_audit_line line;
	uint64_t at = stream->entry_line;

	if (at == 0)
		return 0;
	stream->entry_line = 0;
	sg_audit_entry_read(&stream->entry, stream->clock, &line);
	return deliver(stream, &line, at, err);
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

/* A line of the export format. *ret_taken: it was one. */
static int take_export_line(struct sg_audit_stream *stream, const char *line, size_t len,
			    bool *ret_taken, struct sg_error *err)
{
	size_t n = 0;

	*ret_taken = true;
	if (len == 0)
		return end_entry(stream, err);
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
		stream->binary = BINARY_SIZE;
		stream->binary_size = stream->binary_done = 0;
		return 0;
	}
	*ret_taken = false;
	stream->mode = MODE_LINES;
	return end_entry(stream, err);
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
		return end_entry(stream, err);
	stream->entry_line = 0;
	if (sg_scan_first(json, json + len, "type=1326 ") ||
	    sg_scan_first(json, json + len, "SECCOMP "))
		return deliver(stream, &malformed, stream->stats.lines, err);
	return 0;
}

/* A line that may be JSON: an object, a member of one, or brackets. *ret_taken: it was. */
static int take_json_line(struct sg_audit_stream *stream, const char *line, size_t len,
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
		if (braces && stream->mode == MODE_OBJECT) {
			r = end_entry(stream, err);
			stream->mode = MODE_LINES;
		}
		return r;
	}
	if (p < end && *p == '"') {
		stream->mode = MODE_OBJECT;
		begin_entry(stream);
		sg_audit_entry_set_json(&stream->entry, p, (size_t)(end - p), stream->store);
		return 0;
	}
	if (end - p >= 2 && p[0] == '{' && (p[1] == '"' || p[1] == ' ')) {
		r = end_entry(stream, err); /* one that was never closed */
		stream->mode = MODE_LINES;
		return r < 0 ? r : take_json_object(stream, p, (size_t)(end - p), err);
	}
	*ret_taken = false;
	return 0;
}

/* audit.log: nearly all lines of a real one are of other types, and several in a row of one event.
 */
static int take_typed_line(struct sg_audit_stream *stream, const char *line, size_t len,
			   struct sg_error *err)
{
	struct sg_audit_line read;
	const char *end = line + len, *stamp;

	stamp = memchr(line, '(', len < 64 ? len : 64);
	if (stream->n_stamp > 0 && stamp && (size_t)(end - stamp) >= stream->n_stamp &&
	    memcmp(stamp, stream->stamp, stream->n_stamp) == 0 &&
	    !SG_SCAN_STARTS(line, end, "type=SECCOMP ") &&
	    !SG_SCAN_STARTS(line, end, "type=1326 ") &&
	    !SG_SCAN_STARTS(line, end, "type=UNKNOWN") &&
	    !SG_SCAN_STARTS(line, end, "type=DAEMON_")) {
		stream->stats.others++;
		return 0;
	}
	sg_audit_typed_line_read(line, len, stream->clock, &read);
	if (read.kind == SG_AUDIT_OTHER && stamp) {
		const char *close = memchr(stamp, ')', (size_t)(end - stamp));

		stream->n_stamp = 0;
		if (close && close + 1 - stamp <= STAMP_MAX) {
			stream->n_stamp = (size_t)(close + 1 - stamp);
			memcpy(stream->stamp, stamp, stream->n_stamp);
		}
	}
	return deliver(stream, &read, stream->stats.lines, err);
}

/* A line of the kind that the file is not ends what could be said of its lines. */
static enum sg_audit_form see_form(struct sg_audit_stream *stream, const char *line, size_t len)
{
	enum sg_audit_form form;

	while (len > 0 && *line == '\0') { /* what they have taken the place of is not known */
		line++;
		len--;
	}
	form = sg_audit_form_of(line, len);

	if (form == SG_AUDIT_FORM_NONE)
		return form;
	if (stream->form == SG_AUDIT_FORM_NONE) {
		stream->form = form;
	} else if (form == SG_AUDIT_FORM_CONTINUED) {
		if (stream->form == SG_AUDIT_FORM_AUDIT_LOG)
			stream->form = SG_AUDIT_FORM_TEXT;
	} else if (form != stream->form && stream->form != SG_AUDIT_FORM_JSON &&
		   stream->form != SG_AUDIT_FORM_EXPORT) {
		stream->form = SG_AUDIT_FORM_TEXT;
	}
	return form;
}

static int take_line(struct sg_audit_stream *stream, const char *line, size_t len,
		     struct sg_error *err)
{
	/* no program that writes these forms writes any; a file system does after a crash */
	static const struct sg_audit_line with_zeroes = {
		.kind = SG_AUDIT_UNREADABLE,
		.reason = "the line holds zero bytes: the file is damaged there",
	};
	struct sg_audit_line read;
	enum sg_audit_form form;
	bool taken = false;
	int r = 0;

	stream->stats.lines++;
	form = see_form(stream, line, len);
	if (form == SG_AUDIT_FORM_AUDIT_LOG && stream->form == form &&
	    SG_SCAN_STARTS(line, line + len, "type="))
		return take_typed_line(stream, line, len, err);
	if (stream->form == SG_AUDIT_FORM_EXPORT) {
		if (form == SG_AUDIT_FORM_EXPORT)
			stream->mode = MODE_EXPORT;
		if (stream->mode == MODE_EXPORT)
			r = take_export_line(stream, line, len, &taken, err);
	} else if (stream->form == SG_AUDIT_FORM_JSON) {
		r = take_json_line(stream, line, len, &taken, err);
	}
	if (taken || r < 0)
		return r;
	if (stream->mode == MODE_OBJECT) { /* not JSON after all */
		r = end_entry(stream, err);
		stream->mode = MODE_LINES;
		if (r < 0)
			return r;
	}
	if (len > 0 && memchr(line, '\0', len) && stream->form != SG_AUDIT_FORM_TEXT)
		return deliver(stream, &with_zeroes, stream->stats.lines, err);
	sg_audit_line_read(line, len, stream->clock, &read);
	return deliver_text(stream, &read, form, err);
}

/* What there is of a line that is too long: enough to say whether it begins as a record. */
static void take_overlong(struct sg_audit_stream *stream, const char *line)
{
	struct sg_audit_line read;

	stream->stats.lines++;
	stream->stats.overlong++;
	if (stream->mode != MODE_LINES)
		return; /* a field that nobody asks for, such as a core dump */
	sg_audit_line_read(line, SG_AUDIT_LINE_MAX, stream->clock, &read);
	if (read.kind == SG_AUDIT_SECCOMP || read.kind == SG_AUDIT_UNREADABLE) {
		stream->stats.unreadable++;
		problem(stream, SG_AUDIT_UNREADABLE, "the line is longer than 128 KiB",
			stream->stats.lines);
	} else {
		problem(stream, SG_AUDIT_NONE, "the line is longer than 128 KiB",
			stream->stats.lines);
	}
}

/* Bytes of a binary field; returns how many were taken. Newlines in it are lines of the file. */
static size_t take_binary(struct sg_audit_stream *stream, const char *p, size_t len)
{
	size_t n = 0;

	while (stream->binary == BINARY_SIZE && n < len) {
		stream->binary_size |= (uint64_t)(unsigned char)p[n++] << 8 * stream->binary_done;
		if (++stream->binary_done == 8) {
			stream->binary = BINARY_DATA;
			stream->binary_done = 0;
		}
	}
	if (stream->binary == BINARY_DATA) {
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
			stream->binary = BINARY_NEWLINE;
	}
	if (stream->binary == BINARY_NEWLINE && n < len) {
		stream->binary = BINARY_NONE;
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

/* A piece of a line, ended by a newline when @complete. */
static int take_piece(struct sg_audit_stream *stream, const char *p, size_t len, bool complete,
		      struct sg_error *err)
{
	size_t n = stream->n_partial;

	if (stream->skipping) {
		stream->skipping = !complete;
		return 0;
	}
	if (n + len > SG_AUDIT_LINE_MAX) {
		memcpy(stream->partial + n, p, SG_AUDIT_LINE_MAX - n);
		stream->n_partial = 0;
		stream->skipping = !complete;
		take_overlong(stream, stream->partial);
		return 0;
	}
	if (complete && n == 0)
		return take_line(stream, p, len, err);
	memcpy(stream->partial + n, p, len);
	stream->n_partial = n + len;
	if (!complete)
		return 0;
	stream->n_partial = 0;
	return take_line(stream, stream->partial, n + len, err);
}

int sg_audit_stream_feed(struct sg_audit_stream *stream, const void *bytes, size_t len,
			 struct sg_error *err)
{
	const char *p = bytes, *end = p + len;

	stream->stats.bytes += len;
	while (p < end) {
		const char *nl;
		int r;

		if (stream->binary != BINARY_NONE) {
			p += take_binary(stream, p, (size_t)(end - p));
			continue;
		}
		nl = memchr(p, '\n', (size_t)(end - p));
		r = take_piece(stream, p, (size_t)((nl ? nl : end) - p), nl != NULL, err);
		if (r < 0)
			return r;
		p = nl ? nl + 1 : end;
	}
	return 0;
}

int sg_audit_stream_finish(struct sg_audit_stream *stream, struct sg_error *err)
{
	int r = 0;

	if (stream->n_partial > 0)
		r = take_piece(stream, "", 0, true, err);
	if (stream->binary != BINARY_NONE)
		problem(stream, SG_AUDIT_NONE, "the file ends within a field of the journal",
			stream->entry_line);
	stream->skipping = false;
	stream->binary = BINARY_NONE;
	if (r == 0)
		r = end_entry(stream, err);
	stream->mode = MODE_LINES;
	stream->form = SG_AUDIT_FORM_NONE;
	stream->users_stamp = 0;
	stream->is_users = false;
	stream->n_stamp = 0;
	return r;
}
