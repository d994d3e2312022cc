/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_DIALECT_CONVERSION_LOSS_H
#define SG_DIALECT_CONVERSION_LOSS_H

#include <stddef.h>

#include "base/error.h"
#include "diff/diff.h"

/* What becomes of a fact that a dialect cannot say. */
enum sg_conversion_effect {
	SG_CONVERSION_WIDER,	 /* the output lets more calls through than the profile */
	SG_CONVERSION_NARROWER,	 /* the output denies calls that the profile lets through */
	SG_CONVERSION_DIFFERENT, /* a denied call is denied in another way */
	SG_CONVERSION_DETAIL,	 /* flags, a listener, whether a call is logged */
	SG_CONVERSION_NOTE,	 /* nothing is lost: a matter of versions */
	SG_CONVERSION_MAX_,
};

extern const char *const sg_conversion_effect_names[SG_CONVERSION_MAX_]; /* "allows more", … */

struct sg_conversion_loss_item {
	enum sg_conversion_effect effect;
	char *text; /* one sentence, safe for a terminal */
};

/* Everything that one printing could not express. Release with _done. */
struct sg_conversion_loss {
	struct sg_conversion_loss_item *items;
	size_t n;
};

void sg_conversion_loss_done(struct sg_conversion_loss *loss);
int sg_conversion_loss_add(struct sg_conversion_loss *loss, struct sg_error *err,
			   enum sg_conversion_effect effect, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * For dialect.c: the differences between a profile (A) and its reduction (B); calls that fare alike
 * whatever their arguments are one item.
 */
int sg_conversion_loss_by_diff(struct sg_conversion_loss *loss, const struct sg_diff *diff,
			       struct sg_error *err);

#endif
