/* SPDX-License-Identifier: Apache-2.0 */
#include "check/checker.h"

#include <errno.h>
#include <string.h>

#include "filter/simulate/simulate.h"
#include "syscall/table.h"

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

/* The verdict for @id with no condition met: the first rule without conditions, else the
 * default. */
static struct sg_verdict plain_verdict(const struct sg_profile *profile, struct sg_syscall_id id)
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
		verdict = plain_verdict(c->profile, id);
	else
		verdict = call.verdict;
	if (sg_is_unheard(c, verdict))
		return (struct sg_verdict){ SG_ACTION_ERRNO, ENOSYS };
	return verdict;
}

enum sg_reach sg_reach_of(const struct sg_profile *profile, struct sg_syscall_id id)
{
	struct sg_verdict plain = plain_verdict(profile, id);

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
