/* SPDX-License-Identifier: Apache-2.0 */
/* The table of arguments: what it says of calls, and what it calls their values. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "args/table.h"
#include "base/cleanup.h"
#include "syscall/arch.h"
#include "syscall/table.h"

static const struct sg_arg_call *find(uint32_t arch, const char *name, enum sg_arg_set set)
{
	struct sg_syscall_id id = { .arch = arch };

	assert_int_equal(sg_syscall_nr(arch, name, &id.nr), 0);
	return sg_arg_call_find(id, set);
}

static void values_have_their_names(void **state)
{
	static const struct {
		uint32_t arch;
		const char *call;
		unsigned int index;
		uint64_t value;
		const char *text;
	} rows[] = {
		{ AUDIT_ARCH_X86_64, "socket", 0, 1, "AF_UNIX" },
		{ AUDIT_ARCH_X86_64, "socket", 0, 0x100000028, "AF_VSOCK" },
		{ AUDIT_ARCH_X86_64, "socket", 0, 99, "99" },
		{ AUDIT_ARCH_X86_64, "socket", 1, 0x80801,
		  "SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK" },
		{ AUDIT_ARCH_X86_64, "socket", 1, 0x100001, "SOCK_STREAM|0x100000" },
		{ AUDIT_ARCH_X86_64, "ioctl", 1, 0xffffffff80045430, "TIOCGPTN" },
		{ AUDIT_ARCH_X86_64, "ioctl", 1, 0xdeadbeef, "0xdeadbeef" },
		{ AUDIT_ARCH_X86_64, "mprotect", 2, 0, "PROT_NONE" },
		{ AUDIT_ARCH_X86_64, "mprotect", 2, 7, "PROT_READ|PROT_WRITE|PROT_EXEC" },
		{ AUDIT_ARCH_X86_64, "openat", 2, 0x80000, "O_RDONLY|O_CLOEXEC" },
		{ AUDIT_ARCH_X86_64, "openat", 2, 0x101041, "O_WRONLY|O_CREAT|O_SYNC" },
		{ AUDIT_ARCH_X86_64, "openat", 2, 0x4000, "O_RDONLY|O_DIRECT" },
		{ AUDIT_ARCH_AARCH64, "openat", 2, 0x4000, "O_RDONLY|O_DIRECTORY" },
		{ AUDIT_ARCH_ARM, "openat", 2, 0x20000, "O_RDONLY|O_LARGEFILE" },
		{ AUDIT_ARCH_X86_64, "futex", 1, 0x81, "FUTEX_WAKE|FUTEX_PRIVATE_FLAG" },
		{ AUDIT_ARCH_X86_64, "mmap", 3, 0x22, "MAP_PRIVATE|MAP_ANONYMOUS" },
		{ AUDIT_ARCH_X86_64, "mmap", 3, 0x62, "MAP_PRIVATE|MAP_ANONYMOUS|MAP_32BIT" },
		{ AUDIT_ARCH_AARCH64, "mmap", 3, 0x62, "MAP_PRIVATE|MAP_ANONYMOUS|64" },
		{ AUDIT_ARCH_AARCH64, "mprotect", 2, 0x11, "PROT_READ|PROT_BTI" },
		{ AUDIT_ARCH_X86_64, "personality", 0, 0xffffffff, "PER_QUERY" },
		{ AUDIT_ARCH_X86_64, "personality", 0, 0x40000, "ADDR_NO_RANDOMIZE" },
		{ AUDIT_ARCH_X86_64, "personality", 0, 0, "PER_LINUX" },
		{ AUDIT_ARCH_X86_64, "quotactl", 0, 0x80000701, "Q_GETQUOTA|GRPQUOTA" },
		{ AUDIT_ARCH_X86_64, "mknod", 1, 0x21ff,
		  "S_IFCHR|S_IRUSR|S_IWUSR|S_IXUSR|S_IRGRP|S_IWGRP|S_IXGRP|S_IROTH|S_IWOTH|S_"
		  "IXOTH" },
		{ AUDIT_ARCH_X86_64, "chmod", 1, 0xffff00000800, "S_ISUID" },
		{ AUDIT_ARCH_S390X, "clone", 1, 0x10000000, "CLONE_NEWUSER" },
		{ AUDIT_ARCH_X86_64, "ptrace", 0, 0x4206, "PTRACE_SEIZE" },
		{ AUDIT_ARCH_X86_64, "ptrace", 0, 0x100000010, "0x100000010" },
		{ AUDIT_ARCH_X86_64, "kill", 1, 0, "0" },
		{ AUDIT_ARCH_X86_64, "memfd_create", 1, 3, "MFD_CLOEXEC|MFD_ALLOW_SEALING" },
		{ AUDIT_ARCH_X86_64, "seccomp", 1, 0, "0" },
		{ AUDIT_ARCH_X86_64, "fsmount", 1, 3, "FSMOUNT_CLOEXEC|FSMOUNT_NAMESPACE" },
		{ AUDIT_ARCH_X86_64, "fchmodat2", 2, 0xc00, "S_ISUID|S_ISGID" },
		{ AUDIT_ARCH_X86_64, "reboot", 2, 0xcdef0123, "LINUX_REBOOT_CMD_HALT" },
		{ AUDIT_ARCH_I386, "fcntl64", 1, 1, "F_GETFD" },
		{ AUDIT_ARCH_X86_64, "mremap", 3, 3, "MREMAP_MAYMOVE|MREMAP_FIXED" },
		{ AUDIT_ARCH_X86_64, "splice", 5, 3, "SPLICE_F_MOVE|SPLICE_F_NONBLOCK" },
		{ AUDIT_ARCH_X86_64, "vmsplice", 3, 8, "SPLICE_F_GIFT" },
		{ AUDIT_ARCH_X86_64, "msgctl", 1, 1, "IPC_SET" },
		{ AUDIT_ARCH_X86_64, "semctl", 2, 0, "IPC_RMID" },
		{ AUDIT_ARCH_X86_64, "shmctl", 1, 2, "IPC_STAT" },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		const struct sg_arg_call *call = find(rows[i].arch, rows[i].call, SG_ARG_SET_ALL);
		_cleanup_(sg_strbuf_done) struct sg_strbuf text = SG_STRBUF_INIT;
		uint64_t args[6] = { 0 };
		const struct sg_arg *arg;

		assert_non_null(call);
		arg = sg_arg_find(call, rows[i].index);
		assert_non_null(arg);
		args[rows[i].index] = rows[i].value;
		sg_arg_text(call, arg, rows[i].arch, args, 0x3f, &text);
		assert_string_equal(text.data, rows[i].text);
	}
}

/* A protocol's number means what the family makes of it. */
static void names_depend_on_another_argument(void **state)
{
	static const struct {
		const char *call;
		uint64_t args[6];
		unsigned int index;
		uint32_t known;
		const char *text;
	} rows[] = {
		{ "socket", { 2, 1, 6 }, 2, 7, "IPPROTO_TCP" },
		{ "socket", { 16, 3, 6 }, 2, 7, "NETLINK_XFRM" },
		{ "socket", { 16, 3, 6 }, 2, 4, "6" },
		{ "socket", { 17, 3, 768 }, 2, 7, "768" },
		{ "setsockopt", { 3, 1, 50 }, 2, 6, "SO_ATTACH_BPF" },
		{ "setsockopt", { 3, 6, 31 }, 2, 6, "TCP_ULP" },
		{ "setsockopt", { 3, 0, 64 }, 2, 6, "IPT_SO_SET_REPLACE" },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		const struct sg_arg_call *call =
			find(AUDIT_ARCH_X86_64, rows[i].call, SG_ARG_SET_ALL);
		_cleanup_(sg_strbuf_done) struct sg_strbuf text = SG_STRBUF_INIT;

		sg_arg_text(call, sg_arg_find(call, rows[i].index), AUDIT_ARCH_X86_64, rows[i].args,
			    rows[i].known, &text);
		assert_string_equal(text.data, rows[i].text);
	}
}

static void a_row_is_for_the_architectures_it_holds_on(void **state)
{
	(void)state;
	/* old calls with one pointer */
	assert_null(find(AUDIT_ARCH_I386, "mmap", SG_ARG_SET_ALL));
	assert_null(find(AUDIT_ARCH_S390X, "mmap", SG_ARG_SET_ALL));
	assert_non_null(find(AUDIT_ARCH_I386, "mmap2", SG_ARG_SET_ALL));
	assert_int_equal(find(AUDIT_ARCH_X86_64, "clone", SG_ARG_SET_ALL)->args[0].index, 0);
	assert_int_equal(find(AUDIT_ARCH_S390X, "clone", SG_ARG_SET_ALL)->args[0].index, 1);
	/* values that the table does not know there */
	assert_null(find(AUDIT_ARCH_MIPS64, "socket", SG_ARG_SET_ALL));
	assert_null(find(AUDIT_ARCH_PPC64LE, "ioctl", SG_ARG_SET_ALL));
	assert_non_null(find(SG_ARCH_X32, "ioctl", SG_ARG_SET_ALL));
}

static void a_set_holds_what_belongs_to_it(void **state)
{
	const struct sg_arg_call *mmap = find(AUDIT_ARCH_X86_64, "mmap", SG_ARG_SET_SECURITY);

	(void)state;
	assert_non_null(mmap);
	assert_int_equal(sg_arg_call_n(mmap, SG_ARG_SET_NONE), 0);
	assert_int_equal(sg_arg_call_n(mmap, SG_ARG_SET_SECURITY), 1);
	assert_int_equal(sg_arg_call_n(mmap, SG_ARG_SET_ALL), 2);
	assert_null(find(AUDIT_ARCH_X86_64, "fcntl", SG_ARG_SET_SECURITY));
	assert_non_null(find(AUDIT_ARCH_X86_64, "fcntl", SG_ARG_SET_ALL));
	assert_null(find(AUDIT_ARCH_X86_64, "socket", SG_ARG_SET_NONE));
	assert_null(find(AUDIT_ARCH_X86_64, "read", SG_ARG_SET_ALL));
}

/* What every consumer relies on. */
static void rows_are_sound(void **state)
{
	(void)state;
	assert_in_range(sg_arg_n_calls, 50, 200);
	for (size_t i = 0; i < sg_arg_n_calls; i++) {
		const struct sg_arg_call *call = &sg_arg_calls[i];

		assert_true(sg_syscall_name_is_known(call->name));
		assert_true(call->why[0] && call->why[strlen(call->why) - 1] != '.');
		assert_in_range(call->n_args, 1, SG_ARG_TUPLE_MAX);
		assert_false(call->args[0].only_all);
		for (size_t k = 0; k < call->n_args; k++) {
			const struct sg_arg *arg = &call->args[k];
			uint64_t mask = sg_arg_width_mask(arg);

			assert_in_range(arg->index, 0, 5);
			assert_int_equal(arg->exact & arg->free, 0);
			assert_int_equal(arg->apart & (arg->free | arg->exact), 0);
			assert_int_equal((arg->exact | arg->free | arg->apart) & ~mask, 0);
			if (arg->kind == SG_ARG_ENUM)
				assert_int_equal(arg->exact | arg->free, mask);
			if (arg->kind == SG_ARG_MASK)
				assert_int_equal(arg->exact, 0);
			assert_true(arg->by < (int)k);
		}
	}
}

/* A pointer, a size or a descriptor says nothing twice: none may ever be in a condition. */
static void nothing_that_changes_from_run_to_run_is_watched(void **state)
{
	static const struct {
		const char *call;
		uint32_t indices; /* pointers, sizes, descriptors, ids */
	} rows[] = {
		{ "ioctl", 0x5 },	{ "mmap", 0x33 },   { "mprotect", 0x3 },
		{ "setsockopt", 0x19 }, { "clone", 0x3e },  { "openat", 0x3 },
		{ "kill", 0x1 },	{ "futex", 0x3d },  { "ptrace", 0xe },
		{ "prlimit64", 0xd },	{ "keyctl", 0x1e }, { "bpf", 0x6 },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		const struct sg_arg_call *call =
			find(AUDIT_ARCH_X86_64, rows[i].call, SG_ARG_SET_ALL);

		assert_non_null(call);
		for (size_t k = 0; k < call->n_args; k++)
			assert_false(rows[i].indices >> call->args[k].index & 1);
	}
}

static void sets_are_parsed_by_name(void **state)
{
	enum sg_arg_set set = SG_ARG_SET_MAX_;

	(void)state;
	for (int i = 0; i < SG_ARG_SET_MAX_; i++) {
		assert_int_equal(sg_arg_set_parse(sg_arg_set_names[i], &set), 0);
		assert_int_equal((int)set, i);
	}
	assert_int_equal(sg_arg_set_parse("Security", &set), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_have_their_names),
		cmocka_unit_test(names_depend_on_another_argument),
		cmocka_unit_test(a_row_is_for_the_architectures_it_holds_on),
		cmocka_unit_test(a_set_holds_what_belongs_to_it),
		cmocka_unit_test(rows_are_sound),
		cmocka_unit_test(nothing_that_changes_from_run_to_run_is_watched),
		cmocka_unit_test(sets_are_parsed_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
