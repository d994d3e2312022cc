/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_STREAM_STATE_H
#define SG_AUDIT_STREAM_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/stream/form.h"
#include "audit/stream/journal.h"
#include "audit/stream/sink.h"

/* For gen/audit/stream/ only: what a stream holds. */

#define SG_AUDIT_STAMP_MAX 64 /* "audit(" and all digits that two 64-bit numbers can have */

/* How the lines are to be taken. */
enum sg_audit_mode {
	SG_AUDIT_MODE_LINES,
	SG_AUDIT_MODE_EXPORT, /* fields of a journal entry, up to an empty line */
	SG_AUDIT_MODE_OBJECT, /* members of a JSON object, up to a line of brackets */
};

/* Where in a binary field of the export format the input is; the field's name has been read. */
enum sg_audit_binary {
	SG_AUDIT_BINARY_NONE,
	SG_AUDIT_BINARY_SIZE, /* eight bytes, little-endian */
	SG_AUDIT_BINARY_DATA,
	SG_AUDIT_BINARY_NEWLINE,
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
	enum sg_audit_mode mode;
	bool skipping; /* the rest of an overlong line */
	size_t n_partial;

	char stamp[SG_AUDIT_STAMP_MAX]; /* of the last record of another type, whose event has been
					   reported */
	size_t n_stamp;

	struct sg_audit_entry entry;
	uint64_t entry_line; /* 0: there is no entry under way */

	enum sg_audit_binary binary;
	uint64_t binary_size, binary_done;
	char key[64]; /* the name of the binary field */
	size_t n_key;

	char partial[SG_AUDIT_LINE_MAX]; /* a line whose end has not arrived */
	char store[SG_AUDIT_LINE_MAX];	 /* the message of the entry under way */
};

#endif
