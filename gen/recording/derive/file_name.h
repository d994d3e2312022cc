/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_RECORDING_DERIVE_FILE_NAME_H
#define SG_RECORDING_DERIVE_FILE_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "recording/recording.h"

/*
 * What files with recordings are called: <start, UTC>-<target>-<first digits of the run's id>.json,
 * so that names in byte order are recordings in order of their start, and a later state of a run
 * has the name of the earlier one.
 */
#define SG_RECORDING_SUFFIX ".json"

/* *ret is the caller's. -EINVAL: it has no runs; -EOVERFLOW: its start is no date; -ENOMEM. */
int sg_recording_file_name(const struct sg_recording *rec, char **ret, struct sg_error *err);

/* How much of a file's name is a recording's name; 0 when the file is none (hidden, or other
 * suffix). */
size_t sg_recording_name_len(const char *file);

/* Whether sg_recording_file_name() makes such names: of one directory, and plain characters. */
bool sg_recording_is_file_name(const char *name);

#endif
