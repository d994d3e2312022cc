/* SPDX-License-Identifier: Apache-2.0 */
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "filter/compile/compile.h"
#include "filter/simulate/simulate.h"
#include "syscall/seccomp_data.h"

#include "sim_profile.h"
#include "sim_random.h"
#include "sim_rows.h"

static void freep_profile(struct sg_profile **p)
{
	sg_profile_free(*p);
}

static struct sg_filter *filter_of(const char *spec)
{
	_cleanup_(freep_profile) struct sg_profile *profile = spec_profile(spec);
	struct sg_compiled compiled = { 0 };
	struct sg_error err = { 0 };
	struct sg_filter *filter;

	if (sg_profile_compile(profile, NULL, &compiled, &err) < 0)
		fail_msg("%s", err.message);
	filter = TAKE_PTR(compiled.filter);
	sg_compiled_done(&compiled);
	return filter;
}

static struct sg_run *new_run(void)
{
	struct sg_run *run = NULL;

	assert_int_equal(sg_run_new("3b1f1c5e-0000-4000-8000-000000000001", &run, NULL), 0);
	return run;
}

static struct sg_entry *entry(struct sg_run *run, uint32_t arch, const char *name)
{
	struct sg_syscall_id id = { .arch = arch };
	struct sg_entry *e;

	assert_int_equal(sg_syscall_nr(arch, name, &id.nr), 0);
	assert_int_equal(sg_run_entry(run, id, &e, NULL), 0);
	return e;
}

static void row(char *text, unsigned int line)
{
	_cleanup_(sg_filter_freep) struct sg_filter *filter = NULL;
	const struct sg_filter *filters[1];
	char *columns[3], want[128], got[128], *known;
	struct sg_syscall_id id;
	struct sg_sim_call call;
	uint64_t args[6];
	uint32_t known_args = 0;

	assert_int_equal(split_row(text, columns, 3), 3);
	filters[0] = filter = filter_of(columns[0]);
	known = strstr(columns[1], "known ");
	if (known) {
		for (const char *s = known + 6; *s; s++) {
			if (*s >= '0' && *s <= '5')
				known_args |= 1u << (*s - '0');
		}
		*known = '\0';
	}
	spec_data(columns[1], &id, args);
	assert_int_equal(sg_simulate_call(filters, 1, id, args, known_args, &call, NULL), 0);
	snprintf(got, sizeof(got), "%s %s%s%s%s %u-%u%s", sg_sim_answer_names[call.answer],
		 sg_action_names[call.verdict.action] + 9,
		 call.answer == SG_SIM_UNDECIDED ? ".." : "",
		 call.answer == SG_SIM_UNDECIDED ? sg_action_names[call.least_severe.action] + 9
						 : "",
		 call.depends_on_args ? " args" : "", call.min_executed, call.max_executed,
		 call.is_cached ? " bitmap" : "");
	snprintf(want, sizeof(want), "%s", columns[2]);
	if (strcmp(got, want) != 0)
		fail_msg("simulate.rows:%u: %s", line, got);
}

static void calls_are_judged_by_what_is_known_of_them(void **state)
{
	(void)state;
	assert_true(each_row("simulate.rows", row) > 15);
}

static void only_the_stages_asked_for_count(void **state)
{
	static const struct {
		uint32_t stages;
		bool include_denied;
		uint64_t read, write, mount, kill;
	} rows[] = {
		{ 0, false, 5, 0, 0, 0 },
		{ 1u << SG_STAGE_APP, false, 5, 0, 0, 0 },
		{ 1u << SG_STAGE_FLOOR, false, 0, 3, 0, 0 },
		{ 1u << SG_STAGE_APP | 1u << SG_STAGE_FLOOR, false, 5, 3, 0, 0 },
		{ 1u << SG_STAGE_SETUP | 1u << SG_STAGE_APP, false, 12, 0, 9, 0 },
		{ 0, true, 5, 0, 0, 4 },
		{ 1u << SG_STAGE_FLOOR, true, 0, 3, 0, 2 },
	};
	_cleanup_(sg_filter_freep) struct sg_filter *filter =
		filter_of("default=errno:1 arch=x86_64 allow:read,write,mount,kill");
	const struct sg_filter *filters[] = { filter };
	_cleanup_(sg_run_freep) struct sg_run *run = new_run();

	(void)state;
	entry(run, AUDIT_ARCH_X86_64, "read")->count[SG_STAGE_APP] = 5;
	entry(run, AUDIT_ARCH_X86_64, "read")->count[SG_STAGE_SETUP] = 7;
	entry(run, AUDIT_ARCH_X86_64, "write")->count[SG_STAGE_FLOOR] = 3;
	entry(run, AUDIT_ARCH_X86_64, "mount")->count[SG_STAGE_SETUP] = 9;
	entry(run, AUDIT_ARCH_X86_64, "kill")->denied[SG_DENIAL_ERRNO] = 6;
	entry(run, AUDIT_ARCH_X86_64, "kill")->denied_stage[SG_STAGE_FLOOR] = 2;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		struct sg_sim_options opts = { .stages = rows[i].stages,
					       .include_denied = rows[i].include_denied };
		_cleanup_(sg_simulation_done) struct sg_simulation sim = { 0 };
		uint64_t got[4] = { 0 };

		assert_int_equal(sg_simulate(filters, 1, run, &opts, &sim, NULL), 0);
		for (size_t k = 0; k < sim.n_calls; k++) {
			const char *name = sg_syscall_name(sim.calls[k].id);

			got[strchr("rwmk", name[0]) - "rwmk"] = sim.calls[k].count;
			assert_true(sim.calls[k].count > 0);
		}
		if (got[0] != rows[i].read || got[1] != rows[i].write || got[2] != rows[i].mount ||
		    got[3] != rows[i].kill)
			fail_msg("row %zu", i);
	}
}

static void what_audit_alone_saw_logged_counts_as_made(void **state)
{
	_cleanup_(sg_filter_freep) struct sg_filter *filter =
		filter_of("default=errno:1 arch=x86_64 allow:write");
	const struct sg_filter *filters[] = { filter };
	_cleanup_(sg_run_freep) struct sg_run *run = new_run();
	_cleanup_(sg_simulation_done) struct sg_simulation sim = { 0 };

	(void)state;
	entry(run, AUDIT_ARCH_X86_64, "read")->logged = 6;
	entry(run, AUDIT_ARCH_X86_64, "write")->logged = 2;
	entry(run, AUDIT_ARCH_X86_64, "write")->count[SG_STAGE_APP] = 3; /* BPF saw them too */
	assert_int_equal(sg_simulate(filters, 1, run, NULL, &sim, NULL), 0);
	assert_int_equal(sim.n_calls, 2);
	assert_int_equal(sim.counts[SG_SIM_DENIED], 6);
	assert_int_equal(sim.counts[SG_SIM_ALLOWED], 3);
}

static void totals_are_of_calls_made(void **state)
{
	_cleanup_(sg_filter_freep) struct sg_filter *filter = filter_of(
		"default=errno:1 arch=x86_64 allow:read,write log:close allow:kill[1==9]");
	const struct sg_filter *filters[] = { filter };
	_cleanup_(sg_run_freep) struct sg_run *run = new_run();
	_cleanup_(sg_simulation_done) struct sg_simulation sim = { 0 };
	uint64_t executed = 0;

	(void)state;
	entry(run, AUDIT_ARCH_X86_64, "read")->count[SG_STAGE_APP] = 100;
	entry(run, AUDIT_ARCH_X86_64, "close")->count[SG_STAGE_APP] = 10;
	entry(run, AUDIT_ARCH_X86_64, "kill")->count[SG_STAGE_APP] = 3;
	entry(run, AUDIT_ARCH_X86_64, "ptrace")->count[SG_STAGE_APP] = 2;
	entry(run, AUDIT_ARCH_I386, "read")->count[SG_STAGE_APP] = 1;
	assert_int_equal(sg_simulate(filters, 1, run, NULL, &sim, NULL), 0);
	assert_int_equal(sim.n_calls, 5);
	assert_int_equal(sim.n_answers[SG_SIM_ALLOWED], 2);
	assert_int_equal(sim.n_answers[SG_SIM_DENIED], 2);
	assert_int_equal(sim.n_answers[SG_SIM_UNDECIDED], 1);
	assert_int_equal(sim.counts[SG_SIM_ALLOWED], 110);
	assert_int_equal(sim.counts[SG_SIM_DENIED], 3);
	assert_int_equal(sim.counts[SG_SIM_UNDECIDED], 3);
	assert_int_equal(sim.n_cached, 100);
	for (size_t i = 0; i < sim.n_calls; i++) {
		if (!sim.calls[i].is_cached)
			executed += sim.calls[i].count * sim.calls[i].max_executed;
	}
	assert_int_equal(sim.executed, executed);
	assert_true(executed > 16 * 4);
}

static void of_stacked_filters_the_strongest_counts(void **state)
{
	static const struct {
		const char *first, *second;
		enum sg_sim_answer answer;
		enum sg_action verdict;
		bool depends, cached;
	} rows[] = {
		{ "default=allow arch=x86_64", "default=allow arch=x86_64", SG_SIM_ALLOWED,
		  SG_ACTION_ALLOW, false, true },
		{ "default=allow arch=x86_64", "default=log arch=x86_64", SG_SIM_ALLOWED,
		  SG_ACTION_LOG, false, false },
		{ "default=errno:1 arch=x86_64", "default=allow arch=x86_64", SG_SIM_DENIED,
		  SG_ACTION_ERRNO, false, false },
		{ "default=errno:1 arch=x86_64", "default=kill_process arch=x86_64", SG_SIM_DENIED,
		  SG_ACTION_KILL_PROCESS, false, false },
		{ "default=errno:1 arch=x86_64", "default=allow arch=x86_64 kill_thread:kill[1==9]",
		  SG_SIM_DENIED, SG_ACTION_KILL_THREAD, true, false },
		{ "default=allow arch=x86_64", "default=errno:1 arch=x86_64 allow:kill[1==9]",
		  SG_SIM_UNDECIDED, SG_ACTION_ERRNO, true, false },
	};
	const struct sg_syscall_id kill = { AUDIT_ARCH_X86_64, 62 };

	(void)state;
	for (size_t i = 0; i < 2 * SG_ARRAY_SIZE(rows); i++) {
		size_t at = i / 2;
		_cleanup_(sg_filter_freep) struct sg_filter *a = filter_of(rows[at].first);
		_cleanup_(sg_filter_freep) struct sg_filter *b = filter_of(rows[at].second);
		const struct sg_filter *filters[] = { i % 2 ? b : a, i % 2 ? a : b };
		struct sg_sim_call call;

		assert_int_equal(sg_simulate_call(filters, 2, kill, NULL, 0, &call, NULL), 0);
		if (call.answer != rows[at].answer || call.verdict.action != rows[at].verdict ||
		    call.is_cached != rows[at].cached || call.depends_on_args != rows[at].depends)
			fail_msg("row %zu: %s %s", at, sg_sim_answer_names[call.answer],
				 sg_action_names[call.verdict.action]);
	}
}

/* libseccomp does not look at them there; other programs may. */
static void high_halves_of_32_bit_arguments_are_known(void **state)
{
	_cleanup_(sg_filter_freep) struct sg_filter *filter = NULL;
	const struct sg_filter *filters[1];
	char text[] = "ld [28]; jeq #0,0,1; ret #0x7fff0000; ret #0";
	struct sock_filter insns[8];
	struct sg_sim_call call;

	(void)state;
	assert_int_equal(
		sg_filter_new(insns, assemble(text, insns), SG_LITTLE_ENDIAN, &filter, NULL), 0);
	filters[0] = filter;
	assert_int_equal(sg_simulate_call(filters, 1, (struct sg_syscall_id){ AUDIT_ARCH_I386, 1 },
					  NULL, 0, &call, NULL),
			 0);
	assert_int_equal(call.answer, SG_SIM_ALLOWED);
	assert_int_equal(sg_simulate_call(filters, 1, (struct sg_syscall_id){ SG_ARCH_X32, 1 },
					  NULL, 0, &call, NULL),
			 0);
	assert_int_equal(call.answer, SG_SIM_UNDECIDED);
}

static struct sg_arg_obs *watch(struct sg_entry *e, const uint8_t *index, size_t n, uint8_t wide)
{
	assert_int_equal(sg_arg_obs_new(index, n, wide, &e->args, NULL), 0);
	return e->args;
}

static void saw(struct sg_arg_obs *obs, uint64_t a, uint64_t b, uint64_t count, uint8_t high)
{
	struct sg_arg_tuple tuple = { .value = { a, b }, .count = count, .high = high };

	assert_int_equal(sg_arg_obs_add(obs, &tuple, NULL), 0);
}

/* One call of socket with its observations under a filter; the rest of the run is empty. */
static struct sg_simulation judge_socket(const char *profile, struct sg_run *run)
{
	_cleanup_(sg_filter_freep) struct sg_filter *filter = filter_of(profile);
	const struct sg_filter *filters[] = { filter };
	struct sg_simulation sim = { 0 };

	assert_int_equal(sg_simulate(filters, 1, run, NULL, &sim, NULL), 0);
	assert_int_equal(sim.n_calls, 1);
	return sim;
}

#define INET_ONLY "default=errno:1 arch=x86_64 allow:socket[0==2;1&0xff==1]"

static void recorded_combinations_are_judged_one_by_one(void **state)
{
	_cleanup_(sg_run_freep) struct sg_run *run = new_run();
	_cleanup_(sg_simulation_done) struct sg_simulation sim = { 0 };
	struct sg_entry *e = entry(run, AUDIT_ARCH_X86_64, "socket");
	struct sg_arg_obs *obs = watch(e, (const uint8_t[]){ 0, 1 }, 2, 0);

	(void)state;
	e->count[SG_STAGE_APP] = 100;
	saw(obs, 2, 0x80001, 60, 0);
	saw(obs, 2, 1, 30, 0);
	saw(obs, 1, 1, 7, 0);
	saw(obs, 16, 3, 3, 0);
	sim = judge_socket(INET_ONLY, run);
	assert_int_equal(sim.calls[0].answer, SG_SIM_DENIED);
	assert_int_equal(sim.calls[0].count, 100);
	assert_int_equal(sim.calls[0].counts[SG_SIM_ALLOWED], 90);
	assert_int_equal(sim.calls[0].counts[SG_SIM_DENIED], 10);
	assert_int_equal(sim.counts[SG_SIM_ALLOWED], 90);
	assert_int_equal(sim.counts[SG_SIM_DENIED], 10);
	assert_int_equal(sim.n_answers[SG_SIM_DENIED], 1);
	assert_int_equal(sim.calls[0].verdict.action, SG_ACTION_ERRNO);
	assert_int_equal(sim.calls[0].least_severe.action, SG_ACTION_ALLOW);
	assert_true(sim.calls[0].depends_on_args);
	assert_ptr_equal(sim.calls[0].args, obs);
	assert_int_equal(sim.calls[0].n_cases, 2);
	assert_int_equal(sim.calls[0].cases[0].count, 7);
	assert_int_equal(sim.calls[0].cases[0].tuple->value[0], 1);
	assert_int_equal(sim.calls[0].cases[1].count, 3);
	assert_int_equal(sim.calls[0].cases[1].tuple->value[0], 16);
}

/*
 * What the runtime called under its filter is logged too, and none of the application's; but what
 * one run's floor explains says nothing about another's log.
 */
static void a_logged_call_is_the_application_s_unless_its_own_floor_explains_it(void **state)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	_cleanup_(sg_run_freep) struct sg_run *run = NULL;
	_cleanup_(sg_simulation_done) struct sg_simulation sim = { 0 };
	struct sg_run *runs[2] = { new_run(), new_run() };

	(void)state;
	runs[1]->id[0] = runs[0]->id[0] == '1' ? '2' : '1';
	for (int i = 0; i < 2; i++) {
		struct sg_entry *e = entry(runs[i], AUDIT_ARCH_X86_64, "capset");

		e->count[SG_STAGE_FLOOR] = e->logged = 3;
	}
	entry(runs[0], AUDIT_ARCH_X86_64, "socket")->logged = 2;
	entry(runs[1], AUDIT_ARCH_X86_64, "socket")->count[SG_STAGE_FLOOR] = 9;
	assert_int_equal(sg_recording_new(&rec, NULL), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(sg_recording_add(rec, runs[i], NULL), 0);
	assert_int_equal(sg_recording_fold(rec, &run, NULL), 0);
	sim = judge_socket(INET_ONLY, run);
	assert_int_equal(sim.n_calls, 1);
	assert_string_equal(sg_syscall_name(sim.calls[0].id), "socket");
}

static void combinations_that_all_pass_are_allowed(void **state)
{
	_cleanup_(sg_run_freep) struct sg_run *run = new_run();
	_cleanup_(sg_simulation_done) struct sg_simulation sim = { 0 };
	struct sg_entry *e = entry(run, AUDIT_ARCH_X86_64, "socket");
	struct sg_arg_obs *obs = watch(e, (const uint8_t[]){ 0, 1 }, 2, 0);

	(void)state;
	e->count[SG_STAGE_APP] = 90;
	saw(obs, 2, 0x80001, 60, 0);
	saw(obs, 2, 1, 30, 0);
	sim = judge_socket(INET_ONLY, run);
	assert_int_equal(sim.calls[0].answer, SG_SIM_ALLOWED);
	assert_int_equal(sim.calls[0].n_cases, 0);
	assert_false(sim.calls[0].depends_on_args);
}

static void calls_that_nobody_watched_stay_undecided(void **state)
{
	_cleanup_(sg_run_freep) struct sg_run *run = new_run();
	_cleanup_(sg_simulation_done) struct sg_simulation sim = { 0 };
	struct sg_entry *e = entry(run, AUDIT_ARCH_X86_64, "socket");
	struct sg_arg_obs *obs = watch(e, (const uint8_t[]){ 0, 1 }, 2, 0);

	(void)state;
	e->count[SG_STAGE_APP] = 95; /* five more than were watched */
	saw(obs, 2, 1, 90, 0);
	sim = judge_socket(INET_ONLY, run);
	assert_int_equal(sim.calls[0].answer, SG_SIM_UNDECIDED);
	assert_int_equal(sim.calls[0].counts[SG_SIM_ALLOWED], 90);
	assert_int_equal(sim.calls[0].counts[SG_SIM_UNDECIDED], 5);
	assert_int_equal(sim.calls[0].n_cases, 1);
	assert_null(sim.calls[0].cases[0].tuple);
}

static void the_runtimes_calls_are_not_those_that_were_watched(void **state)
{
	_cleanup_(sg_filter_freep) struct sg_filter *filter = filter_of(INET_ONLY);
	const struct sg_filter *filters[] = { filter };
	struct sg_sim_options opts = { .stages = 1u << SG_STAGE_APP | 1u << SG_STAGE_FLOOR };
	_cleanup_(sg_run_freep) struct sg_run *run = new_run();
	_cleanup_(sg_simulation_done) struct sg_simulation sim = { 0 };
	struct sg_entry *e = entry(run, AUDIT_ARCH_X86_64, "socket");

	(void)state;
	e->count[SG_STAGE_APP] = 10;
	e->count[SG_STAGE_FLOOR] = 2;
	saw(watch(e, (const uint8_t[]){ 0, 1 }, 2, 0), 2, 1, 10, 0);
	assert_int_equal(sg_simulate(filters, 1, run, &opts, &sim, NULL), 0);
	assert_int_equal(sim.calls[0].counts[SG_SIM_ALLOWED], 10);
	assert_int_equal(sim.calls[0].counts[SG_SIM_UNDECIDED], 2);
}

/* EQ looks at all 64 bits, of which a 32-bit observation has the lower ones. */
static void upper_halves_that_were_set_decide_nothing(void **state)
{
	static const struct {
		const char *profile;
		uint8_t high;
		enum sg_sim_answer answer;
	} rows[] = {
		{ "default=errno:1 arch=x86_64 allow:socket[0==2]", 0, SG_SIM_ALLOWED },
		{ "default=errno:1 arch=x86_64 allow:socket[0==2]", 1, SG_SIM_UNDECIDED },
		{ "default=errno:1 arch=x86_64 allow:socket[0==2]", 2, SG_SIM_ALLOWED },
		{ "default=errno:1 arch=x86_64 allow:socket[0&0xffffffff==2]", 1, SG_SIM_ALLOWED },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		_cleanup_(sg_run_freep) struct sg_run *run = new_run();
		_cleanup_(sg_simulation_done) struct sg_simulation sim = { 0 };
		struct sg_entry *e = entry(run, AUDIT_ARCH_X86_64, "socket");

		e->count[SG_STAGE_APP] = 4;
		saw(watch(e, (const uint8_t[]){ 0, 1 }, 2, 0), 2, 1, 4, rows[i].high);
		sim = judge_socket(rows[i].profile, run);
		if (sim.calls[0].answer != rows[i].answer)
			fail_msg("row %zu: %s", i, sg_sim_answer_names[sim.calls[0].answer]);
	}
}

static void wide_arguments_count_whole(void **state)
{
	static const struct {
		uint64_t value;
		enum sg_sim_answer answer;
	} rows[] = { { 0x100000002, SG_SIM_ALLOWED }, { 2, SG_SIM_DENIED } };

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		_cleanup_(sg_run_freep) struct sg_run *run = new_run();
		_cleanup_(sg_simulation_done) struct sg_simulation sim = { 0 };
		struct sg_entry *e = entry(run, AUDIT_ARCH_X86_64, "socket");

		e->count[SG_STAGE_APP] = 4;
		saw(watch(e, (const uint8_t[]){ 3 }, 1, 1), rows[i].value, 0, 4, 1);
		sim = judge_socket("default=errno:1 arch=x86_64 allow:socket[3==0x100000002]", run);
		assert_int_equal(sim.calls[0].answer, rows[i].answer);
	}
}

/* Too many combinations: of a mask, the bits that never were set say enough. */
static void bits_of_what_found_no_room_are_known(void **state)
{
	static const struct {
		uint64_t ever, always;
		enum sg_sim_answer answer;
	} rows[] = {
		{ 0xff, 0, SG_SIM_ALLOWED },
		{ 0x1ff, 0, SG_SIM_UNDECIDED },
		{ 0x1ff, 0x100, SG_SIM_DENIED },
	};

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		_cleanup_(sg_run_freep) struct sg_run *run = new_run();
		_cleanup_(sg_simulation_done) struct sg_simulation sim = { 0 };
		struct sg_entry *e = entry(run, AUDIT_ARCH_X86_64, "socket");

		e->count[SG_STAGE_APP] = 9;
		sg_arg_obs_add_unkept(watch(e, (const uint8_t[]){ 2 }, 1, 0), 9, &rows[i].ever,
				      &rows[i].always);
		sim = judge_socket("default=errno:1 arch=x86_64 allow:socket[2&0xffffff00==0]",
				   run);
		if (sim.calls[0].answer != rows[i].answer)
			fail_msg("row %zu: %s", i, sg_sim_answer_names[sim.calls[0].answer]);
	}
}

static void no_filter_allows_everything(void **state)
{
	struct sg_sim_call call;

	(void)state;
	assert_int_equal(sg_simulate_call(NULL, 0, (struct sg_syscall_id){ AUDIT_ARCH_X86_64, 1 },
					  NULL, 0, &call, NULL),
			 0);
	assert_int_equal(call.answer, SG_SIM_ALLOWED);
	assert_int_equal(call.max_executed, 0);
}

static void totals_do_not_overflow(void **state)
{
	_cleanup_(sg_filter_freep) struct sg_filter *filter =
		filter_of("default=errno:1 arch=x86_64");
	const struct sg_filter *filters[] = { filter };
	_cleanup_(sg_run_freep) struct sg_run *run = new_run();
	_cleanup_(sg_simulation_done) struct sg_simulation sim = { 0 };

	(void)state;
	entry(run, AUDIT_ARCH_X86_64, "read")->count[SG_STAGE_APP] = UINT64_MAX;
	entry(run, AUDIT_ARCH_X86_64, "write")->count[SG_STAGE_APP] = UINT64_MAX;
	assert_int_equal(sg_simulate(filters, 1, run, NULL, &sim, NULL), 0);
	assert_true(sim.counts[SG_SIM_DENIED] == UINT64_MAX);
	assert_true(sim.executed == UINT64_MAX);
}

/* Whatever arguments come: the verdict lies between what was said, the instructions as well. */
static void a_judgement_holds_for_every_argument(void **state)
{
	static const char *const specs[] = {
		"default=errno:38 arch=x86_64 arch=i386 arch=x32 allow:getpid[0==2;1&0xff==1] "
		"log:getpid[0==3] errno:5:read[2&0x80000000==0] allow:write",
		"default=allow arch=x86_64 arch=i386 kill_process:getpid[0<5] "
		"errno:3:read[0!=0;1>=8]",
		"default=log arch=x86_64 arch=x32 trap:write[5==0xffffffff]",
	};
	struct sg_random random = { 5 };
	size_t n_undecided = 0;

	(void)state;
	for (size_t i = 0; i < SG_ARRAY_SIZE(specs); i++) {
		_cleanup_(sg_filter_freep) struct sg_filter *filter = filter_of(specs[i]);
		const struct sg_filter *filters[] = { filter };

		for (int k = 0; k < 20000; k++) {
			static const uint32_t arches[] = { AUDIT_ARCH_X86_64, AUDIT_ARCH_I386,
							   SG_ARCH_X32 };
			struct sg_syscall_id id = { arches[random_below(&random, 3)],
						    random_below(&random, 45) };
			uint32_t known = random_below(&random, 64), word;
			struct sg_seccomp_data data = random_data(&random);
			struct sg_sim_call call;
			unsigned int executed;

			sg_seccomp_data_set_id(&data, id);
			for (size_t a = 0; a < 6 && id.arch == AUDIT_ARCH_I386; a++)
				data.args[a] &= UINT32_MAX;
			assert_int_equal(
				sg_simulate_call(filters, 1, id, data.args, known, &call, NULL), 0);
			word = sg_filter_run(filter, &data, &executed);
			assert_in_range(executed, call.min_executed, call.max_executed);
			assert_true(sg_verdict_from_ret(word).action >= call.verdict.action &&
				    sg_verdict_from_ret(word).action <= call.least_severe.action);
			if (known == 63)
				assert_false(call.depends_on_args);
			n_undecided += call.answer == SG_SIM_UNDECIDED;
		}
	}
	assert_in_range(n_undecided, 100, 50000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_are_judged_by_what_is_known_of_them),
		cmocka_unit_test(only_the_stages_asked_for_count),
		cmocka_unit_test(what_audit_alone_saw_logged_counts_as_made),
		cmocka_unit_test(totals_are_of_calls_made),
		cmocka_unit_test(of_stacked_filters_the_strongest_counts),
		cmocka_unit_test(high_halves_of_32_bit_arguments_are_known),
		cmocka_unit_test(recorded_combinations_are_judged_one_by_one),
		cmocka_unit_test(
			a_logged_call_is_the_application_s_unless_its_own_floor_explains_it),
		cmocka_unit_test(combinations_that_all_pass_are_allowed),
		cmocka_unit_test(calls_that_nobody_watched_stay_undecided),
		cmocka_unit_test(the_runtimes_calls_are_not_those_that_were_watched),
		cmocka_unit_test(upper_halves_that_were_set_decide_nothing),
		cmocka_unit_test(wide_arguments_count_whole),
		cmocka_unit_test(bits_of_what_found_no_room_are_known),
		cmocka_unit_test(no_filter_allows_everything),
		cmocka_unit_test(totals_do_not_overflow),
		cmocka_unit_test(a_judgement_holds_for_every_argument),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
