/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_STREAM_STREAM_H
#define SG_AUDIT_STREAM_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/stream/sink.h"
#include "base/cleanup.h"
#include "base/error.h"

/*
 * A log as it arrives, in pieces of any size and in constant memory: lines are put together,
 * entries of the journal's export format and of pretty-printed JSON as well, and what is in them
 * goes to a sink. What comes out does not depend on how the input was cut into pieces. The first
 * line of a file says what kind of log it is; lines of another kind are unverified.
 */
struct sg_audit_stream;

/* @sink, @data and @clock (may be NULL) are borrowed for as long as the stream lives. */
int sg_audit_stream_new(const struct sg_audit_sink *sink, void *data,
			const struct sg_audit_clock *clock, struct sg_audit_stream **ret,
			struct sg_error *err);
void sg_audit_stream_free(struct sg_audit_stream *stream);

/*
 * Take what stands in lines that any program could have had logged (sg_audit_line.is_unverified) as
 * well, for somebody who knows who can write to that log. Without it such records, serials and
 * notices are left out and only counted.
 */
void sg_audit_stream_take_unverified(struct sg_audit_stream *stream, bool take);

/* Returns 0, or what the sink returned. */
int sg_audit_stream_feed(struct sg_audit_stream *stream, const void *bytes, size_t len,
			 struct sg_error *err);

/*
 * The end of a file: a last line need not end in a newline. The stream can take another file then.
 */
int sg_audit_stream_finish(struct sg_audit_stream *stream, struct sg_error *err);

const struct sg_audit_stats *sg_audit_stream_stats(const struct sg_audit_stream *stream);

SG_DEFINE_CLEANUP(struct sg_audit_stream, sg_audit_stream_free)

#endif
