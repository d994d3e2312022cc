/* SPDX-License-Identifier: Apache-2.0 */
#include "filter/compile/work.h"

#include <stdlib.h>
#include <string.h>

#include "syscall/multiplexed.h"
#include "syscall/table.h"

#define RULE_SQUARE 30000.0 /* units of one comparison to the fourth power */

struct load {
	const char *name;
	size_t n_unshared;
};

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct load *)a)->name, ((const struct load *)b)->name);
}

static const char *name_of(struct sg_syscall_id id)
{
	const char *name =
		id.nr & SG_NR_MULTIPLEXED ? sg_multiplexed_name(id.nr) : sg_syscall_name(id);

	return name ? name : ""; /* together: rather too much than too little */
}

/* Comparisons in addition to that of one small value, whose upper half all such rules have in
 * common. */
static size_t unshared(const struct sg_rule *rule)
{
	size_t n = rule->n_conditions ? rule->n_conditions - 1 : 0;

	for (size_t i = 0; i < rule->n_conditions; i++)
		n += rule->conditions[i].op != SG_OP_EQ || rule->conditions[i].value > UINT32_MAX;
	return n;
}

static double fourth_power(size_t n)
{
	return (double)n * (double)n * (double)n * (double)n;
}

int sg_compile_cost(const struct sg_profile *profile, uint64_t *ret, struct sg_error *err)
{
	_cleanup_free_ struct load *loads = NULL;
	size_t n = 0, max = 0, here = 0;
	double work;

	for (size_t i = 0; i < profile->n_rules; i++)
		max += profile->rules[i].n_calls;
	loads = calloc(max + 1, sizeof(*loads));
	if (!loads)
		return sg_error_oom(err);
	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct sg_rule *rule = &profile->rules[i];
		size_t n_unshared = unshared(rule);

		for (size_t k = 0; k < rule->n_calls; k++)
			loads[n++] = (struct load){ name_of(rule->calls[k].id), n_unshared };
	}
	qsort(loads, n, sizeof(*loads), compare_names);
	work = RULE_SQUARE * (double)n * (double)n;
	for (size_t i = 0; i < n; i++) {
		here += loads[i].n_unshared;
		if (i + 1 < n && strcmp(loads[i].name, loads[i + 1].name) == 0)
			continue;
		if (profile->n_arches > 1)
			work += fourth_power(here);
		here = 0;
	}
	*ret = work < (double)SG_COMPILE_WORK * 1000 ? (uint64_t)work : SG_COMPILE_WORK * 1000;
	return 0;
}
