/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/stream/deliver.h"

void sg_audit_stream_problem(struct sg_audit_stream *stream, enum sg_audit_kind kind,
			     const char *reason, uint64_t line)
{
	if (stream->sink->problem)
		stream->sink->problem(stream->data, kind, reason, line);
}

int sg_audit_stream_deliver(struct sg_audit_stream *stream, const struct sg_audit_line *line,
			    uint64_t at, struct sg_error *err)
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
	sg_audit_stream_problem(stream, line->kind, line->reason, at);
	return 0;
}
