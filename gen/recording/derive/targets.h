/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_RECORDING_DERIVE_TARGETS_H
#define SG_RECORDING_DERIVE_TARGETS_H

#include "recording/recording.h"

/*
 * What a person would call the target: its container, unit, command or cgroup. Borrowed from
 * @target.
 */
const char *sg_target_name(const struct sg_target *target);

/* Whether it is a container, as far as is known, or the containers of a pod. */
bool sg_target_is_container(const struct sg_target *target);

/* Whether all runs are of systemd's units. */
bool sg_recording_is_of_units(const struct sg_recording *rec);

/*
 * Whether @run is of a container of which nobody knows the runtime: it ran already when the
 * recording began, and no other run of @rec is of the same and knows it.
 */
bool sg_run_lacks_runtime(const struct sg_recording *rec, const struct sg_run *run);

/*
 * One run for each target of @rec that is known, borrowed, in the order of runs; @ret has room for
 * rec->n_runs. Returns how many.
 */
size_t sg_recording_targets(const struct sg_recording *rec, const struct sg_run **ret);

/*
 * The container runtime that the runs name, those that name none aside; NULL when they name
 * several, or none. *ret_version is NULL where they do not agree on it. Borrowed.
 */
const char *sg_recording_runtime(const struct sg_recording *rec, const char **ret_version);

#endif
