/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_DIFF_DECIDE_H
#define SG_DIFF_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "diff/region.h"
#include "filter/filter.h"
#include "profile/profile.h"

/*
 * How one call is decided, as tests on argument words that end in a verdict: the common form of a
 * profile taken at its word (profile/eval.h) and of a filter as the kernel runs it. For a call
 * whose architecture and number are known nothing else is left to ask.
 */
struct sg_decision_node {
	struct sg_test test;
	uint32_t yes, no; /* the next node; an end is SG_DECISION_END | index of its verdict */
};

#define SG_DECISION_END	    0x80000000u
#define SG_DECISION_UNKNOWN UINT32_MAX /* an end: something of the filter that is not followed */

struct sg_decision {
	struct sg_decision_node *nodes;
	size_t n_nodes, cap_nodes;
	struct sg_verdict *verdicts; /* by end */
	unsigned int *lines;	     /* of the rule that gives it, by end; 0: the default or none */
	size_t n_verdicts, cap_verdicts, cap_lines;
	uint32_t start;
};

void sg_decision_init(struct sg_decision *decision);
void sg_decision_done(struct sg_decision *decision);

/*
 * How @profile decides @id. The architecture counts as listed; where the profile does not list it,
 * ask sg_profile_has_arch(). @decision was initialised, and is used again without cost. Returns 0,
 * -ENOMEM.
 */
int sg_decide_by_profile(const struct sg_profile *profile, struct sg_syscall_id id,
			 struct sg_decision *decision, struct sg_error *err);

/*
 * The same for @filter, which follows every instruction that libseccomp, minijail and Chrome emit;
 * paths that leave those end in SG_DECISION_UNKNOWN.
 */
int sg_decide_by_filter(const struct sg_filter *filter, struct sg_syscall_id id,
			struct sg_decision *decision, struct sg_error *err);

/* The same for @n filters, at least one, that a process loaded in this order. */
int sg_decide_by_filters(const struct sg_filter *const *filters, size_t n, struct sg_syscall_id id,
			 struct sg_decision *decision, struct sg_error *err);

/* For decide*.c. */
int sg_decision_add_end(struct sg_decision *d, struct sg_verdict verdict, unsigned int line,
			uint32_t *ret, struct sg_error *err);
int sg_decision_add_node(struct sg_decision *d, const struct sg_decision_node *node,
			 struct sg_error *err);

/*
 * Follow @a and @b at once through @region and call @found for every part of it in which they end
 * in different verdicts; the region then is that part. A verdict is NULL at an unknown end, and
 * both are where the search was given up. @found returns 0 to continue, or what
 * sg_decisions_compare() is to return. Returns 0, -ENOMEM.
 */
struct sg_difference {
	const struct sg_verdict *a, *b;
	unsigned int line_a, line_b;
};

int sg_decisions_compare(const struct sg_decision *a, const struct sg_decision *b,
			 struct sg_region *region,
			 int (*found)(void *data, struct sg_region *region,
				      const struct sg_difference *difference, struct sg_error *err),
			 void *data, struct sg_error *err);

#endif
