/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/stream/stream.h"

#include <stdlib.h>
#include <string.h>

#include "audit/line/scan.h"
#include "audit/stream/deliver.h"
#include "audit/stream/entries.h"

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

static bool is_further_line(const struct sg_audit_stream *stream,
			    const struct sg_audit_origin *origin)
{
	return origin->stamp &&
	       (origin->stamp == stream->users_stamp || (origin->is_no_later && stream->is_users));
}

/*
 * A line of text on its way. Where each line of a message has a head of its own, those after the
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
	return sg_audit_stream_deliver(stream, line, stream->stats.lines, err);
}

/*
 * audit.log: nearly all lines of a real one are of other types, and several in a row of one event.
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
		if (close && close + 1 - stamp <= SG_AUDIT_STAMP_MAX) {
			stream->n_stamp = (size_t)(close + 1 - stamp);
			memcpy(stream->stamp, stamp, stream->n_stamp);
		}
	}
	return sg_audit_stream_deliver(stream, &read, stream->stats.lines, err);
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
			stream->mode = SG_AUDIT_MODE_EXPORT;
		if (stream->mode == SG_AUDIT_MODE_EXPORT)
			r = sg_audit_stream_take_export(stream, line, len, &taken, err);
	} else if (stream->form == SG_AUDIT_FORM_JSON) {
		r = sg_audit_stream_take_json(stream, line, len, &taken, err);
	}
	if (taken || r < 0)
		return r;
	if (stream->mode == SG_AUDIT_MODE_OBJECT) { /* not JSON after all */
		r = sg_audit_stream_end_entry(stream, err);
		stream->mode = SG_AUDIT_MODE_LINES;
		if (r < 0)
			return r;
	}
	if (len > 0 && memchr(line, '\0', len) && stream->form != SG_AUDIT_FORM_TEXT)
		return sg_audit_stream_deliver(stream, &with_zeroes, stream->stats.lines, err);
	sg_audit_line_read(line, len, stream->clock, &read);
	return deliver_text(stream, &read, form, err);
}

/* What there is of a line that is too long: enough to say whether it begins as a record. */
static void take_overlong(struct sg_audit_stream *stream, const char *line)
{
	struct sg_audit_line read;

	stream->stats.lines++;
	stream->stats.overlong++;
	if (stream->mode != SG_AUDIT_MODE_LINES)
		return; /* a field that nobody asks for, such as a core dump */
	sg_audit_line_read(line, SG_AUDIT_LINE_MAX, stream->clock, &read);
	if (read.kind == SG_AUDIT_SECCOMP || read.kind == SG_AUDIT_UNREADABLE) {
		stream->stats.unreadable++;
		sg_audit_stream_problem(stream, SG_AUDIT_UNREADABLE,
					"the line is longer than 128 KiB", stream->stats.lines);
	} else {
		sg_audit_stream_problem(stream, SG_AUDIT_NONE, "the line is longer than 128 KiB",
					stream->stats.lines);
	}
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

		if (stream->binary != SG_AUDIT_BINARY_NONE) {
			p += sg_audit_stream_take_binary(stream, p, (size_t)(end - p));
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
	if (stream->binary != SG_AUDIT_BINARY_NONE)
		sg_audit_stream_problem(stream, SG_AUDIT_NONE,
					"the file ends within a field of the journal",
					stream->entry_line);
	stream->skipping = false;
	stream->binary = SG_AUDIT_BINARY_NONE;
	if (r == 0)
		r = sg_audit_stream_end_entry(stream, err);
	stream->mode = SG_AUDIT_MODE_LINES;
	stream->form = SG_AUDIT_FORM_NONE;
	stream->users_stamp = 0;
	stream->is_users = false;
	stream->n_stamp = 0;
	return r;
}
