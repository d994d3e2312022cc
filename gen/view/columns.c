/* SPDX-License-Identifier: Apache-2.0 */
#include "view/columns.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/escape.h"
#include "syscall/arch.h"
#include "syscall/table.h"

#define GAP 2 /* blanks between columns */

void sg_columns_init(struct sg_columns *table, const struct sg_column *columns, size_t n)
{
	*table = (struct sg_columns){ .columns = columns, .n_columns = n };
	for (size_t i = 0; i < n; i++)
		sg_columns_add(table, columns[i].title);
}

void sg_columns_done(struct sg_columns *table)
{
	sg_strbuf_done(&table->cells);
}

/* Characters, not bytes: what continues a UTF-8 character takes no room. */
static size_t shown_width(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

void sg_columns_add(struct sg_columns *table, const char *cell)
{
	size_t column = table->n_cells++ % table->n_columns, start = table->cells.len, width;

	sg_escape(&table->cells, cell);
	sg_strbuf_add_char(&table->cells, '\0');
	if (table->cells.failed)
		return;
	width = shown_width(table->cells.data + start);
	if (width > table->width[column])
		table->width[column] = width;
}

void sg_columns_printf(struct sg_columns *table, const char *fmt, ...)
{
	char cell[256];
	va_list ap;

	va_start(ap, fmt);
	if (vsnprintf(cell, sizeof(cell), fmt, ap) < 0)
		cell[0] = '\0';
	va_end(ap);
	sg_columns_add(table, cell);
}

void sg_columns_add_text(struct sg_columns *table, const struct sg_strbuf *cell)
{
	if (cell->failed)
		table->cells.failed = true;
	else
		sg_columns_add(table, cell->len ? cell->data : "-");
}

static void blanks(struct sg_strbuf *out, size_t n)
{
	while (n--)
		sg_strbuf_add_char(out, ' ');
}

void sg_columns_add_call(struct sg_columns *table, struct sg_syscall_id id)
{
	const char *name = sg_syscall_name(id);
	char arch[SG_ARCH_TEXT_SIZE];

	if (name)
		sg_columns_add(table, name);
	else
		sg_columns_printf(table, "#%" PRIu32, id.nr);
	sg_columns_add(table, sg_arch_text(id.arch, arch));
}

void sg_columns_print(const struct sg_columns *table, struct sg_strbuf *out)
{
	const char *cell = table->cells.data;

	if (table->cells.failed) {
		out->failed = true;
		return;
	}
	for (size_t i = 0; i < table->n_cells; i++) {
		size_t column = i % table->n_columns;
		size_t pad = table->width[column] - shown_width(cell);
		bool last = column + 1 == table->n_columns;

		if (table->columns[column].is_number)
			blanks(out, pad);
		sg_strbuf_add(out, cell);
		if (last)
			sg_strbuf_add_char(out, '\n');
		else
			blanks(out, GAP + (table->columns[column].is_number ? 0 : pad));
		cell += strlen(cell) + 1;
	}
}
