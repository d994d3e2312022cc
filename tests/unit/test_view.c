/* SPDX-License-Identifier: Apache-2.0 */
#include <linux/audit.h>

#include "failing_malloc.h"
#include "random_recording.h"
#include "base/json/json.h"
#include "filter/compile/compile.h"
#include "filter/simulate/simulate.h"
#include "sim_profile.h"
#include "view/list.h"
#include "view/runs.h"
#include "view/show/show.h"
#include "view/show/reconcile.h"
#include "view/simulate.h"

/* Two runs of one target, and all that a view can say of calls. */
static const char two_runs[] =
	"{\"format\":\"seccomp-gen-recording\",\"version\":1,\"runs\":["
	"{\"id\":\"a\",\"complete\":true,\"start\":1795286882000000000,\"end\":1795286892000000000,"
	"\"sources\":[\"bpf\"],\"loss\":{\"first_seen_rows\":2},"
	"\"host\":{\"kernel\":\"6.18.0\",\"arch\":\"x86_64\",\"boot_id\":\"0e7b2b3c-7a53\"},"
	"\"target\":{\"kind\":\"container\",\"cgroup\":\"/c\",\"container_name\":\"web\","
	"\"image\":\"nginx\",\"image_digest\":\"sha256:0123456789abcdef\",\"descendants\":true,"
	"\"runtime\":\"runc\",\"runtime_version\":\"1.1.5\"},\"entries\":["
	"{\"arch\":\"x86_64\",\"nr\":0,\"count\":{\"setup\":2,\"app\":9},"
	"\"first_seen\":1795286883000000000,"
	"\"programs\":[\"b\",\"a\"],\"sources\":[\"bpf\"]},"
	"{\"arch\":\"x86_64\",\"nr\":41,\"count\":{\"app\":3},\"programs\":[\"a\"],"
	"\"sources\":[\"bpf\"],\"args\":{\"index\":[0,1,2],\"tuples\":["
	"{\"value\":[1,1,0],\"count\":1},{\"value\":[38,5,0],\"high\":[1],\"count\":2}]}},"
	"{\"arch\":\"x86_64\",\"nr\":101,\"denied\":{\"errno\":3},\"denied_stages\":{\"floor\":1},"
	"\"programs\":[\"a\",\"b\",\"c\",\"d\",\"e\"],\"sources\":[\"bpf\"]}]},"
	"{\"id\":\"b\",\"complete\":false,\"start\":1795286992000000000,\"end\":"
	"1795286993500000000,"
	"\"sources\":[\"audit\"],\"loss\":{},"
	"\"target\":{\"kind\":\"container\",\"cgroup\":\"/c\",\"container_name\":\"web\","
	"\"descendants\":true},\"entries\":["
	"{\"arch\":\"x86_64\",\"nr\":9999,\"logged\":4,\"sources\":[\"audit\"]}]}]}";

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no '%s' in:\n%s", part, text);
}

static void show_says_what_was_recorded_and_lost(void **state)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = parse_recording(two_runs);
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;

	(void)state;
	assert_int_equal(sg_view_show(rec, "a\x1b.json", false, &out, NULL), 0);
	assert_has(out.data, "Recording  a\\x1b.json\n");
	assert_has(out.data, "Target     web\n");
	assert_has(out.data, "Recorded   2026-11-21 18:48:02.000 UTC, within 1 min 51 s");
	assert_has(out.data, "Runs       2\n");
	assert_has(out.data, "Losses     first_seen_rows 2: ");
	/* its columns, the most used call first, and who was first where that is known */
	assert_has(out.data, "FIRST BY                   DENIED  LOGGED\n");
	assert_has(out.data, "read    x86_64      9  app, setup 2  2026-11-21 18:48:03.000 UTC  "
			     "a or b");
	assert_has(out.data, "a or b or c or 2 more  2, floor 1       0\n");
	assert_has(out.data, "#9999   x86_64      0  -             -");
}

static void a_run_alone_counts_from_its_start(void **state)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = parse_recording(two_runs);
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;

	(void)state;
	sg_run_free(rec->runs[--rec->n_runs]);
	assert_int_equal(sg_view_show(rec, "r", false, &out, NULL), 0);
	assert_has(out.data, "+1.000 s");
	assert_has(out.data, ", for 10.0 s, Linux 6.18.0 x86_64\n");
	assert_null(strstr(out.data, "Runs "));
}

static void arguments_have_their_names(void **state)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = parse_recording(two_runs);
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;

	(void)state;
	assert_int_equal(sg_view_show(rec, "r", true, &out, NULL), 0);
	assert_has(out.data,
		   "socket  x86_64      2  AF_ALG, SOCK_SEQPACKET (upper half not zero), 0\n"
		   "socket  x86_64      1  AF_UNIX, SOCK_STREAM, 0\n");
	assert_null(strstr(out.data, "\nread ")); /* none of its arguments is watched */
}

static void runs_are_distinguished(void **state)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = parse_recording(two_runs);
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;

	(void)state;
	sg_view_runs(rec, &out);
	assert_has(out.data, "web     nginx (0123456789ab)  6.18.0 x86_64, boot 0e7b2b3c  ");
	assert_has(out.data, "12  bpf      complete\n");
	assert_has(out.data, "  1.500 s       0  audit    checkpoint\n");
	assert_string_equal(sg_view_state(rec), "checkpoint");
}

static void a_list_has_a_row_a_recording(void **state)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = parse_recording(two_runs);
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;
	_cleanup_(sg_columns_done) struct sg_columns table;

	(void)state;
	sg_view_list_init(&table);
	assert_int_equal(sg_view_list_add(&table, "name", rec, NULL), 0);
	sg_columns_print(&table, &out);
	assert_string_equal(out.data,
			    "RECORDING  TARGET    DURATION  CALLS  DISTINCT  STATE\n"
			    "name       web     1 min 51 s     12         3  checkpoint\n");
}

static void a_live_list_says_who_is_at_work(void **state)
{
	static const struct sg_view_live rows[] = {
		{ "a", "web", UINT64_C(1795286882000000000), 4711, true },
		{ "b", "web, db", UINT64_C(1795286882000000000), 4711, false },
		{ "c", NULL, 0, 0, true },
		{ "d", NULL, 0, 0, false },
	};
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;
	_cleanup_(sg_columns_done) struct sg_columns table;

	(void)state;
	sg_view_live_init(&table);
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++)
		sg_view_live_add(&table, &rows[i]);
	sg_columns_print(&table, &out);
	assert_string_equal(out.data,
			    "NAME  TARGET   SINCE                 RECORDER\n"
			    "a     web      2026-11-21T18:48:02Z  process 4711\n"
			    "b     web, db  2026-11-21T18:48:02Z  none: resume or stop it\n"
			    "c     ?        ?                     beginning\n"
			    "d     ?        ?                     died before it had begun\n");
}

static void reconcile_is_sorted_by_who_saw_it(void **state)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = parse_recording(two_runs);
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;
	const char *bpf, *audit;

	(void)state;
	assert_int_equal(sg_show_reconcile(rec, false, &out, NULL), 0);
	bpf = strstr(out.data, "bpf only    read");
	audit = strstr(out.data, "audit only  #9999");
	assert_non_null(bpf);
	assert_non_null(audit);
	assert_true(bpf < audit);
}

/* What a filter does with the calls of @rec, as both views have it. Returns as the views do. */
static int print_simulation(const struct sg_recording *rec, const struct sg_compiled *compiled,
			    struct sg_strbuf *table, struct sg_strbuf *json, struct sg_error *err)
{
	_cleanup_(sg_simulation_done) struct sg_simulation sim = { 0 };
	_cleanup_(sg_run_freep) struct sg_run *run = NULL;
	const struct sg_filter *filters[] = { compiled->filter };
	struct sg_sim_options opts = { .stages = 7, .include_denied = true };
	struct sg_syscall_id missing[] = { { AUDIT_ARCH_X86_64, 257 }, { AUDIT_ARCH_X86_64, 105 } };
	const struct sg_simulate_floor floors[] = {
		{ .runtime = "runc 1.1.5" },
		{ .runtime = "crun", .missing = missing, .n_missing = 2 },
		{ .runtime = "runc", .missing = missing, .n_missing = 1, .depends = true },
	};
	struct sg_simulate_report report = {
		.filter_name = "p.json",
		.recording_name = "r.json",
		.compiled = compiled,
		.flavor = SG_COMPILE_CRUN,
		.filters = filters,
		.n_filters = 1,
		.sim = &sim,
		.floors = floors,
		.n_floors = 3,
		.show_all = true,
	};
	int r = sg_recording_fold(rec, &run, err);

	if (r == 0)
		r = sg_simulate(filters, 1, run, &opts, &sim, err);
	if (r == 0)
		r = sg_simulate_print(&report, table, err);
	if (r == 0)
		sg_simulate_print_json(&report, json);
	return r;
}

static void compile_spec(const char *spec, struct sg_compiled *ret)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = spec_profile(spec);
	const struct sg_compile_options opts = { .flavor = SG_COMPILE_PLAIN };

	assert_int_equal(sg_profile_compile(profile, &opts, ret, NULL), 0);
}

static void simulate_has_the_worst_first(void **state)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = parse_recording(two_runs);
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT, json = SG_STRBUF_INIT;
	_cleanup_(sg_compiled_done) struct sg_compiled compiled = { 0 };
	const char *denied, *allowed;

	(void)state;
	compile_spec("default=errno:1 arch=x86_64 allow:read allow:socket[0==1]", &compiled);
	assert_int_equal(print_simulation(rec, &compiled, &out, &json, NULL), 0);
	assert_has(out.data, "Profile    p.json, as crun with libseccomp ");
	assert_has(out.data, "Floor      runc 1.1.5: starts it\n"
			     "Floor      crun: does not start it without openat, setuid\n"
			     "Floor      runc: may not start it: some versions need openat (the "
			     "recording has none; give --runtime-version)\n");
	denied = strstr(out.data, "ERRNO EPERM");
	allowed = strstr(out.data, "\nread ");
	assert_non_null(denied);
	assert_non_null(allowed);
	assert_true(denied < allowed);
	assert_has(out.data, "0: AF_ALG, 1: SOCK_SEQPACKET, 2: 0\n");
	assert_has(json.data, "{\"args\": [{\"index\": 0, \"value\": \"0x26\", \"text\": "
			      "\"AF_ALG\"}, {\"index\": 1, \"value\": \"0x5\", \"text\": "
			      "\"SOCK_SEQPACKET\"}, ");
	assert_has(json.data, "\"missing\": [{\"name\": \"openat\", \"arch\": \"x86_64\", \"nr\": "
			      "257}, {\"name\": \"setuid\"");
	assert_has(json.data, "{\"action\": \"SCMP_ACT_ERRNO\", \"errnoRet\": 1}");
	assert_has(json.data, "\"stages\": {\"setup\": 2, \"floor\": 0, \"app\": 9}");
}

/* No integer that a double rounds stands in @text as a number. */
static void assert_exact(const char *text)
{
	for (const char *p = text; *p; p++) {
		char *end;

		if (*p == '"') { /* a string: nothing in it is a number */
			for (p++; *p != '"'; p++)
				p += *p == '\\';
		} else if (*p >= '0' && *p <= '9') {
			if (strtoull(p, &end, 10) > SG_JSON_DOUBLE_MAX)
				fail_msg("others round %.*s", (int)(end - p), p);
			p = end - 1;
		}
	}
}

/* Whatever is recorded: JSON that we can read, exact, and tables that act on no terminal. */
static void whatever_is_recorded_is_printed(void **state)
{
	_cleanup_(sg_compiled_done) struct sg_compiled compiled = { 0 };
	uint64_t seed = 13;

	(void)state;
	compile_spec("default=errno:1 arch=x86_64 allow:read allow:open[0==1]", &compiled);
	for (int i = 0; i < 300; i++) {
		_cleanup_(sg_recording_freep) struct sg_recording *rec = random_recording(&seed);
		struct sg_strbuf b[5] = { 0 };

		assert_int_equal(sg_view_show(rec, "r", i % 2, &b[0], NULL), 0);
		assert_int_equal(sg_view_show_json(rec, &b[1], NULL), 0);
		assert_int_equal(sg_show_reconcile(rec, true, &b[2], NULL), 0);
		assert_int_equal(print_simulation(rec, &compiled, &b[3], &b[4], NULL), 0);
		for (int k = 0; k < 5; k++) {
			_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;

			assert_false(b[k].failed);
			for (size_t at = 0; at < b[k].len; at++)
				assert_true(b[k].data[at] == '\n' ||
					    (unsigned char)b[k].data[at] >= ' ');
			if (k == 0 || k == 3)
				continue;
			assert_int_equal(sg_json_parse("t", b[k].data, b[k].len, &doc, NULL), 0);
			assert_exact(b[k].data);
		}
		for (int k = 0; k < 5; k++)
			sg_strbuf_done(&b[k]);
	}
}

static struct sg_recording *recorded;
static struct sg_compiled compiled_once;

static int road(char **ret, struct sg_error *err)
{
	struct sg_strbuf out = SG_STRBUF_INIT;
	struct sg_columns table = { 0 };
	int r = sg_view_show(recorded, "r", false, &out, err);

	if (r == 0)
		r = sg_view_show(recorded, "r", true, &out, err);
	if (r == 0)
		r = sg_show_reconcile(recorded, false, &out, err);
	if (r == 0)
		r = sg_show_reconcile(recorded, true, &out, err);
	if (r == 0)
		r = print_simulation(recorded, &compiled_once, &out, &out, err);
	sg_view_list_init(&table);
	if (r == 0)
		r = sg_view_list_add(&table, "name", recorded, err);
	sg_columns_print(&table, &out);
	if (r == 0)
		r = sg_strbuf_steal(&out, ret, NULL);
	sg_columns_done(&table);
	sg_strbuf_done(&out);
	return r;
}

static void each_allocation_that_fails_is_reported(void **state)
{
	(void)state;
	recorded = parse_recording(two_runs);
	compile_spec("default=errno:1 arch=x86_64 allow:read allow:socket[0==1]", &compiled_once);
	free(each_fails_once(road, 60));
	sg_compiled_done(&compiled_once);
	sg_recording_free(recorded);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(show_says_what_was_recorded_and_lost),
		cmocka_unit_test(a_run_alone_counts_from_its_start),
		cmocka_unit_test(arguments_have_their_names),
		cmocka_unit_test(runs_are_distinguished),
		cmocka_unit_test(a_list_has_a_row_a_recording),
		cmocka_unit_test(a_live_list_says_who_is_at_work),
		cmocka_unit_test(reconcile_is_sorted_by_who_saw_it),
		cmocka_unit_test(simulate_has_the_worst_first),
		cmocka_unit_test(whatever_is_recorded_is_printed),
		cmocka_unit_test(each_allocation_that_fails_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
