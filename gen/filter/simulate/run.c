/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of a run, one by one. */
#include <stdlib.h>

#include "base/array.h"
#include "filter/simulate/judge.h"
#include "profile/errno_name.h"
#include "profile/tried_first.h"
#include "recording/derive/numbers.h"
#include "syscall/table.h"

/* From good to bad. */
static int badness(enum sg_sim_answer answer)
{
	static const int order[SG_SIM_MAX_] = {
		[SG_SIM_ALLOWED] = 0,
		[SG_SIM_FALLS_BACK] = 1,
		[SG_SIM_UNDECIDED] = 2,
		[SG_SIM_DENIED] = 3,
	};

	return order[answer];
}

/* One entry of a run on its way to a struct sg_sim_call. */
struct work {
	const struct sg_sim_filters *by;
	struct sg_sim_call call;
	struct sg_sim_range range; /* over all cases so far */
	bool is_judged;		   /* there was one */
};

/* Whether what the library calls after ENOSYS passes, or may. */
static int replacement_passes(const struct work *w, bool *ret, struct sg_error *err)
{
	const char *name = sg_syscall_name(w->call.id);
	const struct sg_tried_first *tried = name ? sg_tried_first_find(name) : NULL;
	struct sg_syscall_id id = { .arch = w->call.id.arch };
	struct sg_sim_judgement j;
	struct sg_sim_facts facts;
	int r;

	*ret = false;
	if (!tried || sg_syscall_nr(id.arch, tried->replaced_by, &id.nr) < 0)
		return 0;
	facts = sg_sim_facts_of(id);
	r = sg_sim_judge(w->by, &facts, &j, err);
	if (r == 0)
		*ret = sg_sim_answer_of(j.range) != SG_SIM_DENIED;
	return r;
}

static int answer_of(const struct work *w, struct sg_sim_range range, enum sg_sim_answer *ret,
		     struct sg_error *err)
{
	struct sg_verdict strongest = sg_verdict_from_ret(range.strongest);
	bool passes = false;
	int r = 0;

	*ret = sg_sim_answer_of(range);
	if (*ret != SG_SIM_DENIED || !range.is_one || strongest.action != SG_ACTION_ERRNO ||
	    strongest.data != SG_ERRNO_ENOSYS)
		return 0;
	r = replacement_passes(w, &passes, err);
	if (passes)
		*ret = SG_SIM_FALLS_BACK;
	return r;
}

static int add_case(struct work *w, const struct sg_arg_tuple *tuple,
		    const struct sg_sim_judgement *j, enum sg_sim_answer answer, uint64_t count,
		    struct sg_error *err)
{
	struct sg_sim_call *call = &w->call;

	if (SG_ARRAY_GROW(call->cases, call->n_cases) < 0)
		return sg_error_oom(err);
	call->cases[call->n_cases++] = (struct sg_sim_case){
		.tuple = tuple,
		.count = count,
		.answer = answer,
		.verdict = sg_verdict_from_ret(j->range.strongest),
		.least_severe = sg_verdict_from_ret(j->range.least_severe),
	};
	return 0;
}

/* @count calls of which @facts is known. */
static int judge_some(struct work *w, const struct sg_sim_facts *facts,
		      const struct sg_arg_tuple *tuple, uint64_t count, struct sg_error *err)
{
	struct sg_sim_call *call = &w->call;
	struct sg_sim_judgement j;
	enum sg_sim_answer answer;
	int r;

	r = sg_sim_judge(w->by, facts, &j, err);
	if (r == 0)
		r = answer_of(w, j.range, &answer, err);
	if (r < 0)
		return r;
	call->counts[answer] = sg_add_capped(call->counts[answer], count);
	if (!w->is_judged) {
		w->range = j.range;
		call->min_executed = j.min_executed;
		call->max_executed = j.max_executed;
		call->answer = answer;
	}
	w->is_judged = true;
	w->range.is_one =
		w->range.is_one && j.range.is_one && w->range.strongest == j.range.strongest;
	w->range.strongest = sg_filter_stronger(w->range.strongest, j.range.strongest);
	if (sg_filter_stronger(w->range.least_severe, j.range.least_severe) ==
	    w->range.least_severe)
		w->range.least_severe = j.range.least_severe;
	if (j.min_executed < call->min_executed)
		call->min_executed = j.min_executed;
	if (j.max_executed > call->max_executed)
		call->max_executed = j.max_executed;
	if (badness(answer) > badness(call->answer))
		call->answer = answer;
	return answer == SG_SIM_ALLOWED ? 0 : add_case(w, tuple, &j, answer, count, err);
}

/* The bits of a watched argument that a combination says. */
static uint64_t bits_of(const struct sg_arg_obs *obs, unsigned int place, uint8_t high)
{
	if (obs->wide & 1u << place)
		return UINT64_MAX;
	/* an upper half that never was anything but zero is known as well */
	return high & 1u << place ? UINT32_MAX : UINT64_MAX;
}

static int judge_tuple(struct work *w, const struct sg_arg_obs *obs,
		       const struct sg_arg_tuple *tuple, struct sg_error *err)
{
	struct sg_sim_facts facts = sg_sim_facts_of(w->call.id);

	for (unsigned int i = 0; i < obs->n; i++)
		sg_sim_facts_know(&facts, obs->index[i], tuple->value[i],
				  bits_of(obs, i, tuple->high));
	return judge_some(w, &facts, tuple, tuple->count, err);
}

/* Calls that were watched, and whose combination found no room: bits are known all the same. */
static int judge_unkept(struct work *w, const struct sg_arg_obs *obs, struct sg_error *err)
{
	struct sg_sim_facts facts = sg_sim_facts_of(w->call.id);

	for (unsigned int i = 0; i < obs->n; i++) {
		uint64_t looked_at = obs->wide & 1u << i ? UINT64_MAX : UINT32_MAX;

		sg_sim_facts_know(&facts, obs->index[i], obs->always[i],
				  (~obs->ever[i] | obs->always[i]) & looked_at);
	}
	return judge_some(w, &facts, NULL, obs->unkept, err);
}

/* The application's calls, as far as their arguments were watched; the rest is left in *count. */
static int judge_watched(struct work *w, const struct sg_arg_obs *obs, uint64_t *count,
			 struct sg_error *err)
{
	uint64_t watched = obs->unkept;
	int r = 0;

	w->call.args = obs;
	for (size_t i = 0; i < obs->n_tuples && r == 0; i++) {
		watched = sg_add_capped(watched, obs->tuples[i].count);
		r = judge_tuple(w, obs, &obs->tuples[i], err);
	}
	if (r == 0 && obs->unkept)
		r = judge_unkept(w, obs, err);
	*count = *count > watched ? *count - watched : 0;
	return r;
}

static int compare_cases(const void *a, const void *b)
{
	const struct sg_sim_case *x = a, *y = b;

	if (x->answer != y->answer)
		return badness(y->answer) - badness(x->answer);
	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return (x->tuple > y->tuple) - (x->tuple < y->tuple); /* of one array */
}

static int judge_entry(struct work *w, const struct sg_entry *entry, struct sg_error *err)
{
	struct sg_sim_call *call = &w->call;
	uint64_t rest = call->count;
	struct sg_sim_facts facts = sg_sim_facts_of(entry->id);
	int r = 0;

	/* observations are of the application's calls */
	if (entry->args && call->stages[SG_STAGE_APP] && entry->count[SG_STAGE_APP])
		r = judge_watched(w, entry->args, &rest, err);
	if (r == 0 && (rest || !w->is_judged))
		r = judge_some(w, &facts, NULL, rest, err);
	if (r < 0)
		return r;
	call->verdict = sg_verdict_from_ret(w->range.strongest);
	call->least_severe = sg_verdict_from_ret(w->range.least_severe);
	call->depends_on_args = !w->range.is_one;
	call->is_cached = sg_sim_is_cached(w->by, entry->id);
	if (call->n_cases)
		qsort(call->cases, call->n_cases, sizeof(*call->cases), compare_cases);
	return 0;
}

/* How often a call was made, in the stages asked for. False: it was made in none of them. */
static bool count_calls(const struct sg_entry *entry, const struct sg_sim_options *opts,
			struct sg_sim_call *call)
{
	bool is_made = false;

	for (unsigned int i = 0; i < SG_STAGE_MAX_; i++) {
		uint64_t made = entry->count[i];

		if (opts->include_denied)
			made = sg_add_capped(made, sg_entry_denied_in(entry, (enum sg_stage)i));
		if (!(opts->stages & 1u << i))
			continue;
		/* where only the audit trail saw it: it was logged, so it ran */
		if (i == SG_STAGE_APP && !entry->count[i] && sg_entry_is_application(entry)) {
			made = sg_add_capped(made, entry->logged);
			is_made = true;
		}
		call->stages[i] = made;
		call->count = sg_add_capped(call->count, made);
		is_made |= made > 0;
	}
	return is_made;
}

/* Whether the filters do to a number what the kernel does that has no such call. */
static bool is_absent(const struct sg_sim_options *opts, const struct sg_sim_call *call)
{
	return opts->rec && call->verdict.action == SG_ACTION_ERRNO &&
	       call->verdict.data == SG_ERRNO_ENOSYS && !call->depends_on_args &&
	       sg_recording_number(opts->rec, call->id) == SG_NUMBER_ABSENT;
}

static void add_up(struct sg_simulation *sim, const struct sg_sim_call *call)
{
	sim->n_answers[call->answer]++;
	for (int i = 0; i < SG_SIM_MAX_; i++)
		sim->counts[i] = sg_add_capped(sim->counts[i], call->counts[i]);
	if (call->is_cached)
		sim->n_cached = sg_add_capped(sim->n_cached, call->count);
	else
		sim->executed = sg_add_capped(sim->executed,
					      sg_mul_capped(call->count, call->max_executed));
}

static int simulate(const struct sg_sim_filters *by, const struct sg_run *run,
		    const struct sg_sim_options *opts, struct sg_simulation *ret,
		    struct sg_error *err)
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
		struct work w = { .by = by };

		w.call.id = entry->id;
		if (!count_calls(entry, &chosen, &w.call))
			continue;
		r = judge_entry(&w, entry, err);
		sim.calls[sim.n_calls++] = w.call; /* its cases are sim's to free, come what may */
		if (r < 0)
			return r;
		if (is_absent(&chosen, &w.call)) {
			free(w.call.cases);
			sim.n_calls--;
			sim.n_absent++;
			sim.absent = sg_add_capped(sim.absent, w.call.count);
			continue;
		}
		add_up(&sim, &w.call);
	}
	*ret = sim;
	sim = (struct sg_simulation){ 0 };
	return 0;
}

int sg_simulate(const struct sg_filter *const *filters, size_t n_filters, const struct sg_run *run,
		const struct sg_sim_options *opts, struct sg_simulation *ret, struct sg_error *err)
{
	struct sg_filter_memo **memos = calloc(n_filters ? n_filters : 1, sizeof(*memos));
	const struct sg_sim_filters by = { filters, memos, n_filters };
	int r = memos ? 0 : sg_error_oom(err);

	for (size_t i = 0; r == 0 && i < n_filters; i++)
		r = sg_filter_memo_new(filters[i], &memos[i], err);
	if (r == 0)
		r = simulate(&by, run, opts, ret, err);
	for (size_t i = 0; memos && i < n_filters; i++)
		sg_filter_memo_free(memos[i]);
	free(memos);
	return r;
}
