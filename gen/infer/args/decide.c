/* SPDX-License-Identifier: Apache-2.0 */
/* Which calls can be conditioned on their arguments, and how. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "infer/args/args.h"
#include "recording/unite.h"
#include "syscall/table.h"

const char *const sg_args_refusals[SG_ARGS_REFUSAL_MAX_] = {
	[SG_ARGS_CONDITIONED] = "",
	[SG_ARGS_OTHER_REASON] =
		"it is allowed for another reason too, with arguments that nobody knows",
	[SG_ARGS_UNWATCHED] = "its arguments were not watched in all runs",
	[SG_ARGS_ANY] = "there were more combinations than a recording keeps",
	[SG_ARGS_UNSETTLED] =
		("new combinations in the last quarter of what was recorded: record for longer, "
		 "or once more"),
	[SG_ARGS_NOTHING_TO_SAY] = "everything that counts was used",
	[SG_ARGS_TOO_LONG] = "the filter would have more instructions than --max-insns",
};
static_assert(SG_ARRAY_SIZE(sg_args_refusals) == 7, "a refusal has no text");

/* The runs as one stretch of time, in the order in which they began. */
struct timeline {
	const struct sg_run **runs;
	uint64_t *offsets; /* where each begins */
	size_t n;
	uint64_t quarter; /* where the last quarter begins */
};

static void timeline_done(struct timeline *s)
{
	free(s->runs);
	free(s->offsets);
}

static int compare_starts(const void *pa, const void *pb)
{
	const struct sg_run *a = *(const struct sg_run *const *)pa;
	const struct sg_run *b = *(const struct sg_run *const *)pb;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return strcmp(a->id, b->id);
}

static uint64_t length_of(const struct sg_run *run)
{
	return run->end > run->start ? run->end - run->start : 0;
}

static int timeline_init(struct timeline *s, const struct sg_recording *rec, struct sg_error *err)
{
	uint64_t total = 0;

	s->runs = calloc(rec->n_runs + 1, sizeof(struct sg_run *));
	s->offsets = calloc(rec->n_runs + 1, sizeof(*s->offsets));
	if (!s->runs || !s->offsets)
		return sg_error_oom(err);
	s->n = rec->n_runs;
	for (size_t i = 0; i < s->n; i++)
		s->runs[i] = rec->runs[i];
	qsort(s->runs, s->n, sizeof(struct sg_run *), compare_starts);
	for (size_t i = 0; i < s->n; i++) {
		s->offsets[i] = total;
		if (__builtin_add_overflow(total, length_of(s->runs[i]), &total))
			total = UINT64_MAX;
	}
	s->quarter = total - total / 4;
	return 0;
}

/* Whether @time of run number @i is before the last quarter; a time that is not known is not. */
static bool is_early(const struct timeline *s, size_t i, uint64_t time)
{
	uint64_t after = time > s->runs[i]->start ? time - s->runs[i]->start : 0, at;

	if (!time || after > length_of(s->runs[i]))
		after = length_of(s->runs[i]);
	return !__builtin_add_overflow(s->offsets[i], after, &at) && at < s->quarter;
}

/* What @src, of run number @i, knew before the last quarter began. */
static int early_part(const struct timeline *s, size_t i, const struct sg_arg_obs *src,
		      struct sg_arg_obs **ret, struct sg_error *err)
{
	static const uint64_t none[SG_ARG_OBS_MAX] = { 0 };
	_cleanup_(sg_arg_obs_freep) struct sg_arg_obs *obs = NULL;
	int r;

	r = sg_arg_obs_new(src->index, src->n, src->wide, &obs, err);
	if (r < 0)
		return r;
	obs->tuples = calloc(src->n_tuples + 1, sizeof(*obs->tuples));
	if (!obs->tuples)
		return sg_error_oom(err);
	for (size_t k = 0; k < src->n_tuples; k++) {
		if (is_early(s, i, src->tuples[k].first_seen))
			obs->tuples[obs->n_tuples++] = src->tuples[k];
	}
	sg_arg_obs_normalize(obs);
	if (sg_arg_obs_is_any(src))
		sg_arg_obs_add_unkept(obs, src->unkept,
				      is_early(s, i, src->last_new_bits) ? src->ever : none, none);
	*ret = TAKE_PTR(obs);
	return 0;
}

/* The same over all runs; NULL in *ret when nobody knew anything. */
static int early_obs(const struct timeline *s, struct sg_syscall_id id, struct sg_arg_obs **ret,
		     struct sg_error *err)
{
	_cleanup_free_ struct sg_entry *entries = calloc(s->n + 1, sizeof(*entries));
	_cleanup_free_ const struct sg_entry **list = calloc(s->n + 1, sizeof(*list));
	size_t n = 0;
	int r = 0;

	if (!entries || !list)
		return sg_error_oom(err);
	for (size_t i = 0; r == 0 && i < s->n; i++) {
		const struct sg_entry *entry = sg_run_find(s->runs[i], id);

		if (!entry || !entry->args)
			continue;
		entries[n].id = id;
		r = early_part(s, i, entry->args, &entries[n].args, err);
		list[n] = &entries[n];
		n++;
	}
	if (r == 0)
		r = sg_arg_obs_unite(list, n, ret, err);
	for (size_t i = 0; i < n; i++)
		sg_arg_obs_free(entries[i].args);
	return r;
}

/* Whether nothing but observed calls, and runtimes whose values are known, brought the call
 * here. */
static bool is_known(const struct sg_rule_call *call, const struct sg_arg_call *row,
		     enum sg_arg_set set)
{
	size_t n_floor = 0;

	for (size_t k = 0; k < sg_arg_call_n(row, set); k++)
		n_floor += row->args[k].n_floor;
	for (size_t i = 0; i < call->n_reasons; i++) {
		enum sg_reason_kind kind = call->reasons[i].kind;

		/* what was logged was counted as well, or the fold knows no arguments */
		if (kind != SG_REASON_BPF && kind != SG_REASON_AUDIT &&
		    !((kind == SG_REASON_FLOOR || kind == SG_REASON_PLANNED) && n_floor))
			return false;
	}
	return call->n_reasons > 0;
}

/* Of a call that only a runtime makes: no combination was observed. */
static int nothing_observed(const struct sg_arg_call *call, enum sg_arg_set set,
			    struct sg_arg_obs **ret, struct sg_error *err)
{
	uint8_t index[SG_ARG_OBS_MAX], wide = 0;
	size_t n = sg_arg_call_n(call, set);

	for (size_t k = 0; k < n; k++) {
		index[k] = call->args[k].index;
		wide |= (uint8_t)((call->args[k].width > 32) << k);
	}
	return sg_arg_obs_new(index, n, wide, ret, err);
}

/* Rules from what was observed, and whether they have settled. */
static int decide_observed(const struct timeline *s, const struct sg_arg_obs *obs, bool floor,
			   enum sg_arg_set set, struct sg_args_variant *variant,
			   enum sg_args_refusal *ret, struct sg_error *err)
{
	_cleanup_(sg_arg_rules_done) struct sg_arg_rules early_rules = { 0 };
	_cleanup_(sg_arg_obs_freep) struct sg_arg_obs *early = NULL;
	int r;

	r = sg_arg_rules_infer(variant->call, set, obs, floor, &variant->rules, err);
	if (r == 0)
		r = early_obs(s, variant->id, &early, err);
	if (r == 0 && early)
		r = sg_arg_rules_infer(variant->call, set, early, floor, &early_rules, err);
	if (r < 0)
		return r;
	if (!variant->rules.n || !variant->rules.rules[0].n_conditions)
		*ret = sg_arg_obs_is_any(obs) ? SG_ARGS_ANY : SG_ARGS_NOTHING_TO_SAY;
	else if (!sg_arg_rules_equal(&variant->rules, &early_rules))
		*ret = SG_ARGS_UNSETTLED;
	else
		*ret = SG_ARGS_CONDITIONED;
	return 0;
}

/* The rules of one variant, or why there are none. */
static int decide(const struct timeline *s, const struct sg_evidence *evidence,
		  const struct sg_rule_call *call, enum sg_arg_set set,
		  struct sg_args_variant *variant, enum sg_args_refusal *ret, struct sg_error *err)
{
	const struct sg_entry *entry = sg_run_find(evidence->all, variant->id);
	_cleanup_(sg_arg_obs_freep) struct sg_arg_obs *nothing = NULL;
	int r;

	if (!is_known(call, variant->call, set)) {
		*ret = SG_ARGS_OTHER_REASON;
		return 0;
	}
	if (!sg_rule_call_has_reason(call, SG_REASON_BPF) &&
	    !sg_rule_call_has_reason(call, SG_REASON_AUDIT)) {
		*ret = SG_ARGS_CONDITIONED;
		r = nothing_observed(variant->call, set, &nothing, err);
		return r < 0 ? r
			     : sg_arg_rules_infer(variant->call, set, nothing, true,
						  &variant->rules, err);
	}
	*ret = SG_ARGS_UNWATCHED;
	if (!entry || !entry->args)
		return 0;
	return decide_observed(s, entry->args,
			       sg_rule_call_has_reason(call, SG_REASON_FLOOR) ||
				       sg_rule_call_has_reason(call, SG_REASON_PLANNED),
			       set, variant, ret, err);
}

static struct sg_args_call *find_call(struct sg_args_calls *calls, const char *name)
{
	for (size_t i = 0; i < calls->n; i++) {
		if (strcmp(calls->list[i].name, name) == 0)
			return &calls->list[i];
	}
	return NULL;
}

/* Of a name that has a row somewhere: the call under one architecture. */
static int add_variant(struct sg_args_call *call, const struct timeline *s,
		       const struct sg_evidence *evidence, const struct sg_rule_call *allowed,
		       enum sg_arg_set set, struct sg_error *err)
{
	enum sg_args_refusal refusal = SG_ARGS_UNWATCHED;
	struct sg_args_variant *variant;
	int r = 0;

	if (SG_ARRAY_GROW(call->variants, call->n_variants) < 0)
		return sg_error_oom(err);
	variant = &call->variants[call->n_variants++];
	*variant = (struct sg_args_variant){ .id = allowed->id,
					     .call = sg_arg_call_find(allowed->id, set) };
	if (variant->call)
		r = decide(s, evidence, allowed, set, variant, &refusal, err);
	if (call->refusal == SG_ARGS_CONDITIONED)
		call->refusal = refusal;
	return r;
}

static int compare_ranks(const void *pa, const void *pb)
{
	const struct sg_args_call *a = pa, *b = pb;

	return a->rank < b->rank ? -1 : a->rank > b->rank;
}

static bool has_row(const char *name, enum sg_arg_set set, unsigned int *ret_rank)
{
	for (size_t i = 0; i < sg_arg_n_calls; i++) {
		if (sg_arg_call_n(&sg_arg_calls[i], set) &&
		    strcmp(sg_arg_calls[i].name, name) == 0) {
			*ret_rank = sg_arg_calls[i].rank;
			return true;
		}
	}
	return false;
}

int sg_args_decide(const struct sg_recording *rec, const struct sg_evidence *evidence,
		   const struct sg_rule *allowed, enum sg_arg_set set, struct sg_args_calls *ret,
		   struct sg_error *err)
{
	_cleanup_(sg_args_calls_done) struct sg_args_calls calls = { 0 };
	_cleanup_(timeline_done) struct timeline s = { 0 };
	int r;

	r = timeline_init(&s, rec, err);
	calls.list = calloc(allowed->n_calls + 1, sizeof(*calls.list));
	if (!calls.list)
		r = sg_error_oom(err);
	for (size_t i = 0; r == 0 && i < allowed->n_calls; i++) {
		const char *name = sg_syscall_name(allowed->calls[i].id);
		struct sg_args_call *call;
		unsigned int rank;

		if (!name || !has_row(name, set, &rank))
			continue;
		call = find_call(&calls, name);
		if (!call) {
			call = &calls.list[calls.n++];
			*call = (struct sg_args_call){ .name = name, .rank = rank };
		}
		r = add_variant(call, &s, evidence, &allowed->calls[i], set, err);
	}
	if (r < 0)
		return r;
	qsort(calls.list, calls.n, sizeof(*calls.list), compare_ranks);
	*ret = calls;
	calls = (struct sg_args_calls){ 0 };
	return 0;
}

void sg_args_calls_done(struct sg_args_calls *calls)
{
	for (size_t i = 0; i < calls->n; i++) {
		for (size_t k = 0; k < calls->list[i].n_variants; k++)
			sg_arg_rules_done(&calls->list[i].variants[k].rules);
		free(calls->list[i].variants);
	}
	free(calls->list);
	*calls = (struct sg_args_calls){ 0 };
}
