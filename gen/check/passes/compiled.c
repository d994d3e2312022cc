/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "check/checker.h"
#include "dialect/limits.h"
#include "filter/compile/compile.h"
#include "profile/verdict_text.h"

#define LARGE_ 3500u /* of the 4096 instructions that the kernel takes */

/* What libseccomp makes of the profile, held against what the profile says. */

/* Calls that the libseccomp here cannot put into a filter: a matter of its age, and another
 * finding. */
static bool is_dropped(const struct sg_compiled *compiled, struct sg_syscall_id id)
{
	for (size_t i = 0; i < compiled->n_drops; i++) {
		if (sg_syscall_id_equal(compiled->drops[i].id, id) &&
		    !compiled->drops[i].is_compiled)
			return true;
	}
	return false;
}

static int check_same(struct sg_checker *c, const struct sg_compiled *compiled,
		      struct sg_error *err)
{
	const struct sg_filter *filter = compiled->filter;
	struct sg_diff_side said = { .profile = c->profile };
	struct sg_diff_side done = { .filters = &filter, .n_filters = 1 };
	const struct sg_diff_options opts = { .small_arguments = true, .steps = c->steps };
	_cleanup_(sg_diff_done) struct sg_diff diff = { 0 };
	size_t n_undecided = 0;
	int r;

	r = sg_diff(&said, &done, &opts, &diff, err);
	for (size_t i = 0; r == 0 && i < diff.n; i++) {
		_cleanup_(sg_strbuf_done) struct sg_strbuf text = SG_STRBUF_INIT;
		const struct sg_diff_item *item = &diff.items[i];
		struct sg_position at = c->parsed->default_action_at;

		n_undecided += item->kind == SG_DIFF_UNDECIDED;
		if (item->kind == SG_DIFF_UNDECIDED || sg_diff_is_repeated(&diff, i) ||
		    is_dropped(compiled, item->id))
			continue;
		sg_diff_subject(&diff, i, &text);
		sg_strbuf_add(&text, ": ");
		sg_verdict_text(item->b, &text);
		sg_strbuf_add(&text, " where the profile says ");
		sg_verdict_text(item->a, &text);
		sg_diff_example(item, &text);
		if (text.failed)
			return sg_error_oom(err);
		if (item->line_a)
			at = c->parsed->entries[item->line_a - 1].at;
		r = sg_findings_add(c->findings, SG_FINDING_FILTER_DIFFERS, at, err, "%s",
				    text.data);
	}
	if (r < 0 || !n_undecided)
		return r;
	return sg_findings_add(c->findings, SG_FINDING_NOT_FINISHED, c->parsed->syscalls_at, err,
			       "what the filter does was not all held against the profile (%zu "
			       "calls)",
			       n_undecided);
}

static int add_too_much(struct sg_checker *c, const struct sg_error *reason, struct sg_error *err)
{
	return sg_findings_add(c->findings, SG_FINDING_TOO_MUCH_WORK, c->parsed->syscalls_at, err,
			       "%s", reason->message);
}

/* Whether the runtimes make a filter of it; *ret: none was found that does not. */
static int check_runtimes(struct sg_checker *c, bool *ret, struct sg_error *err)
{
	static const struct sg_compile_options all[] = {
#define RUNTIME(name, id) { .flavor = SG_COMPILE_##name },
#include "filter/compile/runtimes.def"
#undef RUNTIME
	};
	const struct sg_compile_options *runtimes = all;
	size_t n = SG_ARRAY_SIZE(all);

	if (c->opts->n_runtimes) {
		runtimes = c->opts->runtimes;
		n = c->opts->n_runtimes;
	}
	*ret = true;
	for (size_t i = 0; i < n; i++) {
		_cleanup_(sg_compiled_done) struct sg_compiled compiled = { 0 };
		struct sg_compile_options opts = runtimes[i];
		struct sg_error reason = { 0 };
		int r;

		opts.budget = c->budget;
		r = sg_profile_compile(c->profile, &opts, &compiled, &reason);

		if (r == -ENOMEM)
			return sg_error_oom(err);
		if (r >= 0 || r == -EOPNOTSUPP)
			continue;
		*ret = false;
		if (r == -E2BIG)
			return add_too_much(c, &reason, err);
		return sg_findings_add(c->findings, SG_FINDING_NOT_COMPILED, c->parsed->syscalls_at,
				       err, "%s: %s", sg_compile_flavor_names[runtimes[i].flavor],
				       reason.message);
	}
	return 0;
}

int sg_check_compiled(struct sg_checker *c, struct sg_error *err)
{
	_cleanup_(sg_compiled_done) struct sg_compiled compiled = { 0 };
	struct sg_error reason = { 0 };
	struct sg_compile_options opts = { .flavor = SG_COMPILE_PLAIN, .budget = c->budget };
	bool starts;
	int r = 0;

	if (c->parsed->n_entries > SG_KEP_MAX_ENTRIES)
		r = sg_findings_add(c->findings, SG_FINDING_MANY_ENTRIES, c->parsed->syscalls_at,
				    err, "%zu entries", c->parsed->n_entries);
	if (r < 0 || !c->opts->compile)
		return r;
	r = check_runtimes(c, &starts, err);
	if (r < 0 || !starts)
		return r;
	r = sg_profile_compile(c->profile, &opts, &compiled, &reason);
	if (r == -ENOMEM)
		return sg_error_oom(err);
	if (r == -E2BIG)
		return add_too_much(c, &reason, err);
	/* what only runtimes make something of, an index that occurs twice, is another finding */
	if (r < 0)
		return 0;
	if (compiled.filter->len > LARGE_)
		r = sg_findings_add(c->findings, SG_FINDING_LARGE_FILTER, c->parsed->syscalls_at,
				    err, "%zu instructions", compiled.filter->len);
	return r < 0 ? r : check_same(c, &compiled, err);
}
