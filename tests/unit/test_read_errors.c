/* SPDX-License-Identifier: Apache-2.0 */
#include "read_profile.h"

#include <errno.h>

/* The one entry's other fields are in order. */
#define ENTRY(fields) "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{" fields "}]}"
#define READ	      "\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\""
#define ARG(fields)   ENTRY(READ ",\"args\":[{" fields "}]")
#define CRD	      "apiVersion: security-profiles-operator.x-k8s.io/v1\nkind: SeccompProfile\n"

static const struct {
	const char *text, *message;
} rows[] = {
	{ "", "p:1:1: the text is empty" },
	{ "[]", "p:1:1: expected an object: a seccomp profile" },
	{ "{}",
	  "p:1:1: no seccomp profile: \"defaultAction\" and \"syscalls\" are missing, and Docker "
	  "and podman start containers without a filter" },
	{ "{\"syscalls\":[]}", "p:1:1: the field \"defaultAction\" is missing" },
	{ "{\"defaultAction\":null}", "p:1:18: field \"defaultAction\": expected a string" },
	{ "{\"defaultAction\":\"SCMP_ACT_DENY\"}",
	  "p:1:18: unknown action \"SCMP_ACT_DENY\" (SCMP_ACT_ALLOW, SCMP_ACT_ERRNO, …)" },
	{ "{\"defaultAction\":\"scmp_act_allow\"}",
	  "p:1:18: unknown action \"scmp_act_allow\" (SCMP_ACT_ALLOW, SCMP_ACT_ERRNO, …)" },
	{ "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\n \"defaultAction\":\"SCMP_ACT_LOG\"}",
	  "p:2:18: \"defaultAction\" occurs a second time in its object" },
	{ "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\n \"DefaultAction\":\"SCMP_ACT_LOG\"}",
	  "p:2:18: the field \"defaultAction\" stands here twice" },
	{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":4294967296}",
	  "p:1:53: field \"defaultErrnoRet\": expected an integer from 0 to 4294967295" },
	{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":-1}",
	  "p:1:53: field \"defaultErrnoRet\": expected an integer from 0 to 4294967295" },
	{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":\"38\"}",
	  "p:1:53: field \"defaultErrnoRet\": expected an integer from 0 to 4294967295" },
	{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrno\":\"ENOSUCH\"}",
	  "p:1:50: unknown errno \"ENOSUCH\" (EPERM, …)" },
	{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrno\":\"EINTR\"}",
	  "p:1:50: podman has no name EINTR, and refuses it: write \"4\"" },
	{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrno\":\"99999999999\"}",
	  "p:1:50: unknown errno \"99999999999\" (EPERM, …)" },
	{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[\"x86_64\"]}",
	  "p:1:52: unknown architecture \"x86_64\" (SCMP_ARCH_X86_64, …)" },
	{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[\"SCMP_ARCH_X86\"],"
	  "\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86_64\"}]}",
	  "p:1:79: both \"archMap\" and \"architectures\": keep one of them" },
	{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\","
	  "\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86_64\"}],"
	  "\"architectures\":[\"SCMP_ARCH_X86\"]}",
	  "p:1:99: both \"architectures\" and \"archMap\": keep one of them" },
	{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"archMap\":[{}]}",
	  "p:1:46: the field \"architecture\" is missing" },
	{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"flags\":[\"SECCOMP_FILTER_FLAG_NEW_LISTENER\"]}",
	  "p:1:44: unknown flag \"SECCOMP_FILTER_FLAG_NEW_LISTENER\"" },
	{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":{}}",
	  "p:1:46: field \"syscalls\": expected an array" },
	{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[\"read\"]}",
	  "p:1:47: expected an object" },
	{ ENTRY("\"names\":[\"read\"]"), "p:1:47: the field \"action\" is missing" },
	{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[\"\"]}",
	  "p:1:52: unknown architecture \"\" (SCMP_ARCH_X86_64, …)" },
	{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[null]}",
	  "p:1:52: unknown architecture \"\" (SCMP_ARCH_X86_64, …)" },
	{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"flags\":[null]}", "p:1:44: unknown flag \"\"" },
	{ ENTRY("\"names\":[7],\"action\":\"SCMP_ACT_ALLOW\""), "p:1:57: expected a string" },
	{ ENTRY("\"names\":\"read\",\"action\":\"SCMP_ACT_ALLOW\""),
	  "p:1:56: field \"names\": expected an array" },
	{ ENTRY(READ ",\"name\":\"write\""), "p:1:98: both \"name\" and \"names\": keep one" },
	{ ENTRY("\"name\":\"write\"," READ), "p:1:71: both \"names\" and \"name\": keep one" },
	{ ENTRY(READ ",\"errnoRet\":4097,\"action\":\"SCMP_ACT_ERRNO\""),
	  "p:1:116: \"action\" occurs a second time in its object" },
	{ ENTRY(READ ",\"errno\":\"EWHAT\""), "p:1:99: unknown errno \"EWHAT\" (EPERM, …)" },
	{ ARG("\"index\":6,\"value\":1,\"op\":\"SCMP_CMP_EQ\""),
	  "p:1:108: field \"index\": 6 is out of range (0 to 5)" },
	{ ARG("\"index\":0,\"value\":18446744073709551616,\"op\":\"SCMP_CMP_EQ\""),
	  "p:1:118: field \"value\": expected an integer from 0 to 18446744073709551615" },
	{ ARG("\"index\":0,\"value\":1.5,\"op\":\"SCMP_CMP_EQ\""),
	  "p:1:118: field \"value\": expected an integer from 0 to 18446744073709551615" },
	{ ARG("\"index\":0,\"value\":1,\"op\":\"SCMP_CMP_IN\""),
	  "p:1:125: unknown operator \"SCMP_CMP_IN\" (SCMP_CMP_EQ, …)" },
	{ ARG("\"index\":0,\"op\":\"SCMP_CMP_EQ\""), "p:1:99: the field \"value\" is missing" },
	{ ARG("\"value\":0,\"op\":\"SCMP_CMP_EQ\""), "p:1:99: the field \"index\" is missing" },
	{ ARG("\"index\":0,\"value\":1"), "p:1:99: the field \"op\" is missing" },
	{ ENTRY(READ ",\"includes\":{\"minKernel\":\"4\"}"),
	  "p:1:115: minKernel \"4\": expected a version such as \"4.8\"" },
	{ ENTRY(READ ",\"includes\":{\"minKernel\":\"0.0\"}"),
	  "p:1:115: minKernel \"0.0\": expected a version such as \"4.8\"" },
	{ ENTRY(READ ",\"includes\":{\"minKernel\":\"4.8.1\"}"),
	  "p:1:115: minKernel \"4.8.1\": expected a version such as \"4.8\"" },
	{ "{\"ociVersion\":\"1.0.2\",\"linux\":{}}",
	  "p:1:1: no linux.seccomp: this container runs without filter" },
	{ "{\"kind\":\"Pod\",\"apiVersion\":\"v1\"}",
	  "p:1:9: kind \"Pod\": only SeccompProfile holds a profile" },
	{ CRD, "p:1:1: the field \"spec\" is missing" },
	{ CRD "spec: {}\n", "p:3:7: the field \"defaultAction\" is missing" },
	{ CRD "spec:\n  defaultAction: SCMP_ACT_ERRNO\n  syscalls:\n  - names: [read]\n"
	      "    action: SCMP_ACT_ALLOW\n    args:\n    - {index: 0, op: SCMP_CMP_EQ, value: "
	      "9223372036854775808}\n",
	  "p:9:42: field \"value\": a SeccompProfile ends at 9223372036854775807" },
	{ "apiVersion: security-profiles-operator.x-k8s.io/v9\nkind: SeccompProfile\nspec: {}\n",
	  "p:1:13: apiVersion \"security-profiles-operator.x-k8s.io/v9\": expected "
	  "security-profiles-operator.x-k8s.io/v1, v1beta1 or v1alpha1" },
};

static void each_malformed_profile_names_its_place_and_reason(void **state)
{
	struct sg_read_options opts = x86_64_options();

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		struct sg_profile *profile = NULL;
		struct sg_error err = { 0 };
		int r = sg_profile_read("p", rows[i].text, strlen(rows[i].text), &opts, &profile,
					&err);

		if (r != -EINVAL || strcmp(err.message, rows[i].message) != 0)
			fail_msg("row %zu: %s\ngot %d: %s", i, rows[i].text, r, err.message);
		assert_int_equal(err.code, r);
		assert_null(profile);
	}
}

static void an_unknown_native_architecture_is_refused(void **state)
{
	struct sg_read_options opts = { .native_arch = 1 };
	const char *text = "{\"defaultAction\":\"SCMP_ACT_ERRNO\"}";
	struct sg_profile *profile = NULL;
	struct sg_error err = { 0 };

	(void)state;
	assert_int_equal(sg_profile_read("p", text, strlen(text), &opts, &profile, &err), -EINVAL);
	assert_string_equal(err.message, "architecture 0x00000001 is not in our table");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_malformed_profile_names_its_place_and_reason),
		cmocka_unit_test(an_unknown_native_architecture_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
