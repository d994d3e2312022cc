/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/rows.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "audit/mix.h"

#define FIRST_SIZE 256u
#define PROBES_MAX 64u

void sg_audit_rows_done(struct sg_audit_rows *rows)
{
	free(rows->rows);
	*rows = (struct sg_audit_rows){ 0 };
}

void sg_audit_row_key(const struct sg_audit_record *rec, struct sg_audit_row_key *ret)
{
	const struct sg_audit_text *comm = &rec->comm;

	memset(ret, 0, sizeof(*ret));
	ret->id = rec->id;
	ret->code = (rec->code & SECCOMP_RET_ACTION_FULL) | rec->is_any_kill;
	ret->form = (uint8_t)comm->form;
	if (comm->len <= sizeof(ret->comm)) {
		ret->comm_len = (uint8_t)comm->len;
		if (comm->len)
			memcpy(ret->comm, comm->data, comm->len);
	} else { /* not the kernel's: kept as far as there is room */
		ret->form = SG_AUDIT_TEXT_PLAIN;
		ret->comm_len = (uint8_t)sg_audit_text_copy(comm, ret->comm, sizeof(ret->comm));
	}
}

#define KEY_WORDS (sizeof(struct sg_audit_row_key) / sizeof(uint64_t))

/* Every byte of a key is set, so that it can be taken as words. */
static uint64_t hash(const struct sg_audit_row_key *key)
{
	uint64_t words[KEY_WORDS], h = 0;

	_Static_assert(sizeof(*key) % sizeof(uint64_t) == 0, "a key is whole words");
	memcpy(words, key, sizeof(words));
	for (size_t i = 0; i < KEY_WORDS; i++)
		h = (h ^ words[i]) * SG_MIX_PRIME;
	return sg_mix(h);
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
				 const struct sg_audit_row_key *key, size_t probes)
{
	size_t i = hash(key);

	for (size_t n = 0; n < probes; n++, i++) {
		struct sg_audit_row *row = &rows->rows[i & (rows->size - 1)];

		if (row->count == 0 || is_equal(&row->key, key))
			return row;
	}
	return NULL;
}

static bool grow(struct sg_audit_rows *rows)
{
	struct sg_audit_rows bigger = { .n = rows->n };

	bigger.size = rows->size ? 2 * rows->size : FIRST_SIZE;
	bigger.rows = calloc(bigger.size, sizeof(*bigger.rows));
	if (!bigger.rows)
		return false;
	for (size_t i = 0; i < rows->size; i++) {
		if (rows->rows[i].count)
			*slot(&bigger, &rows->rows[i].key, bigger.size) = rows->rows[i];
	}
	free(rows->rows);
	*rows = bigger;
	return true;
}

struct sg_audit_row *sg_audit_rows_find(struct sg_audit_rows *rows,
					const struct sg_audit_row_key *key, int *ret_errno)
{
	struct sg_audit_row *row;

	if (rows->n >= rows->size / 2 && rows->n < SG_AUDIT_ROWS_MAX && !grow(rows)) {
		*ret_errno = -ENOMEM;
		return NULL;
	}
	row = slot(rows, key, PROBES_MAX);
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
