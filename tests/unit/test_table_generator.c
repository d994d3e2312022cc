/* SPDX-License-Identifier: Apache-2.0 */
/* scripts/gen-syscall-table refuses what is wrong, names the place, and then leaves the output
 * alone. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"

#define GOOD_TABLE "# comment\n0 read\n1 write\n425 io_uring_setup\n"
#define GOOD_SINCE "io_uring_setup 5.1\n"

static char dir[64];

static int make_dir(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/sg-test-table-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	static const char *const files[] = {
		"data/a.tbl", "data/since", "data/notes.txt", "out.c", "out.c.new", "data", ""
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(files); i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		if (remove(path) < 0 && errno != ENOENT)
			return -1;
	}
	return 0;
}

static void write_file(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void read_file(const char *name, char *buf, size_t size)
{
	_cleanup_fclose_ FILE *file = NULL;
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "re");
	assert_non_null(file);
	buf[fread(buf, 1, size - 1, file)] = '\0';
}

/* Returns the generator's exit status; what it said is in @out. NULL leaves a file away. */
static int generate(const char *table, const char *since, char *out, size_t size)
{
	char command[512];
	int status;
	size_t n;
	FILE *pipe;

	snprintf(command, sizeof(command), "%s/data", dir);
	assert_true(mkdir(command, 0700) == 0 || errno == EEXIST);
	if (table)
		write_file("data/a.tbl", table);
	if (since)
		write_file("data/since", since);
	snprintf(command, sizeof(command),
		 "python3 '%s/scripts/gen-syscall-table' %s/data %s/out.c 2>&1", SG_SOURCE_DIR, dir,
		 dir);
	pipe = popen(command, "re");
	assert_non_null(pipe);
	n = fread(out, 1, size - 1, pipe);
	out[n] = '\0';
	status = pclose(pipe);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void good_data_becomes_a_c_file(void **state)
{
	char out[1024], text[4096];

	(void)state;
	assert_int_equal(generate(GOOD_TABLE, GOOD_SINCE, out, sizeof(out)), 0);
	assert_string_equal(out, "");
	read_file("out.c", text, sizeof(text));
	assert_non_null(strstr(text, "const struct sg_syscall_table sg_syscall_table_a = {"));
	assert_non_null(strstr(text, "\"io_uring_setup\", \"read\", \"write\","));
	assert_non_null(strstr(text, "\"5.1\", NULL, NULL,"));
	assert_non_null(strstr(text, "{ 0, 1 }, { 1, 2 }, { 425, 0 },"));
	assert_non_null(strstr(text, "by_name[] = {\n\t2, 0, 1,"));
}

static void a_fault_names_file_and_line_and_writes_nothing(void **state)
{
	static const struct {
		const char *table, *since, *says;
	} rows[] = {
		{ "0 read\n0 write\n", GOOD_SINCE, "a.tbl:2: the number 0 is there twice" },
		{ "0 read\n# x\n1 read\n", GOOD_SINCE,
		  "a.tbl:3: the name read is there twice (line 1)" },
		{ "1 read\n0 write\n", GOOD_SINCE, "a.tbl:2: the number 0 comes after 1" },
		{ "0 read\n\n1 write\n", GOOD_SINCE, "a.tbl:2: not two fields" },
		{ "0\tread\n", GOOD_SINCE, "a.tbl:1: not two fields" },
		{ "0 read \n", GOOD_SINCE, "a.tbl:1: not two fields" },
		{ "0  read\n", GOOD_SINCE, "a.tbl:1: not two fields" },
		{ "0 read write\n", GOOD_SINCE, "a.tbl:1: not two fields" },
		{ "0 read\r\n", GOOD_SINCE, "a.tbl:1: not the name of a system call" },
		{ "0x1 read\n", GOOD_SINCE, "a.tbl:1: not a decimal number" },
		{ "01 read\n", GOOD_SINCE, "a.tbl:1: not a decimal number" },
		{ "-1 read\n", GOOD_SINCE, "a.tbl:1: not a decimal number" },
		{ "1048576 read\n", GOOD_SINCE, "a.tbl:1: the number 1048576 is above 1048575" },
		{ "0 Read\n", GOOD_SINCE, "a.tbl:1: not the name of a system call" },
		{ "0 re\"ad\n", GOOD_SINCE, "a.tbl:1: not the name of a system call" },
		{ "0 r\xc3\xa9\x61\x64\n", GOOD_SINCE, "a.tbl:1: not ASCII" },
		{ "0 read\n1 write", GOOD_SINCE, "a.tbl:2: the last line does not end" },
		{ "# nothing\n", GOOD_SINCE, "a.tbl: no system call in the file" },
		{ GOOD_TABLE, "io_uring_setup 5\n", "since:1: not a version" },
		{ GOOD_TABLE, "io_uring_setup 5.01\n", "since:1: not a version" },
		{ GOOD_TABLE, "write 4.15\n", "since:1: Linux 4.15 is not newer" },
		{ GOOD_TABLE, "write 5.10\nread 5.9\n", "since:2: 5.9 comes after 5.10" },
		{ GOOD_TABLE, "write 5.1\nwrite 5.2\n", "since:2: the name write is there twice" },
		{ GOOD_TABLE, "writ 5.1\n", "since:1: no table has a system call writ" },
		{ GOOD_TABLE, "# nothing\n", "since: no system call in the file" },
		{ GOOD_TABLE, NULL, "since: No such file" },
		{ NULL, GOOD_SINCE, "data: no NAME.tbl" },
	};
	char out[1024], text[64];

	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		assert_int_equal(remove_dir(state), 0);
		assert_int_equal(mkdir(dir, 0700), 0);
		write_file("out.c", "old");
		assert_int_equal(generate(rows[i].table, rows[i].since, out, sizeof(out)), 1);
		if (!strstr(out, rows[i].says))
			fail_msg("row %zu: \"%s\" is not in \"%s\"", i, rows[i].says, out);
		read_file("out.c", text, sizeof(text));
		assert_string_equal(text, "old");
	}
}

static void a_file_that_is_no_table_is_refused(void **state)
{
	char out[1024];

	(void)state;
	assert_int_equal(generate(GOOD_TABLE, GOOD_SINCE, out, sizeof(out)), 0);
	write_file("data/notes.txt", "x\n");
	assert_int_equal(generate(NULL, NULL, out, sizeof(out)), 1);
	assert_non_null(strstr(out, "notes.txt: neither NAME.tbl nor since"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(good_data_becomes_a_c_file, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(a_fault_names_file_and_line_and_writes_nothing,
						make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(a_file_that_is_no_table_is_refused, make_dir,
						remove_dir),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
