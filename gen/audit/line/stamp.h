/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_LINE_STAMP_H
#define SG_AUDIT_LINE_STAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/*
 * When an audit event happened: "audit(1795286882.707:672)", and what stands in its place where
 * programs have rewritten it. Times are nanoseconds since the epoch, 0 where they are not known.
 */

/*
 * What a text alone cannot say; zeroes are the defaults. Borrowed for as long as a reader uses it.
 */
struct sg_audit_clock {
	/*
	 * Seconds since the epoch of a local time, as mktime() has it: `ausearch -i` and syslog
	 * write local time. NULL: they wrote UTC.
	 */
	int64_t (*from_local)(struct tm *local);
	/* The latest time that a record can have, by which a date without a year gets one; 0: it
	 * gets no time. */
	uint64_t latest;
};

/*
 * Read the stamp whose "audit(" starts at *p, and leave *p after its ")". *ret_names: it is in the
 * form of `ausearch -i`, a date ("audit(11/21/26 20:15:57.182:9)", order of its parts by the
 * locale: a date with slashes has its month first unless that cannot be). Returns whether it is a
 * stamp.
 */
bool sg_audit_stamp_read(const char **p, const char *end, const struct sg_audit_clock *clock,
			 uint64_t *ret_time, uint64_t *ret_serial, bool *ret_names);

/*
 * The time that a log line starts with: RFC 3339 ("2026-11-21T20:16:29.819333+00:00", also with a
 * space, a comma, or an offset without colon), RFC 3164 ("Nov 21 20:16:29"), seconds since the
 * epoch
 * ("1795292189.819333"). 0 for what is none of these.
 */
uint64_t sg_audit_line_time(const char *line, size_t len, const struct sg_audit_clock *clock);

#endif
