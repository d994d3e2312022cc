/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/texts.h"
#include "syscall/arch.h"
#include "syscall/table.h"

/* What an entry's calls have in common, in a form that is the same for equal rules. */
struct sg_plan_shape {
	struct sg_verdict verdict;
	struct sg_condition *conditions; /* sorted, owned */
	size_t n_conditions;
};

/* One call as dialects see it; both pointers are borrowed. */
struct row {
	const struct sg_plan_shape *shape;
	const char *name;
	uint32_t families;
	size_t rank; /* 0, or 1 more than the rule's index where the order of rules counts */
};

/*
 * Names of which it matters in what order their rules stand: conditions can overlap, and then the
 * first rule decides, or what libseccomp makes of them. Sorted, unique; the strings are static.
 */
struct contested {
	const char **names;
	size_t n;
};

struct use {
	const char *name;
	const struct sg_rule *rule;
};

static int compare_uses(const void *a, const void *b)
{
	const struct use *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : x->rule < y->rule ? -1 : x->rule > y->rule;
}

/* Whether the order of the rules of one name counts: not where they are values of one verdict. */
static bool is_contested(const struct use *uses, size_t n)
{
	const struct sg_rule *first = uses[0].rule;
	bool several = false, contested = false;

	for (size_t i = 0; i < n; i++) {
		const struct sg_rule *rule = uses[i].rule;

		several |= rule != first;
		contested |=
			sg_rule_has_order(rule) || !sg_verdict_equal(rule->verdict, first->verdict);
	}
	return several && contested;
}

static int contested_init(struct contested *contested, const struct sg_profile *profile,
			  struct sg_error *err)
{
	_cleanup_free_ struct use *uses = NULL;
	size_t n = 0;

	for (size_t i = 0; i < profile->n_rules; i++)
		n += profile->rules[i].n_calls;
	uses = calloc(n + 1, sizeof(*uses));
	contested->names = calloc(n + 1, sizeof(*contested->names));
	if (!uses || !contested->names)
		return sg_error_oom(err);
	n = 0;
	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct sg_rule *rule = &profile->rules[i];

		for (size_t k = 0; k < rule->n_calls; k++) {
			const char *name = sg_syscall_name(rule->calls[k].id);

			if (name)
				uses[n++] = (struct use){ name, rule };
		}
	}
	qsort(uses, n, sizeof(*uses), compare_uses);
	for (size_t i = 0, next; i < n; i = next) {
		for (next = i + 1; next < n && strcmp(uses[i].name, uses[next].name) == 0; next++)
			;
		if (is_contested(&uses[i], next - i))
			contested->names[contested->n++] = uses[i].name;
	}
	return 0;
}

static bool contested_has(const struct contested *contested, struct sg_syscall_id id)
{
	const char *name = sg_syscall_name(id);

	return name && contested->n &&
	       bsearch(&name, contested->names, contested->n, sizeof(*contested->names),
		       sg_text_compare);
}

void sg_plan_done(struct sg_plan *plan)
{
	for (size_t i = 0; i < plan->n_shapes; i++)
		free(plan->shapes[i].conditions);
	free(plan->shapes);
	free(plan->entries);
	free(plan->names);
	*plan = (struct sg_plan){ 0 };
}

uint32_t sg_plan_all_families(const struct sg_plan *plan)
{
	return (uint32_t)((UINT64_C(1) << plan->n_families) - 1);
}

static int compare_u64(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_conditions(const void *a, const void *b)
{
	const struct sg_condition *x = a, *y = b;
	int order;

	order = compare_u64(x->index, y->index);
	if (!order)
		order = compare_u64(x->op, y->op);
	if (!order)
		order = compare_u64(x->value, y->value);
	if (!order)
		order = compare_u64(x->value_two, y->value_two);
	return order;
}

/*
 * All of them must hold, so their order says nothing; but of several on one argument runtimes make
 * alternatives, and crun takes the first six.
 */
static void sort_conditions(struct sg_condition *conditions, size_t n)
{
	if (n && !sg_conditions_are_split(conditions, n))
		qsort(conditions, n, sizeof(*conditions), compare_conditions);
}

static int compare_shapes(const struct sg_plan_shape *x, const struct sg_plan_shape *y)
{
	int order;

	order = compare_u64(y->verdict.action, x->verdict.action);
	if (!order)
		order = compare_u64(x->verdict.data, y->verdict.data);
	if (!order)
		order = compare_u64(x->n_conditions, y->n_conditions);
	for (size_t i = 0; !order && i < x->n_conditions; i++)
		order = compare_conditions(&x->conditions[i], &y->conditions[i]);
	return order;
}

static int compare_rules(const void *a, const void *b)
{
	const struct sg_rule *x = a, *y = b;
	const struct sg_plan_shape sx = { x->verdict, x->conditions, x->n_conditions };
	const struct sg_plan_shape sy = { y->verdict, y->conditions, y->n_conditions };

	return compare_shapes(&sx, &sy);
}

/* Move the calls of @rule whose order counts into a rule of their own at the end of @profile. */
static int split_rule(struct sg_profile *profile, size_t at, const struct contested *contested,
		      struct sg_error *err)
{
	struct sg_rule *own = NULL;
	int r = 0;

	for (size_t i = profile->rules[at].n_calls; r == 0 && i-- > 0;) {
		struct sg_syscall_id id = profile->rules[at].calls[i].id;
		struct sg_rule_call call;

		if (!contested_has(contested, id))
			continue;
		if (!own) {
			const struct sg_rule *from = &profile->rules[at];

			r = sg_profile_add_rule(profile, from->verdict, from->conditions,
						from->n_conditions, &own, err);
			if (r < 0)
				return r;
			own->line = profile->rules[at].line;
		}
		if (sg_rule_take_call(&profile->rules[at], id, &call))
			sg_rule_call_done(&call);
		r = sg_rule_add_call(own, id, NULL, err);
	}
	return r;
}

int sg_plan_order(struct sg_profile *profile, struct sg_error *err)
{
	struct contested contested = { 0 };
	size_t n = profile->n_rules;
	int r;

	for (size_t i = 0; i < n; i++) {
		struct sg_rule *rule = &profile->rules[i];

		sort_conditions(rule->conditions, rule->n_conditions);
	}
	r = contested_init(&contested, profile, err);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = split_rule(profile, i, &contested, err);
	if (n)
		qsort(profile->rules, n, sizeof(*profile->rules), compare_rules);
	sg_profile_drop_empty_rules(profile);
	free(contested.names);
	return r;
}

static int compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = compare_u64(x->rank, y->rank);

	if (!order)
		order = compare_shapes(x->shape, y->shape);
	return order ? order : strcmp(x->name, y->name);
}

/* Entries for fewer families stand after those for more. */
static int compare_rows_by_family(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = compare_u64(x->rank, y->rank);

	if (!order)
		order = compare_shapes(x->shape, y->shape);
	if (!order)
		order = compare_u64(y->families, x->families);
	return order ? order : strcmp(x->name, y->name);
}

static int shape_init(struct sg_plan_shape *shape, const struct sg_rule *rule, struct sg_error *err)
{
	shape->verdict = rule->verdict;
	if (!rule->n_conditions)
		return 0;
	shape->conditions = calloc(rule->n_conditions, sizeof(*shape->conditions));
	if (!shape->conditions)
		return sg_error_oom(err);
	shape->n_conditions = rule->n_conditions;
	memcpy(shape->conditions, rule->conditions,
	       rule->n_conditions * sizeof(*shape->conditions));
	sort_conditions(shape->conditions, shape->n_conditions);
	return 0;
}

/* Rows that the dialect cannot tell apart become one. */
static size_t unite(struct row *rows, size_t n)
{
	size_t left = 0;

	if (!n)
		return 0;
	qsort(rows, n, sizeof(*rows), compare_rows);
	for (size_t i = 1; i < n; i++) {
		if (compare_rows(&rows[left], &rows[i]) == 0)
			rows[left].families |= rows[i].families;
		else
			rows[++left] = rows[i];
	}
	return left + 1;
}

static int fill_entries(struct sg_plan *plan, const struct row *rows, size_t n,
			struct sg_error *err)
{
	plan->entries = calloc(n + 1, sizeof(*plan->entries));
	plan->names = calloc(n + 1, sizeof(*plan->names));
	if (!plan->entries || !plan->names)
		return sg_error_oom(err);
	for (size_t i = 0; i < n; i++) {
		struct sg_plan_entry *entry = plan->n ? &plan->entries[plan->n - 1] : NULL;

		if (!entry || rows[i].families != rows[i - 1].families ||
		    rows[i].rank != rows[i - 1].rank ||
		    compare_shapes(rows[i].shape, rows[i - 1].shape) != 0) {
			entry = &plan->entries[plan->n++];
			*entry = (struct sg_plan_entry){
				.verdict = rows[i].shape->verdict,
				.conditions = rows[i].shape->conditions,
				.n_conditions = rows[i].shape->n_conditions,
				.names = &plan->names[i],
				.families = rows[i].families,
			};
		}
		plan->names[i] = rows[i].name;
		entry->n_names++;
	}
	return 0;
}

uint32_t sg_family_of(uint32_t arch)
{
	const struct sg_arch *row = sg_arch_by_token(arch);

	return row ? row->native : arch;
}

/* The families of @profile, one bit each; there are fewer than 32 architectures. */
static uint32_t family_bit(struct sg_plan *plan, uint32_t arch)
{
	uint32_t family = sg_family_of(arch);
	size_t i = 0;

	while (i < plan->n_families && plan->families[i] != family)
		i++;
	if (i == plan->n_families && i < 31)
		plan->families[plan->n_families++] = family;
	return UINT32_C(1) << i;
}

static int fill_rows(struct sg_plan *plan, const struct sg_profile *profile, bool by_family,
		     struct row *rows, struct sg_error *err)
{
	_cleanup_free_ const char **names = NULL;
	struct contested contested = { 0 };
	size_t n = 0;
	int r;

	r = contested_init(&contested, profile, err);
	names = contested.names;
	if (r < 0)
		return r;
	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct sg_rule *rule = &profile->rules[i];
		struct sg_plan_shape *shape = &plan->shapes[plan->n_shapes++];

		r = shape_init(shape, rule, err);
		if (r < 0)
			return r;
		for (size_t k = 0; k < rule->n_calls; k++) {
			struct row *row = &rows[n++];
			uint32_t bit = family_bit(plan, rule->calls[k].id.arch);

			row->shape = shape;
			if (contested_has(&contested, rule->calls[k].id))
				row->rank = i + 1;
			row->families = by_family ? bit : 0;
			r = sg_syscall_name_or_error(rule->calls[k].id, &row->name, err);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

int sg_plan_init(struct sg_plan *plan, const struct sg_profile *profile, bool by_family,
		 struct sg_error *err)
{
	_cleanup_free_ struct row *rows = NULL;
	size_t n = 0;
	int r;

	*plan = (struct sg_plan){ 0 };
	for (size_t i = 0; i < profile->n_arches; i++)
		family_bit(plan, profile->arches[i]);
	for (size_t i = 0; i < profile->n_rules; i++)
		n += profile->rules[i].n_calls;
	plan->shapes = calloc(profile->n_rules + 1, sizeof(*plan->shapes));
	rows = calloc(n + 1, sizeof(*rows));
	if (!plan->shapes || !rows) {
		r = sg_error_oom(err);
		goto fail;
	}
	r = fill_rows(plan, profile, by_family, rows, err);
	if (r < 0)
		goto fail;
	n = unite(rows, n);
	if (by_family)
		qsort(rows, n, sizeof(*rows), compare_rows_by_family);
	r = fill_entries(plan, rows, n, err);
	if (r == 0)
		return 0;
fail:
	sg_plan_done(plan);
	return r;
}
