/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/strbuf.h"
#include "infer/floor/floor.h"
#include "syscall/arch.h"
#include "syscall/table.h"

/* Two version ranges, one of them split by no_new_privs. */
static const char document[] =
	"{ \"version\": 1, \"runtime\": \"runx\", \"floors\": [\n"
	"  { \"versions\": [{ \"before\": \"1.2.8\" }, { \"from\": \"1.3\", \"before\": \"1.3.3\" "
	"}],\n"
	"    \"no_new_privs\": true, \"obtained\": \"measured\", \"on\": \"h\", \"how\": \"c\",\n"
	"    \"calls\": [\"openat\", \"close\", \"close\"], \"sometimes\": [\"futex\"] },\n"
	"  { \"versions\": [{ \"before\": \"1.2.8\" }, { \"from\": \"1.3\", \"before\": \"1.3.3\" "
	"}],\n"
	"    \"no_new_privs\": false, \"obtained\": \"measured\", \"on\": \"h\", \"how\": \"c\",\n"
	"    \"calls\": [\"capset\"], \"not_needed\": [\"umask\"] },\n"
	"  { \"versions\": [{ \"from\": \"1.2.8\", \"before\": \"1.3\" }, { \"from\": \"1.3.3\" "
	"}],\n"
	"    \"obtained\": \"read\", \"on\": \"h\", \"how\": \"c\", \"calls\": [\"openat2\"] } ] "
	"}\n";

/* The names, joined by spaces; "" and the code in @ret_code on failure. */
static char *names_of(const char *text, const char *version, enum sg_tristate nnp, int *ret_code,
		      struct sg_error *err)
{
	_cleanup_(sg_floor_freep) struct sg_floor *floor = NULL;
	struct sg_strbuf b = SG_STRBUF_INIT;
	char *joined = NULL;

	*ret_code = sg_floor_parse("runx.json", text, strlen(text), version, nnp, &floor, err);
	for (size_t i = 0; floor && i < floor->n_names; i++)
		sg_strbuf_printf(&b, "%s%s", i ? " " : "", floor->names[i]);
	assert_int_equal(sg_strbuf_steal(&b, &joined, NULL), 0);
	return joined;
}

static void floor_is_chosen_by_version_and_no_new_privs(void **state)
{
	static const struct {
		const char *version;
		enum sg_tristate nnp;
		const char *names;
	} rows[] = {
		{ "1.1.5", SG_YES, "close futex openat" },
		{ "1.1.5", SG_NO, "capset" },
		{ "1.1.5", SG_UNKNOWN, "capset close futex openat" },
		{ "1.2.7", SG_NO, "capset" },
		{ "1.2.8", SG_NO, "openat2" },
		{ "1.2.10", SG_YES, "openat2" },
		{ "1.3", SG_NO, "capset" },
		{ "1.3.0", SG_NO, "capset" },
		{ "1.3.2", SG_NO, "capset" },
		{ "1.3.3", SG_NO, "openat2" },
		{ "2", SG_NO, "openat2" },
		{ "1.1.5+ds1-1+deb12u1", SG_NO, "capset" },
		{ "1.4.0-rc.1", SG_NO, "openat2" },
		{ NULL, SG_YES, "close futex openat openat2" },
		{ NULL, SG_UNKNOWN, "capset close futex openat openat2" },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		_cleanup_free_ char *names = NULL;
		int code;

		names = names_of(document, rows[i].version, rows[i].nnp, &code, NULL);
		assert_int_equal(code, 0);
		assert_string_equal(names, rows[i].names);
	}
}

static void floor_says_where_it_comes_from(void **state)
{
	static const struct {
		const char *version;
		enum sg_tristate nnp;
		const char *runtime;
	} rows[] = {
		{ "1.1.5", SG_YES, "runx 1.1.5, with no_new_privs (measured)" },
		{ "1.2.8", SG_NO, "runx 1.2.8, without no_new_privs (from its source)" },
		{ NULL, SG_UNKNOWN,
		  "runx of any version, with or without no_new_privs (measured, and from its "
		  "source)" },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		_cleanup_(sg_floor_freep) struct sg_floor *floor = NULL;

		assert_int_equal(sg_floor_parse("f", document, strlen(document), rows[i].version,
						rows[i].nnp, &floor, NULL),
				 0);
		assert_string_equal(floor->runtime, rows[i].runtime);
	}
}

static void version_without_a_floor_is_not_found(void **state)
{
	static const char text[] =
		"{\"version\":1,\"runtime\":\"r\",\"floors\":[{\"versions\":[{\"from\":\"2.0\"}],"
		"\"obtained\":\"read\",\"on\":\"\",\"how\":\"\",\"calls\":[]}]}";
	struct sg_error err = { 0 };
	_cleanup_free_ char *names = NULL;
	int code;

	(void)state;
	names = names_of(text, "1.9\x1b[2J", SG_YES, &code, &err);
	assert_int_equal(code, -ENOENT);
	assert_non_null(strstr(err.message, "runx.json"));
	assert_non_null(strstr(err.message, "1.9"));
	assert_null(strchr(err.message, '\x1b'));
}

static void what_is_no_version_is_refused(void **state)
{
	static const char *const versions[] = { "", "v1", "unknown", "99999999999" };

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(versions); i++) {
		_cleanup_free_ char *names = NULL;
		int code;

		names = names_of(document, versions[i], SG_YES, &code, NULL);
		assert_int_equal(code, -EINVAL);
	}
}

static void malformed_documents_name_their_place(void **state)
{
#define HEAD "{\"version\":1,\"runtime\":\"r\",\"floors\":[{"
#define TAIL "\"obtained\":\"read\",\"on\":\"\",\"how\":\"\""
	static const struct {
		const char *text, *message;
	} rows[] = {
		{ "", "runx.json:1:1:" },
		{ "[]", "runx.json:1:1:" },
		{ "{\"version\":2,\"runtime\":\"r\",\"floors\":[]}", "version 2" },
		{ "{\"version\":1,\"runtime\":\"r\"}", "floors" },
		{ HEAD "\"versions\":[{}]," TAIL "}]}", "calls" },
		{ HEAD "\"versions\":[{}],\"calls\":[\"opennat\"]," TAIL "}]}", "\"opennat\"" },
		{ HEAD "\"versions\":[{\"before\":\"0\"}],\"calls\":[\"opennat\"]," TAIL "}]}",
		  "\"opennat\"" },
		{ HEAD "\"versions\":[{}],\"calls\":[],\"sometimes\":[7]," TAIL "}]}", "string" },
		{ HEAD "\"versions\":[{}],\"calls\":[],\"not_needed\":[\"x\"]," TAIL "}]}",
		  "\"x\"" },
		{ HEAD "\"versions\":[{\"from\":\"1.\"}],\"calls\":[]," TAIL "}]}", "version" },
		{ HEAD "\"versions\":[{\"from\":\"1.2a\"}],\"calls\":[]," TAIL "}]}", "version" },
		{ HEAD "\"versions\":[{\"to\":\"1\"}],\"calls\":[]," TAIL "}]}", "to" },
		{ HEAD "\"versions\":[{}],\"calls\":[],\"no_new_privs\":1," TAIL "}]}", "true or" },
		{ HEAD "\"versions\":[{}],\"calls\":[],\"obtained\":\"guessed\","
		       "\"on\":\"\",\"how\":\"\"}]}",
		  "measured" },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		_cleanup_free_ char *names = NULL;
		struct sg_error err = { 0 };
		int code;

		names = names_of(rows[i].text, "1.1.5", SG_YES, &code, &err);
		assert_int_equal(code, -EINVAL);
		assert_memory_equal(err.message, "runx.json:1:", strlen("runx.json:1:"));
		if (!strstr(err.message, rows[i].message))
			fail_msg("\"%s\" does not say \"%s\"", err.message, rows[i].message);
	}
}

/* A run with one call a stage, by name. */
static struct sg_run *new_run(const char *id)
{
	static const struct {
		const char *name;
		enum sg_stage stage;
	} rows[] = {
		{ "mount", SG_STAGE_SETUP },
		{ "execve", SG_STAGE_FLOOR },
		{ "close", SG_STAGE_FLOOR },
		{ "read", SG_STAGE_APP },
	};
	struct sg_run *run = NULL;

	assert_int_equal(sg_run_new(id, &run, NULL), 0);
	run->host.arch = AUDIT_ARCH_X86_64;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		struct sg_syscall_id call = { .arch = AUDIT_ARCH_X86_64 };
		struct sg_entry *entry = NULL;

		assert_int_equal(sg_syscall_nr(call.arch, rows[i].name, &call.nr), 0);
		assert_int_equal(sg_run_entry(run, call, &entry, NULL), 0);
		entry->count[rows[i].stage] = 1;
	}
	return run;
}

static struct sg_recording *new_recording(struct sg_run *run)
{
	struct sg_recording *rec = NULL;

	assert_int_equal(sg_recording_new(&rec, NULL), 0);
	assert_int_equal(sg_recording_add(rec, run, NULL), 0);
	return rec;
}

static void measured_floor_is_the_stage_floor(void **state)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	_cleanup_(sg_floor_freep) struct sg_floor *floor = NULL;
	struct sg_run *run = new_run("00000000-0000-4000-8000-000000000001");

	(void)state;
	run->target.runtime = strdup("ru\nnc");
	run->target.runtime_version = strdup("1.1.5");
	rec = new_recording(run);
	assert_int_equal(sg_floor_from_recording(rec, &floor, NULL), 0);
	assert_int_equal(floor->n_names, 2);
	assert_string_equal(floor->names[0], "close");
	assert_string_equal(floor->names[1], "execve");
	assert_string_equal(floor->runtime, "ru\\x0anc 1.1.5 (measured in the recording)");
}

static void recording_without_a_floor_has_no_data(void **state)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	struct sg_run *run = new_run("00000000-0000-4000-8000-000000000001");
	struct sg_floor *floor = NULL;

	(void)state;
	for (size_t i = 0; i < run->n_entries; i++)
		run->entries[i].count[SG_STAGE_FLOOR] = 0;
	rec = new_recording(run);
	assert_int_equal(sg_floor_from_recording(rec, &floor, NULL), -ENODATA);
	assert_null(floor);
}

static void join_is_the_union_and_names_both(void **state)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	_cleanup_(sg_floor_freep) struct sg_floor *floor = NULL, *other = NULL;

	(void)state;
	rec = new_recording(new_run("00000000-0000-4000-8000-000000000001"));
	assert_int_equal(sg_floor_from_recording(rec, &floor, NULL), 0);
	assert_int_equal(
		sg_floor_parse("f", document, strlen(document), "1.1.5", SG_YES, &other, NULL), 0);
	assert_int_equal(sg_floor_join(floor, other, NULL), 0);
	assert_int_equal(floor->n_names, 4); /* close execve futex openat */
	assert_string_equal(floor->names[2], "futex");
	assert_string_equal(floor->runtime, "the runtime (measured in the recording); "
					    "runx 1.1.5, with no_new_privs (measured)");
	assert_int_equal(sg_floor_join(floor, floor, NULL), 0);
	assert_int_equal(floor->n_names, 4);
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

static void shipped_floors_read_and_let_the_program_start(void **state)
{
	glob_t found;
	static const char *const versions[] = {
		"0.1", "1.1.5", "1.2.8", "1.3.0", "1.4.2", "9", NULL
	};

	(void)state;
	assert_int_equal(glob(SG_SOURCE_DIR "/profiles/floor/*.json", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		_cleanup_free_ char *text = read_file(found.gl_pathv[i]);

		for (size_t v = 0; v < SG_ARRAY_SIZE(versions); v++) {
			for (int nnp = SG_UNKNOWN; nnp <= SG_YES; nnp++) {
				_cleanup_(sg_floor_freep) struct sg_floor *floor = NULL;
				struct sg_error err = { 0 };
				bool has_execve = false;

				if (sg_floor_parse(found.gl_pathv[i], text, strlen(text),
						   versions[v], (enum sg_tristate)nnp, &floor,
						   &err) < 0)
					fail_msg("%s", err.message);
				for (size_t k = 0; k < floor->n_names; k++)
					has_execve |= strcmp(floor->names[k], "execve") == 0;
				assert_true(has_execve);
			}
		}
	}
	globfree(&found);
}

/* What --runtime takes and what there is a floor for are one list. */
static void each_runtime_has_a_floor_and_each_floor_a_runtime(void **state)
{
	static const char *const runtimes[] = {
#define RUNTIME(name, id) SG_SOURCE_DIR "/profiles/floor/" id ".json",
#include "filter/compile/runtimes.def"
#undef RUNTIME
	};
	size_t n = 0;
	glob_t found;

	(void)state;
	assert_int_equal(glob(SG_SOURCE_DIR "/profiles/floor/*.json", 0, NULL, &found), 0);
	assert_int_equal(found.gl_pathc, SG_ARRAY_SIZE(runtimes));
	for (size_t i = 0; i < SG_ARRAY_SIZE(runtimes); i++) {
		for (size_t k = 0; k < found.gl_pathc; k++)
			n += strcmp(runtimes[i], found.gl_pathv[k]) == 0;
	}
	assert_int_equal(n, SG_ARRAY_SIZE(runtimes));
	globfree(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(floor_is_chosen_by_version_and_no_new_privs),
		cmocka_unit_test(floor_says_where_it_comes_from),
		cmocka_unit_test(version_without_a_floor_is_not_found),
		cmocka_unit_test(what_is_no_version_is_refused),
		cmocka_unit_test(malformed_documents_name_their_place),
		cmocka_unit_test(measured_floor_is_the_stage_floor),
		cmocka_unit_test(recording_without_a_floor_has_no_data),
		cmocka_unit_test(join_is_the_union_and_names_both),
		cmocka_unit_test(shipped_floors_read_and_let_the_program_start),
		cmocka_unit_test(each_runtime_has_a_floor_and_each_floor_a_runtime),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
