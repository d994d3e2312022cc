/* SPDX-License-Identifier: Apache-2.0 */
#include "read_profile.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/strbuf.h"

#define HEAD	 "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":["
#define CRD_HEAD "apiVersion: security-profiles-operator.x-k8s.io/v1\nkind: SeccompProfile\nspec:\n"

static void repeat(struct sg_strbuf *b, const char *s, size_t n)
{
	while (n--)
		sg_strbuf_add(b, s);
}

static void entries(struct sg_strbuf *b, size_t n)
{
	sg_strbuf_add(b, HEAD);
	for (size_t i = 0; i < n; i++)
		sg_strbuf_printf(b,
				 "%s{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{"
				 "\"index\":0,\"value\":%zu,\"op\":\"SCMP_CMP_EQ\"}]}",
				 i ? "," : "", i);
	sg_strbuf_add(b, "]}");
}

static void ten_thousand_entries(struct sg_strbuf *b)
{
	entries(b, 10000);
}

/* Short enough for the limit on bytes. */
static void too_many_short_entries(struct sg_strbuf *b)
{
	sg_strbuf_add(b, HEAD);
	repeat(b, "{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\"},", 4096);
	sg_strbuf_add(b, "{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\"}]}");
}

static void fifty_megabytes(struct sg_strbuf *b)
{
	sg_strbuf_add(b, HEAD "{\"names\":[\"read\"");
	repeat(b, ",\"write\"", (50u << 20) / 8);
	sg_strbuf_add(b, "],\"action\":\"SCMP_ACT_ALLOW\"}]}");
}

static void fifty_megabytes_of_yaml(struct sg_strbuf *b)
{
	sg_strbuf_add(b, CRD_HEAD "  syscalls:\n");
	repeat(b, "  - {names: [read], action: SCMP_ACT_ALLOW}\n", (50u << 20) / 44);
}

static void deep_arrays(struct sg_strbuf *b)
{
	repeat(b, "[", 100000);
	repeat(b, "]", 100000);
}

static void deep_objects(struct sg_strbuf *b)
{
	repeat(b, "{\"a\":", 100000);
	sg_strbuf_add(b, "1");
	repeat(b, "}", 100000);
}

static void deep_yaml_flow(struct sg_strbuf *b)
{
	sg_strbuf_add(b, "a: ");
	repeat(b, "[", 100000);
}

static void deep_yaml_blocks(struct sg_strbuf *b)
{
	repeat(b, "- ", 100000);
}

static void many_names(struct sg_strbuf *b)
{
	sg_strbuf_add(b, HEAD "{\"names\":[\"dup\"");
	repeat(b, ",\"dup\"", 65536);
	sg_strbuf_add(b, "],\"action\":\"SCMP_ACT_ALLOW\"}]}");
}

static void many_conditions(struct sg_strbuf *b)
{
	sg_strbuf_add(b, HEAD "{\"names\":[\"dup\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[");
	repeat(b, "{\"index\":0,\"value\":1,\"op\":\"SCMP_CMP_EQ\"},", 64);
	sg_strbuf_add(b, "{\"index\":0,\"value\":1,\"op\":\"SCMP_CMP_EQ\"}]}]}");
}

/* As many values as the bytes allow. */
static void many_values(struct sg_strbuf *b)
{
	sg_strbuf_add(b, "{\"syscalls\":[1");
	repeat(b, ",1", (1u << 19) - 16);
	sg_strbuf_add(b, "]}");
}

static void many_yaml_values(struct sg_strbuf *b)
{
	sg_strbuf_add(b, "syscalls: [1");
	repeat(b, ",1", (1u << 19) - 16);
	sg_strbuf_add(b, "]\n");
}

/* Nine levels of nine aliases each would be 9^9 values. */
static void yaml_bomb(struct sg_strbuf *b)
{
	sg_strbuf_add(b, "a: &a [x,x,x,x,x,x,x,x,x]\n");
	for (char c = 'b'; c < 'k'; c++)
		sg_strbuf_printf(b, "%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n", c, c, c - 1,
				 c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1);
}

static const struct {
	const char *name;
	void (*make)(struct sg_strbuf *b);
	int code;
	const char *message;
} rows[] = {
	{ "ten thousand entries", ten_thousand_entries, -E2BIG,
	  "p:1:46: more than 4096 entries (a filter ends at 4096 instructions)" },
	{ "short entries", too_many_short_entries, -E2BIG,
	  "p:1:46: more than 4096 entries (a filter ends at 4096 instructions)" },
	{ "50 MB", fifty_megabytes, -E2BIG,
	  "p: 52428892 bytes, more than the 1048576 that are read" },
	{ "50 MB of YAML", fifty_megabytes_of_yaml, -E2BIG,
	  "p: 52428862 bytes, more than the 1048576 that are read" },
	{ "deep arrays", deep_arrays, -E2BIG, "p:1:65: nested too deep" },
	{ "deep objects", deep_objects, -E2BIG, "p:1:321: nested too deep" },
	{ "deep YAML flow", deep_yaml_flow, -E2BIG, "p:1:67: nested too deep" },
	{ "deep YAML blocks", deep_yaml_blocks, -E2BIG, "p:1:129: nested too deep" },
	{ "many names", many_names, -E2BIG, "p:1:56: more than 65536 names" },
	{ "many conditions", many_conditions, -E2BIG,
	  "p:1:97: more than 64 conditions in one entry" },
	{ "many values", many_values, -E2BIG,
	  "p:1:13: more than 4096 entries (a filter ends at 4096 instructions)" },
	{ "many YAML values", many_yaml_values, -E2BIG,
	  "p:1:11: more than 4096 entries (a filter ends at 4096 instructions)" },
	{ "YAML bomb", yaml_bomb, -EINVAL,
	  "p:1:4: an anchor: aliases are not read, so it can serve nothing" },
};

static bool complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static bool complain(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprint_error(fmt, ap);
	va_end(ap);
	print_error("\n");
	return false;
}

/* In a child of its own, so that its largest size is that of this row; cmocka cannot fail there. */
static bool row_is_refused(size_t i)
{
	struct sg_read_options opts = x86_64_options();
	struct sg_strbuf b = SG_STRBUF_INIT;
	struct sg_profile *profile = NULL;
	struct sg_error err = { 0 };
	struct rusage before, after;
	struct timespec start, end;
	double seconds;
	bool ok = true;
	int r;

	rows[i].make(&b);
	getrusage(RUSAGE_SELF, &before);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
	r = sg_profile_read("p", b.data, b.len, &opts, &profile, &err);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	getrusage(RUSAGE_SELF, &after);
	seconds =
		(double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
	if (r != rows[i].code || strcmp(err.message, rows[i].message) != 0)
		ok = complain("%s: got %d: %s", rows[i].name, r, err.message);
#ifndef __SANITIZE_ADDRESS__
	if (after.ru_maxrss - before.ru_maxrss > 128 << 10)
		ok = complain("%s: %ld KiB", rows[i].name, after.ru_maxrss - before.ru_maxrss);
#endif
	if (seconds > 5)
		ok = complain("%s: %g s", rows[i].name, seconds);
	sg_strbuf_done(&b);
	return ok;
}

static void each_oversized_profile_is_refused_in_bounded_memory_and_time(void **state)
{
	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		int status;
		pid_t pid = fork();

		if (pid == 0)
			_exit(row_is_refused(i) ? 0 : 1);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			fail_msg("%s", rows[i].name);
	}
}

static void the_largest_profile_that_is_allowed_is_read(void **state)
{
	struct sg_strbuf b = SG_STRBUF_INIT;
	struct sg_profile *profile;

	(void)state;
	entries(&b, 4096);
	profile = read_text(b.data);
	assert_int_equal(profile->n_rules, 4096);
	sg_profile_free(profile);
	sg_strbuf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_oversized_profile_is_refused_in_bounded_memory_and_time),
		cmocka_unit_test(the_largest_profile_that_is_allowed_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
