/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "dialect/conversion_loss.h"
#include "base/array.h"
#include "profile/verdict_text.h"

const char *const sg_conversion_effect_names[SG_CONVERSION_MAX_] = {
	[SG_CONVERSION_WIDER] = "allows more",
	[SG_CONVERSION_NARROWER] = "allows less",
	[SG_CONVERSION_DIFFERENT] = "denies otherwise",
	[SG_CONVERSION_DETAIL] = "leaves out",
	[SG_CONVERSION_NOTE] = "note",
};
static_assert(SG_ARRAY_SIZE(sg_conversion_effect_names) == 5, "an effect has no name");

void sg_conversion_loss_done(struct sg_conversion_loss *loss)
{
	for (size_t i = 0; i < loss->n; i++)
		free(loss->items[i].text);
	free(loss->items);
	*loss = (struct sg_conversion_loss){ 0 };
}

int sg_conversion_loss_add(struct sg_conversion_loss *loss, struct sg_error *err,
			   enum sg_conversion_effect effect, const char *fmt, ...)
{
	va_list ap;
	char *text;
	int n;

	if (SG_ARRAY_GROW(loss->items, loss->n) < 0)
		return sg_error_oom(err);
	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		return sg_error_oom(err);
	loss->items[loss->n++] = (struct sg_conversion_loss_item){ effect, text };
	return 0;
}

static const enum sg_conversion_effect effects[SG_DIFF_KIND_MAX_] = {
	[SG_DIFF_ONLY_A] = SG_CONVERSION_NARROWER,
	[SG_DIFF_ONLY_B] = SG_CONVERSION_WIDER,
	[SG_DIFF_CHANGED] = SG_CONVERSION_DIFFERENT,
	[SG_DIFF_UNDECIDED] = SG_CONVERSION_WIDER, /* it could be */
};

/* Two verdicts that both let a call run differ in logging only. */
static enum sg_conversion_effect effect_of(const struct sg_diff_item *item)
{
	if (item->kind == SG_DIFF_CHANGED && sg_action_is_permissive(item->a.action))
		return SG_CONVERSION_DETAIL;
	return effects[item->kind];
}

/* Whole calls that fare alike are one item; an example is for one call only. */
static bool is_grouped(const struct sg_diff_item *x, const struct sg_diff_item *y)
{
	return x->scope == SG_DIFF_CALL && y->scope == SG_DIFF_CALL && x->kind == y->kind &&
	       !x->is_partial && !y->is_partial && x->kind != SG_DIFF_UNDECIDED &&
	       sg_verdict_equal(x->a, y->a) && sg_verdict_equal(x->b, y->b);
}

static bool is_said(const struct sg_diff *diff, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (is_grouped(&diff->items[k], &diff->items[i]))
			return true;
	}
	return sg_diff_is_repeated(diff, i);
}

static void phrase_subjects(const struct sg_diff *diff, size_t i, struct sg_strbuf *out)
{
	sg_diff_subject(diff, i, out);
	for (size_t k = i + 1; k < diff->n; k++) {
		if (!is_grouped(&diff->items[i], &diff->items[k]) || sg_diff_is_repeated(diff, k))
			continue;
		sg_strbuf_add(out, ", ");
		sg_diff_subject(diff, k, out);
	}
}

static void phrase(const struct sg_diff *diff, size_t i, struct sg_strbuf *out)
{
	const struct sg_diff_item *item = &diff->items[i];

	phrase_subjects(diff, i, out);
	if (item->scope == SG_DIFF_ARCH) {
		sg_strbuf_add(out, ": this architecture is listed here or in the profile only");
		return;
	}
	if (item->kind == SG_DIFF_UNDECIDED) {
		sg_strbuf_add(out, ": not proven to be the same");
		return;
	}
	sg_strbuf_add(out, ": ");
	sg_verdict_text(item->a, out);
	sg_strbuf_add(out, " becomes ");
	sg_verdict_text(item->b, out);
	sg_diff_example(item, out);
}

int sg_conversion_loss_by_diff(struct sg_conversion_loss *loss, const struct sg_diff *diff,
			       struct sg_error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < diff->n; i++) {
		_cleanup_(sg_strbuf_done) struct sg_strbuf text = SG_STRBUF_INIT;

		if (is_said(diff, i))
			continue;
		phrase(diff, i, &text);
		if (text.failed)
			return sg_error_oom(err);
		r = sg_conversion_loss_add(loss, err, effect_of(&diff->items[i]), "%s", text.data);
	}
	return r;
}
