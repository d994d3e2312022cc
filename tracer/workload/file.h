/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_WORKLOAD_FILE_H
#define SG_TRACER_WORKLOAD_FILE_H

#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/json/json.h"

/* For tracer/workload/ only: files that are believed for who can have written them. */

/*
 * Read a regular file that root or @uid alone can have put there and written: the file and all
 * directories on the way are theirs, and nobody else can write to them. At most @max bytes. Nothing
 * but a regular file is opened. *ret is the caller's and NUL-terminated. -EPERM: others could.
 */
int sg_file_read_of(const char *path, uint32_t uid, size_t max, char **ret, size_t *ret_len);

/* The same of a JSON file; *ret is NULL when there is none, or it cannot be read or believed. */
int sg_file_json(const char *path, uint32_t uid, struct sg_json_doc **ret, struct sg_error *err);

/* A directory that root alone can write to, wherever it is; NULL: there is none. The caller's. */
DIR *sg_directory_of_root(const char *path);

/* Whether nobody but root and @uid can have put there what @path names; links are not followed. */
bool sg_path_is_of(const char *path, uint32_t uid);

#endif
