/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "dialect/print/oci.h"
#include "syscall/arch.h"
#include "syscall/table.h"

static const struct sg_verdict allow = { SG_ACTION_ALLOW, 0 };
static const struct sg_verdict enosys = { SG_ACTION_ERRNO, 38 };

static struct sg_profile *new_profile(void)
{
	struct sg_profile *profile = NULL;

	assert_int_equal(sg_profile_new(&profile, NULL), 0);
	profile->default_verdict = enosys;
	profile->has_default_errno = true;
	return profile;
}

/* One rule with the @names, separated by spaces, that @arch has. */
static void add(struct sg_profile *profile, uint32_t arch, const char *names,
		struct sg_verdict verdict, const struct sg_condition *conditions, size_t n)
{
	_cleanup_free_ char *copy = strdup(names);
	struct sg_rule *rule = NULL;

	assert_non_null(copy);
	assert_int_equal(sg_profile_add_arch(profile, arch, NULL), 0);
	assert_int_equal(sg_profile_add_rule(profile, verdict, conditions, n, &rule, NULL), 0);
	for (char *save, *name = strtok_r(copy, " ", &save); name;
	     name = strtok_r(NULL, " ", &save)) {
		struct sg_syscall_id id = { .arch = arch };

		assert_int_equal(sg_syscall_nr(arch, name, &id.nr), 0);
		assert_int_equal(sg_rule_add_call(rule, id, NULL, NULL), 0);
	}
}

static char *print(const struct sg_profile *profile)
{
	struct sg_strbuf out = SG_STRBUF_INIT;
	struct sg_error err = { 0 };
	char *text = NULL;

	assert_int_equal(sg_oci_json(profile, &out, &err), 0);
	assert_int_equal(sg_strbuf_steal(&out, &text, NULL), 0);
	return text;
}

static char *read_file(const char *path)
{
	_cleanup_fclose_ FILE *f = fopen(path, "r");
	struct sg_strbuf b = SG_STRBUF_INIT;
	char chunk[4096], *text = NULL;
	size_t n;

	if (!f)
		fail_msg("%s: cannot be opened", path);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		sg_strbuf_add_mem(&b, chunk, n);
	assert_int_equal(sg_strbuf_steal(&b, &text, NULL), 0);
	return text;
}

static void assert_prints(const struct sg_profile *profile, const char *path)
{
	_cleanup_free_ char *printed = print(profile), *expected = read_file(path);

	assert_string_equal(printed, expected);
}

#define GOLDEN(name) SG_SOURCE_DIR "/tests/golden/oci/" name

static void equal_rules_become_one_entry_with_sorted_names(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = new_profile();

	(void)state;
	add(profile, AUDIT_ARCH_X86_64, "clone3", enosys, NULL, 0);
	add(profile, AUDIT_ARCH_X86_64, "write read openat", allow, NULL, 0);
	add(profile, AUDIT_ARCH_X86_64, "accept4 read", allow, NULL, 0);
	assert_prints(profile, GOLDEN("grouped.json"));
}

static void rules_in_any_order_print_the_same(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = new_profile();

	(void)state;
	add(profile, AUDIT_ARCH_X86_64, "read accept4", allow, NULL, 0);
	add(profile, AUDIT_ARCH_X86_64, "openat write", allow, NULL, 0);
	add(profile, AUDIT_ARCH_X86_64, "clone3", enosys, NULL, 0);
	assert_prints(profile, GOLDEN("grouped.json"));
}

static void a_name_of_two_architectures_stands_once(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = new_profile();

	(void)state;
	add(profile, AUDIT_ARCH_I386, "read sigreturn", allow, NULL, 0);
	add(profile, AUDIT_ARCH_X86_64, "read write", allow, NULL, 0);
	add(profile, SG_ARCH_X32, "read", allow, NULL, 0);
	assert_prints(profile, GOLDEN("arches.json"));
}

static void conditions_are_exact_to_64_bits(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = new_profile();
	const struct sg_condition two[] = {
		{ 1, SG_OP_MASKED_EQ, 0xffffffff, 0x5401 },
		{ 0, SG_OP_EQ, UINT64_C(0xffffffffffff0001), 77 },
	};
	const struct sg_condition same[] = { two[1], two[0] };
	const struct sg_condition other = { 0, SG_OP_EQ, UINT64_C(0xffffffffffff0002), 0 };

	(void)state;
	add(profile, AUDIT_ARCH_X86_64, "ioctl", allow, two, 2);
	add(profile, AUDIT_ARCH_X86_64, "fcntl", allow, same, 2);
	add(profile, AUDIT_ARCH_X86_64, "ioctl", allow, &other, 1);
	add(profile, AUDIT_ARCH_X86_64, "read", allow, NULL, 0);
	assert_prints(profile, GOLDEN("conditions.json"));
}

static void every_field_and_action_is_printed(void **state)
{
	static const struct {
		struct sg_verdict verdict;
		const char *name;
	} rows[] = {
		{ { SG_ACTION_KILL_PROCESS, 0 }, "ptrace" },
		{ { SG_ACTION_KILL_THREAD, 0 }, "mount" },
		{ { SG_ACTION_TRAP, 0 }, "bpf" },
		{ { SG_ACTION_ERRNO, 1 }, "setns" },
		{ { SG_ACTION_ERRNO, 0 }, "sync" },
		{ { SG_ACTION_NOTIFY, 0 }, "mknod" },
		{ { SG_ACTION_TRACE, 4095 }, "kcmp" },
		{ { SG_ACTION_LOG, 0 }, "uname" },
		{ { SG_ACTION_ALLOW, 0 }, "read" },
	};
	_cleanup_(sg_profile_freep) struct sg_profile *profile = new_profile();

	(void)state;
	profile->default_verdict = (struct sg_verdict){ SG_ACTION_TRACE, 9 };
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++)
		add(profile, AUDIT_ARCH_X86_64, rows[i].name, rows[i].verdict, NULL, 0);
	profile->flags = calloc(2, sizeof(char *));
	assert_non_null(profile->flags);
	profile->flags[0] = strdup("SECCOMP_FILTER_FLAG_LOG");
	profile->flags[1] = strdup("SECCOMP_FILTER_FLAG_SPEC_ALLOW");
	profile->n_flags = 2;
	profile->listener_path = strdup("/run/agent \"a\".sock");
	profile->listener_metadata = strdup("m");
	assert_prints(profile, GOLDEN("everything.json"));
}

static void errno_that_the_default_takes_not_is_left_out(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = new_profile();
	_cleanup_free_ char *text = NULL;

	(void)state;
	profile->default_verdict = allow;
	text = print(profile);
	assert_string_equal(text, "{\n  \"defaultAction\": \"SCMP_ACT_ALLOW\"\n}\n");
}

static void unsaid_default_errno_stays_unsaid(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = new_profile();
	_cleanup_free_ char *text = NULL;

	(void)state;
	profile->default_verdict = (struct sg_verdict){ SG_ACTION_ERRNO, 1 };
	profile->has_default_errno = false;
	text = print(profile);
	assert_null(strstr(text, "defaultErrnoRet"));
}

static void call_without_a_name_prints_nothing(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = new_profile();
	struct sg_syscall_id id = { AUDIT_ARCH_X86_64, 400 };
	struct sg_strbuf out = SG_STRBUF_INIT;
	struct sg_error err = { 0 };

	(void)state;
	add(profile, AUDIT_ARCH_X86_64, "read", allow, NULL, 0);
	assert_int_equal(sg_rule_add_call(&profile->rules[0], id, NULL, NULL), 0);
	assert_int_equal(sg_oci_json(profile, &out, &err), -ENOENT);
	assert_non_null(strstr(err.message, "400"));
	assert_non_null(strstr(err.message, "x86_64"));
	assert_int_equal(out.len, 0);
}

static void two_verdicts_for_a_name_are_refused(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = new_profile();
	struct sg_strbuf out = SG_STRBUF_INIT;
	struct sg_error err = { 0 };

	(void)state;
	add(profile, AUDIT_ARCH_X86_64, "clone3", allow, NULL, 0);
	add(profile, AUDIT_ARCH_I386, "clone3", enosys, NULL, 0);
	assert_int_equal(sg_oci_json(profile, &out, &err), -EINVAL);
	assert_non_null(strstr(err.message, "clone3"));
	assert_int_equal(out.len, 0);
}

static void shipped_audit_profile_is_what_we_print(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = new_profile();
	static const uint32_t arches[] = { AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, SG_ARCH_X32,
					   AUDIT_ARCH_AARCH64, AUDIT_ARCH_ARM };

	(void)state;
	profile->default_verdict = (struct sg_verdict){ SG_ACTION_LOG, 0 };
	for (size_t i = 0; i < SG_ARRAY_SIZE(arches); i++)
		assert_int_equal(sg_profile_add_arch(profile, arches[i], NULL), 0);
	assert_prints(profile, SG_SOURCE_DIR "/profiles/audit.json");
}

static void shipped_violation_profile_is_what_we_print(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = new_profile();

	(void)state;
	profile->default_verdict = (struct sg_verdict){ SG_ACTION_ERRNO, 1 };
	assert_prints(profile, SG_SOURCE_DIR "/profiles/violation.json");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_rules_become_one_entry_with_sorted_names),
		cmocka_unit_test(rules_in_any_order_print_the_same),
		cmocka_unit_test(a_name_of_two_architectures_stands_once),
		cmocka_unit_test(conditions_are_exact_to_64_bits),
		cmocka_unit_test(every_field_and_action_is_printed),
		cmocka_unit_test(errno_that_the_default_takes_not_is_left_out),
		cmocka_unit_test(unsaid_default_errno_stays_unsaid),
		cmocka_unit_test(call_without_a_name_prints_nothing),
		cmocka_unit_test(two_verdicts_for_a_name_are_refused),
		cmocka_unit_test(shipped_audit_profile_is_what_we_print),
		cmocka_unit_test(shipped_violation_profile_is_what_we_print),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
