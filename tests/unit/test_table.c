/* SPDX-License-Identifier: Apache-2.0 */
/* The number/name tables against the two other sources on this machine: libseccomp and the kernel
 * headers. */
#include <errno.h>
#include <seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "syscall/arch.h"
#include "syscall/table.h"

#define ID(arch_, nr_) ((struct sg_syscall_id){ .arch = (arch_), .nr = (nr_) })

static void name_and_number_are_each_others_inverse(void **state)
{
	(void)state;
	for (const struct sg_arch *arch = sg_arches; arch->name; arch++) {
		const char *name;
		size_t pos = 0, n = 0;
		uint32_t nr = 0, last = 0, back;

		while ((name = sg_syscall_next(arch->token, &pos, &nr))) {
			assert_true(n == 0 || nr > last);
			assert_string_equal(sg_syscall_name(ID(arch->token, nr)), name);
			back = UINT32_MAX;
			assert_int_equal(sg_syscall_nr(arch->token, name, &back), 0);
			assert_int_equal(back, nr);
			assert_true(sg_syscall_name_is_known(name));
			last = nr;
			n++;
		}
		assert_in_range(n, 300, 500);
		assert_int_equal(sg_syscall_max(arch->token), last);
	}
}

static void numbers_of_the_eight_architectures(void **state)
{
	static const struct {
		uint32_t arch, nr;
		const char *name;
	} rows[] = {
		{ AUDIT_ARCH_X86_64, 0, "read" },
		{ AUDIT_ARCH_X86_64, 219, "restart_syscall" },
		{ AUDIT_ARCH_X86_64, 262, "newfstatat" },
		{ AUDIT_ARCH_X86_64, 334, "rseq" },
		{ AUDIT_ARCH_X86_64, 335, "uretprobe" },
		{ AUDIT_ARCH_X86_64, 336, "uprobe" },
		{ AUDIT_ARCH_X86_64, 435, "clone3" },
		{ AUDIT_ARCH_X86_64, 469, "file_setattr" },
		{ AUDIT_ARCH_I386, 1, "exit" },
		{ AUDIT_ARCH_I386, 22, "umount" },
		{ AUDIT_ARCH_I386, 52, "umount2" },
		{ AUDIT_ARCH_I386, 140, "_llseek" },
		{ AUDIT_ARCH_I386, 142, "_newselect" },
		{ AUDIT_ARCH_I386, 300, "fstatat64" },
		{ AUDIT_ARCH_I386, 359, "socket" },
		{ AUDIT_ARCH_I386, 407, "clock_nanosleep_time64" },
		{ AUDIT_ARCH_I386, 469, "file_setattr" },
		{ SG_ARCH_X32, 0, "read" },
		{ SG_ARCH_X32, 469, "file_setattr" },
		{ SG_ARCH_X32, 512, "rt_sigaction" },
		{ SG_ARCH_X32, 520, "execve" },
		{ SG_ARCH_X32, 547, "pwritev2" },
		{ AUDIT_ARCH_AARCH64, 56, "openat" },
		{ AUDIT_ARCH_AARCH64, 79, "newfstatat" },
		{ AUDIT_ARCH_AARCH64, 84, "sync_file_range" },
		{ AUDIT_ARCH_AARCH64, 469, "file_setattr" },
		{ AUDIT_ARCH_ARM, 270, "arm_fadvise64_64" },
		{ AUDIT_ARCH_ARM, 341, "arm_sync_file_range" },
		{ AUDIT_ARCH_ARM, 469, "file_setattr" },
		{ AUDIT_ARCH_ARM, 0xf0001, "breakpoint" },
		{ AUDIT_ARCH_ARM, 0xf0002, "cacheflush" },
		{ AUDIT_ARCH_ARM, 0xf0003, "usr26" },
		{ AUDIT_ARCH_ARM, 0xf0004, "usr32" },
		{ AUDIT_ARCH_ARM, 0xf0005, "set_tls" },
		{ AUDIT_ARCH_ARM, 0xf0006, "get_tls" },
		{ AUDIT_ARCH_RISCV64, 258, "riscv_hwprobe" },
		{ AUDIT_ARCH_RISCV64, 259, "riscv_flush_icache" },
		{ AUDIT_ARCH_RISCV64, 469, "file_setattr" },
		{ AUDIT_ARCH_PPC64LE, 308, "sync_file_range2" },
		{ AUDIT_ARCH_PPC64LE, 363, "switch_endian" },
		{ AUDIT_ARCH_PPC64LE, 469, "file_setattr" },
		{ AUDIT_ARCH_S390X, 378, "s390_guarded_storage" },
		{ AUDIT_ARCH_S390X, 469, "file_setattr" },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		const char *name = sg_syscall_name(ID(rows[i].arch, rows[i].nr));

		assert_non_null(name);
		assert_string_equal(name, rows[i].name);
	}
}

static void x32_calls_with_an_entry_of_their_own_are_not_at_the_64_bit_number(void **state)
{
	uint32_t nr;

	(void)state;
	/* 59 is execve for x86_64 only: under x32 the kernel answers it with ENOSYS or worse. */
	assert_string_equal(sg_syscall_name(ID(AUDIT_ARCH_X86_64, 59)), "execve");
	assert_null(sg_syscall_name(ID(SG_ARCH_X32, 59)));
	assert_null(sg_syscall_name(ID(SG_ARCH_X32, SG_X32_BIT | 39)));
	assert_int_equal(sg_syscall_nr(SG_ARCH_X32, "execve", &nr), 0);
	assert_int_equal(nr, 520);
}

static void what_the_table_does_not_know_is_no_name(void **state)
{
	static const uint32_t unknown[] = { 387, 423, 473, 9999, 0x40000000, UINT32_MAX };
	uint32_t nr = 4711;
	size_t pos = 0;

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(unknown); i++)
		assert_null(sg_syscall_name(ID(AUDIT_ARCH_X86_64, unknown[i])));
	assert_null(sg_syscall_name(ID(0, 0)));
	assert_int_equal(sg_syscall_nr(AUDIT_ARCH_X86_64, "fadvise64_64", &nr), -ENOENT);
	assert_int_equal(sg_syscall_nr(AUDIT_ARCH_X86_64, "", &nr), -ENOENT);
	assert_int_equal(sg_syscall_nr(AUDIT_ARCH_X86_64, "zzz", &nr), -ENOENT);
	assert_int_equal(sg_syscall_nr(AUDIT_ARCH_X86_64, "Read", &nr), -ENOENT);
	assert_int_equal(sg_syscall_nr(0, "read", &nr), -ENOENT);
	assert_int_equal(nr, 4711);
	assert_true(sg_syscall_name_is_known("fadvise64_64"));
	assert_false(sg_syscall_name_is_known("rea"));
	assert_null(sg_syscall_next(0, &pos, &nr));
	assert_int_equal(sg_syscall_max(0), 0);
}

static void a_number_without_a_name_is_an_error_that_says_which(void **state)
{
	struct sg_error err = { 0 };
	const char *name = "untouched";

	(void)state;
	assert_int_equal(sg_syscall_name_or_error(ID(AUDIT_ARCH_I386, 9999), &name, &err), -ENOENT);
	assert_non_null(strstr(err.message, "system call 9999 of i386: no name"));
	assert_int_equal(sg_syscall_name_or_error(ID(0xdead, 3), &name, &err), -ENOENT);
	assert_non_null(strstr(err.message, "0x0000dead"));
	assert_string_equal(name, "untouched");
	assert_int_equal(sg_syscall_name_or_error(ID(AUDIT_ARCH_I386, 3), &name, &err), 0);
	assert_string_equal(name, "read");
}

static void a_kernel_newer_than_the_table_or_of_no_known_release_is_not_covered(void **state)
{
	static const struct {
		const char *release;
		bool covered;
	} rows[] = {
		{ "5.10.0-26-amd64", true },
		{ "6.18.44-fc-v669", true },
		{ "7.3.0-rc1", true },
		{ "4.18.0-553.el8_10.x86_64", true },
		{ "7.4.0-rc1", false },
		{ "7.30.1", false },
		{ "8.0.0", false },
		{ "2.6.60+", false }, /* a newer one, asked under setarch --uname-2.6 */
		{ "", false },
		{ "generic", false },
		{ "6", false },
		{ "99999999999.1", false },
	};

	(void)state;
	assert_string_equal(sg_syscall_newest(), "7.3"); /* else the rows above are to follow */
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (sg_syscall_table_covers(rows[i].release) != rows[i].covered)
			fail_msg("Linux '%s'", rows[i].release);
	}
}

static void since_is_known_for_calls_newer_than_4_15(void **state)
{
	static const struct {
		const char *name, *version;
	} rows[] = {
		{ "read", NULL },
		{ "statx", NULL },
		{ "no_such_call", NULL },
		{ "rseq", "4.18" },
		{ "io_uring_setup", "5.1" },
		{ "clone3", "5.3" },
		{ "openat2", "5.6" },
		{ "faccessat2", "5.8" },
		{ "close_range", "5.9" },
		{ "landlock_restrict_self", "5.13" },
		{ "futex_waitv", "5.16" },
		{ "fchmodat2", "6.6" },
		{ "mseal", "6.10" },
		{ "file_setattr", "6.17" },
		{ "uprobe", "6.18" },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		const char *since = sg_syscall_since(rows[i].name);

		if (!rows[i].version)
			assert_null(since);
		else
			assert_string_equal(since, rows[i].version);
	}
}

/* From 424 on every architecture gives a new call the same number: such a call without a version is
 * a gap. */
static void every_call_of_the_common_range_has_a_version(void **state)
{
	(void)state;
	for (const struct sg_arch *arch = sg_arches; arch->name; arch++) {
		const char *name;
		size_t pos = 0;
		uint32_t nr = 0, base = 0;

		if (strncmp(arch->name, "mips", 4) == 0)
			base = sg_syscall_max(arch->token) / 1000 * 1000;
		while ((name = sg_syscall_next(arch->token, &pos, &nr))) {
			uint32_t own = nr - base, common = 0;

			if (own < 424 || own > 511)
				continue;
			assert_non_null(sg_syscall_since(name));
			if (sg_syscall_nr(AUDIT_ARCH_X86_64, name, &common) == 0)
				assert_int_equal(own, common);
		}
	}
}

/* Where libseccomp and the kernel's own table differ, and the kernel is right. */
static const struct {
	uint32_t arch;
	const char *name;
} exceptions[] = {
	/* The kernel's row is 32-bit only; libseccomp up to 2.5 has one table for both widths. */
	{ AUDIT_ARCH_PARISC64, "_llseek" },
};

static bool is_exception(const struct sg_arch *arch, const char *name)
{
	for (size_t i = 0; i < SG_ARRAY_SIZE(exceptions); i++) {
		if (exceptions[i].arch == arch->token && strcmp(exceptions[i].name, name) == 0)
			return true;
	}
	return false;
}

/*
 * libseccomp: the number that it gives @name under @arch, without x32's bit 30; -1 when it gives
 * none. It gives a call that the architecture reaches through socketcall or ipc as well a pseudo
 * number below -1.
 */
static int libseccomp_nr(const struct sg_arch *arch, const char *name)
{
	int nr = seccomp_syscall_resolve_name_arch(arch->token, name);

	if (nr < 0)
		return -1;
	return arch->token == SG_ARCH_X32 ? nr & ~(int)SG_X32_BIT : nr;
}

static bool libseccomp_has(const struct sg_arch *arch)
{
	return seccomp_syscall_resolve_name_arch(arch->token, "read") >= 0;
}

static void every_number_that_libseccomp_names_has_that_name_here(void **state)
{
	size_t n_arches = 0;

	(void)state;
	for (const struct sg_arch *arch = sg_arches; arch->name; arch++) {
		uint32_t bit = arch->token == SG_ARCH_X32 ? SG_X32_BIT : 0;
		uint32_t low = strncmp(arch->name, "mips", 4) == 0
				       ? sg_syscall_max(arch->token) / 1000 * 1000
				       : 0;
		size_t n = 0;

		if (!libseccomp_has(arch))
			continue;
		for (uint32_t nr = low; nr < 0xf0100; nr = nr == low + 999 ? 0xf0000 : nr + 1) {
			_cleanup_free_ char *theirs =
				seccomp_syscall_resolve_num_arch(arch->token, (int)(nr | bit));
			const char *ours = sg_syscall_name(ID(arch->token, nr));

			if (!theirs || is_exception(arch, theirs))
				continue;
			n++;
			if (!ours || strcmp(ours, theirs) != 0)
				fail_msg("%s %u: libseccomp says %s, the table says %s", arch->name,
					 nr, theirs, ours ? ours : "nothing");
		}
		assert_true(n > 250);
		n_arches++;
	}
	/* All but loongarch64, m68k, sh and sheb, which libseccomp knows since 2.6. */
	assert_true(n_arches >= 19);
}

static void every_name_has_the_number_that_libseccomp_gives_it(void **state)
{
	(void)state;
	for (const struct sg_arch *arch = sg_arches; arch->name; arch++) {
		if (!libseccomp_has(arch))
			continue;
		/* Every name of every architecture: one that this one lacks must be lacking there
		 * too. */
		for (const struct sg_arch *other = sg_arches; other->name; other++) {
			const char *name;
			size_t pos = 0;
			uint32_t nr = 0, ours;

			while ((name = sg_syscall_next(other->token, &pos, &nr))) {
				int theirs = libseccomp_nr(arch, name);

				if (theirs < 0 || is_exception(arch, name))
					continue;
				if (sg_syscall_nr(arch->token, name, &ours) < 0)
					fail_msg("%s %s: libseccomp says %d, the table has none",
						 arch->name, name, theirs);
				if (ours != (uint32_t)theirs)
					fail_msg("%s %s: libseccomp says %d, the table says %u",
						 arch->name, name, theirs, ours);
			}
		}
	}
}

#if defined(__x86_64__)
/* Compare with the installed "#define __NR_<name> <number>" lines of @path; returns how many there
 * were. */
static size_t compare_header(const char *path, uint32_t arch)
{
	_cleanup_fclose_ FILE *file = fopen(path, "re");
	char line[512];
	size_t n = 0;

	if (!file)
		fail_msg("%s: %s (linux-libc-dev)", path, strerror(errno));
	while (fgets(line, sizeof(line), file)) {
		char name[128];
		uint32_t theirs, ours;

		if (sscanf(line, "#define __NR_%127[a-z0-9_] %u", name, &theirs) != 2 &&
		    sscanf(line, "#define __NR_%127[a-z0-9_] (__X32_SYSCALL_BIT + %u)", name,
			   &theirs) != 2)
			continue;
		n++;
		if (sg_syscall_nr(arch, name, &ours) < 0)
			fail_msg("%s: %s is %u, the table has none", path, name, theirs);
		if (ours != theirs)
			fail_msg("%s: %s is %u, the table says %u", path, name, theirs, ours);
	}
	return n;
}
#endif

static void the_installed_kernel_headers_agree(void **state)
{
	(void)state;
#if defined(__x86_64__)
#define HEADERS "/usr/include/x86_64-linux-gnu/asm/"
	assert_true(compare_header(HEADERS "unistd_64.h", AUDIT_ARCH_X86_64) > 300);
	assert_true(compare_header(HEADERS "unistd_32.h", AUDIT_ARCH_I386) > 400);
	assert_true(compare_header(HEADERS "unistd_x32.h", SG_ARCH_X32) > 300);
#else
	skip();
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(name_and_number_are_each_others_inverse),
		cmocka_unit_test(numbers_of_the_eight_architectures),
		cmocka_unit_test(x32_calls_with_an_entry_of_their_own_are_not_at_the_64_bit_number),
		cmocka_unit_test(what_the_table_does_not_know_is_no_name),
		cmocka_unit_test(a_number_without_a_name_is_an_error_that_says_which),
		cmocka_unit_test(
			a_kernel_newer_than_the_table_or_of_no_known_release_is_not_covered),
		cmocka_unit_test(since_is_known_for_calls_newer_than_4_15),
		cmocka_unit_test(every_call_of_the_common_range_has_a_version),
		cmocka_unit_test(every_number_that_libseccomp_names_has_that_name_here),
		cmocka_unit_test(every_name_has_the_number_that_libseccomp_gives_it),
		cmocka_unit_test(the_installed_kernel_headers_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
