/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_STREAM_ENTRIES_H
#define SG_AUDIT_STREAM_ENTRIES_H

#include "audit/stream/state.h"

/* For gen/audit/stream/ only: entries of the journal that are more than a line of text. */

/* The entry under way, if any, is complete. */
int sg_audit_stream_end_entry(struct sg_audit_stream *stream, struct sg_error *err);

/* A line of the export format. *ret_taken: it was one. */
int sg_audit_stream_take_export(struct sg_audit_stream *stream, const char *line, size_t len,
				bool *ret_taken, struct sg_error *err);

/* A line that may be JSON: an object, a member of one, or brackets. *ret_taken: it was. */
int sg_audit_stream_take_json(struct sg_audit_stream *stream, const char *line, size_t len,
			      bool *ret_taken, struct sg_error *err);

/* Bytes of a binary field; returns how many were taken. Newlines in it are lines of the file. */
size_t sg_audit_stream_take_binary(struct sg_audit_stream *stream, const char *p, size_t len);

#endif
