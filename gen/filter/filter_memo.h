/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_FILTER_FILTER_MEMO_H
#define SG_FILTER_FILTER_MEMO_H

#include "filter/filter.h"

/*
 * A filter that many calls are judged by. Most are decided by number and architecture alone: that
 * answer is worked out once for each and stored.
 *
 * Not for two threads at once. Memory is bounded whatever numbers are asked for.
 */
struct sg_filter_memo;

/* @filter is borrowed, for as long as the memo lives. Returns 0, -ENOMEM. */
int sg_filter_memo_new(const struct sg_filter *filter, struct sg_filter_memo **ret,
		       struct sg_error *err);
void sg_filter_memo_free(struct sg_filter_memo *memo);

/*
 * Whether the answer to @nr of @arch is found to be the same whatever the arguments; then it and
 * the number of instructions, those of sg_filter_run(), go to @ret_word and @ret_executed.
 */
bool sg_filter_memo_is_constant(struct sg_filter_memo *memo, uint32_t arch, uint32_t nr,
				uint32_t *ret_word, unsigned int *ret_executed);

SG_DEFINE_CLEANUP(struct sg_filter_memo, sg_filter_memo_free)

#endif
