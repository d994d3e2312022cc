/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/dialect.h"

#include <errno.h>
#include <string.h>

#include "dialect/conversion_loss.h"
#include "dialect/plan.h"
#include "dialect/print/printers.h"
#include "dialect/project.h"

#define SG_REDUCE_true(function)  sg_##function##_reduce
#define SG_REDUCE_false(function) NULL

const struct sg_dialect sg_dialects[] = {
#define DIALECT(function, name_, summary_, cannot_, unnamed_, reduce_, binary_) \
	{ .name = name_,                                                        \
	  .summary = summary_,                                                  \
	  .cannot = cannot_,                                                    \
	  .unnamed = unnamed_,                                                  \
	  .is_binary = binary_,                                                 \
	  .reduce = SG_REDUCE_##reduce_(function),                              \
	  .print = sg_##function##_print },
#include "dialect/dialects.def"
#undef DIALECT
	{ .name = NULL },
};

const struct sg_dialect *sg_dialect_by_name(const char *name)
{
	for (const struct sg_dialect *d = sg_dialects; d->name; d++) {
		if (strcmp(d->name, name) == 0)
			return d;
	}
	return NULL;
}

/* What @profile and the output decide differently. */
static int compare(const struct sg_profile *profile, const struct sg_diff_side *output,
		   struct sg_conversion_loss *loss, struct sg_error *err)
{
	const struct sg_diff_side a = { .profile = profile };
	const struct sg_diff_options opts = { .small_arguments = true };
	_cleanup_(sg_diff_done) struct sg_diff diff = { 0 };
	int r;

	r = sg_diff(&a, output, &opts, &diff, err);
	return r < 0 ? r : sg_conversion_loss_by_diff(loss, &diff, err);
}

/* The dialects that are a profile again: reduce, compare, print. */
static int print_reduced(const struct sg_dialect *dialect, const struct sg_profile *profile,
			 const struct sg_print_options *opts, struct sg_strbuf *out,
			 struct sg_conversion_loss *loss, struct sg_error *err)
{
	_cleanup_(sg_profile_freep) struct sg_profile *reduced = NULL;
	struct sg_diff_side output = { 0 };
	int r;

	r = dialect->reduce(profile, opts, &reduced, loss, err);
	if (r < 0)
		return r;
	r = sg_plan_order(reduced, err);
	output.profile = reduced;
	if (r == 0)
		r = compare(profile, &output, loss, err);
	return r < 0 ? r : dialect->print(reduced, opts, out, err);
}

/* A program is compared itself. */
static int print_program(const struct sg_dialect *dialect, const struct sg_profile *profile,
			 const struct sg_print_options *opts, struct sg_strbuf *out,
			 struct sg_conversion_loss *loss, struct sg_error *err)
{
	_cleanup_(sg_filter_freep) struct sg_filter *filter = NULL;
	const struct sg_filter *one;
	struct sg_diff_side output = { 0 };
	int r;

	r = dialect->print(profile, opts, out, err);
	if (r < 0)
		return r;
	if (out->failed)
		return sg_error_oom(err);
	r = sg_filter_parse(dialect->name, out->data, out->len, &filter, err);
	if (r < 0)
		return r;
	one = filter;
	output.filters = &one;
	output.n_filters = 1;
	r = compare(profile, &output, loss, err);
	if (r == 0 && (profile->n_flags || profile->listener_path))
		r = sg_conversion_loss_add(loss, err, SG_CONVERSION_DETAIL, "flags and listener");
	return r;
}

int sg_dialect_print(const struct sg_dialect *dialect, const struct sg_profile *profile,
		     const struct sg_print_options *opts, struct sg_strbuf *out,
		     struct sg_conversion_loss *ret_loss, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf text = SG_STRBUF_INIT;
	_cleanup_(sg_conversion_loss_done) struct sg_conversion_loss loss = { 0 };
	const struct sg_print_options none = { 0 };
	int r;

	if (!opts)
		opts = &none;
	if (dialect->reduce)
		r = print_reduced(dialect, profile, opts, &text, &loss, err);
	else
		r = print_program(dialect, profile, opts, &text, &loss, err);
	if (r < 0)
		return r;
	if (text.failed)
		return sg_error_oom(err);
	sg_strbuf_add_mem(out, text.data, text.len);
	*ret_loss = loss;
	loss = (struct sg_conversion_loss){ 0 };
	return 0;
}
