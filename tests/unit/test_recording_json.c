/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <cmocka.h>

#include "patience.h"
#include "random_recording.h"
#include "view/show/show.h"

#define HEAD "{\"format\":\"seccomp-gen-recording\",\"version\":1,\"runs\":["
#define TAIL "]}"
#define RUN(id, rest)                                                            \
	"{\"id\":\"" id "\",\"complete\":true,\"sources\":[\"bpf\"],\"loss\":{}" \
	",\"entries\":[]" rest "}"
#define ENTRIES(list)                                                                            \
	HEAD "\n{\"id\":\"r\",\"complete\":true,\"sources\":[],\"loss\":{},\"entries\":[\n" list \
	     "]}" TAIL
#define CALL(nr, rest) "{\"arch\":\"x86_64\",\"nr\":" nr ",\"sources\":[\"bpf\"]" rest "}"

struct bad {
	const char *text;
	const char *message; /* how it starts */
};

static void assert_refused(const struct bad *rows, size_t n, int code)
{
	for (size_t i = 0; i < n; i++) {
		struct sg_recording *rec = NULL;
		struct sg_error err = { 0 };
		int r = sg_recording_parse("t.json", rows[i].text, strlen(rows[i].text), &rec,
					   &err);

		if (r != code ||
		    strncmp(err.message, rows[i].message, strlen(rows[i].message)) != 0)
			fail_msg("%s\n  gives %d, \"%s\"\n  not %d, \"%s…\"", rows[i].text, r,
				 err.message, code, rows[i].message);
		assert_int_equal(err.code, code);
		assert_null(rec);
	}
}

static void what_is_no_recording_is_said_to_be_none(void **state)
{
	static const struct bad rows[] = {
		{ "", "t.json:1:1: the text is empty" },
		{ "{}", "t.json:1:1: not a recording: the field \"format\" does not say" },
		{ "[]", "t.json:1:1: not a recording" },
		{ "null", "t.json:1:1: not a recording" },
		{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\"}", "t.json:1:1: not a recording" },
		{ "{\"format\":1}", "t.json:1:1: not a recording" },
		{ "{\"format\":\"seccomp-gen-recording\"}",
		  "t.json:1:1: the field \"version\" is missing" },
		{ "{\"format\":\"seccomp-gen-recording\",\"version\":\"1\"}",
		  "t.json:1:45: field \"version\": expected an integer" },
		{ "{\"format\":\"seccomp-gen-recording\",\"version\":1}",
		  "t.json:1:1: the field \"runs\" is missing" },
		{ "{\"format\":\"seccomp-gen-recording\",\"version\":1,\"runs\":{}}",
		  "t.json:1:54: field \"runs\": expected an array" },
	};

	(void)state;
	assert_refused(rows, SG_ARRAY_SIZE(rows), -EINVAL);
}

static void another_version_is_refused_with_what_to_do(void **state)
{
	static const struct bad rows[] = {
		{ "{\"format\":\"seccomp-gen-recording\",\"version\":2,\"runs\":17}",
		  "t.json:1:45: a recording of version 2, and this seccomp-gen reads version 1 "
		  "(use "
		  "the seccomp-gen that wrote it, or a newer one)" },
		{ "{\"format\":\"seccomp-gen-recording\",\"version\":0,\"runs\":[]}",
		  "t.json:1:45: a recording of version 0, and this seccomp-gen reads version 1 "
		  "(use "
		  "the seccomp-gen that wrote it)" },
	};

	(void)state;
	assert_refused(rows, SG_ARRAY_SIZE(rows), -EPROTONOSUPPORT);
}

static void a_malformed_run_is_refused_at_its_place(void **state)
{
	static const struct bad rows[] = {
		{ HEAD "\n1" TAIL, "t.json:2:1: expected an object, which is a run" },
		{ HEAD "\n{}" TAIL, "t.json:2:1: the field \"id\" is missing" },
		{ HEAD "{\"id\":7}" TAIL, "t.json:1:61: field \"id\": expected a string" },
		{ HEAD "{\"id\":\"a b\"}" TAIL, "t.json:1:61: the id of a run is 1 to 64 letters" },
		{ HEAD "{\"id\":\"a\",\"sources\":[],\"loss\":{},\"entries\":[]}" TAIL,
		  "t.json:1:55: the field \"complete\" is missing" },
		{ HEAD "{\"id\":\"a\",\"complete\":true,\"loss\":{},\"entries\":[]}" TAIL,
		  "t.json:1:55: the field \"sources\" is missing" },
		{ HEAD "{\"id\":\"a\",\"complete\":true,\"sources\":[],\"entries\":[]}" TAIL,
		  "t.json:1:55: the field \"loss\" is missing" },
		{ HEAD "{\"id\":\"a\",\"complete\":true,\"sources\":[],\"loss\":{}}" TAIL,
		  "t.json:1:55: the field \"entries\" is missing" },
		{ HEAD RUN("a", ",\"start\":9,\"end\":8") TAIL,
		  "t.json:1:55: the end of the run is before its start" },
		{ HEAD RUN("a", ",\n\"start\":-1") TAIL,
		  "t.json:2:9: field \"start\": expected an" },
		{ HEAD RUN("a", ",\n\"tool\":1") TAIL,
		  "t.json:2:8: field \"tool\": expected a string" },
		{ HEAD RUN("a", ",\n\"host\":[]") TAIL,
		  "t.json:2:8: field \"host\": expected an object" },
		{ HEAD RUN("a", ",\n\"host\":{\"arch\":\"z80\"}") TAIL,
		  "t.json:2:16: unknown architecture \"z80\"" },
		{ HEAD RUN("a", ",\n\"host\":{\"arch\":\"0xC000003E\"}") TAIL,
		  "t.json:2:16: unknown architecture" },
		{ HEAD RUN("a", ",\n\"host\":{\"arch\":\"0x+0000003\"}") TAIL,
		  "t.json:2:16: unknown architecture" },
		{ HEAD RUN("a", ",\n\"target\":{\"cgroup\":null}") TAIL,
		  "t.json:2:20: field \"cgroup\": expected a string" },
		{ HEAD RUN("a", ",\n\"target\":{\"command\":\"ls\"}") TAIL,
		  "t.json:2:21: field \"command\": expected an array" },
		{ HEAD RUN("a", ",\n\"target\":{\"command\":[\"ls\",1]}") TAIL,
		  "t.json:2:27: expected a string" },
		{ HEAD RUN("a", ",\n\"target\":{\"privileged\":\"no\"}") TAIL,
		  "t.json:2:24: field \"privileged\": expected true or false" },
		{ HEAD RUN("a", "") ",\n" RUN("b", "") ",\n" RUN("a", "") TAIL,
		  "t.json:3:1: a second run with the id \"a\"" },
	};

	(void)state;
	assert_refused(rows, SG_ARRAY_SIZE(rows), -EINVAL);
}

static void a_malformed_entry_is_refused_at_its_place(void **state)
{
	static const struct bad rows[] = {
		{ ENTRIES("[]"), "t.json:3:1: expected an object" },
		{ ENTRIES("{\"arch\":\"x86_64\",\"sources\":[]}"),
		  "t.json:3:1: the field \"nr\" is missing" },
		{ ENTRIES("{\"nr\":1,\"sources\":[]}"),
		  "t.json:3:1: the field \"arch\" is missing" },
		{ ENTRIES(CALL("1", ",\"denied\":{\"errno\":3},\"denied_stages\":{\"setup\":4}")),
		  "t.json:3:1: more denied calls by stage than by kind" },
		{ ENTRIES(CALL("1", ",\"denied_stages\":{\"floor\":1}")),
		  "t.json:3:1: more denied calls by stage than by kind" },
		{ ENTRIES("{\"arch\":\"x86_64\",\"nr\":1}"),
		  "t.json:3:1: the field \"sources\" is missing" },
		{ ENTRIES(CALL("4294967296", "")),
		  "t.json:3:23: field \"nr\": expected an integer" },
		{ ENTRIES(CALL("1.5", "")), "t.json:3:23: field \"nr\": expected an integer" },
		{ ENTRIES(CALL("1", ",\n\"count\":5")),
		  "t.json:4:9: field \"count\": expected an obj" },
		{ ENTRIES(CALL("1", ",\n\"count\":{\"app\":1e3}")),
		  "t.json:4:16: field \"app\": expected an integer" },
		{ ENTRIES(CALL("1", ",\n\"count\":{\"app\":18446744073709551616}")),
		  "t.json:4:16: field \"app\": expected an integer" },
		{ ENTRIES(CALL("1", ",\n\"first_seen\":5,\"last_seen\":4")),
		  "t.json:3:1: last_seen is before first_seen" },
		{ ENTRIES(CALL("1", ",\n\"programs\":\"sh\"")),
		  "t.json:4:12: field \"programs\": expected an array" },
		{ ENTRIES(CALL("1", ",\n\"programs\":[\"sh\",\"cat\",\"sh\"]")),
		  "t.json:4:12: \"sh\" occurs a second time" },
		{ ENTRIES("{\"arch\":\"x86_64\",\"nr\":1,\"sources\":[\"bpf\",\"bpf\"]}"),
		  "t.json:3:42: \"bpf\" occurs a second time" },
		{ ENTRIES(CALL("1", "") ",\n" CALL("2", "") ",\n" CALL("1", "")),
		  "t.json:5:1: a second entry for call 1 of its architecture" },
	};

	(void)state;
	assert_refused(rows, SG_ARRAY_SIZE(rows), -EINVAL);
}

/* To pass over what one does not understand is right for a remark and wrong for evidence. */
static void evidence_that_is_not_understood_is_refused(void **state)
{
	static const struct bad rows[] = {
		{ ENTRIES(CALL("1", ",\n\"count\":{\"teardown\":1}")),
		  "t.json:4:21: this version knows no stage \"teardown\" (use a newer" },
		{ ENTRIES(CALL("1", ",\n\"denied\":{\"vetoed\":1}")),
		  "t.json:4:20: this version knows no kind of denial \"vetoed\"" },
		{ ENTRIES("{\"arch\":\"x86_64\",\"nr\":1,\"sources\":[\"perf\"]}"),
		  "t.json:3:36: this version knows no source \"perf\"" },
		{ HEAD "{\"id\":\"a\",\"complete\":true,\"sources\":[],\"entries\":[],\n"
		       "\"loss\":{\"\\u001b[31m\":3}}" TAIL,
		  "t.json:2:22: this version knows no loss \"\\x1b[31m\"" },
	};

	(void)state;
	assert_refused(rows, SG_ARRAY_SIZE(rows), -EINVAL);
}

static void fields_of_a_later_tool_are_passed_over(void **state)
{
	static const char text[] = HEAD
		"{\"id\":\"a\",\"complete\":true,\"sources\":[],\"mood\":\"fine\","
		"\"host\":{\"cpus\":2},\"target\":{\"colour\":[1,2]},"
		"\"loss\":{\"unheard_of\":0},\"entries\":[" CALL(
			"1", ",\"count\":{\"teardown\":0,\"app\":3},\"mood\":{}") "]}],\"x\":{}}";
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;

	(void)state;
	rec = parse_recording(text);
	assert_int_equal(rec->n_runs, 1);
	assert_int_equal(rec->runs[0]->entries[0].count[SG_STAGE_APP], 3);
}

/*
 * Number and architecture say which call it is; a name that a later table corrects changes nothing.
 */
static void the_name_of_a_call_is_not_read(void **state)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec =
		parse_recording(ENTRIES(CALL("0", ",\"name\":\"mount\"")));

	(void)state;
	assert_int_equal(rec->runs[0]->entries[0].id.arch, AUDIT_ARCH_X86_64);
	assert_int_equal(rec->runs[0]->entries[0].id.nr, 0);
}

static void order_in_the_file_does_not_matter(void **state)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec =
		parse_recording("{\"runs\":[" RUN("c", "") "," RUN("a", "") ",{\"entries\":[" CALL(
			"3",
			",\"programs\":[\"z\",\"a\"]") "," CALL("1",
								"") ","
								    "{\"sources\":[],\"nr\":2,"
								    "\"arch\":\"i386\"}],"
								    "\"loss\":{},\"sources\":[],"
								    "\"complete\":true,\"id\":"
								    "\"b\"}],"
								    "\"version\":1,\"format\":"
								    "\"seccomp-gen-recording\"}");

	(void)state;
	assert_int_equal(rec->n_runs, 3);
	assert_string_equal(rec->runs[0]->id, "a");
	assert_string_equal(rec->runs[1]->id, "b");
	assert_int_equal(rec->runs[1]->entries[0].id.nr, 2);
	assert_int_equal(rec->runs[1]->entries[1].id.nr, 1);
	assert_int_equal(rec->runs[1]->entries[2].id.nr, 3);
	assert_string_equal(rec->runs[1]->entries[2].programs[0], "a");
}

static void what_is_printed_reads_back_the_same(void **state)
{
	uint64_t seed = 99;

	(void)state;
	for (int i = 0; i < 500; i++) {
		_cleanup_(sg_recording_freep) struct sg_recording *a = random_recording(&seed),
								  *b = NULL;
		_cleanup_free_ char *text = print_recording(a), *again = NULL;

		b = parse_recording(text);
		again = print_recording(b);
		assert_string_equal(text, again);
		assert_int_equal(a->n_runs, b->n_runs);
		for (size_t j = 0; j < a->n_runs; j++) {
			const struct sg_run *x = a->runs[j], *y = b->runs[j];

			assert_int_equal(x->n_entries, y->n_entries);
			assert_memory_equal(x->loss, y->loss, sizeof(x->loss));
			assert_int_equal(x->sources, y->sources);
			assert_true(x->start == y->start && x->end == y->end);
			assert_int_equal(x->target.n_command, y->target.n_command);
			if (x->target.cgroup)
				assert_string_equal(x->target.cgroup, y->target.cgroup);
			for (size_t k = 0; k < x->n_entries; k++) {
				const struct sg_entry *e = &x->entries[k], *f = &y->entries[k];

				assert_true(sg_syscall_id_equal(e->id, f->id));
				assert_memory_equal(e->count, f->count, sizeof(e->count));
				assert_memory_equal(e->denied, f->denied, sizeof(e->denied));
				assert_memory_equal(e->denied_stage, f->denied_stage,
						    sizeof(e->denied_stage));
				assert_true(e->logged == f->logged);
				assert_true(e->first_seen == f->first_seen);
				assert_true(e->last_seen == f->last_seen);
				assert_int_equal(e->sources, f->sources);
				for (int l = 0; l < SG_FIRST_MAX_; l++) {
					struct sg_first p = sg_entry_first(e, l),
							q = sg_entry_first(f, l);

					assert_true(p.at == q.at);
					assert_true(!p.by == !q.by);
					if (p.by)
						assert_string_equal(p.by, q.by);
				}
				assert_int_equal(e->n_programs, f->n_programs);
				for (size_t l = 0; l < e->n_programs; l++)
					assert_string_equal(e->programs[l], f->programs[l]);
			}
		}
	}
}

static void bytes_that_are_not_utf8_are_written_as_documented(void **state)
{
	static const struct {
		const char *json, *text;
	} rows[] = {
		{ "a\\ufffdffb", "a\xff"
				 "b" },
		{ "\xef\xbf\xbd"
		  "80",
		  "\x80" },
		{ "\\ufffdef\\ufffdbf\\ufffdbd", "\xef\xbf\xbd" },
		{ "/x\\\\x2dy", "/x\\x2dy" },
	};
	static const char *const bad[] = { "\\ufffd",	"\\ufffdf",  "\\ufffdFF",
					   "\\ufffdzz", "\\ufffd00", "a\\ufffd\\ufffdff" };
	char text[512];

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;

		snprintf(
			text, sizeof(text),
			ENTRIES("{\"arch\":\"x32\",\"nr\":1,\"sources\":[],\"programs\":[\"%s\"]}"),
			rows[i].json);
		rec = parse_recording(text);
		assert_string_equal(rec->runs[0]->entries[0].programs[0], rows[i].text);
	}
	for (size_t i = 0; i < SG_ARRAY_SIZE(bad); i++) {
		struct sg_recording *rec = NULL;

		snprintf(
			text, sizeof(text),
			ENTRIES("{\"arch\":\"x32\",\"nr\":1,\"sources\":[],\"programs\":[\"%s\"]}"),
			bad[i]);
		assert_int_equal(sg_recording_parse("t", text, strlen(text), &rec, NULL), -EINVAL);
	}
}

/* Of every text that is cut short, or has one byte changed, something clear comes out. */
static void a_damaged_file_is_refused_or_read_but_never_worse(void **state)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	_cleanup_free_ char *text = NULL;
	uint64_t seed = 5;
	size_t len;

	(void)state;
	do {
		sg_recording_free(rec);
		rec = random_recording(&seed);
	} while (rec->n_runs < 2);
	text = print_recording(rec);
	len = strlen(text);
	for (size_t cut = 0; cut + 2 < len; cut += 1 + cut / 97) {
		struct sg_recording *read = NULL;
		struct sg_error err;

		assert_int_equal(sg_recording_parse("t", text, cut, &read, &err), -EINVAL);
		assert_true(strncmp(err.message, "t:", 2) == 0);
	}
	for (int i = 0; i < 3000; i++) {
		size_t at = random_below(&seed, len);
		char was = text[at];
		struct sg_recording *read = NULL;

		text[at] = (char)random_next(&seed);
		if (sg_recording_parse("t", text, len, &read, NULL) == 0)
			sg_recording_free(read);
		text[at] = was;
	}
}

/* A clock that was set back must not make the recording unreadable. */
static void a_clock_set_back_is_written_as_no_time_passed(void **state)
{
	_cleanup_(sg_recording_freep) struct sg_recording
		*a = parse_recording(ENTRIES(CALL("1", ",\"first_seen\":50,\"last_seen\":60"))),
		*b = NULL;
	_cleanup_free_ char *text = NULL;

	(void)state;
	a->runs[0]->start = 100;
	a->runs[0]->end = 90;
	a->runs[0]->entries[0].last_seen = 40;
	text = print_recording(a);
	b = parse_recording(text);
	assert_int_equal(b->runs[0]->end, 100);
	assert_int_equal(b->runs[0]->entries[0].last_seen, 50);
}

/* 200,000 entries and as many programs in the worst order: insertion would move terabytes. */
static void hostile_order_costs_no_time(void **state)
{
	struct sg_strbuf b = SG_STRBUF_INIT;
	struct sg_recording *rec = NULL;
	struct sg_error err = { 0 };
	struct timespec from, to;

	(void)state;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	sg_strbuf_add(&b, HEAD
		      "{\"id\":\"r\",\"complete\":true,\"sources\":[],\"loss\":{},\"entries\":[");
	for (int i = 200000; i > 0; i--)
		sg_strbuf_printf(&b, "{\"arch\":\"arm\",\"nr\":%d,\"sources\":[]},", i);
	sg_strbuf_add(&b, "{\"arch\":\"arm\",\"nr\":0,\"sources\":[],\"programs\":[\"\"");
	for (int i = 299999; i > 100000; i--)
		sg_strbuf_printf(&b, ",\"%d\"", i);
	sg_strbuf_add(&b, "]}]}" TAIL);
	if (sg_recording_parse("t", b.data, b.len, &rec, &err) < 0)
		fail_msg("%s", err.message);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	assert_int_equal(rec->runs[0]->n_entries, 200001);
	assert_int_equal(rec->runs[0]->entries[0].n_programs, 200000);
	assert_true((double)(to.tv_sec - from.tv_sec) < 20 * patience());
	sg_recording_free(rec);
	sg_strbuf_done(&b);
}

static char *summary(const char *text)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = parse_recording(text);
	struct sg_strbuf b = SG_STRBUF_INIT;
	char *out;

	assert_int_equal(sg_view_show_json(rec, &b, NULL), 0);
	assert_int_equal(sg_strbuf_steal(&b, &out, NULL), 0);
	return out;
}

/* Of two runs that share one call; the first has another. 1 - p^2 = .05 is the upper bound. */
#define ESTIMATE                                                                                 \
	"      \"answer\": \"given\",\n      \"unit\": \"run\",\n      \"units\": 2,\n"          \
	"      \"seen\": 2,\n      \"once\": 1,\n      \"twice\": 1,\n      \"units_new\": 1,\n" \
	"      \"share\": 0.500000,\n      \"share_upper\": 0.974679,\n      \"horizon\": 2,\n"  \
	"      \"at_most\": 2,\n      \"next\": 0.500000,\n      \"more\": 0.500000,\n"          \
	"      \"curve\": [2, 2]\n"
#define COMPLETENESS                                         \
	"  \"completeness\": {\n    \"calls\": {\n" ESTIMATE \
	"    },\n    \"arguments\": {\n" ESTIMATE "    }\n  },\n"

static void the_summary_has_its_documented_form(void **state)
{
	_cleanup_free_ char *text = summary(
		HEAD
		"{\"id\":\"a\",\"complete\":true,\"sources\":[\"bpf\"],\"loss\":{\"audit_lost\":2},"
		"\"target\":{\"kind\":\"command\",\"command\":[\"ls\",\"-l\"],\"runtime\":\"runc\"}"
		","
		"\"entries\":["
		"{\"arch\":\"x86_64\",\"nr\":0,\"count\":{\"setup\":1,\"floor\":2,\"app\":3},"
		"\"denied\":{\"errno\":4,\"trap\":5},\"denied_stages\":{\"setup\":1,\"app\":8},"
		"\"logged\":6,\"first_seen\":"
		"1795286882707000001,"
		"\"programs\":[\"ls\",\"a\"],\"sources\":[\"bpf\",\"audit\"]},"
		"{\"arch\":\"i386\",\"nr\":3,\"count\":{\"app\":18446744073709551615},\"sources\":["
		"\"bpf\"]},"
		"{\"arch\":\"x86_64\",\"nr\":9999,\"count\":{\"setup\":9},\"sources\":[\"bpf\"]}]},"
		"{\"id\":\"b\",\"complete\":true,\"sources\":[\"bpf\"],\"loss\":{\"audit_lost\":3},"
		"\"target\":{\"kind\":\"command\",\"command\":[\"ls\",\"-l\"],\"runtime\":\"crun\"}"
		","
		"\"entries\":[{\"arch\":\"x86_64\",\"nr\":0,\"count\":{\"app\":7},\"sources\":["
		"\"bpf\"]}]}" TAIL);

	struct sg_strbuf expected = SG_STRBUF_INIT;

	(void)state;
	sg_strbuf_add(&expected,
		      "{\n"
		      "  \"target\": {\n"
		      "    \"kind\": \"command\",\n"
		      "    \"descendants\": false,\n"
		      "    \"command\": [\"ls\", \"-l\"]\n"
		      "  },\n"
		      "  \"syscalls\": [\n"
		      "    {\"name\": \"read\", \"arch\": \"i386\", \"nr\": 3, \"count\": "
		      "\"18446744073709551615\", "
		      "\"stages\": {\"setup\": 0, \"floor\": 0, \"app\": "
		      "\"18446744073709551615\"}, "
		      "\"denied\": 0, \"logged\": 0, \"first_seen\": null, \"programs\": [], "
		      "\"sources\": [\"bpf\"]},\n"
		      "    {\"name\": \"read\", \"arch\": \"x86_64\", \"nr\": 0, \"count\": 10, "
		      "\"stages\": {\"setup\": 1, \"floor\": 2, \"app\": 10}, "
		      "\"denied\": 9, \"denied_stages\": {\"setup\": 1, \"floor\": 0, \"app\": 8}, "
		      "\"logged\": 6, \"first_seen\": \"2026-11-21T18:48:02.707000001Z\", "
		      "\"programs\": [\"a\", \"ls\"], \"sources\": [\"bpf\", \"audit\"]},\n"
		      "    {\"name\": null, \"arch\": \"x86_64\", \"nr\": 9999, \"count\": 0, "
		      "\"stages\": {\"setup\": 9, \"floor\": 0, \"app\": 0}, "
		      "\"denied\": 0, \"logged\": 0, \"first_seen\": null, \"programs\": [], "
		      "\"sources\": [\"bpf\"]}\n"
		      "  ],\n"
		      "  \"loss\": {\n");
	for (size_t i = 0; i < SG_LOSS_MAX_; i++)
		sg_strbuf_printf(&expected, "    \"%s\": %d%s\n", sg_loss_kinds[i].name,
				 i == SG_LOSS_AUDIT_LOST ? 5 : 0, i + 1 < SG_LOSS_MAX_ ? "," : "");
	sg_strbuf_add(&expected, "  },\n  \"lossy\": false,\n" COMPLETENESS "  \"runs\": [\n");
	for (int i = 0; i < 2; i++)
		sg_strbuf_printf(
			&expected,
			"    {\n      \"id\": \"%s\",\n"
			"      \"target\": {\"kind\": \"command\", \"descendants\": false, "
			"\"command\": [\"ls\", \"-l\"], \"runtime\": \"%s\"},\n"
			"      \"host\": {},\n      \"start\": null,\n      \"end\": null,\n"
			"      \"complete\": true,\n      \"lossy\": false,\n"
			"      \"sources\": [\"bpf\"],\n      \"calls\": %s,\n"
			"      \"loss\": {\n        \"audit_lost\": %d\n      }\n    }%s\n",
			i ? "b" : "a", i ? "crun" : "runc", i ? "7" : "\"18446744073709551615\"",
			i ? 3 : 2, i ? "" : ",");
	sg_strbuf_add(&expected, "  ]\n}\n");
	assert_string_equal(text, expected.data);
	sg_strbuf_done(&expected);
}

/* The C library's calendar is the oracle. */
static void times_in_the_summary_are_utc(void **state)
{
	static const uint64_t fixed[] = { 1,	      951782399,  951782400,
					  951868800,  1709164800, 4107542399,
					  4107542400, 4102444800, UINT64_MAX / 1000000000 };
	uint64_t seed = 3;

	(void)state;
	for (size_t i = 0; i < 2000; i++) {
		uint64_t s = i < SG_ARRAY_SIZE(fixed)
				     ? fixed[i]
				     : random_below(&seed, UINT64_MAX / 1000000000);
		char in[512], expected[128], date[64];
		_cleanup_free_ char *out = NULL;
		time_t t = (time_t)s;
		struct tm tm;

		gmtime_r(&t, &tm);
		strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
		snprintf(expected, sizeof(expected), "\"first_seen\": \"%s.000000123Z\"", date);
		snprintf(in, sizeof(in), ENTRIES(CALL("1", ",\"first_seen\":%llu")),
			 (unsigned long long)(s * 1000000000 + 123));
		out = summary(in);
		if (!strstr(out, expected))
			fail_msg("no %s in %s", expected, out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_recording_is_said_to_be_none),
		cmocka_unit_test(another_version_is_refused_with_what_to_do),
		cmocka_unit_test(a_malformed_run_is_refused_at_its_place),
		cmocka_unit_test(a_malformed_entry_is_refused_at_its_place),
		cmocka_unit_test(evidence_that_is_not_understood_is_refused),
		cmocka_unit_test(fields_of_a_later_tool_are_passed_over),
		cmocka_unit_test(the_name_of_a_call_is_not_read),
		cmocka_unit_test(order_in_the_file_does_not_matter),
		cmocka_unit_test(what_is_printed_reads_back_the_same),
		cmocka_unit_test(bytes_that_are_not_utf8_are_written_as_documented),
		cmocka_unit_test(a_damaged_file_is_refused_or_read_but_never_worse),
		cmocka_unit_test(a_clock_set_back_is_written_as_no_time_passed),
		cmocka_unit_test(hostile_order_costs_no_time),
		cmocka_unit_test(the_summary_has_its_documented_form),
		cmocka_unit_test(times_in_the_summary_are_utc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
