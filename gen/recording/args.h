/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_RECORDING_ARGS_H
#define SG_RECORDING_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"

/*
 * With which arguments the application made a call: the combinations of up to three of them that
 * occurred, since what a rule can say is a combination. Observations join; the order is
 *
 *	unseen < some combinations < any
 *
 * An entry without observations is unseen when the application did not make the call, and any when
 * it did: nobody looked. Nor did anybody look all the time when fewer calls were watched than made.
 */
#define SG_ARG_OBS_MAX 3

struct sg_arg_tuple {
	uint64_t value[SG_ARG_OBS_MAX]; /* by place in index[]; the lower half unless it is wide */
	uint64_t count, first_seen;
	uint8_t high; /* bit i: the upper half of argument index[i] was not zero, at least once */
};

struct sg_arg_obs {
	uint8_t n;		       /* arguments, at least 1 */
	uint8_t index[SG_ARG_OBS_MAX]; /* ascending, 0 … 5 */
	uint8_t wide;		       /* bit i: all 64 bits of index[i] count */
	struct sg_arg_tuple *tuples;   /* sorted by value, unique */
	size_t n_tuples;
	/* calls whose combination found no room; above 0 the observation is any */
	uint64_t unkept;
	/* of all calls, those among them: bits that were ever set, and bits that always were */
	uint64_t ever[SG_ARG_OBS_MAX], always[SG_ARG_OBS_MAX];
	uint64_t last_new;	/* when a combination was new for the last time, as far as known */
	uint64_t last_new_bits; /* when a bit of ever or always changed for the last time */
};

/* -EINVAL when the indices are none. */
int sg_arg_obs_new(const uint8_t *index, size_t n, uint8_t wide, struct sg_arg_obs **ret,
		   struct sg_error *err);
void sg_arg_obs_free(struct sg_arg_obs *obs);

/* Put @tuple, with values that fit, among the others or into its equal. */
int sg_arg_obs_add(struct sg_arg_obs *obs, const struct sg_arg_tuple *tuple, struct sg_error *err);

/* For who put tuples into the array in any order, and equal ones among them. */
void sg_arg_obs_normalize(struct sg_arg_obs *obs);

/* @count calls with values that are not known but for their bits; the arrays NULL: nothing is. */
void sg_arg_obs_add_unkept(struct sg_arg_obs *obs, uint64_t count, const uint64_t *ever,
			   const uint64_t *always);

static inline bool sg_arg_obs_is_any(const struct sg_arg_obs *obs)
{
	return obs->unkept > 0;
}

/* The place of argument @index in the observation; -1: it was not watched. */
int sg_arg_obs_place(const struct sg_arg_obs *obs, unsigned int index);

int sg_arg_obs_copy(const struct sg_arg_obs *src, struct sg_arg_obs **ret, struct sg_error *err);

/* For recording/unite.c: the bits and the times of an observation, from those of another. */
void sg_arg_obs_add_bits(struct sg_arg_obs *obs, const uint64_t *ever, const uint64_t *always);
void sg_arg_obs_add_times(struct sg_arg_obs *obs, uint64_t last_new, uint64_t last_new_bits);

SG_DEFINE_CLEANUP(struct sg_arg_obs, sg_arg_obs_free)

#endif
