/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_STREAM_SINK_H
#define SG_AUDIT_STREAM_SINK_H

#include <stdint.h>

#include "audit/line/line.h"
#include "base/error.h"

/* A longer line is passed over and reported. The kernel's longest record has 8,970 bytes. */
#define SG_AUDIT_LINE_MAX (128u * 1024)

/* What went through, in all. */
struct sg_audit_stats {
	uint64_t bytes, lines;
	uint64_t records; /* of type 1326, read */
	uint64_t others;  /* audit records of other types */
	uint64_t notices;
	uint64_t unreadable; /* of type 1326 */
	uint64_t foreign;
	/* of type 1326, in lines that any program could have had logged: left out, or among
	 * .records and .unreadable where they are taken */
	uint64_t unverified;
	uint64_t overlong;
};

/*
 * Where it goes. @line counts from 1; for an entry of several lines it is the first. What is handed
 * over is borrowed until the call returns. Any member may be NULL.
 */
struct sg_audit_sink {
	/* A record 1326. A negative errno (with @err filled) ends the reading. */
	int (*record)(void *data, const struct sg_audit_record *rec, uint64_t line,
		      struct sg_error *err);
	/* A record of another type, once an event: its serial is one that did not get lost. */
	void (*other)(void *data, uint64_t time, uint64_t serial);
	void (*notice)(void *data, const struct sg_audit_notice *notice, uint64_t line);
	/*
	 * UNREADABLE or FOREIGN; or NONE, for what is not known to be a record: an overlong line.
	 */
	void (*problem)(void *data, enum sg_audit_kind kind, const char *reason, uint64_t line);
};

#endif
