/* SPDX-License-Identifier: Apache-2.0 */
#include "filter/simulate/judge.h"

#include <linux/seccomp.h>

#include "filter/filter_outcomes.h"
#include "profile/profile.h"
#include "syscall/arch.h"
#include "syscall/seccomp_data.h"
#include "syscall/table.h"

struct sg_sim_facts sg_sim_facts_of(struct sg_syscall_id id)
{
	const struct sg_arch *arch = sg_arch_by_token(id.arch);
	struct sg_sim_facts facts = { .known = { .nr = UINT32_MAX, .arch = UINT32_MAX } };

	sg_seccomp_data_set_id(&facts.data, id);
	for (size_t i = 0; i < SG_ARGS_MAX && arch && !arch->is_64bit; i++)
		facts.known.args[i] = ~(uint64_t)UINT32_MAX; /* the kernel puts zeroes there */
	return facts;
}

void sg_sim_facts_know(struct sg_sim_facts *facts, unsigned int index, uint64_t value,
		       uint64_t bits)
{
	facts->data.args[index] = value & bits;
	facts->known.args[index] |= bits;
}

static bool is_permissive(uint32_t word)
{
	return sg_action_is_permissive(sg_verdict_from_ret(word).action);
}

static struct sg_sim_range range_of(const struct sg_filter_outcomes *out)
{
	struct sg_sim_range range = { .strongest = SECCOMP_RET_KILL_PROCESS,
				      .least_severe = SECCOMP_RET_ALLOW };

	if (out->any)
		return range;
	range = (struct sg_sim_range){ out->words[0], out->words[0], out->n_words == 1 };
	for (size_t i = 1; i < out->n_words; i++) {
		uint32_t word = out->words[i];

		range.strongest = sg_filter_stronger(range.strongest, word);
		if (sg_filter_stronger(range.least_severe, word) == range.least_severe)
			range.least_severe = word;
	}
	return range;
}

/*
 * The filters of a stack may look at the same argument, which is left out of account: the least
 * severe words of two need not be possible together. So a call may be called undecided and be
 * denied, not the reverse.
 */
static struct sg_sim_range stack(struct sg_sim_range newer, struct sg_sim_range older)
{
	return (struct sg_sim_range){
		.strongest = sg_filter_stronger(newer.strongest, older.strongest),
		.least_severe = sg_filter_stronger(newer.least_severe, older.least_severe),
		.is_one = newer.is_one && older.is_one,
	};
}

/* x32 never is in the bitmap: its numbers are beyond the end of x86_64's (kernel/seccomp.c). */
bool sg_sim_is_cached(const struct sg_sim_filters *by, struct sg_syscall_id id)
{
	if (id.arch == SG_ARCH_X32 || id.nr > sg_syscall_max(id.arch))
		return false;
	for (size_t i = 0; i < by->n; i++) {
		if (!sg_filter_is_const_allow(by->filters[i], id.arch, id.nr))
			return false;
	}
	return true;
}

/* Most calls are decided by their number, and that is looked up. */
static int judge_one(const struct sg_sim_filters *by, size_t i, const struct sg_sim_facts *facts,
		     struct sg_sim_range *ret, unsigned int *min_executed,
		     unsigned int *max_executed, struct sg_error *err)
{
	struct sg_filter_outcomes out;
	unsigned int executed;
	uint32_t word;
	int r;

	if (by->memos && sg_filter_memo_is_constant(by->memos[i], facts->data.arch, facts->data.nr,
						    &word, &executed)) {
		*ret = (struct sg_sim_range){ word, word, true };
		*min_executed += executed;
		*max_executed += executed;
		return 0;
	}
	r = sg_filter_outcomes_of_bits(by->filters[i], &facts->data, &facts->known, &out, err);
	if (r < 0)
		return r;
	*ret = range_of(&out);
	*min_executed += out.min_executed;
	*max_executed += out.max_executed;
	return 0;
}

int sg_sim_judge(const struct sg_sim_filters *by, const struct sg_sim_facts *facts,
		 struct sg_sim_judgement *ret, struct sg_error *err)
{
	struct sg_sim_judgement j = { .range = { SECCOMP_RET_ALLOW, SECCOMP_RET_ALLOW, true } };
	int r;

	for (size_t i = 0; i < by->n; i++) {
		struct sg_sim_range range;

		r = judge_one(by, i, facts, &range, &j.min_executed, &j.max_executed, err);
		if (r < 0)
			return r;
		j.range = stack(range, j.range);
	}
	*ret = j;
	return 0;
}

enum sg_sim_answer sg_sim_answer_of(struct sg_sim_range range)
{
	if (is_permissive(range.strongest))
		return SG_SIM_ALLOWED;
	return is_permissive(range.least_severe) ? SG_SIM_UNDECIDED : SG_SIM_DENIED;
}

int sg_simulate_call(const struct sg_filter *const *filters, size_t n_filters,
		     struct sg_syscall_id id, const uint64_t *args, uint32_t known_args,
		     struct sg_sim_call *ret, struct sg_error *err)
{
	const struct sg_sim_filters by = { .filters = filters, .n = n_filters };
	struct sg_sim_facts facts = sg_sim_facts_of(id);
	struct sg_sim_judgement j;
	int r;

	for (unsigned int i = 0; i < SG_ARGS_MAX; i++) {
		if (known_args & 1u << i)
			sg_sim_facts_know(&facts, i, args[i], UINT64_MAX);
	}
	r = sg_sim_judge(&by, &facts, &j, err);
	if (r < 0)
		return r;
	*ret = (struct sg_sim_call){
		.id = id,
		.answer = sg_sim_answer_of(j.range),
		.verdict = sg_verdict_from_ret(j.range.strongest),
		.least_severe = sg_verdict_from_ret(j.range.least_severe),
		.depends_on_args = !j.range.is_one,
		.is_cached = sg_sim_is_cached(&by, id),
		.min_executed = j.min_executed,
		.max_executed = j.max_executed,
	};
	return 0;
}
