/* SPDX-License-Identifier: Apache-2.0 */
/* sg_check(): the passes, one after the other. */
#include <errno.h>

#include "check/checker.h"

static int (*const checks[])(struct sg_checker *c, struct sg_error *err) = {
	sg_check_names,	       sg_check_filters,  sg_check_rules,    sg_check_conditions,
	sg_check_multiplexers, sg_check_verdicts, sg_check_notify,   sg_check_arches,
	sg_check_needs,	       sg_check_versions, sg_check_compiled, sg_check_dangerous,
};

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

/* Rules know their entry by its index, because one line can hold all of them. */
static int resolve(const struct sg_parsed_profile *parsed, const struct sg_check_options *opts,
		   struct sg_profile **ret, struct sg_error *err)
{
	struct sg_read_options read = opts->read;

	read.notices = NULL;
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
