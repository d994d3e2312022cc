/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_STORE_DIR_H
#define SG_TRACER_STORE_DIR_H

#include "base/error.h"
#include "base/strbuf.h"
#include "recording/recording.h"

#define SG_STORE_ROOT_DIR "/var/lib/seccomp-gen"
#define SG_STORE_SUFFIX	  ".json"

/* Where the store is, by the environment and the user. *ret is the
 * caller's. -ENOENT: nothing says. */
int sg_store_dir_path(char **ret, struct sg_error *err);

/* The name under which @rec is stored, with suffix. A recording without runs is -EINVAL. */
int sg_store_file_name(const struct sg_recording *rec, char **ret, struct sg_error *err);

/* How much of a file's name is a recording's name; 0 when the file is none (hidden, or other
 * suffix). */
size_t sg_store_name_len(const char *file);

#endif
