/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_STREAM_INPUT_H
#define SG_AUDIT_STREAM_INPUT_H

#include <stddef.h>

#include "audit/stream/stream.h"
#include "base/error.h"

/*
 * The bytes of one file on their way into a stream: plain, or gzip as logrotate leaves them, which
 * the first two bytes show. Memory is constant, whatever the file expands to.
 */
struct sg_audit_input;

/* @stream is borrowed. @name is what messages call the file; borrowed as well. */
int sg_audit_input_new(struct sg_audit_stream *stream, const char *name,
		       struct sg_audit_input **ret, struct sg_error *err);
void sg_audit_input_free(struct sg_audit_input *input);

/*
 * Returns 0, -EBADMSG (the compressed data are damaged, or the file is in a format that cannot be
 * read: another compression, a binary journal), -ENOMEM, or what the stream's sink returned. What
 * came before a damaged place has been read.
 */
int sg_audit_input_feed(struct sg_audit_input *input, const void *bytes, size_t len,
			struct sg_error *err);

/*
 * The end of the file; ends the stream's file too. Returns 0, -EBADMSG (the compressed data are cut
 * off: what was there has been read), or what the sink returned.
 */
int sg_audit_input_finish(struct sg_audit_input *input, struct sg_error *err);

SG_DEFINE_CLEANUP(struct sg_audit_input, sg_audit_input_free)

#endif
