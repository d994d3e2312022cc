/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_FILTER_FILTER_MEMO_H
#define SG_FILTER_FILTER_MEMO_H

#include "filter/filter.h"

/*
 * A filter that is run many times. What it does before it first looks at an argument depends on the
 * number and the architecture alone, so that part is worked out once for each and remembered: the
 * answers, and the numbers of instructions, are those of sg_filter_run().
 *
 * Not for two threads at once. Memory is bounded whatever numbers are asked for.
 */
struct sg_filter_memo;

/* @filter is borrowed, for as long as the memo lives. Returns 0, -ENOMEM. */
int sg_filter_memo_new(const struct sg_filter *filter, struct sg_filter_memo **ret,
		       struct sg_error *err);
void sg_filter_memo_free(struct sg_filter_memo *memo);

/* As sg_filter_run(); cannot fail. */
uint32_t sg_filter_memo_run(struct sg_filter_memo *memo, const struct sg_seccomp_data *data,
			    unsigned int *ret_executed);

/*
 * Whether the answer to @nr of @arch is the same whatever the arguments; then it and the number of
 * instructions go to @ret_word and @ret_executed.
 */
bool sg_filter_memo_is_constant(struct sg_filter_memo *memo, uint32_t arch, uint32_t nr,
				uint32_t *ret_word, unsigned int *ret_executed);

SG_DEFINE_CLEANUP(struct sg_filter_memo, sg_filter_memo_free)

#endif
