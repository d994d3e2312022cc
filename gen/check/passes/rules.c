/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check/checker.h"
#include "check/passes/conflicts.h"
#include "profile/tried_first.h"
#include "profile/verdict_text.h"
#include "syscall/multiplexed.h"
#include "syscall/table.h"

/* Rules against each other. */

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

static enum standing standing_of(struct sg_rules_work *w, const struct sg_rule *rule,
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
				 sg_rules_verdict_text(&verdict, found->other->verdict),
				 standings[standing].text);
	else
		sg_strbuf_add(&text, "the default says so already");
	if (text.failed)
		return sg_error_oom(err);
	return sg_rules_add(c, standings[standing].kind, rule, found->id, found->n, text.data, err);
}

static int check_standing(struct sg_rules_work *w, const struct sg_rule *rule,
			  const struct names *names, struct sg_error *err)
{
	struct found found[STANDINGS] = { 0 };
	int r = 0;

	for (size_t i = 0; i < names->n && w->comparisons < SG_RULES_COMPARISONS_MAX; i++) {
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

static int check_rule(struct sg_rules_work *w, const struct sg_rule *rule, struct sg_error *err)
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
		r = sg_rules_check_extent(w->c, rule, err);
	for (size_t i = 0; r == 0 && i < names.n && w->comparisons < SG_RULES_COMPARISONS_MAX; i++)
		r = sg_rules_check_conflict(w, rule, names.calls[i]->id, err);
	return r;
}

int sg_check_rules(struct sg_checker *c, struct sg_error *err)
{
	struct sg_rules_work w = { .c = c };
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->profile->n_rules; i++)
		r = check_rule(&w, &c->profile->rules[i], err);
	if (r < 0 || (w.comparisons < SG_RULES_COMPARISONS_MAX &&
		      w.questions <= SG_RULES_QUESTIONS_MAX && !w.is_cut_short))
		return r;
	return sg_findings_add(c->findings, SG_FINDING_NOT_FINISHED, c->parsed->syscalls_at, err,
			       "%zu entries were not all held against each other",
			       c->parsed->n_entries);
}
