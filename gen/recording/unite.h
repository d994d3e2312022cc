/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_RECORDING_UNITE_H
#define SG_RECORDING_UNITE_H

#include "recording/recording.h"

/*
 * What the entries, of one call and at least one, know together; NULL in *ret: unseen or any, as
 * the entries' counts say. Arguments that only some watched are left out.
 */
int sg_arg_obs_unite(const struct sg_entry *const *entries, size_t n, struct sg_arg_obs **ret,
		     struct sg_error *err);

#endif
