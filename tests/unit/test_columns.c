/* SPDX-License-Identifier: Apache-2.0 */
#include <linux/audit.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "syscall/arch.h"
#include "view/columns.h"

static const struct sg_column columns[] = {
	{ .title = "NAME" },
	{ .title = "N", .is_number = true },
	{ .title = "WHY" },
};

static void each_column_is_as_wide_as_its_widest_cell(void **state)
{
	_cleanup_(sg_columns_done) struct sg_columns table;
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;

	(void)state;
	sg_columns_init(&table, columns, 3);
	sg_columns_add(&table, "a");
	sg_columns_printf(&table, "%d", 1234);
	sg_columns_add(&table, "short");
	sg_columns_add(&table, "longer");
	sg_columns_printf(&table, "%d", 5);
	sg_columns_add(&table, "");
	sg_columns_print(&table, &out);
	assert_string_equal(out.data, "NAME       N  WHY\n"
				      "a       1234  short\n"
				      "longer     5  \n");
}

/* Columns stay straight where a character has several bytes, and nothing acts on a terminal. */
static void widths_are_those_of_what_is_shown(void **state)
{
	_cleanup_(sg_columns_done) struct sg_columns table;
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;

	(void)state;
	sg_columns_init(&table, columns, 3);
	sg_columns_add(&table, "caf\xc3\xa9");
	sg_columns_add(&table, "1");
	sg_columns_add(&table, "x");
	sg_columns_add(&table, "\x1b[31m\n");
	sg_columns_add(&table, "2");
	sg_columns_add(&table, "y");
	sg_columns_print(&table, &out);
	assert_null(strchr(out.data, '\x1b'));
	assert_string_equal(out.data, "NAME          N  WHY\n"
				      "caf\xc3\xa9          1  x\n"
				      "\\x1b[31m\\x0a  2  y\n");
}

static void a_call_without_a_name_has_its_number(void **state)
{
	static const struct sg_column two[] = { { .title = "CALL" }, { .title = "ARCH" } };
	_cleanup_(sg_columns_done) struct sg_columns table;
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;

	(void)state;
	sg_columns_init(&table, two, 2);
	sg_columns_add_call(&table, (struct sg_syscall_id){ AUDIT_ARCH_X86_64, 0 });
	sg_columns_add_call(&table, (struct sg_syscall_id){ AUDIT_ARCH_X86_64, 99999 });
	sg_columns_add_call(&table, (struct sg_syscall_id){ 0xdeadbeef, 7 });
	sg_columns_print(&table, &out);
	assert_string_equal(out.data, "CALL    ARCH\n"
				      "read    x86_64\n"
				      "#99999  x86_64\n"
				      "#7      0xdeadbeef\n");
}

static void an_empty_text_is_a_dash(void **state)
{
	static const struct sg_column one[] = { { .title = "X" } };
	_cleanup_(sg_columns_done) struct sg_columns table;
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;
	const struct sg_strbuf empty = SG_STRBUF_INIT;

	(void)state;
	sg_columns_init(&table, one, 1);
	sg_columns_add_text(&table, &empty);
	sg_columns_print(&table, &out);
	assert_string_equal(out.data, "X\n-\n");
}

/* A table of which a cell is missing is none. */
static void failure_to_grow_is_sticky(void **state)
{
	_cleanup_(sg_columns_done) struct sg_columns table;
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;
	const struct sg_strbuf failed = { .failed = true };

	(void)state;
	sg_columns_init(&table, columns, 3);
	sg_columns_add_text(&table, &failed);
	sg_columns_add(&table, "1");
	sg_columns_add(&table, "x");
	sg_columns_print(&table, &out);
	assert_true(out.failed);
	assert_int_equal(out.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_column_is_as_wide_as_its_widest_cell),
		cmocka_unit_test(widths_are_those_of_what_is_shown),
		cmocka_unit_test(a_call_without_a_name_has_its_number),
		cmocka_unit_test(an_empty_text_is_a_dash),
		cmocka_unit_test(failure_to_grow_is_sticky),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
