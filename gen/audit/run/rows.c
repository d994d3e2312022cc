/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/run/rows.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "audit/run/mix.h"

#define FIRST_SIZE 256u
#define PROBES_MAX 64u
#define KEY_WORDS  (sizeof(struct sg_audit_row_key) / sizeof(uint64_t))

#define FORM_SHIFT 6
#define LEN_MASK   0x3fu
_Static_assert(SG_AUDIT_TEXT_KMSG < 4 && SG_AUDIT_COMM_MAX <= LEN_MASK, "both fit into a byte");

/*
 * An action in a byte: the second of its code, which tells all apart but KILL_PROCESS from
 * KILL_THREAD, and what is set only in the first.
 */
#define ACTION_KILL_PROCESS 1u
#define ACTION_ANY_KILL	    2u

void sg_audit_rows_done(struct sg_audit_rows *rows)
{
	free(rows->rows);
	*rows = (struct sg_audit_rows){ 0 };
}

void sg_audit_row_key(const struct sg_audit_record *rec, struct sg_audit_row_key *ret)
{
	const struct sg_audit_text *comm = &rec->comm;
	unsigned int form = comm->form;
	size_t len = comm->len;

	memset(ret, 0, sizeof(*ret));
	ret->id = rec->id;
	ret->action = rec->is_any_kill ? ACTION_ANY_KILL
				       : (uint8_t)((rec->code >> 16 & 0xff) | rec->code >> 31);
	if (len <= sizeof(ret->comm)) {
		if (len)
			memcpy(ret->comm, comm->data, len);
	} else { /* not the kernel's: stored as far as there is room */
		char name[SG_AUDIT_COMM_MAX + 1];

		form = SG_AUDIT_TEXT_PLAIN;
		len = sg_audit_text_copy(comm, name, sizeof(name));
		memcpy(ret->comm, name, len);
	}
	ret->text = (uint8_t)(form << FORM_SHIFT | len);
}

uint32_t sg_audit_row_code(const struct sg_audit_row_key *key, bool *ret_any_kill)
{
	*ret_any_kill = key->action == ACTION_ANY_KILL;
	switch (key->action) {
	case ACTION_KILL_PROCESS:
		return SECCOMP_RET_KILL_PROCESS;
	case ACTION_ANY_KILL:
		return SECCOMP_RET_KILL_THREAD;
	default:
		/* above TRAP and ERRNO, the codes start with 0x7f */
		return (uint32_t)key->action << 16 | (key->action >= 0x80 ? 0x7f000000u : 0);
	}
}

struct sg_audit_text sg_audit_row_comm(const struct sg_audit_row_key *key)
{
	return (struct sg_audit_text){ key->comm, key->text & LEN_MASK,
				       (enum sg_audit_text_form)(key->text >> FORM_SHIFT) };
}

uint64_t sg_audit_row_hash(const struct sg_audit_row_key *key)
{
	uint64_t words[KEY_WORDS], even = 0, odd = 0;

	_Static_assert(sizeof(*key) % sizeof(uint64_t) == 0, "a key is whole words");
	memcpy(words, key, sizeof(words));
	/* two chains, neither of which waits for the other's multiplications */
	for (size_t i = 0; i + 1 < KEY_WORDS; i += 2) {
		even = (even ^ words[i]) * SG_MIX_PRIME;
		odd = (odd ^ words[i + 1]) * SG_MIX_PRIME;
	}
	if (KEY_WORDS % 2)
		even = (even ^ words[KEY_WORDS - 1]) * SG_MIX_PRIME;
	return sg_mix(even ^ (odd << 32 | odd >> 32));
}

void sg_audit_rows_prefetch(const struct sg_audit_rows *rows, uint64_t hash)
{
	if (rows->size > 0)
		__builtin_prefetch(&rows->rows[hash & (rows->size - 1)], 1);
}

static bool is_equal(const struct sg_audit_row_key *a, const struct sg_audit_row_key *b)
{
	uint64_t x[KEY_WORDS], y[KEY_WORDS], difference = 0;

	memcpy(x, a, sizeof(x));
	memcpy(y, b, sizeof(y));
	for (size_t i = 0; i < KEY_WORDS; i++)
		difference |= x[i] ^ y[i];
	return difference == 0;
}

/* Where @key is or belongs; NULL when that is not near where it should be. */
static struct sg_audit_row *slot(const struct sg_audit_rows *rows,
				 const struct sg_audit_row_key *key, uint64_t hash, size_t probes)
{
	for (size_t n = 0; n < probes; n++, hash++) {
		struct sg_audit_row *row = &rows->rows[hash & (rows->size - 1)];

		if (is_equal(&row->key, key) || row->count == 0)
			return row;
	}
	return NULL;
}

static bool grow(struct sg_audit_rows *rows)
{
	struct sg_audit_rows bigger = { .n = rows->n };

	bigger.size = rows->size ? 2 * rows->size : FIRST_SIZE;
	bigger.rows = aligned_alloc(sizeof(*bigger.rows), bigger.size * sizeof(*bigger.rows));
	if (!bigger.rows)
		return false;
	memset(bigger.rows, 0, bigger.size * sizeof(*bigger.rows));
	for (size_t i = 0; i < rows->size; i++) {
		const struct sg_audit_row *row = &rows->rows[i];

		if (row->count)
			*slot(&bigger, &row->key, sg_audit_row_hash(&row->key), bigger.size) = *row;
	}
	free(rows->rows);
	*rows = bigger;
	return true;
}

struct sg_audit_row *sg_audit_rows_find(struct sg_audit_rows *rows,
					const struct sg_audit_row_key *key, uint64_t hash,
					int *ret_errno)
{
	struct sg_audit_row *row;

	if (rows->n >= rows->size / 2 && rows->n < SG_AUDIT_ROWS_MAX && !grow(rows)) {
		*ret_errno = -ENOMEM;
		return NULL;
	}
	row = slot(rows, key, hash, PROBES_MAX);
	if (row && row->count)
		return row;
	if (!row || rows->n >= SG_AUDIT_ROWS_MAX) {
		*ret_errno = -ENOSPC;
		return NULL;
	}
	row->key = *key;
	rows->n++;
	return row;
}

static int compare(const void *a, const void *b)
{
	const struct sg_audit_row_key *x = &(*(const struct sg_audit_row *const *)a)->key;
	const struct sg_audit_row_key *y = &(*(const struct sg_audit_row *const *)b)->key;
	int r = sg_syscall_id_compare(x->id, y->id);

	return r ? r : memcmp(x, y, sizeof(*x));
}

const struct sg_audit_row **sg_audit_rows_sort(const struct sg_audit_rows *rows)
{
	const struct sg_audit_row **sorted = calloc(rows->n + 1, sizeof(*sorted));
	size_t n = 0;

	if (!sorted)
		return NULL;
	for (size_t i = 0; i < rows->size; i++) {
		if (rows->rows[i].count)
			sorted[n++] = &rows->rows[i];
	}
	qsort(sorted, n, sizeof(*sorted), compare);
	return sorted;
}
