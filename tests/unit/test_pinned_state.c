/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "args/table.h"
#include "failing_malloc.h"
#include "recording/pinned/pinned_state.h"
#include "recording/pinned/pinned_summary.h"

#define RUN_ID "0f3a9c1e-5c1d-4f0e-9a54-0123456789ab"

static char *print(const struct sg_pinned_state *pinned)
{
	struct sg_strbuf b = SG_STRBUF_INIT;
	char *text = NULL;

	sg_pinned_state_print(pinned, &b);
	assert_int_equal(sg_strbuf_steal(&b, &text, NULL), 0);
	return text;
}

/* Each field has a value of its own, so that one that is read as another is seen. */
static char *sample(void)
{
	uint32_t slots[] = { 3, 4, UINT32_MAX };
	struct sg_pinned_instance instance = {
		.run = RUN_ID,
		.path = "/a/b\n\xff\xef\xbf\xbd",
		.dir = "/sys/fs/cgroup/a/b",
		.cgroup_id = UINT64_MAX,
		.v1_hierarchy = 7,
		.v1_controller = "pids",
		.slots = slots,
		.n_slots = 3,
		.inherits = true,
		.creator_tgid = 4711,
		.creator = "caf\xe9 \x1b[2J",
		.start = 1795293354710000000,
		.processes_before = 11,
		.filters_unwatched = 12,
		.seconds = 13,
		.losses_before = { 1, 2, [SG_LOSS_MAX_ - 1] = UINT64_MAX },
	};
	struct sg_pinned_target targets[] = {
		{ .what = "container web",
		  .selector = { 2, true, 1000, "web", "c", "id", "name", "pod", "ns", "/path",
				"docker" },
		  .has_lived = true,
		  .failed = true,
		  .past_runs = 13,
		  .audit_serial = 14,
		  .nameless = 15,
		  .copy_id = 15,
		  .copy_generation = 16,
		  .copy_bytes = 17,
		  .where = "/tmp/\xfe.json",
		  .file_device = 18,
		  .file_inode = 19,
		  .file_changed_ns = 20,
		  .instances = &instance,
		  .n_instances = 1 },
		{ .selector = { .kind = 0, .text = "" }, .follows = true },
	};
	struct sg_pinned_state pinned = {
		.pid = 1,
		.pid_namespace = 2,
		.start = 3,
		.start_monotonic = 4,
		.allocates = true,
		.losses_before = { [1] = 5 },
		.options = { .descendants = true,
			     .denials = 2,
			     .wait = 1,
			     .args = SG_ARG_SET_MAX_ - 1,
			     .no_audit = true,
			     .duration_ns = 6,
			     .slots = 7,
			     .output = "/out",
			     .store = "/var/lib/seccomp-gen" },
		.targets = targets,
		.n_targets = 2,
	};

	return print(&pinned);
}

static int parse(const char *text, struct sg_pinned_state **ret, struct sg_error *err)
{
	return sg_pinned_state_parse("n", text, strlen(text), ret, err);
}

static void what_is_printed_is_read_back(void **state)
{
	_cleanup_free_ char *text = sample(), *again = NULL;
	_cleanup_(sg_pinned_state_freep) struct sg_pinned_state *pinned = NULL;
	struct sg_error err = { 0 };

	(void)state;
	if (parse(text, &pinned, &err) < 0)
		fail_msg("%s", err.message);
	again = print(pinned);
	assert_string_equal(text, again);
	assert_int_equal(pinned->n_targets, 2);
	assert_string_equal(pinned->targets[0].where, "/tmp/\xfe.json");
	assert_string_equal(pinned->targets[0].instances[0].creator, "caf\xe9 \x1b[2J");
	assert_int_equal(pinned->targets[0].instances[0].n_slots, 3);
	assert_int_equal(pinned->targets[0].instances[0].slots[2], UINT32_MAX);
	assert_null(pinned->targets[1].where);
	assert_true(pinned->targets[1].follows);
	assert_int_equal(pinned->options.args, SG_ARG_SET_MAX_ - 1);
}

/* Put @with for the first @what of the sample. */
static char *changed(const char *what, const char *with)
{
	_cleanup_free_ char *text = sample();
	const char *at = strstr(text, what);
	char *out = NULL;

	assert_non_null(at);
	assert_true(asprintf(&out, "%.*s%s%s", (int)(at - text), text, with, at + strlen(what)) >
		    0);
	return out;
}

static void what_cannot_be_is_refused(void **state)
{
	static const struct {
		const char *what, *with, *why;
	} rows[] = {
		{ "\"version\": 3", "\"version\": 1", "version 1 is not this one's (3)" },
		{ "\"version\": 3,", "", "version" },
		{ "\"denials\": 2", "\"denials\": 3", "3 is out of range" },
		{ "\"wait\": 1", "\"wait\": 4294967296", "" },
		{ "\"args\": 2", "\"args\": 99", "99 is out of range" },
		{ "\"output\": \"/out\"", "\"output\": \"out\"", "is no absolute path" },
		{ "\"store\": \"/var", "\"store\": \"var", "is no absolute path" },
		{ "\"where\": \"/tmp", "\"where\": \"tmp", "is no absolute path" },
		{ "\"dir\": \"/sys", "\"dir\": \"sys", "is no absolute path" },
		{ "\"path\": \"/a", "\"path\": \"a", "is no absolute path" },
		{ RUN_ID, "0f3a9c1e", "is no run's id" },
		{ RUN_ID, "../../../../../../etc/passwd0000000/", "is no run's id" },
		{ "\"creator\": \"", "\"creator\": \"0123456789abcdef",
		  "longer than a program's name" },
		{ "\"slots\": [3", "\"slots\": [-3", "" },
		{ "\"slots\": [3", "\"slots\": [{}", "" },
		{ "\"losses_before\": [", "\"losses_before\": [0, ", "one loss too many" },
		{ "\"pid\": 1,", "\"pid\": 1, \"pid\": 1,", "" },
		{ "\"pid\": 1,", "\"pid\": 1, \"more\": 1,", "" },
		{ "\"kind\": 2,", "", "kind" },
		{ "\"past_runs\": 13", "\"past_runs\": \"13\"", "" },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		_cleanup_free_ char *text = changed(rows[i].what, rows[i].with);
		struct sg_pinned_state *pinned = NULL;
		struct sg_error err = { 0 };

		if (parse(text, &pinned, &err) != -EINVAL)
			fail_msg("row %zu is believed: %s", i, text);
		assert_null(pinned);
		if (strncmp(err.message, "n:", 2) != 0 || !strstr(err.message, rows[i].why))
			fail_msg("row %zu says: %s", i, err.message);
	}
}

static void every_cut_is_refused(void **state)
{
	_cleanup_free_ char *text = sample();
	size_t len = strlen(text);

	(void)state;
	for (size_t n = 0; n + 2 < len; n++) {
		struct sg_pinned_state *pinned = NULL;
		struct sg_error err = { 0 };

		assert_true(sg_pinned_state_parse("n", text, n, &pinned, &err) < 0);
		assert_null(pinned);
	}
}

static void a_summary_is_of_all_targets(void **state)
{
	_cleanup_free_ char *text = sample();
	struct sg_pinned_summary summary;
	struct sg_error err = { 0 };

	(void)state;
	if (sg_pinned_summary_read(text, &summary, &err) < 0)
		fail_msg("%s", err.message);
	assert_string_equal(summary.targets, "container web, ?");
	assert_true(summary.has_lived);
	assert_int_equal(summary.pid, 1);
	assert_int_equal(summary.pid_namespace, 2);
	sg_pinned_summary_done(&summary);
	assert_null(summary.targets);
}

/* Of a recording that is not this version's, list and stop still say what it is. */
static void a_summary_is_read_of_every_version(void **state)
{
	struct sg_pinned_summary summary;
	struct sg_error err = { 0 };

	(void)state;
	assert_int_equal(sg_pinned_summary_read("{\"version\": 2, \"more\": [], \"pid\": 7, "
						"\"pid_namespace\": 8, \"start\": 9, "
						"\"watches\": [{\"what\": \"unit a\"}]}",
						&summary, &err),
			 0);
	assert_string_equal(summary.targets, "unit a");
	assert_false(summary.has_lived);
	assert_int_equal(summary.start, 9);
	sg_pinned_summary_done(&summary);
}

static void a_summary_of_what_is_no_state_is_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"[]",
		"{}",
		"{\"pid\": 7, \"pid_namespace\": 8, \"start\": 9}",
		"{\"pid\": 7, \"pid_namespace\": 8, \"targets\": []}",
		"{\"pid\": -7, \"pid_namespace\": 8, \"start\": 9, \"targets\": []}",
		"{\"pid\": 7, \"pid_namespace\": 8, \"start\": 9, \"targets\": {}}",
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(texts); i++) {
		struct sg_pinned_summary summary;
		struct sg_error err = { 0 };

		assert_true(sg_pinned_summary_read(texts[i], &summary, &err) < 0);
		assert_null(summary.targets);
		if (strncmp(err.message, "<state>:", 8) != 0)
			fail_msg("%s: says %s", texts[i], err.message);
	}
}

static char *road_text;

static int road(char **ret, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf b = SG_STRBUF_INIT;
	_cleanup_(sg_pinned_state_freep) struct sg_pinned_state *pinned = NULL;
	int r = parse(road_text, &pinned, err);

	if (r < 0)
		return r;
	sg_pinned_state_print(pinned, &b);
	return sg_strbuf_steal(&b, ret, NULL);
}

static void each_allocation_that_fails_is_reported_and_leaks_nothing(void **state)
{
	_cleanup_free_ char *text = sample(), *again = NULL;

	(void)state;
	road_text = text;
	again = each_fails_once(road, 50);
	assert_string_equal(text, again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read_back),
		cmocka_unit_test(what_cannot_be_is_refused),
		cmocka_unit_test(every_cut_is_refused),
		cmocka_unit_test(a_summary_is_of_all_targets),
		cmocka_unit_test(a_summary_is_read_of_every_version),
		cmocka_unit_test(a_summary_of_what_is_no_state_is_refused),
		cmocka_unit_test(each_allocation_that_fails_is_reported_and_leaks_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
