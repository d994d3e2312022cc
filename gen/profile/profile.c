/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/profile.h"

#include "base/array.h"
#include "syscall/multiplexed.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "syscall/arch.h"

const char *const sg_op_names[SG_OP_MAX_] = {
	[SG_OP_NE] = "SCMP_CMP_NE",
	[SG_OP_LT] = "SCMP_CMP_LT",
	[SG_OP_LE] = "SCMP_CMP_LE",
	[SG_OP_EQ] = "SCMP_CMP_EQ",
	[SG_OP_GE] = "SCMP_CMP_GE",
	[SG_OP_GT] = "SCMP_CMP_GT",
	[SG_OP_MASKED_EQ] = "SCMP_CMP_MASKED_EQ",
};
static_assert(SG_ARRAY_SIZE(sg_op_names) == 7, "an operator has no name");

const char *const sg_reason_names[SG_REASON_MAX_] = {
#define REASON(name, id) [SG_REASON_##name] = id,
#include "profile/reasons.def"
#undef REASON
};

int sg_op_parse(const char *s, enum sg_op *ret)
{
	for (int i = 0; i < SG_OP_MAX_; i++) {
		if (strcmp(s, sg_op_names[i]) == 0) {
			*ret = (enum sg_op)i;
			return 0;
		}
	}
	return -EINVAL;
}

bool sg_rule_call_has_reason(const struct sg_rule_call *call, enum sg_reason_kind kind)
{
	for (size_t i = 0; i < call->n_reasons; i++) {
		if (call->reasons[i].kind == kind)
			return true;
	}
	return false;
}

void sg_rule_call_done(struct sg_rule_call *call)
{
	for (size_t k = 0; k < call->n_reasons; k++)
		free(call->reasons[k].text);
	free(call->reasons);
	*call = (struct sg_rule_call){ .id = call->id };
}

static void rule_done(struct sg_rule *rule)
{
	for (size_t i = 0; i < rule->n_calls; i++)
		sg_rule_call_done(&rule->calls[i]);
	free(rule->calls);
	free(rule->conditions);
}

static void idle_done(struct sg_idle *idle)
{
	for (size_t i = 0; i < idle->n_names; i++)
		free(idle->names[i]);
	free(idle->names);
	free(idle->conditions);
}

int sg_profile_new(struct sg_profile **ret, struct sg_error *err)
{
	struct sg_profile *profile = calloc(1, sizeof(*profile));

	if (!profile)
		return sg_error_oom(err);
	*ret = profile;
	return 0;
}

void sg_profile_free(struct sg_profile *profile)
{
	if (!profile)
		return;
	for (size_t i = 0; i < profile->n_rules; i++)
		rule_done(&profile->rules[i]);
	for (size_t i = 0; i < profile->n_flags; i++)
		free(profile->flags[i]);
	for (size_t i = 0; i < profile->n_idle; i++)
		idle_done(&profile->idle[i]);
	free(profile->idle);
	free(profile->rules);
	free(profile->flags);
	free(profile->arches);
	free(profile->listener_path);
	free(profile->listener_metadata);
	free(profile);
}

bool sg_profile_has_arch(const struct sg_profile *profile, uint32_t arch)
{
	for (size_t i = 0; i < profile->n_arches; i++) {
		if (profile->arches[i] == arch)
			return true;
	}
	return false;
}

int sg_profile_add_arch(struct sg_profile *profile, uint32_t arch, struct sg_error *err)
{
	const struct sg_arch *known = sg_arch_by_token(arch);
	size_t at = 0;

	if (!known)
		return sg_error_set(err, -EINVAL, "profile: architecture 0x%x is not known", arch);
	/* rows stand in the order of sg_arches[], so a row's address tells its place */
	while (at < profile->n_arches && sg_arch_by_token(profile->arches[at]) < known)
		at++;
	if (at < profile->n_arches && profile->arches[at] == arch)
		return 0;
	if (SG_ARRAY_GROW(profile->arches, profile->n_arches) < 0)
		return sg_error_oom(err);
	memmove(&profile->arches[at + 1], &profile->arches[at],
		(profile->n_arches - at) * sizeof(*profile->arches));
	profile->arches[at] = arch;
	profile->n_arches++;
	return 0;
}

static int check_conditions(const struct sg_condition *conditions, size_t n, struct sg_error *err)
{
	for (size_t i = 0; i < n; i++) {
		if (conditions[i].index >= SG_ARGS_MAX)
			return sg_error_set(err, -EINVAL,
					    "profile: argument index %u: a call has %u arguments",
					    conditions[i].index, SG_ARGS_MAX);
		if ((unsigned int)conditions[i].op >= SG_OP_MAX_)
			return sg_error_set(err, -EINVAL, "profile: operator %u is not known",
					    (unsigned int)conditions[i].op);
	}
	return 0;
}

int sg_profile_add_rule(struct sg_profile *profile, struct sg_verdict verdict,
			const struct sg_condition *conditions, size_t n_conditions,
			struct sg_rule **ret, struct sg_error *err)
{
	_cleanup_free_ struct sg_condition *copy = NULL;
	int r;

	r = check_conditions(conditions, n_conditions, err);
	if (r < 0)
		return r;
	if (n_conditions) {
		copy = calloc(n_conditions, sizeof(*copy));
		if (!copy)
			return sg_error_oom(err);
		memcpy(copy, conditions, n_conditions * sizeof(*copy));
	}
	if (SG_ARRAY_GROW(profile->rules, profile->n_rules) < 0)
		return sg_error_oom(err);
	*ret = &profile->rules[profile->n_rules++];
	**ret = (struct sg_rule){
		.verdict = verdict,
		.conditions = TAKE_PTR(copy),
		.n_conditions = n_conditions,
	};
	return 0;
}

/* Where @id stands in @rule, or where it belongs. */
static size_t find_slot(const struct sg_rule *rule, struct sg_syscall_id id, bool *ret_found)
{
	size_t low = 0, high = rule->n_calls;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = sg_syscall_id_compare(rule->calls[mid].id, id);

		if (order == 0) {
			*ret_found = true;
			return mid;
		}
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	*ret_found = false;
	return low;
}

static int call_add_reason(struct sg_rule_call *call, const struct sg_reason *reason,
			   struct sg_error *err)
{
	_cleanup_free_ char *text = NULL;

	if (reason->text) {
		text = strdup(reason->text);
		if (!text)
			return sg_error_oom(err);
	}
	if (SG_ARRAY_GROW(call->reasons, call->n_reasons) < 0)
		return sg_error_oom(err);
	call->reasons[call->n_reasons++] =
		(struct sg_reason){ .kind = reason->kind, .text = TAKE_PTR(text) };
	return 0;
}

int sg_rule_add_call(struct sg_rule *rule, struct sg_syscall_id id, const struct sg_reason *reason,
		     struct sg_error *err)
{
	struct sg_rule_call fresh = { .id = id };
	bool found;
	size_t at;
	int r;

	at = find_slot(rule, id, &found);
	if (found)
		return reason ? call_add_reason(&rule->calls[at], reason, err) : 0;

	if (SG_ARRAY_GROW(rule->calls, rule->n_calls) < 0)
		return sg_error_oom(err);
	if (reason) {
		r = call_add_reason(&fresh, reason, err);
		if (r < 0)
			return r;
	}
	memmove(&rule->calls[at + 1], &rule->calls[at],
		(rule->n_calls - at) * sizeof(*rule->calls));
	rule->calls[at] = fresh;
	rule->n_calls++;
	return 0;
}

const struct sg_rule_call *sg_rule_find(const struct sg_rule *rule, struct sg_syscall_id id)
{
	bool found;
	size_t at = find_slot(rule, id, &found);

	return found ? &rule->calls[at] : NULL;
}

bool sg_rule_take_call(struct sg_rule *rule, struct sg_syscall_id id, struct sg_rule_call *ret)
{
	bool found;
	size_t at = find_slot(rule, id, &found);

	if (!found)
		return false;
	*ret = rule->calls[at];
	rule->n_calls--;
	memmove(&rule->calls[at], &rule->calls[at + 1],
		(rule->n_calls - at) * sizeof(*rule->calls));
	return true;
}

void sg_profile_drop_empty_rules(struct sg_profile *profile)
{
	size_t left = 0;

	for (size_t i = 0; i < profile->n_rules; i++) {
		if (profile->rules[i].n_calls)
			profile->rules[left++] = profile->rules[i];
		else
			rule_done(&profile->rules[i]);
	}
	profile->n_rules = left;
}

bool sg_conditions_are_split(const struct sg_condition *conditions, size_t n)
{
	unsigned int seen = 0;

	for (size_t i = 0; i < n; i++) {
		if (seen & 1u << conditions[i].index)
			return true;
		seen |= 1u << conditions[i].index;
	}
	return false;
}

bool sg_rule_is_split(const struct sg_rule *rule)
{
	return sg_conditions_are_split(rule->conditions, rule->n_conditions);
}

bool sg_rule_is_whole(const struct sg_rule *rule, uint32_t arch)
{
	const struct sg_arch *row = sg_arch_by_token(arch);
	bool is_narrow = row && (!row->is_64bit || sg_arch_is_ilp32(arch));
	size_t idle = 0;

	for (size_t i = 0; i < rule->n_conditions; i++) {
		uint64_t mask = rule->conditions[i].value;

		if (rule->conditions[i].op == SG_OP_MASKED_EQ &&
		    (is_narrow ? (uint32_t)mask : mask) == 0)
			idle++;
	}
	return idle == rule->n_conditions || (idle && sg_rule_is_split(rule));
}

bool sg_rule_through(const struct sg_rule *rule, size_t at, struct sg_syscall_id multiplexer,
		     struct sg_condition *ret_conditions, size_t *ret_n)
{
	struct sg_condition which = { .op = SG_OP_EQ };
	size_t n = 0;

	if (!sg_is_made_through(rule->calls[at].id, multiplexer, &which.value))
		return false;
	ret_conditions[n++] = which;
	for (size_t i = 0; i < rule->n_conditions; i++) {
		if (rule->conditions[i].index != 0)
			ret_conditions[n++] = rule->conditions[i];
	}
	*ret_n = n;
	return true;
}

bool sg_rule_says_default(const struct sg_rule *rule, const struct sg_profile *profile)
{
	return sg_verdict_equal(rule->verdict, profile->default_verdict);
}

bool sg_rule_has_order(const struct sg_rule *rule)
{
	for (size_t i = 0; i < rule->n_conditions; i++) {
		enum sg_op op = rule->conditions[i].op;

		if (op != SG_OP_EQ && op != SG_OP_MASKED_EQ)
			return true;
	}
	return false;
}

bool sg_rule_speaks_of(const struct sg_rule *rule, struct sg_syscall_id id)
{
	uint64_t number;

	if (sg_rule_find(rule, id))
		return true;
	if (!sg_is_multiplexer(id))
		return false;
	for (size_t i = 0; i < rule->n_calls; i++) {
		if (sg_is_made_through(rule->calls[i].id, id, &number))
			return true;
	}
	return false;
}

int sg_profile_add_idle(struct sg_profile *profile, const struct sg_idle *idle,
			struct sg_error *err)
{
	struct sg_idle copy = *idle;

	copy.conditions = calloc(idle->n_conditions + 1, sizeof(*copy.conditions));
	copy.names = calloc(idle->n_names + 1, sizeof(*copy.names));
	copy.n_names = 0;
	if (!copy.conditions || !copy.names)
		goto oom;
	for (size_t i = 0; i < idle->n_conditions; i++)
		copy.conditions[i] = idle->conditions[i];
	for (; copy.n_names < idle->n_names; copy.n_names++) {
		copy.names[copy.n_names] = strdup(idle->names[copy.n_names]);
		if (!copy.names[copy.n_names])
			goto oom;
	}
	if (SG_ARRAY_GROW(profile->idle, profile->n_idle) < 0)
		goto oom;
	profile->idle[profile->n_idle++] = copy;
	return 0;
oom:
	idle_done(&copy);
	return sg_error_oom(err);
}
