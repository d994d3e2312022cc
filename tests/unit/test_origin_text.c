/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "origin/command.h"
#include "origin/mountinfo.h"
#include "origin/proc.h"

static void a_mount_s_names_are_unescaped(void **state)
{
	char line[] = "28 24 0:25 /a\\040b /sys/fs/cg\\134roup rw,nosuid shared:9 - cgroup2 "
		      "none rw,nsdelegate\n";
	struct sg_mountinfo m;

	(void)state;
	assert_true(sg_mountinfo_parse(line, &m));
	assert_string_equal(m.root, "/a b");
	assert_string_equal(m.dir, "/sys/fs/cg\\roup");
	assert_string_equal(m.type, "cgroup2");
	assert_string_equal(m.super, "rw,nsdelegate");
}

static void a_v1_mount_has_its_controllers(void **state)
{
	char line[] = "33 30 0:30 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,cpu,pids\n";
	struct sg_mountinfo m;

	(void)state;
	assert_true(sg_mountinfo_parse(line, &m));
	assert_string_equal(m.type, "cgroup");
	assert_true(sg_list_has_word(m.super, "pids"));
	assert_true(sg_list_has_word(m.super, "cpu"));
	assert_false(sg_list_has_word(m.super, "pid"));
	assert_false(sg_list_has_word(m.super, "u,pids"));
}

static void what_is_no_mount_is_refused(void **state)
{
	static const char *const lines[] = { "", "\n", "1 2 3",
					     "28 24 0:25 / /x rw cgroup2 none rw",
					     "28 24 0:25 / /x rw - " };

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(lines); i++) {
		_cleanup_free_ char *line = strdup(lines[i]);
		struct sg_mountinfo m;

		assert_false(sg_mountinfo_parse(line, &m));
	}
}

static void a_place_is_taken_apart(void **state)
{
	char v2[] = "0::/a:b/c\n", v1[] = "7:cpu,pids:/x", bad[] = "nothing", half[] = "1:x";
	struct sg_cgroup_line c;

	(void)state;
	assert_true(sg_cgroup_line_parse(v2, &c));
	assert_int_equal(c.hierarchy, 0);
	assert_string_equal(c.controllers, "");
	assert_string_equal(c.path, "/a:b/c");
	assert_true(sg_cgroup_line_parse(v1, &c));
	assert_int_equal(c.hierarchy, 7);
	assert_true(sg_list_has_word(c.controllers, "pids"));
	assert_string_equal(c.path, "/x");
	assert_false(sg_cgroup_line_parse(bad, &c));
	assert_false(sg_cgroup_line_parse(half, &c));
}

static void the_call_of_a_thread_is_read(void **state)
{
	uint32_t nr = 0;
	uint64_t pc = 0;

	(void)state;
	assert_true(sg_proc_syscall_parse("43 0x3 0x0 0x0 0x0 0x0 0x0 0x7ffd 0x7f1f750a9829\n", &nr,
					  &pc));
	assert_int_equal(nr, 43);
	assert_true(pc == 0x7f1f750a9829);
	assert_false(sg_proc_syscall_parse("running\n", &nr, &pc));
	assert_false(sg_proc_syscall_parse("-1 0x7ffd 0x7f1f\n", &nr, &pc));
	assert_false(sg_proc_syscall_parse("43 0x3\n", &nr, &pc));
	assert_false(
		sg_proc_syscall_parse("4294967296 0x3 0x0 0x0 0x0 0x0 0x0 0x7f 0x7f\n", &nr, &pc));
	assert_false(sg_proc_syscall_parse("", &nr, &pc));
}

static void a_field_of_status_is_the_line_s_beginning(void **state)
{
	static const char text[] = "Name:\tPPid:\\n7\nUmask:\t0022\nPPid:\t42\nNSpid:\t1\n"
				   "Uid:\t1000\t0\t0\t0\nSeccomp:\t2\nSeccomp_filters:\t3\n";
	uint32_t value = 0;

	(void)state;
	assert_true(sg_proc_status_u32(text, "PPid", &value));
	assert_int_equal(value, 42);
	assert_true(sg_proc_status_u32(text, "Seccomp", &value));
	assert_int_equal(value, 2);
	assert_true(sg_proc_status_u32(text, "Uid", &value));
	assert_int_equal(value, 1000);
	assert_false(sg_proc_status_u32(text, "Pid", &value));
	assert_false(sg_proc_status_u32(text, "Name", &value));
	assert_false(sg_proc_status_u32("PPid:\n7\n", "PPid", &value));
	assert_false(sg_proc_status_u32("PPid: 4294967296\n", "PPid", &value));
	assert_int_equal(value, 1000);
}

static void the_numbers_of_a_field_are_counted(void **state)
{
	(void)state;
	assert_int_equal(sg_proc_status_count("Pid:\t9\nNSpid:\t4711\t17\t1\n", "NSpid"), 3);
	assert_int_equal(sg_proc_status_count("NSpid:\t4711\n1\t2\n", "NSpid"), 1);
	assert_int_equal(sg_proc_status_count("NSpid:\t\n7\n", "NSpid"), 0);
	assert_int_equal(sg_proc_status_count("Name:\tNSpid:\n", "NSpid"), 0);
	assert_int_equal(sg_proc_status_count("", "NSpid"), 0);
}

static void a_state_is_a_field_of_status_too(void **state)
{
	(void)state;
	assert_int_equal(sg_proc_status_state("Name:\tState:\\tZ\nState:\tS (sleeping)\n"), 'S');
	assert_int_equal(sg_proc_status_state("State:\tZ (zombie)\nTgid:\t1\n"), 'Z');
	assert_int_equal(sg_proc_status_state("State:\nTgid:\t1\n"), '\0');
	assert_int_equal(sg_proc_status_state("Tgid:\t1\n"), '\0');
}

static void flags_are_the_seventh_after_the_name(void **state)
{
	uint32_t flags = 0;

	(void)state;
	assert_true(sg_proc_stat_flags("2 (kthreadd) S 0 0 0 0 -1 2129984 0 0\n", &flags));
	assert_int_equal(flags, 2129984);
	assert_true(sg_proc_stat_flags("7 (a) R 1 1 1 1 1 9 ) S 0 7 7 0 -1 4194304 1\n", &flags));
	assert_int_equal(flags, 4194304);
	assert_false(sg_proc_stat_flags("2 (kthreadd) S 0 0 0 0 -1\n", &flags));
	assert_false(sg_proc_stat_flags("2 (kthreadd)S 0 0 0 0 -1 5\n", &flags));
	assert_false(sg_proc_stat_flags("", &flags));
}

static void all_four_uids_are_read(void **state)
{
	uint32_t uids[4] = { 0 };

	(void)state;
	assert_true(sg_proc_status_uids("Name:\tx\nUid:\t1000\t0\t0\t4294967295\n", uids));
	assert_int_equal(uids[0], 1000);
	assert_int_equal(uids[1], 0);
	assert_true(uids[3] == UINT32_MAX);
	assert_false(sg_proc_status_uids("Uid:\t1\t2\t3\n", uids));
	assert_false(sg_proc_status_uids("Name:\tUid:\n", uids));
}

static void a_state_comes_after_the_last_parenthesis(void **state)
{
	(void)state;
	assert_int_equal(sg_proc_stat_state("12 (a) Z b) S 1 12\n"), 'S');
	assert_int_equal(sg_proc_stat_state("12 (a)"), '\0');
	assert_int_equal(sg_proc_stat_state(""), '\0');
}

static void words(const char *text, size_t len, struct sg_command *ret, struct sg_args *args)
{
	assert_int_equal(sg_args_parse(text, len, args), 0);
	sg_command_parse(args, ret);
}

#define WORDS(text, command, args) words(text, sizeof(text), command, args)

static void a_runtime_s_command_line_has_id_and_bundle(void **state)
{
	_cleanup_(sg_args_done) struct sg_args args = { 0 }, short_args = { 0 };
	struct sg_command c;

	(void)state;
	WORDS("/usr/bin/runc\0--root\0/r\0create\0--bundle=/b\0web", &c, &args);
	assert_int_equal(c.kind, SG_COMMAND_RUNTIME);
	assert_string_equal(c.runtime, "runc");
	assert_string_equal(c.bundle, "/b");
	assert_string_equal(c.id, "web");
	WORDS("crun\0--version", &c, &short_args);
	assert_string_equal(c.runtime, "crun");
	assert_null(c.id);
	assert_null(c.bundle);
}

static void a_monitor_s_command_line_names_the_container(void **state)
{
	_cleanup_(sg_args_done) struct sg_args args = { 0 };
	struct sg_command c;

	(void)state;
	WORDS("conmon\0-c\0abc\0-n\0web\0-r\0/usr/bin/crun\0-b\0/b/userdata\0--", &c, &args);
	assert_int_equal(c.kind, SG_COMMAND_MONITOR);
	assert_string_equal(c.id, "abc");
	assert_string_equal(c.name, "web");
	assert_string_equal(c.runtime, "crun");
	assert_string_equal(c.runtime_path, "/usr/bin/crun");
	assert_string_equal(c.bundle, "/b/userdata");
}

static void a_shim_s_command_line_has_a_namespace(void **state)
{
	_cleanup_(sg_args_done) struct sg_args args = { 0 };
	struct sg_command c;

	(void)state;
	WORDS("/usr/bin/containerd-shim-runc-v2\0-namespace\0moby\0-id\0abc", &c, &args);
	assert_int_equal(c.kind, SG_COMMAND_SHIM);
	assert_string_equal(c.space, "moby");
	assert_string_equal(c.id, "abc");
	assert_null(c.runtime);
}

static void others_say_nothing(void **state)
{
	_cleanup_(sg_args_done) struct sg_args args = { 0 }, none = { 0 };
	struct sg_command c;

	(void)state;
	WORDS("/bin/sh\0runc\0--bundle\0/b", &c, &args);
	assert_int_equal(c.kind, SG_COMMAND_OTHER);
	assert_null(c.bundle);
	assert_int_not_equal(sg_args_parse("", 0, &none), 0);
}

static void set_up_processes_are_known_by_name(void **state)
{
	(void)state;
	assert_string_equal(sg_runtime_of_comm("runc:[2:INIT]"), "runc");
	assert_string_equal(sg_runtime_of_comm("crun"), "crun");
	assert_null(sg_runtime_of_comm("runcx"));
	assert_null(sg_runtime_of_comm(""));
}

static void a_version_is_one_word_of_harmless_bytes(void **state)
{
	static const struct {
		const char *text, *version;
	} rows[] = {
		{ "containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20~ds1-1+deb12u1\n",
		  "1.6.20~ds1" },
		{ "runc version 1.1.5+ds1\ncommit: 1\n", "1.1.5+ds1" },
		{ "crun version 1.8.1\n", "1.8.1" },
		{ "crun version 1\x1b[2J", "1" },
		{ "runc version \n", NULL },
		{ "runc 1.1.5\n", NULL },
		{ "", NULL },
		{ "x version "
		  "1111111111222222222233333333334444444444555555555566666666667777777777",
		  NULL },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		_cleanup_free_ char *found = sg_version_parse(rows[i].text);

		if (rows[i].version)
			assert_string_equal(found, rows[i].version);
		else
			assert_null(found);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mount_s_names_are_unescaped),
		cmocka_unit_test(a_v1_mount_has_its_controllers),
		cmocka_unit_test(what_is_no_mount_is_refused),
		cmocka_unit_test(a_place_is_taken_apart),
		cmocka_unit_test(the_call_of_a_thread_is_read),
		cmocka_unit_test(a_field_of_status_is_the_line_s_beginning),
		cmocka_unit_test(the_numbers_of_a_field_are_counted),
		cmocka_unit_test(a_state_is_a_field_of_status_too),
		cmocka_unit_test(flags_are_the_seventh_after_the_name),
		cmocka_unit_test(all_four_uids_are_read),
		cmocka_unit_test(a_state_comes_after_the_last_parenthesis),
		cmocka_unit_test(a_runtime_s_command_line_has_id_and_bundle),
		cmocka_unit_test(a_monitor_s_command_line_names_the_container),
		cmocka_unit_test(a_shim_s_command_line_has_a_namespace),
		cmocka_unit_test(others_say_nothing),
		cmocka_unit_test(set_up_processes_are_known_by_name),
		cmocka_unit_test(a_version_is_one_word_of_harmless_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
