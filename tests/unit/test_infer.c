/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "dialect/print/oci.h"
#include "infer/explain.h"
#include "infer/fallback.h"
#include "check/check.h"
#include "infer/bundles.h"
#include "infer/infer.h"
#include "run_entry.h"
#include "syscall/arch.h"
#include "syscall/table.h"

#define X86_64 AUDIT_ARCH_X86_64
#define I386   AUDIT_ARCH_I386

/* 2026-11-21T20:00:00.5Z */
#define SEEN UINT64_C(1795291200500000000)

static const struct sg_infer_options plain = { 0 };
static const struct sg_infer_options bare = { .no_fallbacks = true };

/* A recording under construction and what inference made of it. */
struct fixture {
	struct sg_recording *rec;
	struct sg_run *run; /* borrowed: the first run of @rec */
	struct sg_profile *profile;
	struct sg_infer_notices notices;
	struct sg_error err;
};

static struct sg_run *add_run(struct fixture *f, const char *id)
{
	struct sg_run *run = NULL;

	assert_int_equal(sg_run_new(id, &run, NULL), 0);
	run->host.arch = X86_64;
	run->sources = SG_SOURCE_BPF;
	run->complete = true;
	assert_int_equal(sg_recording_add(f->rec, run, NULL), 0);
	return run;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	assert_int_equal(sg_recording_new(&f->rec, NULL), 0);
	f->run = add_run(f, "00000000-0000-4000-8000-000000000001");
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	sg_recording_free(f->rec);
	sg_profile_free(f->profile);
	sg_infer_notices_done(&f->notices);
	free(f);
	return 0;
}

/* @name was called once in @stage. */
static void called(struct sg_run *run, uint32_t arch, const char *name, enum sg_stage stage)
{
	entry_of(run, arch, name)->count[stage]++;
}

static int infer(struct fixture *f, const struct sg_infer_options *opts)
{
	sg_profile_free(f->profile); /* of the time before */
	f->profile = NULL;
	sg_infer_notices_done(&f->notices);
	return sg_infer(f->rec, opts, &f->profile, &f->notices, &f->err);
}

static const struct sg_rule_call *allowed_on(const struct fixture *f, uint32_t arch,
					     const char *name)
{
	for (size_t i = 0; i < f->profile->n_rules; i++) {
		const struct sg_rule *rule = &f->profile->rules[i];

		if (rule->verdict.action == SG_ACTION_ALLOW &&
		    sg_rule_find(rule, id_of(arch, name)))
			return sg_rule_find(rule, id_of(arch, name));
	}
	return NULL;
}

static const struct sg_rule_call *allowed(const struct fixture *f, const char *name)
{
	return allowed_on(f, X86_64, name);
}

static bool noted(const struct fixture *f, const char *text)
{
	for (size_t i = 0; i < f->notices.n_lines; i++) {
		if (strstr(f->notices.lines[i], text))
			return true;
	}
	return false;
}

/* The names of the allowing rule on x86_64, joined by spaces. */
static char *allowed_names(const struct fixture *f)
{
	const struct sg_rule *rule = &f->profile->rules[0];
	struct sg_strbuf b = SG_STRBUF_INIT;
	char *text = NULL;

	for (size_t i = 0; i < rule->n_calls; i++)
		sg_strbuf_printf(&b, "%s%s", i ? " " : "", sg_syscall_name(rule->calls[i].id));
	assert_int_equal(sg_strbuf_steal(&b, &text, NULL), 0);
	return text;
}

static void only_the_applications_calls_and_execve_are_allowed(void **state)
{
	struct fixture *f = *state;
	_cleanup_free_ char *names = NULL;

	called(f->run, X86_64, "mount", SG_STAGE_SETUP);
	called(f->run, X86_64, "capset", SG_STAGE_FLOOR);
	called(f->run, X86_64, "read", SG_STAGE_APP);
	called(f->run, X86_64, "write", SG_STAGE_APP);
	called(f->run, X86_64, "write", SG_STAGE_SETUP);
	assert_int_equal(infer(f, &bare), 0);
	names = allowed_names(f);
	assert_string_equal(names, "read write execve");
	assert_int_equal(allowed(f, "execve")->reasons[0].kind, SG_REASON_FLOOR);
	assert_int_equal(f->notices.n_lines, 0);
}

static void what_is_not_allowed_is_enosys(void **state)
{
	struct fixture *f = *state;

	called(f->run, X86_64, "read", SG_STAGE_APP);
	assert_int_equal(infer(f, &plain), 0);
	assert_int_equal(f->profile->default_verdict.action, SG_ACTION_ERRNO);
	assert_int_equal(f->profile->default_verdict.data, 38);
	assert_true(f->profile->has_default_errno);
}

static void fallbacks_are_added_with_their_reason(void **state)
{
	static const char *const names[] = { "restart_syscall", "rt_sigreturn",	 "exit",
					     "exit_group",	"clock_gettime", "clock_getres",
					     "gettimeofday",	"time",		 "getcpu",
					     "getrandom" };
	struct fixture *f = *state;

	called(f->run, X86_64, "read", SG_STAGE_APP);
	assert_int_equal(infer(f, &plain), 0);
	for (size_t i = 0; i < SG_ARRAY_SIZE(names); i++) {
		assert_non_null(allowed(f, names[i]));
		assert_int_equal(allowed(f, names[i])->n_reasons, 1);
		assert_int_equal(allowed(f, names[i])->reasons[0].kind, SG_REASON_FALLBACK);
		assert_non_null(allowed(f, names[i])->reasons[0].text);
	}
	/* these, read and execve: nothing else */
	assert_int_equal(f->profile->rules[0].n_calls, SG_ARRAY_SIZE(names) + 2);
}

static void fallbacks_follow_the_architecture(void **state)
{
	struct fixture *f = *state;

	called(f->run, I386, "read", SG_STAGE_APP);
	assert_int_equal(infer(f, &plain), 0);
	assert_non_null(allowed_on(f, I386, "sigreturn"));
	assert_non_null(allowed_on(f, I386, "clock_gettime64"));
	assert_non_null(allowed_on(f, I386, "clock_getres_time64"));
	assert_null(allowed_on(f, I386, "getrandom")); /* its vDSO has none */
	assert_null(allowed_on(f, X86_64, "rt_sigreturn"));
}

static void vdso_functions_follow_the_architectures_vdso(void **state)
{
	struct fixture *f = *state;

	f->run->host.arch = AUDIT_ARCH_AARCH64;
	called(f->run, AUDIT_ARCH_AARCH64, "read", SG_STAGE_APP);
	assert_int_equal(infer(f, &plain), 0);
	assert_non_null(allowed_on(f, AUDIT_ARCH_AARCH64, "getrandom"));
	assert_null(allowed_on(f, AUDIT_ARCH_AARCH64, "getcpu"));
}

static void every_fallback_exists_somewhere_and_says_why(void **state)
{
	(void)state;
	for (const struct sg_fallback *fb = sg_fallbacks; fb->name; fb++) {
		assert_true(sg_syscall_name_is_known(fb->name));
		assert_non_null(fb->reason);
		for (size_t i = 0; i < SG_ARRAY_SIZE(fb->arches) && fb->arches[i]; i++)
			id_of(fb->arches[i], fb->name);
	}
}

static void architectures_are_those_of_the_evidence(void **state)
{
	struct fixture *f = *state;

	called(f->run, X86_64, "read", SG_STAGE_APP);
	called(f->run, SG_ARCH_X32, "read", SG_STAGE_APP);
	called(f->run, I386, "read", SG_STAGE_SETUP);
	assert_int_equal(infer(f, &plain), 0);
	assert_int_equal(f->profile->n_arches, 2);
	assert_int_equal(f->profile->arches[0], X86_64);
	assert_int_equal(f->profile->arches[1], SG_ARCH_X32);
}

static void runtime_executes_a_32_bit_program_natively(void **state)
{
	struct fixture *f = *state;

	called(f->run, I386, "read", SG_STAGE_APP);
	assert_int_equal(infer(f, &bare), 0);
	assert_non_null(allowed_on(f, X86_64, "execve"));
	assert_null(allowed_on(f, I386, "execve"));
	assert_int_equal(f->profile->n_arches, 2);
}

static void widening_by_a_second_architecture_is_noted(void **state)
{
	struct fixture *f = *state;

	called(f->run, X86_64, "read", SG_STAGE_APP);
	called(f->run, X86_64, "socket", SG_STAGE_APP);
	called(f->run, I386, "read", SG_STAGE_APP);
	called(f->run, I386, "socketcall", SG_STAGE_APP);
	assert_int_equal(infer(f, &bare), 0);
	assert_true(noted(f, "2 calls are also allowed on i386: execve, socket"));
	assert_false(noted(f, "x86_64:")); /* it has no socketcall */
}

static void native_architecture_comes_from_the_calls_of_a_log(void **state)
{
	struct fixture *f = *state;

	f->run->host.arch = 0;
	f->run->sources = SG_SOURCE_AUDIT;
	entry_of(f->run, I386, "read")->logged = 3;
	assert_int_equal(infer(f, &bare), 0);
	assert_non_null(allowed_on(f, X86_64, "execve"));
}

static void logged_calls_are_the_applications(void **state)
{
	struct fixture *f = *state;

	f->run->sources = SG_SOURCE_AUDIT;
	entry_of(f->run, X86_64, "read")->logged = 7;
	assert_int_equal(infer(f, &bare), 0);
	assert_int_equal(allowed(f, "read")->reasons[0].kind, SG_REASON_AUDIT);
	assert_string_equal(allowed(f, "read")->reasons[0].text, "logged 7 times");
}

static void log_records_of_the_floor_are_not(void **state)
{
	struct fixture *f = *state;
	struct sg_run *other;

	called(f->run, X86_64, "read", SG_STAGE_APP);
	called(f->run, X86_64, "capset", SG_STAGE_FLOOR);
	entry_of(f->run, X86_64, "capset")->logged = 1;
	called(f->run, X86_64, "prctl", SG_STAGE_FLOOR);
	entry_of(f->run, X86_64, "prctl")->logged = 2;
	/* another run's floor explains nothing here */
	other = add_run(f, "00000000-0000-4000-8000-000000000002");
	other->sources = SG_SOURCE_AUDIT;
	entry_of(other, X86_64, "fcntl")->logged = 1;
	called(f->run, X86_64, "fcntl", SG_STAGE_FLOOR);
	assert_int_equal(infer(f, &bare), 0);
	assert_null(allowed(f, "capset"));
	assert_non_null(allowed(f, "prctl"));
	assert_non_null(allowed(f, "fcntl"));
}

static void denied_calls_are_left_out_and_noted(void **state)
{
	struct fixture *f = *state;
	struct sg_entry *strange = NULL;

	called(f->run, X86_64, "read", SG_STAGE_APP);
	entry_of(f->run, X86_64, "ptrace")->denied[SG_DENIAL_ERRNO] = 2;
	entry_of(f->run, X86_64, "bpf")->denied[SG_DENIAL_KILL_PROCESS] = 1;
	assert_int_equal(
		sg_run_entry(f->run, (struct sg_syscall_id){ X86_64, 400 }, &strange, NULL), 0);
	strange->denied[SG_DENIAL_ERRNO] = 1;
	assert_int_equal(infer(f, &plain), 0);
	assert_null(allowed(f, "ptrace"));
	assert_true(noted(f, "bpf, ptrace, of unknown name: 400@0xc000003e"));
}

static void what_the_runtime_was_denied_is_not_the_applications(void **state)
{
	static const struct sg_infer_options opts = { .include_denied = true };
	struct fixture *f = *state;

	called(f->run, X86_64, "read", SG_STAGE_APP);
	entry_of(f->run, X86_64, "ptrace")->denied[SG_DENIAL_ERRNO] = 2;
	entry_of(f->run, X86_64, "ptrace")->denied_stage[SG_STAGE_FLOOR] = 2;
	entry_of(f->run, X86_64, "bpf")->denied[SG_DENIAL_ERRNO] = 3;
	entry_of(f->run, X86_64, "bpf")->denied_stage[SG_STAGE_SETUP] = 1;
	assert_int_equal(infer(f, &plain), 0);
	assert_true(noted(f, "(--include-denied adds them): bpf"));
	assert_false(noted(f, "ptrace"));
	assert_int_equal(infer(f, &opts), 0);
	assert_null(allowed(f, "ptrace"));
	assert_string_equal(allowed(f, "bpf")->reasons[0].text,
			    "denied 2 times (errno 3, 1 of them the runtime's), seen by bpf");
}

static void denied_calls_are_added_when_asked_for(void **state)
{
	static const struct sg_infer_options opts = { .include_denied = true };
	struct fixture *f = *state;
	struct sg_entry *entry = entry_of(f->run, X86_64, "ptrace");

	entry->denied[SG_DENIAL_ERRNO] = 2;
	entry->denied[SG_DENIAL_TRAP] = 1;
	assert_int_equal(infer(f, &opts), 0);
	assert_int_equal(allowed(f, "ptrace")->n_reasons, 1);
	assert_int_equal(allowed(f, "ptrace")->reasons[0].kind, SG_REASON_DENIED);
	assert_string_equal(allowed(f, "ptrace")->reasons[0].text,
			    "denied 3 times (errno 2, trap 1), seen by bpf");
	assert_false(noted(f, "denied"));
}

/* A profile of ours makes it so: whoever mends what was denied must not open it. */
static void clone3_that_fell_back_is_nothing_to_mend(void **state)
{
	static const struct sg_infer_options opts = { .include_denied = true };
	struct fixture *f = *state;

	called(f->run, X86_64, "read", SG_STAGE_APP);
	entry_of(f->run, X86_64, "clone3")->denied[SG_DENIAL_ERRNO] = 2;
	assert_int_equal(infer(f, &opts), 0);
	assert_non_null(allowed(f, "clone3"));
	sg_profile_free(TAKE_PTR(f->profile));
	sg_infer_notices_done(&f->notices);
	called(f->run, X86_64, "clone", SG_STAGE_APP);
	assert_int_equal(infer(f, &opts), 0);
	assert_null(allowed(f, "clone3"));
}

static void denied_call_says_who_saw_it(void **state)
{
	static const struct sg_infer_options opts = { .include_denied = true };
	static const struct {
		const char *call;
		uint32_t sources;
		const char *text;
	} rows[] = {
		{ "ptrace", SG_SOURCE_BPF, "denied once (errno 1), seen by bpf" },
		{ "bpf", SG_SOURCE_AUDIT, "denied once (errno 1), seen by audit" },
		{ "mount", SG_SOURCE_BPF | SG_SOURCE_AUDIT,
		  "denied once (errno 1), seen by bpf and audit" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sg_entry *entry = entry_of(f->run, X86_64, rows[i].call);

		entry->denied[SG_DENIAL_ERRNO] = 1;
		entry->sources = rows[i].sources;
	}
	/* who saw a call, and who saw it denied, is not distinguished */
	called(f->run, X86_64, "socket", SG_STAGE_APP);
	entry_of(f->run, X86_64, "socket")->denied[SG_DENIAL_ERRNO] = 1;
	entry_of(f->run, X86_64, "socket")->sources = SG_SOURCE_BPF | SG_SOURCE_AUDIT;
	assert_int_equal(infer(f, &opts), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(allowed(f, rows[i].call)->reasons[0].text, rows[i].text);
	assert_int_equal(allowed(f, "socket")->n_reasons, 2);
	assert_string_equal(allowed(f, "socket")->reasons[1].text, "denied once (errno 1)");
}

static void call_that_passed_and_was_denied_is_allowed(void **state)
{
	struct fixture *f = *state;

	called(f->run, X86_64, "socket", SG_STAGE_APP);
	entry_of(f->run, X86_64, "socket")->denied[SG_DENIAL_ERRNO] = 2;
	assert_int_equal(infer(f, &plain), 0);
	assert_non_null(allowed(f, "socket"));
	assert_false(noted(f, "denied"));
}

static void clone3_is_planned_where_it_is_not_allowed(void **state)
{
	struct fixture *f = *state;
	const struct sg_rule *rule;

	called(f->run, X86_64, "read", SG_STAGE_APP);
	called(f->run, I386, "read", SG_STAGE_APP);
	assert_int_equal(infer(f, &plain), 0);
	assert_int_equal(f->profile->n_rules, 2);
	rule = &f->profile->rules[1];
	assert_int_equal(rule->verdict.action, SG_ACTION_ERRNO);
	assert_int_equal(rule->verdict.data, 38);
	for (size_t i = 0; i < rule->n_calls; i++)
		assert_int_equal(rule->calls[i].reasons[0].kind, SG_REASON_PLANNED);
	assert_non_null(sg_rule_find(rule, id_of(X86_64, "clone3")));
	assert_non_null(sg_rule_find(rule, id_of(I386, "clone3")));
}

/* Docker up to 20.10 takes no errno of the default: what is tried first has an entry of its own,
 * unless it was called. */
static void what_is_tried_first_is_planned_where_it_is_not_allowed(void **state)
{
	struct fixture *f = *state;
	const struct sg_rule *rule;

	called(f->run, X86_64, "statx", SG_STAGE_APP);
	called(f->run, I386, "read", SG_STAGE_APP);
	assert_int_equal(infer(f, &plain), 0);
	rule = &f->profile->rules[1];
	assert_non_null(sg_rule_find(rule, id_of(X86_64, "openat2")));
	assert_non_null(sg_rule_find(rule, id_of(I386, "faccessat2")));
	assert_non_null(sg_rule_find(rule, id_of(X86_64, "close_range")));
	assert_non_null(sg_rule_find(rule, id_of(I386, "ppoll_time64")));
	/* a name has one verdict on all architectures */
	assert_null(sg_rule_find(rule, id_of(X86_64, "statx")));
	assert_null(sg_rule_find(rule, id_of(I386, "statx")));
}

/* The condition under which clone is allowed; NULL: there is none. */
static const struct sg_condition *clone_condition(const struct fixture *f, uint32_t arch)
{
	assert_non_null(allowed_on(f, arch, "clone"));
	for (size_t i = 0; i < f->profile->n_rules; i++) {
		const struct sg_rule *rule = &f->profile->rules[i];

		if (rule->verdict.action == SG_ACTION_ALLOW &&
		    sg_rule_find(rule, id_of(arch, "clone")) && rule->n_conditions)
			return rule->conditions;
	}
	return NULL;
}

/* clone was called with @flags, which were watched. */
static void cloned(struct sg_run *run, uint64_t flags)
{
	struct sg_entry *entry = entry_of(run, X86_64, "clone");
	const struct sg_arg_tuple tuple = { .value = { flags }, .count = 1 };
	const uint8_t index = 0;

	entry->count[SG_STAGE_APP]++;
	if (!entry->args)
		assert_int_equal(sg_arg_obs_new(&index, 1, 0, &entry->args, NULL), 0);
	assert_int_equal(sg_arg_obs_add(entry->args, &tuple, NULL), 0);
}

static void clone3_recorded_gets_enosys_and_clone_its_place(void **state)
{
	struct fixture *f = *state;
	const struct sg_condition *condition;

	called(f->run, X86_64, "read", SG_STAGE_APP);
	called(f->run, I386, "clone3", SG_STAGE_APP);
	f->run->new_namespaces = SG_NO;
	assert_int_equal(infer(f, &plain), 0);
	assert_null(allowed_on(f, I386, "clone3"));
	assert_non_null(sg_rule_find(&f->profile->rules[1], id_of(I386, "clone3")));
	assert_int_equal(f->profile->rules[1].verdict.data, 38);
	assert_int_equal(allowed_on(f, I386, "clone")->reasons[0].kind, SG_REASON_PLANNED);
	condition = clone_condition(f, I386);
	assert_non_null(condition);
	assert_int_equal(condition->op, SG_OP_MASKED_EQ);
	assert_int_equal(condition->value, 0x7e020000);
	assert_int_equal(condition->value_two, 0);
	assert_true(noted(f, "clone3, whose flags no filter can see, is answered with ENOSYS"));
}

static void clone3_stays_where_only_it_can_have_made_namespaces(void **state)
{
	struct fixture *f = *state;

	called(f->run, X86_64, "clone3", SG_STAGE_APP);
	cloned(f->run, 0x1200011);
	f->run->new_namespaces = SG_YES;
	assert_int_equal(infer(f, &plain), 0);
	assert_non_null(allowed(f, "clone3"));
	assert_true(noted(f, "clone3 is allowed with any flags"));
	assert_non_null(clone_condition(f, X86_64)); /* clone made none */
}

static void clone_that_made_namespaces_is_not_bounded(void **state)
{
	struct fixture *f = *state;

	called(f->run, X86_64, "clone3", SG_STAGE_APP);
	cloned(f->run, 0x10000011);
	f->run->new_namespaces = SG_YES;
	assert_int_equal(infer(f, &plain), 0);
	assert_null(allowed(f, "clone3"));
	assert_null(clone_condition(f, X86_64));
}

static void clone_of_unknown_flags_is_bounded_and_said(void **state)
{
	struct fixture *f = *state;

	called(f->run, X86_64, "clone", SG_STAGE_APP);
	assert_int_equal(infer(f, &plain), 0);
	assert_non_null(clone_condition(f, X86_64));
	assert_true(noted(f, "whether it was called with some, the recording does not know"));
}

static void without_fallbacks_clone3_stays_as_recorded(void **state)
{
	struct fixture *f = *state;

	called(f->run, X86_64, "clone3", SG_STAGE_APP);
	assert_int_equal(infer(f, &bare), 0);
	assert_non_null(allowed(f, "clone3"));
	assert_null(allowed(f, "clone"));
	assert_true(noted(f, "clone3 is allowed with any flags"));
}

static void what_libc_calls_at_times_is_added(void **state)
{
	struct fixture *f = *state;

	called(f->run, X86_64, "brk", SG_STAGE_APP);
	called(f->run, X86_64, "set_tid_address", SG_STAGE_APP);
	called(f->run, X86_64, "munmap", SG_STAGE_APP);
	assert_int_equal(infer(f, &plain), 0);
	assert_int_equal(allowed(f, "tgkill")->reasons[0].kind, SG_REASON_RUNTIME);
	assert_non_null(strstr(allowed(f, "tgkill")->reasons[0].text, "libc: a signal"));
	assert_int_equal(allowed(f, "munmap")->n_reasons, 1); /* it was recorded */
	assert_null(allowed(f, "futex"));		      /* no thread, no child */
	assert_null(allowed(f, "epoll_pwait"));
}

static void what_go_calls_at_times_is_added(void **state)
{
	struct fixture *f = *state;

	called(f->run, X86_64, "sched_getaffinity", SG_STAGE_APP);
	called(f->run, X86_64, "sigaltstack", SG_STAGE_APP);
	called(f->run, X86_64, "rt_sigaction", SG_STAGE_APP);
	assert_int_equal(infer(f, &plain), 0);
	assert_int_equal(allowed(f, "epoll_pwait")->reasons[0].kind, SG_REASON_RUNTIME);
	assert_null(allowed(f, "mremap"));
}

static void no_runtime_is_guessed_at_without_evidence_of_the_application(void **state)
{
	struct fixture *f = *state;

	called(f->run, X86_64, "read", SG_STAGE_APP);
	called(f->run, X86_64, "brk", SG_STAGE_SETUP);
	called(f->run, X86_64, "set_tid_address", SG_STAGE_SETUP);
	assert_int_equal(infer(f, &plain), 0);
	assert_null(allowed(f, "munmap"));
}

static void without_fallbacks_no_runtime_call_is_added(void **state)
{
	struct fixture *f = *state;

	called(f->run, X86_64, "brk", SG_STAGE_APP);
	called(f->run, X86_64, "set_tid_address", SG_STAGE_APP);
	assert_int_equal(infer(f, &bare), 0);
	assert_null(allowed(f, "munmap"));
}

static void what_is_missing_of_a_feature_is_named_and_added_where_asked_for(void **state)
{
	struct sg_infer_options opts = { .no_fallbacks = true };
	struct fixture *f = *state;

	called(f->run, X86_64, "socket", SG_STAGE_APP);
	called(f->run, X86_64, "connect", SG_STAGE_APP);
	called(f->run, X86_64, "poll", SG_STAGE_APP);
	called(f->run, X86_64, "vfork", SG_STAGE_SETUP); /* not the application's */
	assert_int_equal(infer(f, &opts), 0);
	assert_true(noted(f, "a connection was made, yet these were not seen: getsockopt"));
	assert_false(noted(f, "a child was spawned"));
	assert_null(allowed(f, "getsockopt"));
	assert_int_equal(sg_bundles_parse("spawn,client", &opts.bundles), 0);
	assert_int_equal(infer(f, &opts), 0);
	assert_int_equal(allowed(f, "getsockopt")->reasons[0].kind, SG_REASON_BUNDLE);
	assert_int_equal(allowed(f, "poll")->n_reasons, 1); /* it was recorded */
	assert_null(allowed(f, "wait4"));
}

static void bundles_are_named_and_open_nothing_dangerous(void **state)
{
	uint32_t set, all = 0;

	(void)state;
	for (size_t i = 0; sg_bundles[i].name; i++) {
		all |= UINT32_C(1) << i;
		assert_int_equal(sg_bundles_parse(sg_bundles[i].name, &set), 0);
		assert_int_equal(set, UINT32_C(1) << i);
		assert_non_null(strstr(SG_BUNDLE_NAMES, sg_bundles[i].name));
		for (const struct sg_bundle_call *c = sg_bundles[i].calls; c->name; c++) {
			assert_true(sg_syscall_name_is_known(c->name));
			/* clone's flags are bounded (infer/args/clone.h) */
			for (const struct sg_dangerous *d = sg_dangerous_calls; d->name; d++)
				assert_true(strcmp(c->name, "clone") == 0 ||
					    strcmp(d->name, c->name) != 0);
		}
	}
	assert_int_equal(sg_bundles_parse("all", &set), 0);
	assert_int_equal(set, all);
	assert_true(sg_bundles_parse("spawn,", &set) < 0);
	assert_true(sg_bundles_parse("", &set) < 0);
	assert_true(sg_bundles_parse("spaw", &set) < 0);
}

static void floor_is_added_under_the_native_architecture(void **state)
{
	char *names[] = { (char[]){ "capset" }, (char[]){ "read" }, (char[]){ "socketcall" } };
	const struct sg_floor floor = { .runtime = (char[]){ "runc 1.1.5" },
					.names = names,
					.n_names = SG_ARRAY_SIZE(names) };
	const struct sg_infer_options opts = { .no_fallbacks = true, .floor = &floor };
	struct fixture *f = *state;

	called(f->run, X86_64, "read", SG_STAGE_APP);
	assert_int_equal(infer(f, &opts), 0);
	assert_int_equal(allowed(f, "capset")->reasons[0].kind, SG_REASON_FLOOR);
	assert_non_null(strstr(allowed(f, "capset")->reasons[0].text, "runc 1.1.5"));
	assert_int_equal(allowed(f, "read")->n_reasons, 2); /* observed, and of the floor */
	assert_int_equal(f->profile->rules[0].n_calls, 3);  /* x86_64 has no socketcall */
	assert_true(noted(f, "runtime floor: runc 1.1.5: 3 calls, 1 of them not"));
}

static void reason_of_an_observed_call_tells_count_program_and_time(void **state)
{
	struct fixture *f = *state;
	struct sg_entry *entry = entry_of(f->run, X86_64, "read");

	entry->count[SG_STAGE_APP] = 12345;
	entry->first_seen = SEEN;
	assert_int_equal(sg_entry_add_program(entry, "nginx", NULL), 0);
	assert_int_equal(sg_entry_add_program(entry, "e\x1b[2Jvil", NULL), 0);
	assert_int_equal(infer(f, &plain), 0);
	assert_string_equal(allowed(f, "read")->reasons[0].text,
			    "called 12345 times, first by e\\x1b[2Jvil or nginx at "
			    "2026-11-21T20:00:00Z");
}

static void add_program(struct sg_entry *entry, const char *comm)
{
	assert_int_equal(sg_entry_add_program(entry, comm, NULL), 0);
}

/* One run counted by BPF, one read from a log: what one of them knows is not said of the other. */
static void evidence_of_a_source_names_its_own_programs_and_times(void **state)
{
	struct fixture *f = *state;
	struct sg_run *log = add_run(f, "00000000-0000-4000-8000-000000000002");
	struct sg_entry *entry = entry_of(f->run, X86_64, "read");

	entry->count[SG_STAGE_APP] = 3;
	entry->first_seen = SEEN - UINT64_C(3600000000000);
	add_program(entry, "busybox");
	log->sources = SG_SOURCE_AUDIT;
	entry = entry_of(log, X86_64, "read");
	entry->logged = 5;
	entry->first_seen = SEEN;
	add_program(entry, "redis-server");
	assert_int_equal(infer(f, &plain), 0);
	assert_int_equal(allowed(f, "read")->n_reasons, 2);
	assert_string_equal(
		allowed(f, "read")->reasons[0].text,
		"called 3 times, first by busybox at 2026-11-21T19:00:00Z, in 1 of 2 runs");
	assert_string_equal(
		allowed(f, "read")->reasons[1].text,
		"logged 5 times, first by redis-server at 2026-11-21T20:00:00Z, in 1 of 2 runs");
}

/* The live trail alongside BPF: one run, and yet each has its own. */
static void evidence_within_a_run_is_separate(void **state)
{
	static const struct sg_infer_options opts = { .include_denied = true };
	struct fixture *f = *state;
	struct sg_entry *entry;

	f->run->sources = SG_SOURCE_BPF | SG_SOURCE_AUDIT;
	entry = entry_of(f->run, X86_64, "read");
	entry->count[SG_STAGE_APP] = 9;
	entry->logged = 4;
	entry->denied[SG_DENIAL_ERRNO] = 2;
	entry->first_seen = SEEN;
	add_program(entry, "a");
	add_program(entry, "b");
	assert_int_equal(sg_entry_saw_first(entry, SG_FIRST_CALLED, SEEN, "a", NULL), 0);
	assert_int_equal(sg_entry_saw_first(entry, SG_FIRST_LOGGED, SEEN + 1000000000, "b", NULL),
			 0);
	assert_int_equal(sg_entry_saw_first(entry, SG_FIRST_DENIED, SEEN + 2000000000, "c", NULL),
			 0);
	assert_int_equal(infer(f, &opts), 0);
	assert_int_equal(allowed(f, "read")->n_reasons, 3);
	assert_string_equal(allowed(f, "read")->reasons[0].text,
			    "called 9 times, first by a at 2026-11-21T20:00:00Z");
	assert_string_equal(allowed(f, "read")->reasons[1].text,
			    "logged 4 times, first by b at 2026-11-21T20:00:01Z");
	assert_string_equal(allowed(f, "read")->reasons[2].text,
			    "denied 2 times (errno 2), first by c at 2026-11-21T20:00:02Z");
}

/* What one run found in progress is no call that another counted; nor is one source's denial
 * another's. */
static void counts_of_different_evidence_are_not_added(void **state)
{
	static const struct sg_infer_options opts = { .include_denied = true };
	struct fixture *f = *state;
	struct sg_run *other = add_run(f, "00000000-0000-4000-8000-000000000002");
	struct sg_entry *entry;

	called(f->run, X86_64, "accept", SG_STAGE_APP);
	other->sources = SG_SOURCE_BPF | SG_SOURCE_PROC;
	entry = entry_of(other, X86_64, "accept");
	entry->count[SG_STAGE_APP] = 2;
	entry->sources = SG_SOURCE_PROC;
	add_program(entry, "nginx");
	entry_of(f->run, X86_64, "ptrace")->denied[SG_DENIAL_ERRNO] = 2;
	entry = entry_of(other, X86_64, "ptrace");
	entry->denied[SG_DENIAL_ERRNO] = 2;
	entry->sources = SG_SOURCE_AUDIT;
	assert_int_equal(infer(f, &opts), 0);
	assert_int_equal(allowed(f, "accept")->n_reasons, 2);
	assert_string_equal(allowed(f, "accept")->reasons[0].text, "called once, in 1 of 2 runs");
	assert_string_equal(
		allowed(f, "accept")->reasons[1].text,
		"in progress when the recording began, in 2 threads of nginx, in 1 of 2 runs");
	assert_int_equal(allowed(f, "ptrace")->n_reasons, 2);
	assert_string_equal(allowed(f, "ptrace")->reasons[0].text,
			    "denied 2 times (errno 2), seen by bpf, in 1 of 2 runs");
	assert_string_equal(allowed(f, "ptrace")->reasons[1].text,
			    "denied 2 times (errno 2), seen by audit, in 1 of 2 runs");
}

static void many_programs_are_counted_not_listed(void **state)
{
	struct fixture *f = *state;
	struct sg_entry *entry = entry_of(f->run, X86_64, "read");
	static const char *const programs[] = { "a", "b", "c", "d", "e", "f" };

	entry->count[SG_STAGE_APP] = 1;
	for (size_t i = 0; i < SG_ARRAY_SIZE(programs); i++)
		assert_int_equal(sg_entry_add_program(entry, programs[i], NULL), 0);
	assert_int_equal(infer(f, &plain), 0);
	assert_string_equal(allowed(f, "read")->reasons[0].text,
			    "called once by a, b, c, d or 2 more");
}

static void set_relevant_loss_is_refused_by_name(void **state)
{
	struct fixture *f = *state;

	called(f->run, X86_64, "read", SG_STAGE_APP);
	f->run->loss[SG_LOSS_CGROUPS_UNTRACKED] = 3;
	assert_int_equal(infer(f, &plain), -EBADMSG);
	assert_non_null(strstr(f->err.message, "cgroups_untracked 3"));
	assert_non_null(strstr(f->err.message, "--allow-lossy"));
	assert_null(f->profile);
}

static void allowed_loss_is_noted(void **state)
{
	static const struct sg_infer_options opts = { .allow_lossy = true };
	struct fixture *f = *state;

	called(f->run, X86_64, "read", SG_STAGE_APP);
	f->run->loss[SG_LOSS_CGROUPS_UNTRACKED] = 3;
	assert_int_equal(infer(f, &opts), 0);
	assert_true(noted(f, "cgroups_untracked 3"));
}

static void every_counter_refuses_or_not_by_its_class(void **state)
{
	struct fixture *f = *state;

	called(f->run, X86_64, "read", SG_STAGE_APP);
	for (int loss = 0; loss < SG_LOSS_MAX_; loss++) {
		const enum sg_loss_class class = sg_loss_kinds[loss].class;

		for (uint32_t sources = SG_SOURCE_BPF; sources <= SG_SOURCE_AUDIT; sources++) {
			bool refused = class == SG_LOSS_CLASS_SET ||
				       (class == SG_LOSS_CLASS_AUDIT && sources == SG_SOURCE_AUDIT);

			f->run->sources = sources;
			f->run->loss[loss] = UINT64_MAX;
			assert_int_equal(infer(f, &plain), refused ? -EBADMSG : 0);
			f->run->loss[loss] = 0;
			sg_profile_free(TAKE_PTR(f->profile));
			sg_infer_notices_done(&f->notices);
		}
	}
}

static void losses_that_leave_the_set_whole_are_noted(void **state)
{
	static const enum sg_loss losses[] = { SG_LOSS_SETUP_UNFINISHED, SG_LOSS_STAGE_UNKNOWN,
					       SG_LOSS_DENIALS_UNCOUNTED, SG_LOSS_DENIALS_UNWATCHED,
					       SG_LOSS_INVALID_NUMBERS };
	struct fixture *f = *state;

	called(f->run, X86_64, "read", SG_STAGE_APP);
	for (size_t i = 0; i < SG_ARRAY_SIZE(losses); i++)
		f->run->loss[losses[i]] = 2;
	assert_int_equal(infer(f, &plain), 0);
	assert_int_equal(f->notices.n_lines, SG_ARRAY_SIZE(losses));
	for (size_t i = 0; i < SG_ARRAY_SIZE(losses); i++) {
		assert_true(noted(f, sg_loss_kinds[losses[i]].name));
		assert_true(noted(f, " 2 ("));
	}
}

static void unended_run_is_noted(void **state)
{
	struct fixture *f = *state;

	called(f->run, X86_64, "read", SG_STAGE_APP);
	f->run->complete = false;
	add_run(f, "00000000-0000-4000-8000-000000000002");
	assert_int_equal(infer(f, &plain), 0);
	assert_true(noted(f, "1 of 2 runs"));
}

static void target_that_ran_already_is_noted_unless_another_run_saw_its_start(void **state)
{
	struct fixture *f = *state;
	struct sg_entry *entry = entry_of(f->run, X86_64, "accept");

	f->run->sources = SG_SOURCE_BPF | SG_SOURCE_PROC;
	f->run->target.processes_before = 3;
	entry->count[SG_STAGE_APP] = 1;
	entry->sources = SG_SOURCE_PROC;
	assert_int_equal(infer(f, &plain), 0);
	assert_true(noted(f, "the target ran already when the recording began"));
	assert_int_equal(allowed(f, "accept")->reasons[0].kind, SG_REASON_PROC);
	assert_string_equal(allowed(f, "accept")->reasons[0].text,
			    "in progress when the recording began, in 1 thread");

	add_run(f, "00000000-0000-4000-8000-000000000002")->sources = SG_SOURCE_BPF;
	assert_int_equal(infer(f, &plain), 0);
	assert_false(noted(f, "the target ran already"));
}

static void recording_without_the_application_has_no_data(void **state)
{
	struct fixture *f = *state;

	called(f->run, X86_64, "mount", SG_STAGE_SETUP);
	called(f->run, X86_64, "capset", SG_STAGE_FLOOR);
	assert_int_equal(infer(f, &plain), -ENODATA);
	assert_null(f->profile);
}

static void empty_recording_has_no_data(void **state)
{
	struct sg_recording *rec = NULL;
	struct fixture *f = *state;

	assert_int_equal(sg_recording_new(&rec, NULL), 0);
	assert_int_equal(sg_infer(rec, &plain, &f->profile, &f->notices, &f->err), -ENODATA);
	sg_recording_free(rec);
}

static void tried(struct sg_run *run, uint32_t arch, uint32_t nr)
{
	struct sg_entry *entry = NULL;

	assert_int_equal(sg_run_entry(run, (struct sg_syscall_id){ arch, nr }, &entry, NULL), 0);
	entry->count[SG_STAGE_APP]++;
	entry->sources = run->sources;
}

static void set_kernel(struct sg_run *run, const char *release)
{
	free(run->host.kernel);
	run->host.kernel = release ? strdup(release) : NULL;
}

static void number_that_the_table_may_lack_is_refused(void **state)
{
	static const char *const kernels[] = { NULL, "8.1.0", "2.6.60+" };
	static const struct sg_infer_options lossy = { .allow_lossy = true };
	struct fixture *f = *state;

	called(f->run, X86_64, "read", SG_STAGE_APP);
	tried(f->run, X86_64, 400);
	for (size_t i = 0; i < SG_ARRAY_SIZE(kernels); i++) {
		set_kernel(f->run, kernels[i]);
		assert_int_equal(infer(f, &plain), -ENOENT);
		assert_non_null(strstr(f->err.message, "400 of x86_64"));
		assert_non_null(strstr(f->err.message, "--allow-lossy"));
		assert_int_equal(infer(f, &lossy), 0);
		assert_true(f->notices.n_warnings > 0);
		assert_true(noted(f, "number 400 of x86_64"));
		sg_profile_free(TAKE_PTR(f->profile));
		sg_infer_notices_done(&f->notices);
	}
}

static void number_that_the_kernel_cannot_have_is_left_out_and_said(void **state)
{
	struct fixture *f = *state;
	_cleanup_free_ char *names = NULL;

	set_kernel(f->run, "6.18.44-fc-v669");
	called(f->run, X86_64, "read", SG_STAGE_APP);
	tried(f->run, X86_64, 500);
	tried(f->run, X86_64, 400); /* in the gap before 424 */
	assert_int_equal(infer(f, &bare), 0);
	names = allowed_names(f);
	assert_string_equal(names, "read execve");
	assert_int_equal(f->notices.n_warnings, 1);
	assert_int_equal(f->notices.n_absent, 2);
	assert_non_null(strstr(f->notices.lines[0], "numbers 400 of x86_64"));
	assert_non_null(strstr(f->notices.lines[0], "500 of x86_64 (called once"));
	assert_non_null(strstr(f->notices.lines[0], "answers ENOSYS, as the kernel does"));
}

/* It widens no profile, and what a filter does to a foreign architecture is said. */
static void number_of_an_architecture_that_is_not_the_profiles_adds_none(void **state)
{
	struct fixture *f = *state;

	set_kernel(f->run, "6.18.0");
	called(f->run, X86_64, "read", SG_STAGE_APP);
	tried(f->run, SG_ARCH_X32, 560);
	assert_int_equal(infer(f, &plain), 0);
	assert_int_equal(f->profile->n_arches, 1);
	assert_true(noted(f, "560 of x32"));
	assert_true(noted(f, "kills the process"));
}

/* Of two runs the one whose kernel may have the call decides; that of a run without it does not. */
static void number_is_judged_by_the_kernels_that_were_asked_for_it(void **state)
{
	struct fixture *f = *state;
	struct sg_run *other = add_run(f, "00000000-0000-4000-8000-000000000002");

	set_kernel(f->run, "6.18.0");
	set_kernel(other, "9.0.0");
	called(f->run, X86_64, "read", SG_STAGE_APP);
	tried(f->run, X86_64, 500);
	assert_int_equal(infer(f, &plain), 0);
	sg_profile_free(TAKE_PTR(f->profile));
	sg_infer_notices_done(&f->notices);
	tried(other, X86_64, 500);
	assert_int_equal(infer(f, &plain), -ENOENT);
	assert_non_null(strstr(f->err.message, "9.0.0"));
}

static void denied_number_without_a_name_matters_only_where_it_is_asked_for(void **state)
{
	static const struct sg_infer_options denied = { .include_denied = true };
	struct fixture *f = *state;
	struct sg_entry *entry = NULL;

	set_kernel(f->run, "9.0.0");
	called(f->run, X86_64, "read", SG_STAGE_APP);
	assert_int_equal(sg_run_entry(f->run, (struct sg_syscall_id){ X86_64, 500 }, &entry, NULL),
			 0);
	entry->denied[SG_DENIAL_ERRNO] = 1;
	entry->sources = f->run->sources;
	assert_int_equal(infer(f, &plain), 0);
	sg_profile_free(TAKE_PTR(f->profile));
	sg_infer_notices_done(&f->notices);
	assert_int_equal(infer(f, &denied), -ENOENT);
	set_kernel(f->run, "6.1.0");
	assert_int_equal(infer(f, &denied), 0);
	assert_true(noted(f, "500 of x86_64 (denied once"));
}

static void runs_are_inferred_together(void **state)
{
	struct fixture *f = *state;
	struct sg_run *other = add_run(f, "00000000-0000-4000-8000-000000000002");
	_cleanup_free_ char *names = NULL;

	called(f->run, X86_64, "read", SG_STAGE_APP);
	called(other, X86_64, "write", SG_STAGE_APP);
	called(other, X86_64, "read", SG_STAGE_APP);
	assert_int_equal(infer(f, &bare), 0);
	names = allowed_names(f);
	assert_string_equal(names, "read write execve");
	assert_string_equal(allowed(f, "read")->reasons[0].text, "called 2 times, in 2 of 2 runs");
	assert_string_equal(allowed(f, "write")->reasons[0].text, "called once, in 1 of 2 runs");
}

static void hosts_of_two_architectures_each_execute(void **state)
{
	struct fixture *f = *state;
	struct sg_run *other = add_run(f, "00000000-0000-4000-8000-000000000002");

	other->host.arch = AUDIT_ARCH_AARCH64;
	called(f->run, X86_64, "read", SG_STAGE_APP);
	called(other, AUDIT_ARCH_AARCH64, "read", SG_STAGE_APP);
	assert_int_equal(infer(f, &bare), 0);
	assert_non_null(allowed_on(f, X86_64, "execve"));
	assert_non_null(allowed_on(f, AUDIT_ARCH_AARCH64, "execve"));
}

static void explanation_has_a_line_a_reason(void **state)
{
	static const char expected[] = "clone3  x86_64  ERRNO 38  planned: not called: ENOSYS "
				       "makes libc fall back to clone\n"
				       "execve  x86_64  ALLOW     floor: every runtime loads the "
				       "filter before it executes "
				       "the program\n"
				       "read    x86_64  ALLOW     bpf: called once\n"
				       "read    x86_64  ALLOW     audit: logged 5 times\n";
	struct sg_strbuf out = SG_STRBUF_INIT;
	struct fixture *f = *state;

	called(f->run, X86_64, "read", SG_STAGE_APP);
	entry_of(f->run, X86_64, "read")->logged = 5;
	assert_int_equal(infer(f, &bare), 0);
	assert_int_equal(sg_explain_print(f->profile, &out, NULL), 0);
	assert_string_equal(out.data, expected);
	sg_strbuf_done(&out);
}

static void explanation_of_a_read_profile_shows_conditions_and_no_reason(void **state)
{
	const struct sg_condition c = { 0, SG_OP_EQ, 1, 0 };
	struct sg_strbuf out = SG_STRBUF_INIT;
	struct sg_rule *rule = NULL;
	struct fixture *f = *state;

	assert_int_equal(sg_profile_new(&f->profile, NULL), 0);
	assert_int_equal(sg_profile_add_rule(f->profile, (struct sg_verdict){ SG_ACTION_ALLOW, 0 },
					     &c, 1, &rule, NULL),
			 0);
	assert_int_equal(sg_rule_add_call(rule, id_of(X86_64, "socket"), NULL, NULL), 0);
	assert_int_equal(sg_explain_print(f->profile, &out, NULL), 0);
	assert_string_equal(out.data,
			    "socket  x86_64  ALLOW if 1 condition  -\n"
			    "socket  x86_64  ALLOW if 1 condition  if: argument 0 == 0x1\n");
	sg_strbuf_done(&out);
}

static void inferred_profile_prints(void **state)
{
	struct sg_strbuf out = SG_STRBUF_INIT;
	struct fixture *f = *state;

	called(f->run, X86_64, "read", SG_STAGE_APP);
	called(f->run, I386, "read", SG_STAGE_APP);
	assert_int_equal(infer(f, &plain), 0);
	assert_int_equal(sg_oci_json(f->profile, &out, &f->err), 0);
	assert_non_null(strstr(out.data, "\"clone3\",\n"));
	assert_non_null(strstr(out.data, "\n      ],\n      \"action\": "
					 "\"SCMP_ACT_ERRNO\",\n      \"errnoRet\": 38"));
	sg_strbuf_done(&out);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_the_applications_calls_and_execve_are_allowed),
		TEST(what_is_not_allowed_is_enosys),
		TEST(fallbacks_are_added_with_their_reason),
		TEST(fallbacks_follow_the_architecture),
		TEST(vdso_functions_follow_the_architectures_vdso),
		TEST(every_fallback_exists_somewhere_and_says_why),
		TEST(architectures_are_those_of_the_evidence),
		TEST(runtime_executes_a_32_bit_program_natively),
		TEST(widening_by_a_second_architecture_is_noted),
		TEST(native_architecture_comes_from_the_calls_of_a_log),
		TEST(logged_calls_are_the_applications),
		TEST(log_records_of_the_floor_are_not),
		TEST(denied_calls_are_left_out_and_noted),
		TEST(what_the_runtime_was_denied_is_not_the_applications),
		TEST(denied_calls_are_added_when_asked_for),
		TEST(clone3_that_fell_back_is_nothing_to_mend),
		TEST(denied_call_says_who_saw_it),
		TEST(call_that_passed_and_was_denied_is_allowed),
		TEST(clone3_is_planned_where_it_is_not_allowed),
		TEST(what_is_tried_first_is_planned_where_it_is_not_allowed),
		TEST(clone3_recorded_gets_enosys_and_clone_its_place),
		TEST(clone3_stays_where_only_it_can_have_made_namespaces),
		TEST(clone_that_made_namespaces_is_not_bounded),
		TEST(clone_of_unknown_flags_is_bounded_and_said),
		TEST(without_fallbacks_clone3_stays_as_recorded),
		TEST(what_libc_calls_at_times_is_added),
		TEST(what_go_calls_at_times_is_added),
		TEST(no_runtime_is_guessed_at_without_evidence_of_the_application),
		TEST(without_fallbacks_no_runtime_call_is_added),
		TEST(what_is_missing_of_a_feature_is_named_and_added_where_asked_for),
		TEST(bundles_are_named_and_open_nothing_dangerous),
		TEST(floor_is_added_under_the_native_architecture),
		TEST(reason_of_an_observed_call_tells_count_program_and_time),
		TEST(evidence_of_a_source_names_its_own_programs_and_times),
		TEST(evidence_within_a_run_is_separate),
		TEST(counts_of_different_evidence_are_not_added),
		TEST(many_programs_are_counted_not_listed),
		TEST(set_relevant_loss_is_refused_by_name),
		TEST(allowed_loss_is_noted),
		TEST(every_counter_refuses_or_not_by_its_class),
		TEST(losses_that_leave_the_set_whole_are_noted),
		TEST(unended_run_is_noted),
		TEST(target_that_ran_already_is_noted_unless_another_run_saw_its_start),
		TEST(recording_without_the_application_has_no_data),
		TEST(empty_recording_has_no_data),
		TEST(number_that_the_table_may_lack_is_refused),
		TEST(number_that_the_kernel_cannot_have_is_left_out_and_said),
		TEST(number_of_an_architecture_that_is_not_the_profiles_adds_none),
		TEST(number_is_judged_by_the_kernels_that_were_asked_for_it),
		TEST(denied_number_without_a_name_matters_only_where_it_is_asked_for),
		TEST(runs_are_inferred_together),
		TEST(hosts_of_two_architectures_each_execute),
		TEST(explanation_has_a_line_a_reason),
		TEST(explanation_of_a_read_profile_shows_conditions_and_no_reason),
		TEST(inferred_profile_prints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
