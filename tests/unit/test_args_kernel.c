/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions on arguments, as four parties understand them: the profile, the simulation of the
 * filters that runc and crun would load, and the running kernel, on more than a million calls with
 * random arguments.
 *
 * The kernel is asked without anything being done: in the filter that it gets, every return is an
 * errno of its own, so no call is ever let through. Needs no privilege.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "args/table.h"
#include "filter/compile/compile.h"
#include "filter/filter.h"
#include "infer/infer.h"
#include "kernel_verdict.h"
#include "profile/eval.h"
#include "recording/recording.h"
#include "sim_random.h"
#include "syscall/table.h"

#define BATCH	   250000
#define BATCHES	   5 /* by each of two runtimes: 2.5 million calls */
#define SECOND	   UINT64_C(1000000000)
#define SAYS_ALLOW 1
#define SAYS_ELSE  2

/* What both processes see. */
static struct shared {
	struct sg_seccomp_data data[BATCH];
	int seen[BATCH];
	volatile size_t n, at;
	volatile int load_error;
	struct sock_fprog prog;
} * shared;

/* Observed combinations, by call. */
static struct sg_recording *rec;
static const struct sg_run *run;

static uint64_t random_value(struct sg_random *r)
{
	switch (random_below(r, 4)) {
	case 0:
		return random_below(r, 70);
	case 1:
		return UINT64_C(1) << random_below(r, 32);
	default:
		return random_u64(r) >> (32 + random_below(r, 31));
	}
}

static void observe(struct sg_run *to, uint32_t arch, const struct sg_arg_call *call,
		    struct sg_random *r)
{
	struct sg_syscall_id id = { .arch = arch };
	uint8_t index[SG_ARG_OBS_MAX] = { 0 }, wide = 0;
	struct sg_entry *entry;

	if (sg_syscall_nr(arch, call->name, &id.nr) < 0 ||
	    sg_arg_call_find(id, SG_ARG_SET_ALL) != call)
		return;
	assert_int_equal(sg_run_entry(to, id, &entry, NULL), 0);
	entry->sources = SG_SOURCE_BPF;
	for (size_t k = 0; k < call->n_args; k++) {
		index[k] = call->args[k].index;
		wide |= (uint8_t)((call->args[k].width > 32) << k);
	}
	assert_int_equal(sg_arg_obs_new(index, call->n_args, wide, &entry->args, NULL), 0);
	for (size_t t = 1 + random_below(r, 5); t > 0; t--) {
		struct sg_arg_tuple tuple = { .count = 1, .first_seen = SECOND };

		for (size_t k = 0; k < call->n_args; k++)
			tuple.value[k] = random_value(r);
		assert_int_equal(sg_arg_obs_add(entry->args, &tuple, NULL), 0);
		entry->count[SG_STAGE_APP]++;
	}
}

static int make_recording(void **state)
{
	struct sg_random r = { 11 };
	struct sg_run *new_run;

	(void)state;
	if (sg_recording_new(&rec, NULL) < 0 || sg_run_new("a", &new_run, NULL) < 0)
		return -1;
	new_run->host.arch = NATIVE;
	new_run->complete = true;
	new_run->sources = SG_SOURCE_BPF;
	new_run->start = 1;
	new_run->end = 100 * SECOND;
	for (size_t i = 0; i < sg_arg_n_calls; i++) {
		observe(new_run, NATIVE, &sg_arg_calls[i], &r);
		if (NATIVE == AUDIT_ARCH_X86_64 && has_int80())
			observe(new_run, AUDIT_ARCH_I386, &sg_arg_calls[i], &r);
	}
	run = new_run;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	return shared == MAP_FAILED ? -1 : sg_recording_add(rec, new_run, NULL);
}

static int free_recording(void **state)
{
	(void)state;
	sg_recording_free(rec);
	munmap(shared, sizeof(*shared));
	return 0;
}

/* A call of the recording, its arguments near to what was observed, or far from it. */
static struct sg_seccomp_data random_call(struct sg_random *r)
{
	const struct sg_entry *entry = &run->entries[random_below(r, (uint32_t)run->n_entries)];
	const struct sg_arg_obs *obs = entry->args;
	const struct sg_arg_tuple *tuple = &obs->tuples[random_below(r, (uint32_t)obs->n_tuples)];
	struct sg_seccomp_data data = { 0 };

	sg_seccomp_data_set_id(&data, entry->id);
	for (size_t i = 0; i < 6; i++)
		data.args[i] = random_u64(r);
	for (size_t k = 0; k < obs->n; k++) {
		uint64_t *arg = &data.args[obs->index[k]];

		*arg = tuple->value[k];
		if (random_below(r, 3) == 0)
			*arg ^= UINT64_C(1) << random_below(r, 32);
		if (random_below(r, 8) == 0)
			*arg = random_value(r);
		if (random_below(r, 4) == 0)
			*arg |= random_u64(r) << 32;
	}
	for (size_t i = 0; data.arch == AUDIT_ARCH_I386 && i < 6; i++)
		data.args[i] &= UINT32_MAX;
	return data;
}

/* The same program, but that nothing passes and each verdict shows by its errno. */
static void make_harmless(struct sock_filter *insns, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t errno_of_it = SAYS_ELSE;

		if (BPF_CLASS(insns[i].code) != BPF_RET)
			continue;
		assert_int_equal(insns[i].code, BPF_RET | BPF_K);
		if (insns[i].k == SECCOMP_RET_ALLOW)
			errno_of_it = SAYS_ALLOW;
		else if ((insns[i].k & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_ERRNO)
			errno_of_it = insns[i].k & SECCOMP_RET_DATA;
		insns[i].k = SECCOMP_RET_ERRNO | errno_of_it;
	}
}

/* From the loading on no call means anything: not even the end of the process. */
BARE static void ask_all(void)
{
	shared->load_error = (int)-BARE_LOAD(&shared->prog);
	for (; !shared->load_error && shared->at < shared->n; shared->at++)
		shared->seen[shared->at] = (int)-make_call(&shared->data[shared->at]);
	BARE_STOP();
}

static void ask_kernel_for_batch(const struct sg_filter *filter)
{
	struct sock_filter insns[SG_FILTER_MAX_INSNS];
	int status;
	pid_t pid;

	memcpy(insns, filter->insns, filter->len * sizeof(*insns));
	make_harmless(insns, filter->len);
	shared->prog = (struct sock_fprog){ (unsigned short)filter->len, insns };
	shared->at = 0;
	shared->load_error = 0;
	pid = fork();
	if (pid == 0) {
		const struct rlimit none = { 0, 0 };

		setrlimit(RLIMIT_CORE, &none);
		signal(SIGILL, SIG_DFL);
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		ask_all();
	}
	while (waitpid(pid, &status, 0) < 0)
		;
	assert_int_equal(shared->load_error, 0);
	assert_int_equal(shared->at, shared->n);
}

static int errno_of(uint32_t word)
{
	if (word == SECCOMP_RET_ALLOW)
		return SAYS_ALLOW;
	return (word & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_ERRNO
		       ? (int)(word & SECCOMP_RET_DATA)
		       : SAYS_ELSE;
}

static struct sg_profile *infer(void)
{
	const struct sg_infer_options opts = { .args = SG_ARG_SET_ALL,
					       .max_insns = SG_FILTER_MAX_INSNS };
	struct sg_infer_notices notices;
	struct sg_profile *profile;
	struct sg_error err;

	if (sg_infer(rec, &opts, &profile, &notices, &err) < 0)
		fail_msg("%s", err.message);
	sg_infer_notices_done(&notices);
	return profile;
}

/*
 * What the profile says by name and so for all architectures: the rules for each entry of the run.
 * socketcall(2) and ipc(2), whose calls runtimes cannot tell apart, are not among those made.
 */
struct rules_of {
	const struct sg_rule *rules[256];
	size_t n;
};

static struct rules_of *index_rules(const struct sg_profile *profile)
{
	struct rules_of *index = calloc(run->n_entries, sizeof(*index));

	assert_non_null(index);
	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct sg_rule *rule = &profile->rules[i];

		for (size_t e = 0; e < run->n_entries; e++) {
			const char *name = sg_syscall_name(run->entries[e].id);
			bool is_for = false;

			for (size_t c = 0; c < rule->n_calls; c++)
				is_for |= strcmp(sg_syscall_name(rule->calls[c].id), name) == 0;
			if (is_for && rule->verdict.action == SG_ACTION_ALLOW)
				index[e].rules[index[e].n++] = rule;
		}
	}
	return index;
}

static bool profile_allows(const struct rules_of *index, const struct sg_seccomp_data *data)
{
	const struct rules_of *of =
		&index[sg_run_find(run, sg_seccomp_data_id(data)) - run->entries];

	for (size_t i = 0; i < of->n; i++) {
		if (sg_rule_holds(of->rules[i], data->args))
			return true;
	}
	return false;
}

/*
 * Numbers that runc answers for by ENOSYS before the filter: above the highest that it finds named.
 */
static bool is_in_reach(const struct sg_seccomp_data *data)
{
	return data->arch != AUDIT_ARCH_I386 || data->nr < 359;
}

static void everybody_means_the_same(enum sg_compile_flavor flavor)
{
	const struct sg_compile_options opts = { .flavor = flavor };
	_cleanup_(sg_profile_freep) struct sg_profile *profile = infer();
	_cleanup_(sg_compiled_done) struct sg_compiled compiled = { 0 };
	_cleanup_free_ struct rules_of *index = index_rules(profile);
	size_t n_calls = 0, n_allowed = 0, n_conditioned = 0;
	struct sg_random r = { (uint64_t)flavor };
	struct sg_error err;

	for (size_t i = 0; i < profile->n_rules; i++)
		n_conditioned += profile->rules[i].n_conditions > 0;
	assert_true(n_conditioned > 60);
	if (sg_profile_compile(profile, &opts, &compiled, &err) < 0)
		fail_msg("%s", err.message);
	for (size_t batch = 0; batch < BATCHES; batch++) {
		for (size_t i = 0; i < BATCH; i++)
			shared->data[i] = random_call(&r);
		shared->n = BATCH;
		ask_kernel_for_batch(compiled.filter);
		for (size_t i = 0; i < BATCH; i++, n_calls++) {
			const struct sg_seccomp_data *data = &shared->data[i];
			int simulated = errno_of(sg_filter_run(compiled.filter, data, NULL));
			bool allowed = profile_allows(index, data);

			if (simulated != shared->seen[i] ||
			    (is_in_reach(data) && allowed != (simulated == SAYS_ALLOW)))
				fail_msg(
					"arch %x nr %u (%lx, %lx, %lx, %lx, %lx, %lx): profile %d, "
					"simulation %d, kernel %d",
					data->arch, data->nr, data->args[0], data->args[1],
					data->args[2], data->args[3], data->args[4], data->args[5],
					allowed, simulated, shared->seen[i]);
			n_allowed += allowed;
		}
	}
	/* both answers are there, or the comparison says little */
	assert_in_range(n_allowed, n_calls / 10, n_calls * 9 / 10);
	print_message("%zu calls, %zu allowed, %zu rules with conditions, %zu instructions\n",
		      n_calls, n_allowed, n_conditioned, compiled.filter->len);
}

static void runcs_filter_means_what_the_profile_says(void **state)
{
	(void)state;
	everybody_means_the_same(SG_COMPILE_RUNC);
}

static void cruns_filter_means_what_the_profile_says(void **state)
{
	(void)state;
	everybody_means_the_same(SG_COMPILE_CRUN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runcs_filter_means_what_the_profile_says),
		cmocka_unit_test(cruns_filter_means_what_the_profile_says),
	};

	return cmocka_run_group_tests(tests, make_recording, free_recording);
}
