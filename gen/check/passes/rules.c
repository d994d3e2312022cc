/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check/checker.h"
#include "dialect/project.h"
#include "profile/tried_first.h"
#include "profile/verdict_text.h"
#include "syscall/multiplexed.h"
#include "syscall/table.h"

/*
 * Rules against each other. What conditions come to is not reasoned about here but asked of
 * diff/diff.h, with small profiles made for the question.
 */

/* Comparisons of rules for a call, each some microseconds at most; beyond that, the check says
 * so. */
#define COMPARISONS_MAX 2000000u
/* Pairs of rules whose conditions are followed together, each some microseconds. */
#define QUESTIONS_MAX 200000u

struct work {
	struct sg_checker *c;
	size_t comparisons, questions;
	bool is_cut_short; /* a comparison of conditions was */
};

/* The rule's calls, a name once; rules are for several architectures, and findings are about
 * names. */
struct names {
	const struct sg_rule_call **calls;
	size_t n;
};

static int compare_calls(const void *a, const void *b)
{
	const struct sg_rule_call *x = *(const struct sg_rule_call *const *)a;
	const struct sg_rule_call *y = *(const struct sg_rule_call *const *)b;
	int order = strcmp(sg_syscall_name(x->id), sg_syscall_name(y->id));

	return order ? order : sg_syscall_id_compare(x->id, y->id);
}

static int names_init(struct names *names, const struct sg_rule *rule, struct sg_error *err)
{
	size_t left = 0;

	names->calls = calloc(rule->n_calls + 1, sizeof(*names->calls));
	if (!names->calls)
		return sg_error_oom(err);
	for (size_t i = 0; i < rule->n_calls; i++)
		names->calls[i] = &rule->calls[i];
	qsort(names->calls, rule->n_calls, sizeof(*names->calls), compare_calls);
	for (size_t i = 0; i < rule->n_calls; i++) {
		/* names are unique in the table, so their addresses are */
		if (i == 0 || sg_syscall_name(names->calls[i]->id) !=
				      sg_syscall_name(names->calls[left - 1]->id))
			names->calls[left++] = names->calls[i];
	}
	names->n = left;
	return 0;
}

static void names_done(struct names *names)
{
	free(names->calls);
}

static const char *text_of(struct sg_strbuf *buf, struct sg_verdict verdict)
{
	buf->len = 0;
	sg_verdict_text(verdict, buf);
	return buf->failed || !buf->data ? "?" : buf->data;
}

/* One finding for @rule and the @n calls it is about, the first of which is @id. */
static int add(struct sg_checker *c, enum sg_finding_kind kind, const struct sg_rule *rule,
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

/* How @rule stands to the others for one call. */
enum standing {
	STANDS,
	REPEATED,
	CONTRADICTS,
	IS_MOOT,
	SAYS_DEFAULT,
	IGNORED,
	IGNORED_THROUGH,
	STANDINGS
};

static const struct {
	enum sg_finding_kind kind;
	const char *text; /* after "the entry in line N gives it VERDICT" */
} standings[STANDINGS] = {
	[REPEATED] = { SG_FINDING_REPEATED_RULE, " already" },
	[CONTRADICTS] = { SG_FINDING_CONTRADICTION, ", and stands first" },
	[IS_MOOT] = { SG_FINDING_MOOT, ", whatever the arguments" },
	[SAYS_DEFAULT] = { SG_FINDING_SAYS_DEFAULT, NULL },
	[IGNORED] = { SG_FINDING_EXCEPTION_IGNORED, "" },
	[IGNORED_THROUGH] = { SG_FINDING_MULTIPLEXER_IGNORED,
			      " through a call that it makes, where the architecture has it" },
};

/* Whether @rule lets calls run exactly if the default does. */
static bool same_permission(const struct sg_checker *c, const struct sg_rule *rule)
{
	return sg_action_is_permissive(rule->verdict.action) ==
	       sg_action_is_permissive(c->profile->default_verdict.action);
}

static bool same_conditions(const struct sg_rule *a, const struct sg_rule *b)
{
	if (a->n_conditions != b->n_conditions)
		return false;
	for (size_t i = 0; i < a->n_conditions; i++) {
		const struct sg_condition *x = &a->conditions[i], *y = &b->conditions[i];

		if (x->index != y->index || x->op != y->op || x->value != y->value ||
		    x->value_two != y->value_two)
			return false;
	}
	return true;
}

/*
 * Whether the entry says what the default says for those who do not take the default's errno, as
 * Docker up to 20.10: it makes callers fall back, and is no idle one.
 */
static bool is_planned(const struct sg_rule *rule, struct sg_syscall_id id)
{
	const char *name = sg_syscall_name(id);

	return rule->verdict.action == SG_ACTION_ERRNO && rule->verdict.data == ENOSYS &&
	       !rule->n_conditions && name && sg_tried_first_find(name);
}

static enum standing standing_of(struct work *w, const struct sg_rule *rule,
				 struct sg_syscall_id id, const struct sg_rule **ret_other)
{
	const struct sg_profile *profile = w->c->profile;
	bool is_default = sg_rule_says_default(rule, w->c->profile);

	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct sg_rule *other = &profile->rules[i];
		bool same = sg_verdict_equal(rule->verdict, other->verdict);

		if (other == rule || sg_rule_says_default(other, w->c->profile))
			continue;
		if (!sg_rule_find(other, id)) {
			/* socketcall and ipc are decided by the calls that go through them, too */
			if (!is_default || same_permission(w->c, other) ||
			    !sg_rule_speaks_of(other, id))
				continue;
			*ret_other = other;
			return IGNORED_THROUGH;
		}
		*ret_other = other;
		if (is_default)
			return IGNORED;
		if (rule->n_conditions && !other->n_conditions)
			return IS_MOOT;
		if (other > rule || !same_conditions(rule, other))
			continue;
		if (same)
			return REPEATED;
		if (!rule->n_conditions)
			return CONTRADICTS;
	}
	w->comparisons += profile->n_rules;
	*ret_other = NULL;
	return is_default && !is_planned(rule, id) ? SAYS_DEFAULT : STANDS;
}

struct found {
	struct sg_syscall_id id;
	const struct sg_rule *other;
	size_t n;
};

static int add_standing(struct sg_checker *c, const struct sg_rule *rule, enum standing standing,
			const struct found *found, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf text = SG_STRBUF_INIT;
	_cleanup_(sg_strbuf_done) struct sg_strbuf verdict = SG_STRBUF_INIT;

	if (found->other)
		sg_strbuf_printf(&text, "the entry in line %u gives it %s%s",
				 sg_checker_entry(c, found->other)->at.line,
				 text_of(&verdict, found->other->verdict),
				 standings[standing].text);
	else
		sg_strbuf_add(&text, "the default says so already");
	if (text.failed)
		return sg_error_oom(err);
	return add(c, standings[standing].kind, rule, found->id, found->n, text.data, err);
}

static int check_standing(struct work *w, const struct sg_rule *rule, const struct names *names,
			  struct sg_error *err)
{
	struct found found[STANDINGS] = { 0 };
	int r = 0;

	for (size_t i = 0; i < names->n && w->comparisons < COMPARISONS_MAX; i++) {
		const struct sg_rule *other = NULL;
		enum standing standing = standing_of(w, rule, names->calls[i]->id, &other);

		if (found[standing].n++ == 0) {
			found[standing].id = names->calls[i]->id;
			found[standing].other = other;
		}
	}
	for (int s = STANDS + 1; r == 0 && s < STANDINGS; s++) {
		if (found[s].n)
			r = add_standing(w->c, rule, (enum standing)s, &found[s], err);
	}
	return r;
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
	text_of(&first, swap ? item->b : item->a);
	text_of(&last, swap ? item->a : item->b);
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

/* Conflicting rules are those for which it matters in which order they stand. */
static int check_conflict(struct work *w, const struct sg_rule *rule, struct sg_syscall_id id,
			  struct sg_error *err)
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
	if (w->questions > QUESTIONS_MAX)
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

/* Whether the conditions of @rule let every call of @id through, or none. */
static int check_extent(struct sg_checker *c, const struct sg_rule *rule, struct sg_error *err)
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
		return add(c, SG_FINDING_NEVER_HOLDS, rule, id, 1,
			   "no arguments satisfy the conditions", err);
	if (!differs_for(&from_all, id))
		return add(c, SG_FINDING_ALWAYS_HOLDS, rule, id, 1,
			   "all arguments satisfy the conditions", err);
	return 0;
}

static int check_rule(struct work *w, const struct sg_rule *rule, struct sg_error *err)
{
	_cleanup_(names_done) struct names names = { 0 };
	int r;

	r = names_init(&names, rule, err);
	if (r == 0)
		r = check_standing(w, rule, &names, err);
	if (r < 0 || !rule->n_conditions)
		return r;
	/* what runtimes make of an index that occurs twice is another finding */
	if (!sg_rule_is_split(rule))
		r = check_extent(w->c, rule, err);
	for (size_t i = 0; r == 0 && i < names.n && w->comparisons < COMPARISONS_MAX; i++)
		r = check_conflict(w, rule, names.calls[i]->id, err);
	return r;
}

int sg_check_rules(struct sg_checker *c, struct sg_error *err)
{
	struct work w = { .c = c };
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->profile->n_rules; i++)
		r = check_rule(&w, &c->profile->rules[i], err);
	if (r < 0 ||
	    (w.comparisons < COMPARISONS_MAX && w.questions <= QUESTIONS_MAX && !w.is_cut_short))
		return r;
	return sg_findings_add(c->findings, SG_FINDING_NOT_FINISHED, c->parsed->syscalls_at, err,
			       "%zu entries were not all held against each other",
			       c->parsed->n_entries);
}
