/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_CHECK_PASSES_CONFLICTS_H
#define SG_CHECK_PASSES_CONFLICTS_H

#include "base/strbuf.h"
#include "check/checker.h"

/*
 * For rules.c: what conditions come to. That is not reasoned about here but asked of diff/diff.h,
 * with small profiles made for the question.
 */

/* Comparisons of rules for a call, each some microseconds at most; beyond that, the check says
 * so. */
#define SG_RULES_COMPARISONS_MAX 2000000u
/* Pairs of rules whose conditions are followed together, each some microseconds. */
#define SG_RULES_QUESTIONS_MAX 200000u

struct sg_rules_work {
	struct sg_checker *c;
	size_t comparisons, questions;
	bool is_cut_short; /* a comparison of conditions was */
};

/* @buf's text afterwards, borrowed. */
const char *sg_rules_verdict_text(struct sg_strbuf *buf, struct sg_verdict verdict);

/* One finding for @rule and the @n calls it is about, the first of which is @id. */
int sg_rules_add(struct sg_checker *c, enum sg_finding_kind kind, const struct sg_rule *rule,
		 struct sg_syscall_id id, size_t n, const char *text, struct sg_error *err);

/* Conflicting rules are those for which it matters in which order they stand. */
int sg_rules_check_conflict(struct sg_rules_work *w, const struct sg_rule *rule,
			    struct sg_syscall_id id, struct sg_error *err);

/* Whether the conditions of @rule let every call of its first id through, or none. */
int sg_rules_check_extent(struct sg_checker *c, const struct sg_rule *rule, struct sg_error *err);

#endif
