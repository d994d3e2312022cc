/* SPDX-License-Identifier: Apache-2.0 */
#include "check/passes/conflicts.h"

#include "dialect/project.h"
#include "profile/verdict_text.h"
#include "syscall/multiplexed.h"
#include "syscall/table.h"

const char *sg_rules_verdict_text(struct sg_strbuf *buf, struct sg_verdict verdict)
{
	buf->len = 0;
	sg_verdict_text(verdict, buf);
	return buf->failed || !buf->data ? "?" : buf->data;
}

int sg_rules_add(struct sg_checker *c, enum sg_finding_kind kind, const struct sg_rule *rule,
		 struct sg_syscall_id id, size_t n, const char *text, struct sg_error *err)
{
	const struct sg_parsed_entry *entry = sg_checker_entry(c, rule);
	const char *name = sg_syscall_name(id);

	if (n == 1)
		return sg_findings_add(c->findings, kind, sg_entry_position_of(entry, name), err,
				       "%s: %s", name, text);
	return sg_findings_add(c->findings, kind, sg_entry_position_of(entry, name), err,
			       "%s and %zu more: %s", name, n - 1, text);
}

static int copy_rule(struct sg_profile *to, const struct sg_rule *from, struct sg_syscall_id id,
		     struct sg_error *err)
{
	struct sg_rule *rule;
	int r;

	r = sg_project_rule(to, from, &rule, err);
	return r < 0 ? r : sg_rule_add_call(rule, id, NULL, err);
}

static int new_profile(const struct sg_checker *c, struct sg_syscall_id id, struct sg_profile **ret,
		       struct sg_error *err)
{
	_cleanup_(sg_profile_freep) struct sg_profile *p = NULL;
	int r;

	r = sg_profile_new(&p, err);
	if (r == 0)
		r = sg_profile_add_arch(p, id.arch, err);
	if (r < 0)
		return r;
	p->default_verdict = c->profile->default_verdict;
	*ret = TAKE_PTR(p);
	return 0;
}

/* A profile of the rules for @id that have conditions. */
static int conditional_profile(const struct sg_checker *c, struct sg_syscall_id id, bool reversed,
			       struct sg_profile **ret, struct sg_error *err)
{
	_cleanup_(sg_profile_freep) struct sg_profile *p = NULL;
	size_t n = c->profile->n_rules;
	int r;

	r = new_profile(c, id, &p, err);
	for (size_t i = 0; r == 0 && i < n; i++) {
		const struct sg_rule *from = &c->profile->rules[reversed ? n - 1 - i : i];

		if (from->n_conditions && sg_rule_find(from, id))
			r = copy_rule(p, from, id, err);
	}
	if (r == 0)
		*ret = TAKE_PTR(p);
	return r;
}

static int diff_of(const struct sg_checker *c, const struct sg_profile *a,
		   const struct sg_profile *b, struct sg_diff *ret, struct sg_error *err)
{
	struct sg_diff_side sa = { .profile = a }, sb = { .profile = b };
	const struct sg_diff_options opts = { .steps = c->steps };

	return sg_diff(&sa, &sb, &opts, ret, err);
}

static int add_conflict(struct sg_checker *c, struct sg_syscall_id id,
			const struct sg_diff_item *item, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf first = SG_STRBUF_INIT, last = SG_STRBUF_INIT;
	_cleanup_(sg_strbuf_done) struct sg_strbuf example = SG_STRBUF_INIT;
	unsigned int a = item->line_a, b = item->line_b;
	const char *name = sg_syscall_name(id);
	bool swap = b < a;

	if (!a || !b || item->kind == SG_DIFF_UNDECIDED)
		return 0;
	sg_diff_example(item, &example);
	sg_rules_verdict_text(&first, swap ? item->b : item->a);
	sg_rules_verdict_text(&last, swap ? item->a : item->b);
	if (first.failed || last.failed || example.failed)
		return sg_error_oom(err);
	return sg_findings_add(c->findings, SG_FINDING_CONFLICT,
			       sg_entry_position_of(&c->parsed->entries[(swap ? a : b) - 1], name),
			       err, "%s: %s here and %s by the entry in line %u%s", name, last.data,
			       first.data, c->parsed->entries[(swap ? b : a) - 1].at.line,
			       example.data ? example.data : "");
}

/* The rules of @id with conditions; whether @rule is the first, and whether they disagree. */
static size_t count_conditional(const struct sg_checker *c, const struct sg_rule *rule,
				struct sg_syscall_id id, bool *ret_first, bool *ret_disagree)
{
	const struct sg_rule *first = NULL;
	size_t n = 0;

	*ret_disagree = false;
	for (size_t i = 0; i < c->profile->n_rules; i++) {
		const struct sg_rule *other = &c->profile->rules[i];

		if (!other->n_conditions || sg_rule_says_default(other, c->profile) ||
		    !sg_rule_find(other, id))
			continue;
		first = first ? first : other;
		*ret_disagree |= !sg_verdict_equal(other->verdict, first->verdict);
		n++;
	}
	*ret_first = first == rule;
	return n;
}

int sg_rules_check_conflict(struct sg_rules_work *w, const struct sg_rule *rule,
			    struct sg_syscall_id id, struct sg_error *err)
{
	_cleanup_(sg_profile_freep) struct sg_profile *ahead = NULL, *back = NULL;
	_cleanup_(sg_diff_done) struct sg_diff diff = { 0 };
	bool is_first, disagree;
	size_t n;
	int r;

	w->comparisons += w->c->profile->n_rules;
	n = count_conditional(w->c, rule, id, &is_first, &disagree);
	if (!is_first || !disagree)
		return 0;
	w->questions += n * n;
	if (w->questions > SG_RULES_QUESTIONS_MAX)
		return 0;
	r = conditional_profile(w->c, id, false, &ahead, err);
	if (r == 0)
		r = conditional_profile(w->c, id, true, &back, err);
	if (r == 0)
		r = diff_of(w->c, ahead, back, &diff, err);
	for (size_t i = 0; r == 0 && i < diff.n; i++) {
		w->is_cut_short |= diff.items[i].kind == SG_DIFF_UNDECIDED;
		if (sg_syscall_id_equal(diff.items[i].id, id))
			r = add_conflict(w->c, id, &diff.items[i], err);
	}
	return r;
}

/* Of @diff, what is about @id itself, and not about socketcall or ipc that leads to it. */
static bool differs_for(const struct sg_diff *diff, struct sg_syscall_id id)
{
	for (size_t i = 0; i < diff->n; i++) {
		if (sg_syscall_id_equal(diff->items[i].id, id))
			return true;
	}
	return false;
}

int sg_rules_check_extent(struct sg_checker *c, const struct sg_rule *rule, struct sg_error *err)
{
	_cleanup_(sg_profile_freep) struct sg_profile *one = NULL, *none = NULL, *all = NULL;
	_cleanup_(sg_diff_done) struct sg_diff from_none = { 0 }, from_all = { 0 };
	struct sg_syscall_id id = rule->calls[0].id;
	int r;

	if (sg_rule_says_default(rule, c->profile) || id.nr & SG_NR_MULTIPLEXED)
		return 0;
	r = new_profile(c, id, &none, err);
	if (r == 0)
		r = new_profile(c, id, &one, err);
	if (r == 0)
		r = copy_rule(one, rule, id, err);
	if (r == 0)
		r = new_profile(c, id, &all, err);
	if (r == 0)
		r = copy_rule(all, rule, id, err);
	if (r < 0)
		return r;
	all->rules[0].n_conditions = 0;
	r = diff_of(c, none, one, &from_none, err);
	if (r == 0)
		r = diff_of(c, one, all, &from_all, err);
	if (r < 0)
		return r;
	if (!differs_for(&from_none, id))
		return sg_rules_add(c, SG_FINDING_NEVER_HOLDS, rule, id, 1,
				    "no arguments satisfy the conditions", err);
	if (!differs_for(&from_all, id))
		return sg_rules_add(c, SG_FINDING_ALWAYS_HOLDS, rule, id, 1,
				    "all arguments satisfy the conditions", err);
	return 0;
}
