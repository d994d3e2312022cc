/* SPDX-License-Identifier: Apache-2.0 */
#include "base/version.h"
#include "read_profile.h"

#include <errno.h>

#define DOCKER SG_SOURCE_DIR "/profiles/default/docker@26.1.json"
#define PODMAN SG_SOURCE_DIR "/profiles/default/podman@5.4.json"

static enum sg_parsed_dialect dialect_of(const char *text)
{
	_cleanup_(sg_parsed_profile_freep) struct sg_parsed_profile *parsed = NULL;
	struct sg_error err = { 0 };

	if (sg_profile_parse("p", text, strlen(text), &parsed, &err) < 0)
		fail_msg("%s", err.message);
	return parsed->dialect;
}

static void the_dialect_is_found_by_its_fields(void **state)
{
	static const struct {
		const char *text;
		enum sg_parsed_dialect dialect;
	} rows[] = {
		{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\"}", SG_PARSED_OCI },
		{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"archMap\":[]}", SG_PARSED_DOCKER },
		{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"name\":\"read\","
		  "\"action\":"
		  "\"SCMP_ACT_ALLOW\"}]}",
		  SG_PARSED_DOCKER },
		{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrno\":\"ENOSYS\"}",
		  SG_PARSED_PODMAN },
		{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"archMap\":[],\"syscalls\":[{\"names\":["
		  "\"read\"],\"action\":\"SCMP_ACT_ERRNO\",\"errno\":\"EPERM\"}]}",
		  SG_PARSED_PODMAN },
		{ "apiVersion: security-profiles-operator.x-k8s.io/v1beta1\nkind: "
		  "SeccompProfile\nspec: {defaultAction: SCMP_ACT_LOG}\n",
		  SG_PARSED_CRD },
		{ "{\"apiVersion\":\"security-profiles-operator.x-k8s.io/v1\",\"kind\":"
		  "\"SeccompProfile\",\"spec\":{\"defaultAction\":\"SCMP_ACT_LOG\"}}",
		  SG_PARSED_CRD },
		{ "{\"ociVersion\":\"1.0.2\",\"process\":{\"args\":[\"sh\"]},\"linux\":{"
		  "\"seccomp\":{"
		  "\"defaultAction\":\"SCMP_ACT_ERRNO\"}}}",
		  SG_PARSED_OCI },
		/* JSON is not the only way to write the others */
		{ "defaultAction: SCMP_ACT_ERRNO\n", SG_PARSED_OCI },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++)
		assert_int_equal(dialect_of(rows[i].text), rows[i].dialect);
}

static void verdicts_get_the_errno_that_runtimes_give_them(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = read_text(
		"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":["
		"{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":38},"
		"{\"names\":[\"write\"],\"action\":\"SCMP_ACT_TRACE\"},"
		"{\"names\":[\"close\"],\"action\":\"SCMP_ACT_TRACE\",\"errnoRet\":40000},"
		"{\"names\":[\"open\"],\"action\":\"SCMP_ACT_ALLOW\",\"errnoRet\":7},"
		"{\"names\":[\"dup\"],\"action\":\"SCMP_ACT_KILL\"}]}");

	(void)state;
	assert_int_equal(profile->default_verdict.data, EPERM);
	assert_false(profile->has_default_errno);
	assert_int_equal(rule_of(profile, AUDIT_ARCH_X86_64, "read")->verdict.data, 38);
	assert_int_equal(rule_of(profile, AUDIT_ARCH_X86_64, "write")->verdict.data, EPERM);
	assert_int_equal(rule_of(profile, AUDIT_ARCH_X86_64, "close")->verdict.data, 40000);
	assert_int_equal(rule_of(profile, AUDIT_ARCH_X86_64, "open")->verdict.data, 0);
	assert_int_equal(rule_of(profile, AUDIT_ARCH_X86_64, "dup")->verdict.action,
			 SG_ACTION_KILL_THREAD);
}

static void the_native_architecture_is_always_in_the_filter(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *none =
		read_text("{\"defaultAction\":\"SCMP_ACT_ERRNO\"}");
	_cleanup_(sg_profile_freep) struct sg_profile *foreign = read_text(
		"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[\"SCMP_ARCH_AARCH64\"]}");
	_cleanup_(sg_profile_freep) struct sg_profile *native = read_text(
		"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[\"SCMP_ARCH_NATIVE\"]}");

	(void)state;
	assert_int_equal(none->n_arches, 1);
	assert_int_equal(none->arches[0], AUDIT_ARCH_X86_64);
	assert_int_equal(foreign->n_arches, 2);
	assert_int_equal(foreign->arches[0], AUDIT_ARCH_X86_64);
	assert_int_equal(foreign->arches[1], AUDIT_ARCH_AARCH64);
	assert_int_equal(native->n_arches, 1);
}

static void arch_map_gives_the_native_row(void **state)
{
	struct sg_read_options opts = x86_64_options();
	_cleanup_(sg_profile_freep) struct sg_profile *x86 = read_path_with(DOCKER, &opts);
	_cleanup_(sg_profile_freep) struct sg_profile *arm = NULL;

	(void)state;
	opts.native_arch = AUDIT_ARCH_AARCH64;
	arm = read_path_with(DOCKER, &opts);
	assert_int_equal(x86->n_arches, 3);
	assert_int_equal(x86->arches[0], AUDIT_ARCH_X86_64);
	assert_int_equal(x86->arches[1], AUDIT_ARCH_I386);
	assert_int_equal(x86->arches[2], SG_ARCH_X32);
	assert_int_equal(arm->n_arches, 2);
	assert_int_equal(arm->arches[0], AUDIT_ARCH_AARCH64);
	assert_int_equal(arm->arches[1], AUDIT_ARCH_ARM);
}

/* What includes and excludes decide, one capability set and kernel at a time. */
static void docker_conditions_follow_capabilities_arch_and_kernel(void **state)
{
	static const char *const admin[] = { "CAP_SYS_ADMIN" };
	static const struct {
		const char *fields;
		bool with_admin, on_arm;
		uint32_t kernel;
		bool counts;
	} rows[] = {
		{ "", false, false, 0, true },
		{ "\"includes\":{}", false, false, 0, true },
		{ "\"includes\":null,\"excludes\":null", false, false, 0, true },
		{ "\"includes\":{\"caps\":[\"CAP_SYS_ADMIN\"]}", false, false, 0, false },
		{ "\"includes\":{\"caps\":[\"CAP_SYS_ADMIN\"]}", true, false, 0, true },
		{ "\"includes\":{\"caps\":[\"CAP_SYS_ADMIN\",\"CAP_BPF\"]}", true, false, 0,
		  false },
		{ "\"excludes\":{\"caps\":[\"CAP_SYS_ADMIN\"]}", false, false, 0, true },
		{ "\"excludes\":{\"caps\":[\"CAP_BPF\",\"CAP_SYS_ADMIN\"]}", true, false, 0,
		  false },
		{ "\"includes\":{\"arches\":[\"arm\",\"arm64\"]}", false, false, 0, false },
		{ "\"includes\":{\"arches\":[\"arm\",\"arm64\"]}", false, true, 0, true },
		/* the native architecture decides, not the sub-architectures */
		{ "\"includes\":{\"arches\":[\"x86\"]}", false, false, 0, false },
		{ "\"excludes\":{\"arches\":[\"amd64\"]}", false, false, 0, false },
		{ "\"excludes\":{\"arches\":[\"amd64\"]}", false, true, 0, true },
		{ "\"includes\":{\"minKernel\":\"4.8\"}", false, false, 0, true },
		{ "\"includes\":{\"minKernel\":\"4.8\"}", false, false, 4 << 16 | 8, true },
		{ "\"includes\":{\"minKernel\":\"4.8\"}", false, false, 4 << 16 | 7, false },
		{ "\"includes\":{\"minKernel\":\"4.8\"}", false, false, 5 << 16, true },
		{ "\"excludes\":{\"minKernel\":\"4.8\"}", false, false, 4 << 16 | 8, false },
		{ "\"excludes\":{\"minKernel\":\"4.8\"}", false, false, 3 << 16 | 18, true },
		/* an exclusion beats an inclusion */
		{ "\"includes\":{\"caps\":[\"CAP_SYS_ADMIN\"]},\"excludes\":{\"arches\":[\"amd64\"]"
		  "}",
		  true, false, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		struct sg_read_options opts = {
			.native_arch = rows[i].on_arm ? AUDIT_ARCH_AARCH64 : AUDIT_ARCH_X86_64,
			.caps = admin,
			.n_caps = rows[i].with_admin ? 1 : 0,
			.kernel = rows[i].kernel,
		};
		_cleanup_(sg_profile_freep) struct sg_profile *profile = NULL;
		char text[512];

		snprintf(
			text, sizeof(text),
			"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"read\"],"
			"\"action\":\"SCMP_ACT_ALLOW\"%s%s}]}",
			*rows[i].fields ? "," : "", rows[i].fields);
		profile = read_text_with(text, &opts);
		if (!!rule_of(profile, opts.native_arch, "read") != rows[i].counts)
			fail_msg("row %zu: %s", i, rows[i].fields);
	}
}

static void names_become_numbers_of_every_architecture(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile =
		read_text("{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":["
			  "\"SCMP_ARCH_X86\",\"SCMP_ARCH_X86_64\"],\"syscalls\":[{\"names\":["
			  "\"getpid\",\"waitpid\"],\"action\":\"SCMP_ACT_ALLOW\"}]}");
	const struct sg_rule *rule = &profile->rules[0];

	(void)state;
	assert_int_equal(profile->n_rules, 1);
	assert_int_equal(rule->n_calls, 3); /* waitpid is i386's only */
	assert_non_null(sg_rule_find(rule, (struct sg_syscall_id){ AUDIT_ARCH_X86_64, 39 }));
	assert_non_null(sg_rule_find(rule, (struct sg_syscall_id){ AUDIT_ARCH_I386, 20 }));
	assert_non_null(sg_rule_find(rule, (struct sg_syscall_id){ AUDIT_ARCH_I386, 7 }));
}

static void names_without_effect_are_noted_with_their_place(void **state)
{
	struct sg_read_notices notices = { 0 };
	struct sg_read_options opts = x86_64_options();
	_cleanup_(sg_profile_freep) struct sg_profile *profile = NULL;

	(void)state;
	opts.notices = &notices;
	profile = read_text_with(
		"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\n\"syscalls\":[{\"names\":[\"read\",\n"
		" \"raed\",\n \"arm_fadvise64_64\"],\"action\":\"SCMP_ACT_ALLOW\"}]}",
		&opts);
	assert_int_equal(profile->rules[0].n_calls, 1);
	assert_int_equal(profile->rules[0].line, 2);
	assert_int_equal(notices.n, 2);
	assert_int_equal(notices.items[0].kind, SG_READ_UNKNOWN_NAME);
	assert_string_equal(notices.items[0].text, "raed");
	assert_int_equal(notices.items[0].at.line, 3);
	assert_int_equal(notices.items[0].at.column, 2);
	assert_int_equal(notices.items[1].kind, SG_READ_NAME_NOT_HERE);
	assert_string_equal(notices.items[1].text, "arm_fadvise64_64");
	sg_read_notices_done(&notices);
}

static void an_entry_of_unknown_names_makes_no_rule(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile =
		read_text("{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":["
			  "\"raed\"],\"action\":\"SCMP_ACT_ALLOW\"}]}");

	(void)state;
	assert_int_equal(profile->n_rules, 0);
}

static void conditions_keep_all_64_bits(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = read_text(
		"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"ioctl\"],"
		"\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":1,\"value\":"
		"18446744073709486081,"
		"\"valueTwo\":9007199254740993,\"op\":\"SCMP_CMP_MASKED_EQ\"}]}]}");
	const struct sg_condition *c = &profile->rules[0].conditions[0];

	(void)state;
	assert_int_equal(profile->rules[0].n_conditions, 1);
	assert_int_equal(c->index, 1);
	assert_int_equal(c->op, SG_OP_MASKED_EQ);
	assert_true(c->value == UINT64_C(0xffffffffffff0001));
	assert_true(c->value_two == UINT64_C(9007199254740993));
}

static void a_second_value_without_a_mask_is_nothing(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = read_text(
		"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"ioctl\"],"
		"\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":1,\"value\":5,\"valueTwo\":7,"
		"\"op\":\"SCMP_CMP_EQ\"}]}]}");

	(void)state;
	assert_int_equal(profile->rules[0].conditions[0].value_two, 0);
}

static void podman_errno_goes_before_errno_ret(void **state)
{
	static const char *const texts[] = {
		"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":1,\"defaultErrno\":"
		"\"ENOSYS\","
		"\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ERRNO\",\"errno\":"
		"\"13\","
		"\"errnoRet\":1}]}",
		"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrno\":\"ENOSYS\","
		"\"defaultErrnoRet\":1,"
		"\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":1,"
		"\"errno\":\"EACCES\"}]}",
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(texts); i++) {
		_cleanup_(sg_profile_freep) struct sg_profile *profile = read_text(texts[i]);

		assert_int_equal(profile->default_verdict.data, ENOSYS);
		assert_int_equal(profile->rules[0].verdict.data, EACCES);
	}
}

static void flags_and_listener_are_read(void **state)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile =
		read_text("{\"defaultAction\":\"SCMP_ACT_NOTIFY\",\"flags\":["
			  "\"SECCOMP_FILTER_FLAG_LOG\",\"SECCOMP_FILTER_FLAG_TSYNC\"],"
			  "\"listenerPath\":\"/run/agent\",\"listenerMetadata\":\"m\"}");

	(void)state;
	assert_int_equal(profile->n_flags, 2);
	assert_string_equal(profile->flags[1], "SECCOMP_FILTER_FLAG_TSYNC");
	assert_string_equal(profile->listener_path, "/run/agent");
	assert_string_equal(profile->listener_metadata, "m");
}

static void the_resource_reads_alike_from_yaml_and_json(void **state)
{
	static const char *const texts[] = {
		"---\napiVersion: security-profiles-operator.x-k8s.io/v1beta1\nkind: "
		"SeccompProfile\n"
		"metadata:\n  name: nginx # a comment\n  labels: {app: \"nginx\"}\nspec:\n"
		"  defaultAction: SCMP_ACT_ERRNO\n  architectures:\n  - SCMP_ARCH_X86_64\n"
		"  baseProfileName: runc-v1.1.5\n  syscalls:\n  - action: SCMP_ACT_ALLOW\n    "
		"names:\n"
		"    - read\n    - 'write'\n  - names: [clone3]\n    action: SCMP_ACT_ERRNO\n"
		"    errnoRet: 38\n  - names: [dup]\n    action: SCMP_ACT_ERRNO\n    errnoRet: 0\n",
		"{\"apiVersion\":\"security-profiles-operator.x-k8s.io/v1beta1\",\"kind\":"
		"\"SeccompProfile\",\"spec\":{\"defaultAction\":\"SCMP_ACT_ERRNO\","
		"\"architectures\":["
		"\"SCMP_ARCH_X86_64\"],\"baseProfileName\":\"runc-v1.1.5\",\"syscalls\":[{"
		"\"action\":"
		"\"SCMP_ACT_ALLOW\",\"names\":[\"read\",\"write\"]},{\"names\":[\"clone3\"],"
		"\"action\":"
		"\"SCMP_ACT_ERRNO\",\"errnoRet\":38},{\"names\":[\"dup\"],\"action\":\"SCMP_ACT_"
		"ERRNO\","
		"\"errnoRet\":0}]}}",
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(texts); i++) {
		struct sg_read_notices notices = { 0 };
		struct sg_read_options opts = x86_64_options();
		_cleanup_(sg_profile_freep) struct sg_profile *profile = NULL;

		opts.notices = &notices;
		profile = read_text_with(texts[i], &opts);
		assert_int_equal(profile->n_rules, 3);
		assert_int_equal(profile->rules[0].n_calls, 2);
		assert_int_equal(profile->rules[1].verdict.data, 38);
		assert_int_equal(profile->rules[2].verdict.data, EPERM); /* 0 is "not set" there */
		assert_int_equal(notices.n, 1);
		assert_int_equal(notices.items[0].kind, SG_READ_BASE_PROFILE);
		assert_string_equal(notices.items[0].text, "runc-v1.1.5");
		sg_read_notices_done(&notices);
	}
}

static size_t n_allowed(const struct sg_profile *profile, uint32_t arch)
{
	uint32_t nr;
	size_t pos = 0, n = 0;

	while (sg_syscall_next(arch, &pos, &nr)) {
		bool allowed = false;

		for (size_t i = 0; i < profile->n_rules; i++) {
			if (profile->rules[i].verdict.action == SG_ACTION_ALLOW &&
			    sg_rule_find(&profile->rules[i], (struct sg_syscall_id){ arch, nr }))
				allowed = true;
		}
		n += allowed;
	}
	return n;
}

static void more_capabilities_allow_more_calls(void **state)
{
	static const char *const paths[] = { DOCKER, PODMAN };

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(paths); i++) {
		struct sg_read_options opts = x86_64_options();
		_cleanup_(sg_profile_freep) struct sg_profile *usual =
			read_path_with(paths[i], &opts);
		_cleanup_(sg_profile_freep) struct sg_profile *bare = NULL, *full = NULL;

		opts.n_caps = 0;
		bare = read_path_with(paths[i], &opts);
		opts.caps = sg_all_caps;
		opts.n_caps = sg_n_all_caps;
		full = read_path_with(paths[i], &opts);
		assert_true(n_allowed(bare, AUDIT_ARCH_X86_64) <
			    n_allowed(usual, AUDIT_ARCH_X86_64));
		assert_true(n_allowed(usual, AUDIT_ARCH_X86_64) <
			    n_allowed(full, AUDIT_ARCH_X86_64));
		assert_non_null(rule_of(full, AUDIT_ARCH_X86_64, "mount"));
	}
}

static void capability_names_are_found_in_any_spelling(void **state)
{
	(void)state;
	assert_string_equal(sg_cap_by_name("CAP_SYS_ADMIN"), "CAP_SYS_ADMIN");
	assert_string_equal(sg_cap_by_name("sys_admin"), "CAP_SYS_ADMIN");
	assert_string_equal(sg_cap_by_name("cap_Bpf"), "CAP_BPF");
	assert_null(sg_cap_by_name("CAP_"));
	assert_null(sg_cap_by_name("admin"));
}

static void kernel_versions_are_read_from_releases(void **state)
{
	static const char *const bad[] = { "", "6", "6.", ".1", "x6.1", "70000.1", "6-1" };
	uint32_t v = 0;

	(void)state;
	assert_int_equal(sg_kernel_parse("6.1.0-18-amd64", &v), 0);
	assert_int_equal(v, 6 << 16 | 1);
	assert_int_equal(sg_kernel_parse("4.18", &v), 0);
	assert_int_equal(v, 4 << 16 | 18);
	for (size_t i = 0; i < SG_ARRAY_SIZE(bad); i++)
		assert_int_equal(sg_kernel_parse(bad[i], &v), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_dialect_is_found_by_its_fields),
		cmocka_unit_test(verdicts_get_the_errno_that_runtimes_give_them),
		cmocka_unit_test(the_native_architecture_is_always_in_the_filter),
		cmocka_unit_test(arch_map_gives_the_native_row),
		cmocka_unit_test(docker_conditions_follow_capabilities_arch_and_kernel),
		cmocka_unit_test(names_become_numbers_of_every_architecture),
		cmocka_unit_test(names_without_effect_are_noted_with_their_place),
		cmocka_unit_test(an_entry_of_unknown_names_makes_no_rule),
		cmocka_unit_test(conditions_keep_all_64_bits),
		cmocka_unit_test(a_second_value_without_a_mask_is_nothing),
		cmocka_unit_test(podman_errno_goes_before_errno_ret),
		cmocka_unit_test(flags_and_listener_are_read),
		cmocka_unit_test(the_resource_reads_alike_from_yaml_and_json),
		cmocka_unit_test(more_capabilities_allow_more_calls),
		cmocka_unit_test(capability_names_are_found_in_any_spelling),
		cmocka_unit_test(kernel_versions_are_read_from_releases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
