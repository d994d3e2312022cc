/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_RUN_ROWS_H
#define SG_AUDIT_RUN_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "audit/line/record.h"

/*
 * For gen/audit/ only: a table of what was seen, one row a (call, action, program), by a hash. The
 * comm is part of the key as it stands in the record, decoded once a row and not once a record.
 */
#define SG_AUDIT_COMM_MAX 30u /* fifteen bytes, the kernel's longest, in hexadecimal */
#define SG_AUDIT_ROWS_MAX (1u << 16)

/* Every byte is set: keys are hashed and compared as words. */
struct sg_audit_row_key {
	struct sg_syscall_id id;
	uint8_t action; /* see sg_audit_row_code() */
	uint8_t text;	/* length of the comm, and its form in the two upper bits */
	char comm[SG_AUDIT_COMM_MAX];
};

/* One line of the cache. */
struct sg_audit_row {
	struct sg_audit_row_key key;
	uint64_t count; /* 0: the row is free */
	uint64_t first_seen, last_seen;
};
_Static_assert(sizeof(struct sg_audit_row) == 64, "a row is a line of the cache");

struct sg_audit_rows {
	struct sg_audit_row *rows;
	size_t n, size; /* size is a power of two, at least twice n */
};

void sg_audit_rows_done(struct sg_audit_rows *rows);

void sg_audit_row_key(const struct sg_audit_record *rec, struct sg_audit_row_key *ret);

/* What the key was made of. *ret_any_kill: either kind of killing. */
uint32_t sg_audit_row_code(const struct sg_audit_row_key *key, bool *ret_any_kill);
struct sg_audit_text sg_audit_row_comm(const struct sg_audit_row_key *key);

uint64_t sg_audit_row_hash(const struct sg_audit_row_key *key);

/* Have the row of that hash brought near; it will be asked for soon. */
void sg_audit_rows_prefetch(const struct sg_audit_rows *rows, uint64_t hash);

/*
 * The row of @key, made when it is not there; the caller counts in it. Returns NULL when there is
 * no room: -ENOMEM, or -ENOSPC when the table is full or too many keys have one hash, which whoever
 * names programs can bring about.
 */
struct sg_audit_row *sg_audit_rows_find(struct sg_audit_rows *rows,
					const struct sg_audit_row_key *key, uint64_t hash,
					int *ret_errno);

/* All rows by ascending key, which the caller frees; NULL without memory. Rows must not be added
 * then. */
const struct sg_audit_row **sg_audit_rows_sort(const struct sg_audit_rows *rows);

#endif
