/* SPDX-License-Identifier: Apache-2.0 */
#include "check/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check/checker.h"
#include "filter/simulate/simulate.h"
#include "syscall/table.h"

static int (*const checks[])(struct sg_checker *c, struct sg_error *err) = {
	sg_check_names,	       sg_check_filters,  sg_check_rules,    sg_check_conditions,
	sg_check_multiplexers, sg_check_verdicts, sg_check_notify,   sg_check_arches,
	sg_check_needs,	       sg_check_versions, sg_check_compiled, sg_check_dangerous,
};

const struct sg_parsed_entry *sg_checker_entry(const struct sg_checker *c,
					       const struct sg_rule *rule)
{
	return &c->parsed->entries[rule->line - 1];
}

struct sg_position sg_entry_position_of(const struct sg_parsed_entry *entry, const char *name)
{
	for (size_t i = 0; i < entry->names.n; i++) {
		if (strcmp(entry->names.items[i].text, name) == 0)
			return entry->names.items[i].at;
	}
	return entry->at;
}

struct sg_position sg_checker_position_of(const struct sg_checker *c, struct sg_syscall_id id)
{
	for (size_t i = 0; i < c->profile->n_rules; i++) {
		const struct sg_rule *rule = &c->profile->rules[i];

		if (sg_rule_find(rule, id))
			return sg_entry_position_of(sg_checker_entry(c, rule), sg_syscall_name(id));
	}
	return c->parsed->default_action_at;
}

struct sg_verdict sg_plain_verdict(const struct sg_profile *profile, struct sg_syscall_id id)
{
	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct sg_rule *rule = &profile->rules[i];

		/* a rule that says the default is passed over, as runtimes do */
		if (sg_rule_find(rule, id) && sg_rule_is_whole(rule, id.arch) &&
		    !sg_rule_says_default(rule, profile))
			return rule->verdict;
	}
	return profile->default_verdict;
}

struct sg_verdict sg_loaded_verdict(const struct sg_checker *c, struct sg_syscall_id id)
{
	const struct sg_filter *filter = c->loaded;
	struct sg_verdict verdict;
	struct sg_sim_call call;

	if (!filter || sg_simulate_call(&filter, 1, id, NULL, 0, &call, NULL) < 0 ||
	    call.depends_on_args)
		verdict = sg_plain_verdict(c->profile, id);
	else
		verdict = call.verdict;
	if (sg_is_unheard(c, verdict))
		return (struct sg_verdict){ SG_ACTION_ERRNO, ENOSYS };
	return verdict;
}

/* The filter that the one runtime loads; that there is none, is for sg_check_compiled() to say. */
static int load(struct sg_checker *c, struct sg_error *err)
{
	_cleanup_(sg_compiled_done) struct sg_compiled compiled = { 0 };
	struct sg_compile_options opts;
	struct sg_error reason;
	int r;

	if (c->opts->n_runtimes != 1 || !c->opts->compile)
		return 0;
	opts = c->opts->runtimes[0];
	opts.budget = c->budget;
	r = sg_profile_compile(c->profile, &opts, &compiled, &reason);
	if (r == 0)
		c->loaded = TAKE_PTR(compiled.filter);
	return r == -ENOMEM ? sg_error_oom(err) : 0;
}

enum sg_reach sg_reach_of(const struct sg_profile *profile, struct sg_syscall_id id)
{
	struct sg_verdict plain = sg_plain_verdict(profile, id);

	if (!sg_verdict_equal(plain, profile->default_verdict))
		return sg_action_is_permissive(plain.action) ? SG_REACH_ALWAYS : SG_REACH_NEVER;
	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct sg_rule *rule = &profile->rules[i];

		if ((rule->n_conditions || !sg_rule_find(rule, id)) &&
		    sg_rule_speaks_of(rule, id) &&
		    sg_action_is_permissive(rule->verdict.action) !=
			    sg_action_is_permissive(plain.action))
			return SG_REACH_SOMETIMES;
	}
	return sg_action_is_permissive(plain.action) ? SG_REACH_ALWAYS : SG_REACH_NEVER;
}

/* Rules know their entry by its index, because one line can hold all of them. */
static int resolve(const struct sg_parsed_profile *parsed, const struct sg_check_options *opts,
		   struct sg_profile **ret, struct sg_error *err)
{
	struct sg_read_options read = opts->read;

	read.notes = NULL;
	read.entries_as_lines = true;
	return sg_profile_resolve(parsed, &read, ret, err);
}

int sg_check(const char *name, const char *text, size_t len, const struct sg_check_options *opts,
	     struct sg_findings *findings, struct sg_error *err)
{
	_cleanup_(sg_parsed_profile_freep) struct sg_parsed_profile *parsed = NULL;
	_cleanup_(sg_profile_freep) struct sg_profile *profile = NULL;
	struct sg_compile_budget budget = { SG_COMPILE_WORK };
	uint64_t steps = SG_DIFF_STEPS;
	struct sg_checker c = {
		.opts = opts, .findings = findings, .budget = &budget, .steps = &steps
	};
	int r;

	r = sg_profile_parse(name, text, len, &parsed, err);
	if (r < 0)
		return r;
	r = resolve(parsed, opts, &profile, err);
	if (r < 0)
		return r;
	c.parsed = parsed;
	c.profile = profile;
	r = load(&c, err);
	for (size_t i = 0; r == 0 && i < SG_ARRAY_SIZE(checks); i++)
		r = checks[i](&c, err);
	sg_filter_free(c.loaded);
	if (r == 0)
		sg_findings_sort(findings);
	return r;
}
