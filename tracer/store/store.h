/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_STORE_STORE_H
#define SG_TRACER_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "recording/recording.h"
#include "store/dir.h"

/*
 * The recording store: one directory of recordings that only their owner can read.
 *
 * Where: $SECCOMP_GEN_DIR; else /var/lib/seccomp-gen as root; else $XDG_STATE_HOME/seccomp-gen;
 * else
 * ~/.local/state/seccomp-gen. The directory is 0700, its files are 0600. It must belong to us or to
 * root and be writable by nobody else; symbolic links in it are not followed.
 *
 * A recording's name is <start, UTC>-<target>-<first digits of the run id>.json, so that names in
 * byte order are recordings in order of their start, and a later state of a run replaces the
 * earlier one. The latest is the one that was written last, by its file's time: one that began
 * earlier and ended later is later, and so is a log that was read after a recording was made.
 */
struct sg_file_id; /* store/sink.h */

struct sg_store {
	char *path;
	int dirfd;
};

/* Opens the store, and with @create makes it. -ENOENT when there is none. */
int sg_store_open(bool create, struct sg_store **ret, struct sg_error *err);
void sg_store_free(struct sg_store *store);

/* Names in the store without suffix, in byte order. */
struct sg_store_names {
	char **names;
	uint64_t *written; /* parallel: nanoseconds since the Unix epoch; 0 where not known */
	size_t n;
};

/* The one that was written last; NULL when there is none. */
const char *sg_store_latest(const struct sg_store_names *names);

/* Put them into the order in which they were written, the latest last. */
int sg_store_names_by_time(struct sg_store_names *names, struct sg_error *err);

int sg_store_list(const struct sg_store *store, struct sg_store_names *ret, struct sg_error *err);
void sg_store_names_done(struct sg_store_names *names);

/* Read the recording of exactly that name. */
int sg_store_read(const struct sg_store *store, const char *name, struct sg_recording **ret,
		  struct sg_error *err);

/* @rec as it is written; *ret is the caller's. -EFBIG: it could not be read back. */
int sg_store_print(const struct sg_recording *rec, char **ret, size_t *ret_len,
		   struct sg_error *err);

/*
 * Write @text whole or not at all, mode 0600: to @path ("-": stdout), or when that is NULL into the
 * store, as @file (sg_recording_file_name()). @flags are sg_sink_open()'s. @ret_where (may be NULL)
 * gets the path it has now, the caller's.
 */
int sg_store_write(const char *file, const char *text, size_t len, const char *path,
		   unsigned int flags, char **ret_where, struct sg_file_id *ret_id,
		   struct sg_error *err);

/* The recording in the file @path, if that is the one of @id still. -ESTALE: it is another one. */
int sg_store_load_written(const char *path, const struct sg_file_id *id, struct sg_recording **ret,
			  struct sg_error *err);

/* Both at once. */
int sg_store_save(const struct sg_recording *rec, const char *path, char **ret_where,
		  struct sg_error *err);

/*
 * Read the recording that a user means by @what: "-" is stdin, a file that exists is that file,
 * anything else without a slash is a name in the store or the beginning of exactly one; NULL is the
 * store's latest.
 * @ret_name (may be NULL) gets what to call it, the caller's.
 */
int sg_store_load(const char *what, struct sg_recording **ret, char **ret_name,
		  struct sg_error *err);

/* The join of all that @what names (none: the store's latest); @ret_name is the first one's. */
int sg_store_load_all(char *const *what, size_t n, struct sg_recording **ret, char **ret_name,
		      struct sg_error *err);

SG_DEFINE_CLEANUP(struct sg_store, sg_store_free)

#endif
