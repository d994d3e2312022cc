/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_STREAM_DELIVER_H
#define SG_AUDIT_STREAM_DELIVER_H

#include "audit/stream/state.h"

/* For gen/audit/stream/ only: where the readers of a stream bring what they read. */

/* What was read in the line @at goes to the sink, and into the statistics. */
int sg_audit_stream_deliver(struct sg_audit_stream *stream, const struct sg_audit_line *line,
			    uint64_t at, struct sg_error *err);

/* What cannot be read goes to the sink alone. */
void sg_audit_stream_problem(struct sg_audit_stream *stream, enum sg_audit_kind kind,
			     const char *reason, uint64_t line);

#endif
