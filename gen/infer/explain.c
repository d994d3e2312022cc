/* SPDX-License-Identifier: Apache-2.0 */
#include "infer/explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "syscall/arch.h"
#include "syscall/table.h"

/* One call of the profile with what its line says; all borrowed. */
struct row {
	const char *name;
	const struct sg_rule *rule;
	const struct sg_rule_call *call;
};

static int compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	if (!order)
		order = sg_syscall_id_compare(x->call->id, y->call->id);
	if (!order) /* as in the profile: rules stand in one array */
		order = x->rule < y->rule ? -1 : x->rule > y->rule;
	return order;
}

static int collect(const struct sg_profile *profile, struct row **ret, size_t *ret_n,
		   struct sg_error *err)
{
	_cleanup_free_ struct row *rows = NULL;
	size_t n = 0, k = 0;
	int r;

	for (size_t i = 0; i < profile->n_rules; i++)
		n += profile->rules[i].n_calls;
	rows = calloc(n + 1, sizeof(*rows));
	if (!rows)
		return sg_error_oom(err);
	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct sg_rule *rule = &profile->rules[i];

		for (size_t c = 0; c < rule->n_calls; c++, k++) {
			rows[k] = (struct row){ .rule = rule, .call = &rule->calls[c] };
			r = sg_syscall_name_or_error(rule->calls[c].id, &rows[k].name, err);
			if (r < 0)
				return r;
		}
	}
	qsort(rows, n, sizeof(*rows), compare_rows);
	*ret = TAKE_PTR(rows);
	*ret_n = n;
	return 0;
}

/* "ALLOW", "ERRNO 38"; with conditions, "ALLOW if 2 conditions". */
static void verdict_text(const struct sg_rule *rule, char *text, size_t size)
{
	const char *action = sg_action_names[rule->verdict.action] + strlen("SCMP_ACT_");
	char data[16] = "", conditions[48] = "";

	if (rule->verdict.data)
		snprintf(data, sizeof(data), " %" PRIu16, rule->verdict.data);
	if (rule->n_conditions)
		snprintf(conditions, sizeof(conditions), " if %zu condition%s", rule->n_conditions,
			 rule->n_conditions == 1 ? "" : "s");
	snprintf(text, size, "%s%s%s", action, data, conditions);
}

/* Widths of the columns that vary. */
struct widths {
	int name, arch, verdict;
};

static void widen(int *width, const char *text)
{
	int n = (int)strlen(text);

	if (n > *width)
		*width = n;
}

static void print_condition(struct sg_strbuf *out, const struct sg_condition *c)
{
	static const char *const ops[SG_OP_MAX_] = {
		[SG_OP_NE] = "!=", [SG_OP_LT] = "<",  [SG_OP_LE] = "<=",
		[SG_OP_EQ] = "==", [SG_OP_GE] = ">=", [SG_OP_GT] = ">",
	};

	if (c->op == SG_OP_MASKED_EQ)
		sg_strbuf_printf(out, "argument %u & 0x%" PRIx64 " == 0x%" PRIx64, c->index,
				 c->value, c->value_two);
	else
		sg_strbuf_printf(out, "argument %u %s 0x%" PRIx64, c->index, ops[c->op], c->value);
}

static void print_row(struct sg_strbuf *out, const struct row *row, const struct widths *widths)
{
	const struct sg_rule_call *call = row->call;
	const char *arch = sg_arch_by_token(call->id.arch)->name;
	char verdict[96];

	verdict_text(row->rule, verdict, sizeof(verdict));
	for (size_t i = 0; i < call->n_reasons || i == 0; i++) {
		const struct sg_reason *reason = i < call->n_reasons ? &call->reasons[i] : NULL;

		sg_strbuf_printf(out, "%-*s  %-*s  %-*s  %s", widths->name, row->name, widths->arch,
				 arch, widths->verdict, verdict,
				 reason ? sg_reason_names[reason->kind] : "-");
		if (reason && reason->text)
			sg_strbuf_printf(out, ": %s", reason->text);
		sg_strbuf_add_char(out, '\n');
	}
	for (size_t i = 0; i < row->rule->n_conditions; i++) {
		sg_strbuf_printf(out, "%-*s  %-*s  %-*s  if: ", widths->name, row->name,
				 widths->arch, arch, widths->verdict, verdict);
		print_condition(out, &row->rule->conditions[i]);
		sg_strbuf_add_char(out, '\n');
	}
}

int sg_explain_print(const struct sg_profile *profile, struct sg_strbuf *out, struct sg_error *err)
{
	_cleanup_free_ struct row *rows = NULL;
	struct widths widths = { 0 };
	char verdict[96];
	size_t n = 0;
	int r;

	r = collect(profile, &rows, &n, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++) {
		verdict_text(rows[i].rule, verdict, sizeof(verdict));
		widen(&widths.name, rows[i].name);
		widen(&widths.arch, sg_arch_by_token(rows[i].call->id.arch)->name);
		widen(&widths.verdict, verdict);
	}
	for (size_t i = 0; i < n; i++)
		print_row(out, &rows[i], &widths);
	return 0;
}
