/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "syscall/arch.h"

static void every_name_leads_back_to_its_row(void **state)
{
	(void)state;
	for (const struct sg_arch *arch = sg_arches; arch->name; arch++) {
		assert_ptr_equal(sg_arch_by_token(arch->token), arch);
		assert_ptr_equal(sg_arch_by_name(arch->name), arch);
		assert_ptr_equal(sg_arch_by_scmp_name(arch->scmp_name), arch);
		assert_non_null(arch->docker_arch);
		assert_non_null(arch->table);
	}
}

static void what_is_no_architecture_is_not_found(void **state)
{
	(void)state;
	assert_null(sg_arch_by_token(0));
	assert_null(sg_arch_by_token(UINT32_MAX));
	assert_null(sg_arch_by_name(""));
	assert_null(sg_arch_by_name("X86_64"));
	assert_null(sg_arch_by_name("amd64"));
	assert_null(sg_arch_by_scmp_name("SCMP_ARCH_NATIVE"));
	assert_null(sg_arch_by_scmp_name("SCMP_ARCH_"));
	assert_null(sg_arch_by_scmp_name("x86_64"));
}

/* The list of config-linux.md of the OCI runtime-spec, and who runs under whose kernel. */
static void every_architecture_of_the_runtime_spec_is_known(void **state)
{
	static const struct {
		const char *scmp_name;
		uint32_t token, native;
	} rows[] = {
		{ "SCMP_ARCH_X86", AUDIT_ARCH_I386, AUDIT_ARCH_X86_64 },
		{ "SCMP_ARCH_X86_64", AUDIT_ARCH_X86_64, AUDIT_ARCH_X86_64 },
		{ "SCMP_ARCH_X32", 0x4000003e, AUDIT_ARCH_X86_64 },
		{ "SCMP_ARCH_ARM", AUDIT_ARCH_ARM, AUDIT_ARCH_AARCH64 },
		{ "SCMP_ARCH_AARCH64", AUDIT_ARCH_AARCH64, AUDIT_ARCH_AARCH64 },
		{ "SCMP_ARCH_MIPS", AUDIT_ARCH_MIPS, AUDIT_ARCH_MIPS64 },
		{ "SCMP_ARCH_MIPS64", AUDIT_ARCH_MIPS64, AUDIT_ARCH_MIPS64 },
		{ "SCMP_ARCH_MIPS64N32", AUDIT_ARCH_MIPS64N32, AUDIT_ARCH_MIPS64 },
		{ "SCMP_ARCH_MIPSEL", AUDIT_ARCH_MIPSEL, AUDIT_ARCH_MIPSEL64 },
		{ "SCMP_ARCH_MIPSEL64", AUDIT_ARCH_MIPSEL64, AUDIT_ARCH_MIPSEL64 },
		{ "SCMP_ARCH_MIPSEL64N32", AUDIT_ARCH_MIPSEL64N32, AUDIT_ARCH_MIPSEL64 },
		{ "SCMP_ARCH_PPC", AUDIT_ARCH_PPC, AUDIT_ARCH_PPC64 },
		{ "SCMP_ARCH_PPC64", AUDIT_ARCH_PPC64, AUDIT_ARCH_PPC64 },
		{ "SCMP_ARCH_PPC64LE", AUDIT_ARCH_PPC64LE, AUDIT_ARCH_PPC64LE },
		{ "SCMP_ARCH_S390", AUDIT_ARCH_S390, AUDIT_ARCH_S390X },
		{ "SCMP_ARCH_S390X", AUDIT_ARCH_S390X, AUDIT_ARCH_S390X },
		{ "SCMP_ARCH_PARISC", AUDIT_ARCH_PARISC, AUDIT_ARCH_PARISC64 },
		{ "SCMP_ARCH_PARISC64", AUDIT_ARCH_PARISC64, AUDIT_ARCH_PARISC64 },
		{ "SCMP_ARCH_RISCV64", AUDIT_ARCH_RISCV64, AUDIT_ARCH_RISCV64 },
		{ "SCMP_ARCH_LOONGARCH64", 0xc0000102, 0xc0000102 },
		{ "SCMP_ARCH_M68K", AUDIT_ARCH_M68K, AUDIT_ARCH_M68K },
		{ "SCMP_ARCH_SH", AUDIT_ARCH_SHEL, AUDIT_ARCH_SHEL },
		{ "SCMP_ARCH_SHEB", AUDIT_ARCH_SH, AUDIT_ARCH_SH },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		const struct sg_arch *arch = sg_arch_by_scmp_name(rows[i].scmp_name);

		assert_non_null(arch);
		assert_int_equal(arch->token, rows[i].token);
		assert_int_equal(arch->native, rows[i].native);
	}
}

static void native_architectures_are_rows_of_their_own(void **state)
{
	(void)state;
	for (const struct sg_arch *arch = sg_arches; arch->name; arch++) {
		const struct sg_arch *native = sg_arch_by_token(arch->native);

		assert_non_null(native);
		assert_int_equal(native->native, native->token);
		if (native != arch)
			assert_true(native->is_64bit);
	}
}

static void width_is_what_the_audit_token_says_except_for_x32(void **state)
{
	(void)state;
	for (const struct sg_arch *arch = sg_arches; arch->name; arch++) {
		bool wide = arch->token & __AUDIT_ARCH_64BIT;

		assert_int_equal(arch->is_64bit, wide || arch->token == SG_ARCH_X32);
	}
}

/* libseccomp's name is the profile's without SCMP_ARCH_ and in small letters; its token is ours,
 * x32's too. */
static void tokens_are_those_of_libseccomp(void **state)
{
	size_t n = 0;

	(void)state;
	for (const struct sg_arch *arch = sg_arches; arch->name; arch++) {
		char name[32];
		uint32_t token;

		snprintf(name, sizeof(name), "%s", arch->scmp_name + strlen("SCMP_ARCH_"));
		for (char *c = name; *c; c++)
			*c = (char)tolower(*c);
		token = seccomp_arch_resolve_name(name);
		if (token == 0)
			continue;
		assert_int_equal(token, arch->token);
		n++;
	}
	assert_true(n >= 19);
}

static void docker_names_are_those_of_its_default_profile(void **state)
{
	static const char *const rows[][2] = {
		{ "x86_64", "amd64" },	{ "i386", "x86" },	    { "x32", "x32" },
		{ "arm", "arm" },	{ "aarch64", "arm64" },	    { "ppc64le", "ppc64le" },
		{ "s390", "s390" },	{ "s390x", "s390x" },	    { "riscv64", "riscv64" },
		{ "mips64", "mips64" }, { "mipsel64", "mipsel64" },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++)
		assert_string_equal(sg_arch_by_name(rows[i][0])->docker_arch, rows[i][1]);
}

static void the_text_of_an_architecture_is_its_name_or_its_number(void **state)
{
	char buf[SG_ARCH_TEXT_SIZE];

	(void)state;
	assert_string_equal(sg_arch_text(SG_ARCH_X32, buf), "x32");
	assert_string_equal(sg_arch_text(0xdeadbeef, buf), "0xdeadbeef");
	assert_string_equal(sg_arch_text(7, buf), "0x00000007");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_name_leads_back_to_its_row),
		cmocka_unit_test(what_is_no_architecture_is_not_found),
		cmocka_unit_test(every_architecture_of_the_runtime_spec_is_known),
		cmocka_unit_test(native_architectures_are_rows_of_their_own),
		cmocka_unit_test(width_is_what_the_audit_token_says_except_for_x32),
		cmocka_unit_test(tokens_are_those_of_libseccomp),
		cmocka_unit_test(docker_names_are_those_of_its_default_profile),
		cmocka_unit_test(the_text_of_an_architecture_is_its_name_or_its_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
