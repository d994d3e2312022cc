/* SPDX-License-Identifier: Apache-2.0 */
#include "infer/args/args.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "filter/compile/compile.h"
#include "syscall/arch.h"
#include "syscall/table.h"

/*
 * Half of what the kernel takes: another libseccomp can need more for the same rules, and the
 * runtime adds its own.
 */
#define DEFAULT_MAX_INSNS (SG_FILTER_MAX_INSNS / 2)

#define PERMITTED ((struct sg_verdict){ SG_ACTION_ALLOW, 0 })

/* The rule that allows under exactly these conditions, made when it is not there. */
static int find_rule(struct sg_profile *profile, const struct sg_arg_rule *want,
		     struct sg_rule **ret, struct sg_error *err)
{
	for (size_t i = 1; i < profile->n_rules; i++) {
		struct sg_rule *rule = &profile->rules[i];
		bool same = rule->verdict.action == SG_ACTION_ALLOW &&
			    rule->n_conditions == want->n_conditions;

		for (size_t k = 0; same && k < rule->n_conditions; k++) {
			const struct sg_condition *a = &rule->conditions[k],
						  *b = &want->conditions[k];

			same = a->index == b->index && a->op == b->op && a->value == b->value &&
			       a->value_two == b->value_two;
		}
		if (same) {
			*ret = rule;
			return 0;
		}
	}
	return sg_profile_add_rule(profile, PERMITTED, want->conditions, want->n_conditions, ret,
				   err);
}

static int add_reason(struct sg_rule *rule, struct sg_syscall_id id, enum sg_reason_kind kind,
		      struct sg_strbuf *text, struct sg_error *err)
{
	_cleanup_free_ char *line = NULL;
	struct sg_reason reason = { .kind = kind };

	if (sg_strbuf_steal(text, &line, NULL) < 0) {
		sg_strbuf_done(text);
		return sg_error_oom(err);
	}
	reason.text = line;
	return sg_rule_add_call(rule, id, &reason, err);
}

/* "AF_UNIX, SOCK_STREAM, 0: 12 calls" */
static int add_conditioned(struct sg_profile *profile, const struct sg_args_variant *variant,
			   const struct sg_arg_rule *want, struct sg_error *err)
{
	static const char *const origins[] = {
		[SG_ARG_ALWAYS] = ": what another libc or kernel would use",
		[SG_ARG_FLOOR] = ": what the container runtime uses",
	};
	struct sg_strbuf text = SG_STRBUF_INIT;
	struct sg_rule *rule;
	int r;

	r = find_rule(profile, want, &rule, err);
	if (r < 0)
		return r;
	sg_arg_rule_text(want, variant->call, variant->id.arch, &text);
	if (want->origin == SG_ARG_OBSERVED) {
		sg_strbuf_printf(&text, ": %" PRIu64 " call%s", want->n_calls,
				 want->n_calls == 1 ? "" : "s");
	} else if (want->origin == SG_ARG_FAMILY) {
		sg_strbuf_add(&text, ": goes with ");
		sg_arg_rule_seen_text(want, variant->call, variant->id.arch, &text);
		sg_strbuf_printf(&text, ", which was seen: %s", want->family->why);
	} else {
		sg_strbuf_add(&text, origins[want->origin]);
	}
	return add_reason(rule, variant->id, SG_REASON_ARGS, &text, err);
}

/* Out of the first rule into rules with conditions; why it is in the profile goes with the first of
 * them. */
static int apply(struct sg_profile *profile, const struct sg_args_call *call, struct sg_error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < call->n_variants; i++) {
		const struct sg_args_variant *variant = &call->variants[i];
		_cleanup_(sg_rule_call_done) struct sg_rule_call taken = { 0 };
		struct sg_rule *first;

		if (!sg_rule_take_call(&profile->rules[0], variant->id, &taken))
			continue;
		r = find_rule(profile, &variant->rules.rules[0], &first, err);
		for (size_t k = 0; r == 0 && k < taken.n_reasons; k++)
			r = sg_rule_add_call(first, variant->id, &taken.reasons[k], err);
		for (size_t k = 0; r == 0 && k < variant->rules.n; k++)
			r = add_conditioned(profile, variant, &variant->rules.rules[k], err);
	}
	return r;
}

/* Back into the first rule, with the reasons it had. */
static int undo(struct sg_profile *profile, const struct sg_args_call *call, struct sg_error *err)
{
	int r = 0;

	for (size_t i = 0; i < call->n_variants; i++) {
		struct sg_syscall_id id = call->variants[i].id;

		for (size_t n = 1; r == 0 && n < profile->n_rules; n++) {
			_cleanup_(sg_rule_call_done) struct sg_rule_call taken = { 0 };

			if (!profile->rules[n].n_conditions ||
			    !sg_rule_take_call(&profile->rules[n], id, &taken))
				continue;
			for (size_t k = 0; r == 0 && k < taken.n_reasons; k++) {
				if (taken.reasons[k].kind != SG_REASON_ARGS)
					r = sg_rule_add_call(&profile->rules[0], id,
							     &taken.reasons[k], err);
			}
		}
	}
	sg_profile_drop_empty_rules(profile);
	return r;
}

/*
 * The instructions of the filter that runc would load, which is the longest of those that are made
 * of a profile. 0: not known, libseccomp cannot make it here.
 */
static int count_insns(const struct sg_profile *profile, struct sg_compile_budget *budget,
		       size_t *ret, struct sg_error *err)
{
	const struct sg_compile_options opts = { .flavor = SG_COMPILE_RUNC, .budget = budget };
	_cleanup_(sg_compiled_done) struct sg_compiled compiled = { 0 };
	struct sg_error reason = { 0 };
	int r = sg_profile_compile(profile, &opts, &compiled, &reason);

	if (r == -ENOMEM)
		return sg_error_oom(err);
	if (r == -EOPNOTSUPP)
		*ret = 0;
	else
		*ret = r < 0 ? SIZE_MAX : compiled.filter->len;
	return 0;
}

static int note_too_long(struct sg_infer_notices *notices, size_t n_insns, size_t max_insns,
			 struct sg_error *err)
{
	struct sg_strbuf b = SG_STRBUF_INIT;

	if (n_insns == SIZE_MAX)
		sg_strbuf_add(&b,
			      "no filter can be made of the profile, with conditions or without");
	else
		sg_strbuf_printf(&b,
				 "the filter has %zu instructions without any condition, "
				 "--max-insns is %zu",
				 n_insns, max_insns);
	return sg_infer_notices_add(notices, &b, err);
}

/*
 * Give up conditions, those worth least first, until the filter is short enough. What is too long
 * without any is said, and stays.
 */
static int keep_budget(struct sg_profile *profile, struct sg_args_calls *calls, size_t max_insns,
		       struct sg_infer_notices *notices, struct sg_error *err)
{
	struct sg_compile_budget budget = { SG_COMPILE_WORK };
	size_t n_insns;
	int r;

	for (size_t i = calls->n; i-- > 0;) {
		if (calls->list[i].refusal != SG_ARGS_CONDITIONED)
			continue;
		r = count_insns(profile, &budget, &n_insns, err);
		if (r < 0 || n_insns <= max_insns)
			return r;
		r = undo(profile, &calls->list[i], err);
		if (r < 0)
			return r;
		calls->list[i].refusal = SG_ARGS_TOO_LONG;
	}
	r = count_insns(profile, &budget, &n_insns, err);
	if (r < 0 || n_insns <= max_insns)
		return r;
	return note_too_long(notices, n_insns, max_insns, err);
}

/* To each call that the table has a row for and that stays without a condition: why. */
static int explain_refusals(struct sg_profile *profile, const struct sg_args_calls *calls,
			    struct sg_error *err)
{
	int r = 0;

	for (size_t i = 0; i < calls->n; i++) {
		const struct sg_args_call *call = &calls->list[i];

		for (size_t k = 0; r == 0 && k < call->n_variants; k++) {
			struct sg_strbuf text = SG_STRBUF_INIT;

			if (call->refusal == SG_ARGS_CONDITIONED)
				continue;
			sg_strbuf_printf(&text, "not conditioned: %s",
					 sg_args_refusals[call->refusal]);
			r = add_reason(&profile->rules[0], call->variants[k].id, SG_REASON_ARGS,
				       &text, err);
		}
	}
	return r;
}

static int note_names(struct sg_infer_notices *notices, const struct sg_args_calls *calls,
		      enum sg_args_refusal refusal, struct sg_error *err)
{
	struct sg_strbuf b = SG_STRBUF_INIT;
	const char *separator = "";

	sg_strbuf_add(&b, refusal == SG_ARGS_CONDITIONED ? "conditioned on their arguments: "
							 : "not conditioned on their arguments: ");
	for (size_t i = 0; i < calls->n; i++) {
		if (calls->list[i].refusal != refusal)
			continue;
		sg_strbuf_printf(&b, "%s%s", separator, calls->list[i].name);
		separator = ", ";
	}
	if (!*separator) {
		sg_strbuf_done(&b);
		return 0;
	}
	if (refusal != SG_ARGS_CONDITIONED)
		sg_strbuf_printf(&b, " (%s)", sg_args_refusals[refusal]);
	return sg_infer_notices_add(notices, &b, err);
}

/* Calls that one number of 32-bit architectures leads to, its arguments through a pointer. */
static const struct {
	const char *way, *calls[8];
} multiplexed[] = {
	{ "socketcall", { "socket", "socketpair", "setsockopt", "getsockopt" } },
	{ "ipc", { "shmat", "msgctl", "semctl", "shmctl" } },
};

static bool is_conditioned(const struct sg_args_calls *calls, const char *name)
{
	for (size_t i = 0; i < calls->n; i++) {
		if (strcmp(calls->list[i].name, name) == 0)
			return calls->list[i].refusal == SG_ARGS_CONDITIONED;
	}
	return false;
}

static int note_multiplexed(struct sg_infer_notices *notices, const struct sg_profile *profile,
			    const struct sg_args_calls *calls, struct sg_error *err)
{
	int r = 0;

	for (size_t m = 0; m < SG_ARRAY_SIZE(multiplexed); m++) {
		for (size_t a = 0; r == 0 && a < profile->n_arches; a++) {
			struct sg_strbuf b = SG_STRBUF_INIT;
			const char *separator = "";
			struct sg_syscall_id way = { .arch = profile->arches[a] };

			if (sg_syscall_nr(way.arch, multiplexed[m].way, &way.nr) < 0 ||
			    !sg_rule_find(&profile->rules[0], way))
				continue;
			sg_strbuf_printf(&b,
					 "on %s the conditions do not hold through %s(2), whose "
					 "arguments no filter can see: ",
					 sg_arch_by_token(way.arch)->name, multiplexed[m].way);
			for (size_t i = 0; multiplexed[m].calls[i]; i++) {
				if (!is_conditioned(calls, multiplexed[m].calls[i]))
					continue;
				sg_strbuf_printf(&b, "%s%s", separator, multiplexed[m].calls[i]);
				separator = ", ";
			}
			if (*separator)
				r = sg_infer_notices_add(notices, &b, err);
			else
				sg_strbuf_done(&b);
		}
	}
	return r;
}

int sg_infer_args(struct sg_profile *profile, const struct sg_recording *rec,
		  const struct sg_evidence *evidence, const struct sg_infer_options *opts,
		  struct sg_infer_notices *notices, struct sg_error *err)
{
	_cleanup_(sg_args_calls_done) struct sg_args_calls calls = { 0 };
	int r;

	if (opts->args == SG_ARG_SET_NONE)
		return 0;
	r = sg_args_decide(rec, evidence, &profile->rules[0], opts->args, &calls, err);
	for (size_t i = 0; r == 0 && i < calls.n; i++) {
		if (calls.list[i].refusal == SG_ARGS_CONDITIONED)
			r = apply(profile, &calls.list[i], err);
	}
	if (r == 0)
		r = keep_budget(profile, &calls,
				opts->max_insns ? opts->max_insns : DEFAULT_MAX_INSNS, notices,
				err);
	if (r == 0)
		r = explain_refusals(profile, &calls, err);
	for (int refusal = 0; r == 0 && refusal < SG_ARGS_REFUSAL_MAX_; refusal++)
		r = note_names(notices, &calls, (enum sg_args_refusal)refusal, err);
	if (r == 0)
		r = note_multiplexed(notices, profile, &calls, err);
	return r;
}
