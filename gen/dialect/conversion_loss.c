/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "dialect/conversion_loss.h"
#include "base/array.h"
#include "profile/verdict_text.h"

const char *const sg_lost_effect_names[SG_LOST_MAX_] = {
	[SG_LOST_WIDER] = "allows more",
	[SG_LOST_NARROWER] = "allows less",
	[SG_LOST_DIFFERENT] = "denies otherwise",
	[SG_LOST_DETAIL] = "leaves out",
	[SG_LOST_NOTE] = "note",
};
static_assert(SG_ARRAY_SIZE(sg_lost_effect_names) == 5, "an effect has no name");

void sg_lost_done(struct sg_lost *lost)
{
	for (size_t i = 0; i < lost->n; i++)
		free(lost->items[i].text);
	free(lost->items);
	*lost = (struct sg_lost){ 0 };
}

int sg_lost_add(struct sg_lost *lost, struct sg_error *err, enum sg_lost_effect effect,
		const char *fmt, ...)
{
	va_list ap;
	char *text;
	int n;

	if (SG_ARRAY_GROW(lost->items, lost->n) < 0)
		return sg_error_oom(err);
	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		return sg_error_oom(err);
	lost->items[lost->n++] = (struct sg_lost_item){ effect, text };
	return 0;
}

static const enum sg_lost_effect effects[SG_DIFF_KIND_MAX_] = {
	[SG_DIFF_ONLY_A] = SG_LOST_NARROWER,
	[SG_DIFF_ONLY_B] = SG_LOST_WIDER,
	[SG_DIFF_CHANGED] = SG_LOST_DIFFERENT,
	[SG_DIFF_UNDECIDED] = SG_LOST_WIDER, /* it could be */
};

/* Two verdicts that both let a call run differ in logging only. */
static enum sg_lost_effect effect_of(const struct sg_diff_item *item)
{
	if (item->kind == SG_DIFF_CHANGED && sg_action_is_permissive(item->a.action))
		return SG_LOST_DETAIL;
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
		sg_strbuf_add(out, ": not proven to be kept");
		return;
	}
	sg_strbuf_add(out, ": ");
	sg_verdict_text(item->a, out);
	sg_strbuf_add(out, " becomes ");
	sg_verdict_text(item->b, out);
	sg_diff_example(item, out);
}

int sg_lost_by_diff(struct sg_lost *lost, const struct sg_diff *diff, struct sg_error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < diff->n; i++) {
		_cleanup_(sg_strbuf_done) struct sg_strbuf text = SG_STRBUF_INIT;

		if (is_said(diff, i))
			continue;
		phrase(diff, i, &text);
		if (text.failed)
			return sg_error_oom(err);
		r = sg_lost_add(lost, err, effect_of(&diff->items[i]), "%s", text.data);
	}
	return r;
}
