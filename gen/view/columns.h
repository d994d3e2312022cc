/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_VIEW_COLUMNS_H
#define SG_VIEW_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "syscall/syscall_id.h"

/*
 * A table for people: cells are added row by row, each column gets the width of its widest cell.
 * Cells are escaped, for most of them come from the kernel or from a file. Failure to grow is
 * sticky.
 */
#define SG_COLUMNS_MAX 12

struct sg_column {
	const char *title;
	bool is_number; /* flush right */
};

struct sg_columns {
	const struct sg_column *columns; /* borrowed */
	size_t n_columns, n_cells;
	size_t width[SG_COLUMNS_MAX];
	struct sg_strbuf cells; /* each ends with a NUL */
};

void sg_columns_init(struct sg_columns *table, const struct sg_column *columns, size_t n);
void sg_columns_done(struct sg_columns *table);
void sg_columns_add(struct sg_columns *table, const char *cell);
void sg_columns_printf(struct sg_columns *table, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* "-" where @cell is empty. */
void sg_columns_add_text(struct sg_columns *table, const struct sg_strbuf *cell);
/* Two cells: the call, "#99999" where it has no name, and its architecture. */
void sg_columns_add_call(struct sg_columns *table, struct sg_syscall_id id);
void sg_columns_print(const struct sg_columns *table, struct sg_strbuf *out);

#endif
