/* SPDX-License-Identifier: Apache-2.0 */
#include "filter/compile/rules.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "syscall/arch.h"
#include "syscall/table.h"

static const enum scmp_compare scmp_ops[SG_OP_MAX_] = {
	[SG_OP_NE] = SCMP_CMP_NE,
	[SG_OP_LT] = SCMP_CMP_LT,
	[SG_OP_LE] = SCMP_CMP_LE,
	[SG_OP_EQ] = SCMP_CMP_EQ,
	[SG_OP_GE] = SCMP_CMP_GE,
	[SG_OP_GT] = SCMP_CMP_GT,
	[SG_OP_MASKED_EQ] = SCMP_CMP_MASKED_EQ,
};
static_assert(SG_ARRAY_SIZE(scmp_ops) == 7, "an operator has no counterpart");

void sg_scmp_releasep(scmp_filter_ctx *ctx)
{
	if (*ctx)
		seccomp_release(*ctx);
}

static int new_context(const struct sg_compile_job *job, const uint32_t *arches, size_t n,
		       scmp_filter_ctx *ret, struct sg_error *err)
{
	_cleanup_(sg_scmp_releasep) scmp_filter_ctx ctx = NULL;
	int r;

	ctx = seccomp_init(sg_compile_word(job, job->profile->default_verdict));
	if (!ctx)
		return sg_error_set(err, -EINVAL,
				    "compile: libseccomp %s refuses the default action %s",
				    sg_libseccomp_version(),
				    sg_action_names[job->profile->default_verdict.action]);
	/* before the native architecture goes: without any, libseccomp refuses */
	if (job->log_denials && seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_LOG) < 0)
		return sg_error_set(err, -EINVAL,
				    "compile: libseccomp %s cannot log calls of other "
				    "architectures",
				    sg_libseccomp_version());
	seccomp_arch_remove(ctx, job->native);
	for (size_t i = 0; i < n; i++) {
		const struct sg_arch *arch = sg_arch_by_token(arches[i]);
		const char *name = arch ? arch->scmp_name : "of the profile";

		r = seccomp_arch_add(ctx, arches[i]);
		if (r < 0)
			return sg_error_set(err, -EOPNOTSUPP,
					    "compile: libseccomp %s does not know architecture %s",
					    sg_libseccomp_version(), name);
	}
	*ret = TAKE_PTR(ctx);
	return 0;
}

static struct scmp_arg_cmp scmp_condition(const struct sg_condition *condition)
{
	return (struct scmp_arg_cmp){ .arg = condition->index,
				      .op = scmp_ops[condition->op],
				      .datum_a = condition->value,
				      .datum_b = condition->value_two };
}

/* What an entry says of its calls; borrowed. */
struct said {
	struct sg_verdict verdict;
	const struct sg_condition *conditions;
	size_t n_conditions;
	unsigned int line;
};

static struct said said_by(const struct sg_rule *rule)
{
	return (struct said){ rule->verdict, rule->conditions, rule->n_conditions, rule->line };
}

static int refuse_rule(const struct sg_compile_job *job, const struct said *said, const char *name,
		       int r, struct sg_error *err)
{
	char where[32] = "";

	if (r == -ENOMEM)
		return sg_error_oom(err);
	if (said->line)
		snprintf(where, sizeof(where), "line %u: ", said->line);
	return sg_error_set(
		err, -EINVAL, "compile: %s%slibseccomp %s refuses the rule for %s: %s", where,
		job->flavor == SG_COMPILE_PLAIN ? ""
						: "the runtime would not start the container: ",
		sg_libseccomp_version(), name,
		r == -EEXIST ? "it contradicts an earlier rule for the same call" : strerror(-r));
}

/* One call of a rule, @nr as libseccomp takes it: the native architecture's number or a negative
 * one. */
static int add_call(struct sg_compile_job *job, scmp_filter_ctx ctx, const struct said *rule,
		    int nr, const char *name, struct sg_error *err)
{
	struct scmp_arg_cmp conditions[MAX_CONDITIONS];
	uint32_t action = sg_compile_word(job, rule->verdict);
	size_t n = rule->n_conditions;
	bool is_split;
	int r = 0;

	if (job->flavor == SG_COMPILE_CRUN && n > MAX_CONDITIONS)
		n = MAX_CONDITIONS;
	is_split = job->flavor != SG_COMPILE_PLAIN && sg_conditions_are_split(rule->conditions, n);
	if (!is_split && n > MAX_CONDITIONS)
		return refuse_rule(job, rule, name, -EINVAL, err);

	for (size_t i = 0; i < n && r == 0; i++) {
		struct scmp_arg_cmp condition = scmp_condition(&rule->conditions[i]);

		if (is_split)
			r = seccomp_rule_add_array(ctx, action, nr, 1, &condition);
		else
			conditions[i] = condition;
	}
	if (!is_split)
		r = seccomp_rule_add_array(ctx, action, nr, (unsigned int)n, conditions);
	if (r < 0)
		return refuse_rule(job, rule, name, r, err);
	job->n_added++;
	return 0;
}

static int compare_places(const void *a, const void *b)
{
	const struct sg_rule_call *x = *(const struct sg_rule_call *const *)a;
	const struct sg_rule_call *y = *(const struct sg_rule_call *const *)b;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return sg_syscall_id_compare(x->id, y->id);
}

/* The calls of @rule as their names stand in the entry; free the list. NULL: no memory. */
static const struct sg_rule_call **by_place(const struct sg_rule *rule)
{
	const struct sg_rule_call **calls = calloc(rule->n_calls + 1, sizeof(*calls));

	for (size_t i = 0; calls && i < rule->n_calls; i++)
		calls[i] = &rule->calls[i];
	if (calls)
		qsort(calls, rule->n_calls, sizeof(*calls), compare_places);
	return calls;
}

/*
 * runc and crun: each name once a rule, for all architectures whichever the rule has it for. In the
 * order of the entry, for libseccomp refuses socket after what contradicts it, and not after
 * socketcall, which has its say on socket.
 */
static int add_rule_by_name(struct sg_compile_job *job, scmp_filter_ctx ctx, size_t at,
			    struct sg_error *err)
{
	const struct sg_rule *rule = &job->profile->rules[at];
	const struct said said = said_by(rule);
	_cleanup_free_ const struct sg_rule_call **calls = by_place(rule);
	int r, nr;

	if (!calls)
		return sg_error_oom(err);
	for (size_t i = 0; i < rule->n_calls; i++) {
		struct sg_syscall_id id = calls[i]->id;
		const char *name = sg_syscall_name(id);

		if (sg_compile_is_default(job, rule->verdict) || !name ||
		    sg_compile_name_came_earlier(rule, id, name))
			continue;
		nr = seccomp_syscall_resolve_name(name);
		if (nr == __NR_SCMP_ERROR)
			continue;
		r = add_call(job, ctx, &said, nr, name, err);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Names that decide nothing here: libseccomp has its say on the rest of their entry. */
static int add_idle_by_name(struct sg_compile_job *job, scmp_filter_ctx ctx,
			    const struct sg_idle *idle, struct sg_error *err)
{
	const struct said said = { idle->verdict, idle->conditions, idle->n_conditions,
				   idle->line };
	int r, nr;

	if (sg_compile_is_default(job, idle->verdict))
		return 0;
	for (size_t i = 0; i < idle->n_names; i++) {
		nr = seccomp_syscall_resolve_name(idle->names[i]);
		if (nr == __NR_SCMP_ERROR)
			continue;
		r = add_call(job, ctx, &said, nr, idle->names[i], err);
		if (r < 0)
			return r;
	}
	return 0;
}

/* The calls of @arch that a rule has, by number. */
static int add_rule_by_nr(struct sg_compile_job *job, scmp_filter_ctx ctx, uint32_t arch, size_t at,
			  struct sg_error *err)
{
	const struct sg_rule *rule = &job->profile->rules[at];
	const struct said said = said_by(rule);
	int r, nr;

	for (size_t i = 0; i < rule->n_calls; i++) {
		struct sg_syscall_id id = rule->calls[i].id;
		const char *name = sg_syscall_name(id);

		if (id.arch != arch || sg_compile_is_default(job, rule->verdict) ||
		    !sg_compile_scmp_nr(job, id, &nr))
			continue;
		r = add_call(job, ctx, &said, nr, name ? name : "a call without a name", err);
		if (r < 0)
			return r;
	}
	return 0;
}

int sg_compile_by_name(struct sg_compile_job *job, scmp_filter_ctx *ret, struct sg_error *err)
{
	_cleanup_(sg_scmp_releasep) scmp_filter_ctx ctx = NULL;
	int r;

	r = new_context(job, job->arches, job->n_arches, &ctx, err);
	for (size_t i = 0; i < job->profile->n_rules && r == 0; i++)
		r = add_rule_by_name(job, ctx, i, err);
	for (size_t i = 0; i < job->profile->n_idle && r == 0; i++)
		r = add_idle_by_name(job, ctx, &job->profile->idle[i], err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(ctx);
	return 0;
}

/* A filter an architecture, then all in one: libseccomp adds a rule to every architecture of a
 * filter. */
int sg_compile_by_nr(struct sg_compile_job *job, scmp_filter_ctx *ret, struct sg_error *err)
{
	_cleanup_(sg_scmp_releasep) scmp_filter_ctx ctx = NULL;
	int r;

	for (size_t a = 0; a < job->n_arches; a++) {
		_cleanup_(sg_scmp_releasep) scmp_filter_ctx one = NULL;

		r = new_context(job, &job->arches[a], 1, &one, err);
		for (size_t i = 0; i < job->profile->n_rules && r == 0; i++)
			r = add_rule_by_nr(job, one, job->arches[a], i, err);
		if (r < 0)
			return r;
		if (!ctx) {
			ctx = TAKE_PTR(one);
			continue;
		}
		r = seccomp_merge(ctx, one);
		if (r < 0)
			return sg_error_set(err, r == -ENOMEM ? r : -EINVAL,
					    "compile: libseccomp %s cannot put the profile's "
					    "architectures into one filter: %s",
					    sg_libseccomp_version(), strerror(-r));
		TAKE_PTR(one); /* libseccomp released it */
	}
	*ret = TAKE_PTR(ctx);
	return 0;
}
