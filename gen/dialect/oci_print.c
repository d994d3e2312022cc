/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/oci.h"

#include <errno.h>
#include <string.h>

#include "base/json.h"
#include "syscall/arch.h"
#include "syscall/table.h"

/* What an entry's calls have in common, in a form that is the same for equal rules. */
struct shape {
	struct sg_verdict verdict;
	struct sg_condition *conditions; /* sorted, owned */
	size_t n_conditions;
};

/* One call as the dialect sees it; both pointers are borrowed. */
struct row {
	const struct shape *shape;
	const char *name;
};

/* All that has to be known before the first byte is printed. */
struct plan {
	struct shape *shapes; /* one a rule */
	size_t n_shapes;
	struct row *rows; /* sorted by shape, then name; unique */
	size_t n_rows;
};

static void plan_done(struct plan *plan)
{
	for (size_t i = 0; i < plan->n_shapes; i++)
		free(plan->shapes[i].conditions);
	free(plan->shapes);
	free(plan->rows);
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

/* What is allowed stands first, and what is allowed without conditions before the rest. */
static int compare_shapes(const struct shape *x, const struct shape *y)
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

static int compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = compare_shapes(x->shape, y->shape);

	return order ? order : strcmp(x->name, y->name);
}

static int compare_row_names(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : compare_shapes(x->shape, y->shape);
}

static int shape_init(struct shape *shape, const struct sg_rule *rule, struct sg_error *err)
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
	/* all of them must hold, so their order says nothing */
	qsort(shape->conditions, shape->n_conditions, sizeof(*shape->conditions),
	      compare_conditions);
	return 0;
}

/* Rows that the dialect cannot tell apart become one. */
static void plan_sort(struct plan *plan)
{
	size_t kept = 0;

	if (!plan->n_rows)
		return;
	qsort(plan->rows, plan->n_rows, sizeof(*plan->rows), compare_rows);
	for (size_t i = 1; i < plan->n_rows; i++) {
		if (compare_rows(&plan->rows[kept], &plan->rows[i]) != 0)
			plan->rows[++kept] = plan->rows[i];
	}
	plan->n_rows = kept + 1;
}

static int plan_init(struct plan *plan, const struct sg_profile *profile, struct sg_error *err)
{
	size_t n_calls = 0;
	int r;

	for (size_t i = 0; i < profile->n_rules; i++)
		n_calls += profile->rules[i].n_calls;
	plan->shapes = calloc(profile->n_rules + 1, sizeof(*plan->shapes));
	plan->rows = calloc(n_calls + 1, sizeof(*plan->rows));
	if (!plan->shapes || !plan->rows)
		return sg_error_oom(err);

	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct sg_rule *rule = &profile->rules[i];
		struct shape *shape = &plan->shapes[plan->n_shapes++];

		r = shape_init(shape, rule, err);
		if (r < 0)
			return r;
		for (size_t k = 0; k < rule->n_calls; k++) {
			struct row *row = &plan->rows[plan->n_rows++];

			row->shape = shape;
			r = sg_syscall_name_or_error(rule->calls[k].id, &row->name, err);
			if (r < 0)
				return r;
		}
	}
	plan_sort(plan);
	return 0;
}

/*
 * A name counts for every architecture, so two verdicts for it, both without conditions, leave it
 * to the runtime which one it takes; libseccomp refuses the second.
 */
static int plan_check(const struct plan *plan, struct sg_error *err)
{
	_cleanup_free_ struct row *rows = NULL;
	size_t n = 0;

	rows = calloc(plan->n_rows + 1, sizeof(*rows));
	if (!rows)
		return sg_error_oom(err);
	for (size_t i = 0; i < plan->n_rows; i++) {
		if (!plan->rows[i].shape->n_conditions)
			rows[n++] = plan->rows[i];
	}
	qsort(rows, n, sizeof(*rows), compare_row_names);
	for (size_t i = 1; i < n; i++) {
		if (strcmp(rows[i - 1].name, rows[i].name) == 0)
			return sg_error_set(err, -EINVAL,
					    "OCI profile: %s has two verdicts, %s and %s: the "
					    "dialect cannot say which "
					    "architecture each is for",
					    rows[i].name,
					    sg_action_names[rows[i - 1].shape->verdict.action],
					    sg_action_names[rows[i].shape->verdict.action]);
	}
	return 0;
}

static bool takes_errno(enum sg_action action)
{
	return action == SG_ACTION_ERRNO || action == SG_ACTION_TRACE;
}

static void print_conditions(struct sg_json_writer *w, const struct shape *shape)
{
	if (!shape->n_conditions)
		return;
	sg_json_open_array(w, "args");
	for (size_t i = 0; i < shape->n_conditions; i++) {
		const struct sg_condition *c = &shape->conditions[i];

		sg_json_open_inline_object(w, NULL);
		sg_json_add_u64(w, "index", c->index);
		sg_json_add_u64(w, "value", c->value);
		if (c->op == SG_OP_MASKED_EQ)
			sg_json_add_u64(w, "valueTwo", c->value_two);
		sg_json_add_string(w, "op", sg_op_names[c->op]);
		sg_json_close_object(w);
	}
	sg_json_close_array(w);
}

/* The entry that begins at row @first; returns the row after it. */
static size_t print_entry(struct sg_json_writer *w, const struct plan *plan, size_t first)
{
	const struct shape *shape = plan->rows[first].shape;
	size_t i;

	sg_json_open_object(w, NULL);
	sg_json_open_array(w, "names");
	for (i = first; i < plan->n_rows && compare_shapes(plan->rows[i].shape, shape) == 0; i++)
		sg_json_add_string(w, NULL, plan->rows[i].name);
	sg_json_close_array(w);
	sg_json_add_string(w, "action", sg_action_names[shape->verdict.action]);
	if (takes_errno(shape->verdict.action))
		sg_json_add_u64(w, "errnoRet", shape->verdict.data);
	print_conditions(w, shape);
	sg_json_close_object(w);
	return i;
}

static void print_head(struct sg_json_writer *w, const struct sg_profile *profile)
{
	struct sg_verdict fallback = profile->default_verdict;

	sg_json_add_string(w, "defaultAction", sg_action_names[fallback.action]);
	/* runtime-spec: a runtime must fail on an errno beside an action that takes none */
	if (profile->has_default_errno && takes_errno(fallback.action))
		sg_json_add_u64(w, "defaultErrnoRet", fallback.data);
	if (profile->n_arches) {
		sg_json_open_array(w, "architectures");
		for (size_t i = 0; i < profile->n_arches; i++)
			sg_json_add_string(w, NULL,
					   sg_arch_by_token(profile->arches[i])->scmp_name);
		sg_json_close_array(w);
	}
	if (profile->n_flags) {
		sg_json_open_array(w, "flags");
		for (size_t i = 0; i < profile->n_flags; i++)
			sg_json_add_string(w, NULL, profile->flags[i]);
		sg_json_close_array(w);
	}
	if (profile->listener_path)
		sg_json_add_string(w, "listenerPath", profile->listener_path);
	if (profile->listener_metadata)
		sg_json_add_string(w, "listenerMetadata", profile->listener_metadata);
}

int sg_oci_print(const struct sg_profile *profile, struct sg_strbuf *out, struct sg_error *err)
{
	_cleanup_(plan_done) struct plan plan = { 0 };
	struct sg_json_writer w;
	int r;

	r = plan_init(&plan, profile, err);
	if (r < 0)
		return r;
	r = plan_check(&plan, err);
	if (r < 0)
		return r;

	sg_json_writer_init(&w, out);
	sg_json_open_object(&w, NULL);
	print_head(&w, profile);
	if (plan.n_rows) {
		sg_json_open_array(&w, "syscalls");
		for (size_t i = 0; i < plan.n_rows;)
			i = print_entry(&w, &plan, i);
		sg_json_close_array(&w);
	}
	sg_json_close_object(&w);
	return 0;
}
