/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/project.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/texts.h"
#include "dialect/plan.h"
#include "syscall/arch.h"
#include "syscall/multiplexed.h"
#include "syscall/table.h"

/* One rule for one name under one family. */
struct row {
	const char *name;
	uint32_t family; /* 0 when families do not count */
	size_t rule;
	bool is_whole; /* the rule is, on the architecture that the row is made of */
	bool is_dropped;
};

struct projector {
	const struct sg_profile *from;
	const struct sg_project_options *opts;
	struct sg_profile *to;
	struct row *rows;
	size_t n;
};

int sg_project_head(struct sg_profile *to, const struct sg_profile *from, struct sg_error *err)
{
	int r;

	to->default_verdict = from->default_verdict;
	to->has_default_errno = from->has_default_errno;
	if (from->n_flags) {
		to->flags = calloc(from->n_flags, sizeof(*to->flags));
		if (!to->flags)
			return sg_error_oom(err);
	}
	for (size_t i = 0; i < from->n_flags; i++) {
		r = sg_text_copy(from->flags[i], &to->flags[to->n_flags], err);
		if (r < 0)
			return r;
		to->n_flags++;
	}
	r = sg_text_copy(from->listener_path, &to->listener_path, err);
	return r < 0 ? r : sg_text_copy(from->listener_metadata, &to->listener_metadata, err);
}

int sg_project_rule(struct sg_profile *to, const struct sg_rule *rule, struct sg_rule **ret,
		    struct sg_error *err)
{
	int r;

	r = sg_profile_add_rule(to, rule->verdict, rule->conditions, rule->n_conditions, ret, err);
	if (r == 0)
		(*ret)->line = rule->line;
	return r;
}

static bool is_wanted(const struct projector *pr, uint32_t arch)
{
	return !pr->opts->family || sg_family_of(arch) == pr->opts->family;
}

static int add_arches(struct projector *pr, struct sg_error *err)
{
	const struct sg_profile *from = pr->from;
	int r = 0;

	for (size_t i = 0; r == 0 && i < from->n_arches; i++) {
		if (!is_wanted(pr, from->arches[i]))
			continue;
		/* a family goes by its native architecture, which libseccomp adds in any case */
		if (!pr->opts->across_families)
			r = sg_profile_add_arch(pr->to, sg_family_of(from->arches[i]), err);
		if (r == 0)
			r = sg_profile_add_arch(pr->to, from->arches[i], err);
	}
	return r;
}

/*
 * Whether the rules of @name are rules for socketcall or ipc, too: there even one without
 * conditions is no more than a value of argument 0, and of several the first decides.
 */
static bool is_multiplexed_somewhere(const struct sg_profile *profile, const char *name)
{
	for (size_t i = 0; name && i < profile->n_arches; i++) {
		if (sg_is_multiplexed(profile->arches[i], name))
			return true;
	}
	return false;
}

/*
 * Whether rule @i counts for @id: not, when an earlier whole one decides the call, or a later one
 * its conditions do not matter against; nor one that repeats the default while others
 * say something.
 */
static bool has_say(const struct projector *pr, size_t i, struct sg_syscall_id id)
{
	const struct sg_profile *from = pr->from;
	const struct sg_rule *rule = &from->rules[i];
	bool multiplexed = is_multiplexed_somewhere(from, sg_syscall_name(id));
	bool is_whole = sg_rule_is_whole(rule, id.arch);

	for (size_t k = 0; k < from->n_rules; k++) {
		const struct sg_rule *other = &from->rules[k];

		if (k == i || !sg_rule_find(other, id) ||
		    (!sg_rule_is_whole(other, id.arch) && !sg_rule_says_default(rule, from)))
			continue;
		if (sg_rule_says_default(rule, from)) {
			/* of several that repeat the default, the first one stays */
			if (!sg_rule_says_default(other, from) || k < i)
				return false;
		} else if (!sg_rule_says_default(other, from) &&
			   ((!is_whole && !multiplexed) || k < i)) {
			return false;
		}
	}
	return true;
}

static int fill_rows(struct projector *pr, struct sg_error *err)
{
	const struct sg_profile *from = pr->from;
	size_t n = 0;
	int r;

	for (size_t i = 0; i < from->n_rules; i++)
		n += from->rules[i].n_calls;
	pr->rows = calloc(n + 1, sizeof(*pr->rows));
	if (!pr->rows)
		return sg_error_oom(err);
	for (size_t i = 0; i < from->n_rules; i++) {
		const struct sg_rule *rule = &from->rules[i];

		for (size_t k = 0; k < rule->n_calls; k++) {
			struct sg_syscall_id id = rule->calls[k].id;
			struct row *row = &pr->rows[pr->n];

			if (!is_wanted(pr, id.arch) || !has_say(pr, i, id))
				continue;
			*row = (struct row){ .rule = i };
			row->is_whole = sg_rule_is_whole(rule, id.arch);
			row->family = pr->opts->across_families ? 0 : sg_family_of(id.arch);
			r = sg_syscall_name_or_error(id, &row->name, err);
			if (r < 0)
				return r;
			pr->n++;
		}
	}
	return 0;
}

static int compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	if (order)
		return order;
	if (x->family != y->family)
		return x->family < y->family ? -1 : 1;
	return x->rule < y->rule ? -1 : x->rule > y->rule;
}

/* How much a row weighs where architectures disagree. */
static unsigned int weight(const struct projector *pr, const struct row *row)
{
	return (sg_action_is_permissive(pr->from->rules[row->rule].verdict.action) ? 2u : 0u) +
	       (row->is_whole ? 1u : 0u);
}

/* Whether the rule of @row is whole under some architectures that the row is for, not under all. */
static bool is_partly_whole(const struct projector *pr, const struct row *row)
{
	const struct sg_rule *rule = &pr->from->rules[row->rule];

	for (size_t i = 0; rule->n_conditions && i < pr->to->n_arches; i++) {
		uint32_t arch = pr->to->arches[i];

		if ((!row->family || sg_family_of(arch) == row->family) &&
		    sg_rule_is_whole(rule, arch) != row->is_whole)
			return true;
	}
	return false;
}

/*
 * Of the rows @first … @end of one name, keep the first of the heaviest when it is whole; else all
 * that are not. Where one rule is both, what it says depends on those around it, and all stay.
 */
static void choose_rules(struct projector *pr, size_t first, size_t end)
{
	bool multiplexed =
		is_multiplexed_somewhere(pr->to, pr->rows[first].name); /* see has_say() */
	bool is_partial = false;
	size_t best = first, plain = SIZE_MAX;

	for (size_t i = first; i < end; i++) {
		const struct row *row = &pr->rows[i];

		if (weight(pr, row) > weight(pr, &pr->rows[best]))
			best = i;
		if (row->is_whole &&
		    (plain == SIZE_MAX || weight(pr, row) > weight(pr, &pr->rows[plain])))
			plain = i;
		is_partial |= is_partly_whole(pr, row);
	}
	for (size_t i = first; i < end; i++) {
		struct row *row = &pr->rows[i];
		bool is_double = i > first && row->rule == pr->rows[i - 1].rule;

		if (is_partial)
			row->is_dropped = is_double;
		else if (multiplexed)
			row->is_dropped = is_double || (row->is_whole && i != plain);
		else if (pr->rows[best].is_whole)
			row->is_dropped = i != best;
		else
			row->is_dropped = is_double || row->is_whole;
	}
}

static void settle_names(struct projector *pr)
{
	size_t first = 0;

	qsort(pr->rows, pr->n, sizeof(*pr->rows), compare_rows);
	for (size_t i = 1; i <= pr->n; i++) {
		if (i < pr->n && pr->rows[i].family == pr->rows[first].family &&
		    strcmp(pr->rows[i].name, pr->rows[first].name) == 0)
			continue;
		choose_rules(pr, first, i);
		first = i;
	}
}

/* @row's name on every architecture that it is for. */
static int add_calls(struct projector *pr, const struct row *row, struct sg_rule *rule,
		     struct sg_error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < pr->to->n_arches; i++) {
		struct sg_syscall_id id = { .arch = pr->to->arches[i] };

		if (row->family && sg_family_of(id.arch) != row->family)
			continue;
		if (sg_syscall_nr_or_multiplexed(id.arch, row->name, &id.nr) == 0)
			r = sg_rule_add_call(rule, id, NULL, err);
	}
	return r;
}

static int compare_by_rule(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->rule != y->rule)
		return x->rule < y->rule ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int add_rules(struct projector *pr, struct sg_error *err)
{
	struct sg_rule *rule = NULL;
	size_t last = SIZE_MAX;
	int r = 0;

	qsort(pr->rows, pr->n, sizeof(*pr->rows), compare_by_rule);
	for (size_t i = 0; r == 0 && i < pr->n; i++) {
		const struct row *row = &pr->rows[i];

		if (row->is_dropped)
			continue;
		if (row->rule != last)
			r = sg_project_rule(pr->to, &pr->from->rules[row->rule], &rule, err);
		last = row->rule;
		if (r == 0)
			r = add_calls(pr, row, rule, err);
	}
	return r;
}

int sg_project(const struct sg_profile *profile, const struct sg_project_options *opts,
	       struct sg_profile **ret, struct sg_error *err)
{
	_cleanup_(sg_profile_freep) struct sg_profile *to = NULL;
	struct projector pr = { .from = profile, .opts = opts };
	int r;

	r = sg_profile_new(&to, err);
	if (r < 0)
		return r;
	pr.to = to;
	r = sg_project_head(to, profile, err);
	if (r == 0)
		r = add_arches(&pr, err);
	if (r == 0)
		r = fill_rows(&pr, err);
	if (r == 0) {
		settle_names(&pr);
		r = add_rules(&pr, err);
	}
	free(pr.rows);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(to);
	return 0;
}
