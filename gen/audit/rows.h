/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_ROWS_H
#define SG_AUDIT_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "audit/record.h"

/*
 * For gen/audit/ only: a table of what was seen, one row a (call, action, program), by a hash. The
 * comm is part of the key as it stands in the record, decoded once a row and not once a record.
 */
#define SG_AUDIT_COMM_MAX 40u /* the kernel's longest is 15 bytes, 30 digits in hexadecimal */
#define SG_AUDIT_ROWS_MAX (1u << 16)

struct sg_audit_row_key {
	struct sg_syscall_id id;
	uint32_t code; /* the action; bit 0 set where it is either kind of killing */
	uint8_t form, comm_len;
	char comm[SG_AUDIT_COMM_MAX];
	char unused[2]; /* zero: keys are hashed and compared as bytes */
};

struct sg_audit_row {
	struct sg_audit_row_key key;
	uint64_t count; /* 0: the row is free */
	uint64_t first_seen, last_seen;
};

struct sg_audit_rows {
	struct sg_audit_row *rows;
	size_t n, size; /* size is a power of two */
};

void sg_audit_rows_done(struct sg_audit_rows *rows);

void sg_audit_row_key(const struct sg_audit_record *rec, struct sg_audit_row_key *ret);

/*
 * The row of @key, made when it is not there. Returns NULL when there is no room: -ENOMEM, or
 * -ENOSPC when the table is full or too many keys have one hash, which whoever names programs can
 * bring about.
 */
struct sg_audit_row *sg_audit_rows_find(struct sg_audit_rows *rows,
					const struct sg_audit_row_key *key, int *ret_errno);

/* All rows by ascending key, which the caller frees; NULL without memory. Rows must not be added
 * then. */
const struct sg_audit_row **sg_audit_rows_sort(const struct sg_audit_rows *rows);

#endif
