/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/simulate.h"

#include <assert.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <stdlib.h>

#include "profile/eval.h"
#include "profile/filter_outcomes.h"
#include "syscall/arch.h"
#include "syscall/table.h"

const char *const sg_sim_answer_names[SG_SIM_MAX_] = {
	[SG_SIM_ALLOWED] = "allowed",
	[SG_SIM_DENIED] = "denied",
	[SG_SIM_UNDECIDED] = "undecided",
};
static_assert(SG_ARRAY_SIZE(sg_sim_answer_names) == 3, "an answer has no name");

static uint64_t add_saturated(uint64_t a, uint64_t b)
{
	uint64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

static uint64_t mul_saturated(uint64_t a, uint64_t b)
{
	uint64_t product;

	return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

/* Which words of struct sg_seccomp_data are known (profile/filter_outcomes.h). */
static uint32_t known_words(struct sg_syscall_id id, uint32_t known_args)
{
	const struct sg_arch *arch = sg_arch_by_token(id.arch);
	uint32_t known = SG_KNOWN_NR | SG_KNOWN_ARCH;

	if (arch && !arch->is_64bit)
		known |= SG_KNOWN_HIGH_HALVES; /* the kernel fills them with zeroes */
	for (unsigned int i = 0; i < SG_ARGS_MAX; i++) {
		if (known_args & 1u << i)
			known |= SG_KNOWN_ARG(i);
	}
	return known;
}

static bool is_permissive(uint32_t word)
{
	return sg_action_is_permissive(sg_verdict_from_ret(word).action);
}

/* What can come out of the filters run so far: strongest and mildest word. */
struct range {
	uint32_t strongest, mildest;
	bool is_one; /* nothing else can */
};

static struct range range_of(const struct sg_filter_outcomes *out)
{
	struct range range = { .strongest = SECCOMP_RET_KILL_PROCESS,
			       .mildest = SECCOMP_RET_ALLOW };

	if (out->any)
		return range;
	range = (struct range){ out->words[0], out->words[0], out->n_words == 1 };
	for (size_t i = 1; i < out->n_words; i++) {
		uint32_t word = out->words[i];

		range.strongest = sg_filter_stronger(range.strongest, word);
		if (sg_filter_stronger(range.mildest, word) == range.mildest)
			range.mildest = word;
	}
	return range;
}

/*
 * The filters of a stack may look at the same argument, which is left out of account: the mildest
 * words of two need not be possible together. So a call may be called undecided and be denied, not
 * the reverse.
 */
static struct range stack(struct range newer, struct range older)
{
	return (struct range){
		.strongest = sg_filter_stronger(newer.strongest, older.strongest),
		.mildest = sg_filter_stronger(newer.mildest, older.mildest),
		.is_one = newer.is_one && older.is_one,
	};
}

/* x32 never is in the bitmap: its numbers are beyond the end of x86_64's (kernel/seccomp.c). */
static bool is_cached(const struct sg_filter *const *filters, size_t n, struct sg_syscall_id id)
{
	if (id.arch == SG_ARCH_X32 || id.nr > sg_syscall_max(id.arch))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!sg_filter_is_const_allow(filters[i], id.arch, id.nr))
			return false;
	}
	return true;
}

int sg_simulate_call(const struct sg_filter *const *filters, size_t n_filters,
		     struct sg_syscall_id id, const uint64_t *args, uint32_t known_args,
		     struct sg_sim_call *ret, struct sg_error *err)
{
	struct range range = { SECCOMP_RET_ALLOW, SECCOMP_RET_ALLOW, true };
	struct sg_seccomp_data data = { 0 };
	struct sg_sim_call call = { .id = id };
	int r;

	sg_seccomp_data_set_id(&data, id);
	for (unsigned int i = 0; i < SG_ARGS_MAX; i++) {
		if (known_args & 1u << i)
			data.args[i] = args[i];
	}
	for (size_t i = 0; i < n_filters; i++) {
		struct sg_filter_outcomes out;

		r = sg_filter_outcomes(filters[i], &data, known_words(id, known_args), &out, err);
		if (r < 0)
			return r;
		range = stack(range_of(&out), range);
		call.min_executed += out.min_executed;
		call.max_executed += out.max_executed;
	}
	call.verdict = sg_verdict_from_ret(range.strongest);
	call.mildest = sg_verdict_from_ret(range.mildest);
	call.depends_on_args = !range.is_one;
	call.is_cached = is_cached(filters, n_filters, id);
	if (is_permissive(range.strongest))
		call.answer = SG_SIM_ALLOWED;
	else
		call.answer = is_permissive(range.mildest) ? SG_SIM_UNDECIDED : SG_SIM_DENIED;
	*ret = call;
	return 0;
}

/* How often a call was made in the stages asked for; which of them goes to @ret_stages. */
static uint64_t count_calls(const struct sg_entry *entry, const struct sg_sim_options *opts,
			    uint32_t *ret_stages)
{
	uint64_t n = 0;

	*ret_stages = 0;
	for (unsigned int i = 0; i < SG_STAGE_MAX_; i++) {
		if (!(opts->stages & 1u << i) || !entry->count[i])
			continue;
		n = add_saturated(n, entry->count[i]);
		*ret_stages |= 1u << i;
	}
	if (!(opts->stages & 1u << SG_STAGE_APP))
		return n;
	/* where only the audit trail saw it: it was logged, so it ran */
	if (!entry->count[SG_STAGE_APP] && entry->logged) {
		n = add_saturated(n, entry->logged);
		*ret_stages |= 1u << SG_STAGE_APP;
	}
	for (unsigned int i = 0; i < SG_DENIAL_MAX_ && opts->include_denied; i++) {
		n = add_saturated(n, entry->denied[i]);
		if (entry->denied[i])
			*ret_stages |= 1u << SG_STAGE_APP;
	}
	return n;
}

static void add_up(struct sg_simulation *sim, const struct sg_sim_call *call)
{
	sim->n_answers[call->answer]++;
	sim->counts[call->answer] = add_saturated(sim->counts[call->answer], call->count);
	if (call->is_cached)
		sim->n_cached = add_saturated(sim->n_cached, call->count);
	else
		sim->executed = add_saturated(sim->executed,
					      mul_saturated(call->count, call->max_executed));
}

int sg_simulate(const struct sg_filter *const *filters, size_t n_filters, const struct sg_run *run,
		const struct sg_sim_options *opts, struct sg_simulation *ret, struct sg_error *err)
{
	_cleanup_(sg_simulation_done) struct sg_simulation sim = { 0 };
	struct sg_sim_options chosen = opts ? *opts : (struct sg_sim_options){ 0 };
	int r;

	if (!chosen.stages)
		chosen.stages = 1u << SG_STAGE_APP;
	sim.calls = calloc(run->n_entries ? run->n_entries : 1, sizeof(*sim.calls));
	if (!sim.calls)
		return sg_error_oom(err);
	for (size_t i = 0; i < run->n_entries; i++) {
		const struct sg_entry *entry = &run->entries[i];
		struct sg_sim_call *call = &sim.calls[sim.n_calls];
		uint32_t stages;
		uint64_t count = count_calls(entry, &chosen, &stages);

		if (!stages)
			continue;
		r = sg_simulate_call(filters, n_filters, entry->id, NULL, 0, call, err);
		if (r < 0)
			return r;
		call->count = count;
		call->stages = stages;
		add_up(&sim, call);
		sim.n_calls++;
	}
	*ret = sim;
	sim = (struct sg_simulation){ 0 };
	return 0;
}

void sg_simulation_done(struct sg_simulation *sim)
{
	free(sim->calls);
	*sim = (struct sg_simulation){ 0 };
}
