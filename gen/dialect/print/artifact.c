/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>

#include "dialect/limits.h"
#include "dialect/print/oci.h"
#include "dialect/plan.h"
#include "dialect/print/printers.h"
#include "dialect/project.h"

/* The profile by name, without the rules of @without. */
static int project_without(const struct sg_profile *profile, enum sg_action without,
			   struct sg_profile **ret, struct sg_error *err)
{
	_cleanup_(sg_profile_freep) struct sg_profile *all = NULL, *to = NULL;
	const struct sg_project_options opts = { .across_families = true };
	struct sg_rule *rule;
	int r;

	r = sg_project(profile, &opts, &all, err);
	if (r == 0)
		r = sg_profile_new(&to, err);
	if (r == 0)
		r = sg_project_head(to, all, err);
	for (size_t i = 0; r == 0 && i < all->n_arches; i++)
		r = sg_profile_add_arch(to, all->arches[i], err);
	for (size_t i = 0; r == 0 && i < all->n_rules; i++) {
		const struct sg_rule *from = &all->rules[i];

		if (from->verdict.action == without)
			continue;
		r = sg_project_rule(to, from, &rule, err);
		for (size_t k = 0; r == 0 && k < from->n_calls; k++)
			r = sg_rule_add_call(rule, from->calls[k].id, NULL, err);
	}
	if (r == 0)
		*ret = TAKE_PTR(to);
	return r;
}

int sg_artifact_reduce(const struct sg_profile *profile, const struct sg_print_options *opts,
		       struct sg_profile **ret, struct sg_conversion_loss *loss,
		       struct sg_error *err)
{
	_cleanup_(sg_profile_freep) struct sg_profile *to = NULL;
	int r;

	(void)opts;
	if (profile->default_verdict.action == SG_ACTION_NOTIFY)
		return sg_error_set(err, -EOPNOTSUPP,
				    "json-artifact: default action SCMP_ACT_NOTIFY: runtimes "
				    "refuse it in profiles from a registry");
	r = project_without(profile, SG_ACTION_NOTIFY, &to, err);
	if (r < 0)
		return r;
	if (to->listener_path || to->listener_metadata) {
		r = sg_conversion_loss_add(
			loss, err, SG_CONVERSION_DETAIL,
			"the listener, because runtimes refuse one in profiles from a "
			"registry");
		if (r < 0)
			return r;
		free(to->listener_path);
		free(to->listener_metadata);
		to->listener_path = to->listener_metadata = NULL;
	}
	*ret = TAKE_PTR(to);
	return 0;
}

int sg_artifact_print(const struct sg_profile *reduced, const struct sg_print_options *opts,
		      struct sg_strbuf *out, struct sg_error *err)
{
	_cleanup_(sg_plan_done) struct sg_plan plan = { 0 };
	int r;

	(void)opts;
	r = sg_plan_init(&plan, reduced, false, err);
	if (r < 0)
		return r;
	if (plan.n > SG_KEP_MAX_ENTRIES)
		return sg_error_set(err, -E2BIG,
				    "json-artifact: %zu entries, and runtimes take %u: fewer "
				    "distinct conditions are needed (emit --args none)",
				    plan.n, SG_KEP_MAX_ENTRIES);
	r = sg_oci_json(reduced, out, err);
	if (r == 0 && out->len > SG_KEP_MAX_BYTES)
		return sg_error_set(err, -E2BIG, "json-artifact: %zu bytes, and runtimes take %u",
				    out->len, SG_KEP_MAX_BYTES);
	return r;
}
