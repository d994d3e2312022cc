/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "dialect/print/oci.h"
#include "failing_malloc.h"
#include "infer/explain.h"
#include "infer/infer.h"
#include "syscall/arch.h"
#include "syscall/table.h"

static const char floor_text[] =
	"{\"version\":1,\"runtime\":\"runx\",\"floors\":[{\"versions\":[{}],\"obtained\":\"read\","
	"\"on\":\"\",\"how\":\"\",\"calls\":[\"openat\",\"close\"],\"sometimes\":[\"futex\"]}]}";

static struct sg_recording *rec;

static void call(struct sg_run *run, uint32_t arch, const char *name, enum sg_stage stage)
{
	struct sg_syscall_id id = { .arch = arch };
	struct sg_entry *entry = NULL;

	assert_int_equal(sg_syscall_nr(arch, name, &id.nr), 0);
	assert_int_equal(sg_run_entry(run, id, &entry, NULL), 0);
	entry->count[stage]++;
	entry->logged += stage == SG_STAGE_APP;
	entry->denied[SG_DENIAL_ERRNO] += stage == SG_STAGE_SETUP;
	assert_int_equal(sg_entry_add_program(entry, "nginx", NULL), 0);
}

static int make_recording(void **state)
{
	struct sg_run *run = NULL;

	(void)state;
	assert_int_equal(sg_recording_new(&rec, NULL), 0);
	assert_int_equal(sg_run_new("00000000-0000-4000-8000-000000000001", &run, NULL), 0);
	run->host.arch = AUDIT_ARCH_X86_64;
	run->target.runtime = strdup("runc");
	run->target.runtime_version = strdup("1.1.5");
	run->loss[SG_LOSS_CGROUPS_UNTRACKED] = 1;
	run->loss[SG_LOSS_SETUP_UNFINISHED] = 1;
	call(run, AUDIT_ARCH_X86_64, "read", SG_STAGE_APP);
	call(run, AUDIT_ARCH_X86_64, "bpf", SG_STAGE_SETUP);
	call(run, AUDIT_ARCH_X86_64, "capset", SG_STAGE_FLOOR);
	call(run, AUDIT_ARCH_I386, "socketcall", SG_STAGE_APP);
	assert_int_equal(sg_recording_add(rec, run, NULL), 0);
	return 0;
}

static int free_recording(void **state)
{
	(void)state;
	sg_recording_free(rec);
	return 0;
}

/* Both floors, the profile, its notes, its print and its explanation, as one text. */
static int road(char **ret, struct sg_error *err)
{
	_cleanup_(sg_floor_freep) struct sg_floor *floor = NULL, *measured = NULL;
	_cleanup_(sg_profile_freep) struct sg_profile *profile = NULL;
	_cleanup_(sg_infer_notices_done) struct sg_infer_notices notices = { 0 };
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;
	struct sg_infer_options opts = { .allow_lossy = true };
	int r;

	r = sg_floor_parse("f", floor_text, strlen(floor_text), "1.1.5", SG_YES, &floor, err);
	if (r == 0)
		r = sg_floor_from_recording(rec, &measured, err);
	if (r == 0)
		r = sg_floor_join(floor, measured, err);
	if (r < 0)
		return r;
	opts.floor = floor;
	r = sg_infer(rec, &opts, &profile, &notices, err);
	if (r == 0)
		r = sg_oci_json(profile, &out, err);
	if (r == 0)
		r = sg_explain_print(profile, &out, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < notices.n_lines; i++)
		sg_strbuf_add(&out, notices.lines[i]);
	return sg_strbuf_steal(&out, ret, NULL);
}

static void each_allocation_that_fails_is_reported_and_leaks_nothing(void **state)
{
	char *text;

	(void)state;
	text = each_fails_once(road, 150);
	assert_non_null(strstr(text, "cgroups_untracked"));
	assert_non_null(strstr(text, "\"capset\""));
	free(text);
}

static void a_join_that_fails_leaves_its_floor_as_it_was(void **state)
{
	struct sg_floor *floor = NULL, *measured = NULL;

	(void)state;
	if (!CAN_FAIL)
		skip();
	assert_int_equal(
		sg_floor_parse("f", floor_text, strlen(floor_text), NULL, SG_YES, &floor, NULL), 0);
	assert_int_equal(sg_floor_from_recording(rec, &measured, NULL), 0);
	for (long n = 0;; n++) {
		int r;

		left = n;
		r = sg_floor_join(floor, measured, NULL);
		left = -1;
		if (r == 0)
			break;
		assert_int_equal(floor->n_names, 3);
		assert_null(strstr(floor->runtime, "1.1.5"));
	}
	assert_int_equal(floor->n_names, 4);
	assert_non_null(strstr(floor->runtime, "1.1.5"));
	sg_floor_free(floor);
	sg_floor_free(measured);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_allocation_that_fails_is_reported_and_leaks_nothing),
		cmocka_unit_test(a_join_that_fails_leaves_its_floor_as_it_was),
	};

	return cmocka_run_group_tests(tests, make_recording, free_recording);
}
