/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "recording/derive/file_name.h"

#define ID "0f3a9c1e-5c1d-4f0e-9a54-0123456789ab"

static struct sg_recording *recording(const char *cgroup, const char *owner, uint64_t start)
{
	struct sg_recording *rec = NULL;
	struct sg_run *run = NULL;
	struct sg_error err;

	assert_int_equal(sg_recording_new(&rec, &err), 0);
	assert_int_equal(sg_run_new(ID, &run, &err), 0);
	run->start = start;
	run->target.cgroup = strdup(cgroup);
	run->target.owner = owner ? strdup(owner) : NULL;
	assert_int_equal(sg_recording_add(rec, run, &err), 0);
	return rec;
}

static void a_name_is_of_start_target_and_run_and_plain(void **state)
{
	static const struct {
		const char *cgroup, *owner, *name;
	} rows[] = {
		{ "/a/web", NULL, "20251122T022554.710Z-web-0f3a9c1e.json" },
		{ "/a/web", "uid 1000", "20251122T022554.710Z-web-of-uid-1000-0f3a9c1e.json" },
		/* whoever makes a cgroup calls it as he likes */
		{ "/a/..", NULL, "20251122T022554.710Z-..-0f3a9c1e.json" },
		{ "/a/$(x)\n\x1b[2J", NULL, "20251122T022554.710Z-x-2J-0f3a9c1e.json" },
		{ "/a/---", NULL, "20251122T022554.710Z-run-0f3a9c1e.json" },
		{ "/", NULL, "20251122T022554.710Z-run-0f3a9c1e.json" },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		_cleanup_(sg_recording_freep) struct sg_recording *rec =
			recording(rows[i].cgroup, rows[i].owner, 1763778354710000000);
		_cleanup_free_ char *name = NULL;
		struct sg_error err;

		assert_int_equal(sg_recording_file_name(rec, &name, &err), 0);
		assert_string_equal(name, rows[i].name);
		assert_true(sg_recording_is_file_name(name));
		assert_int_equal(sg_recording_name_len(name), strlen(name) - 5);
	}
}

static void what_has_no_run_or_no_date_has_no_name(void **state)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	struct sg_error err;
	char *name = NULL;

	(void)state;
	assert_int_equal(sg_recording_new(&rec, &err), 0);
	assert_int_equal(sg_recording_file_name(rec, &name, &err), -EINVAL);
	assert_null(name);
}

static void a_name_that_is_not_so_is_refused(void **state)
{
	static const char *const names[] = {
		"",	    ".json",	".a.json",  "a.jsonx",	      "a",	"../a.json",
		"a/b.json", "a b.json", "a\n.json", "a\xc3\xa4.json", "a.JSON",
	};
	char name[300];

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(names); i++) {
		if (sg_recording_is_file_name(names[i]))
			fail_msg("'%s'", names[i]);
	}
	memset(name, 'a', sizeof(name));
	strcpy(name + 250, ".json"); /* NAME_MAX */
	assert_true(sg_recording_is_file_name(name));
	strcpy(name + 250, "a.json");
	assert_false(sg_recording_is_file_name(name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_of_start_target_and_run_and_plain),
		cmocka_unit_test(what_has_no_run_or_no_date_has_no_name),
		cmocka_unit_test(a_name_that_is_not_so_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
