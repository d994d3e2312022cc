/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_STORE_SINK_H
#define SG_TRACER_STORE_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "store/place.h"

#define SG_MODE_PRIVATE 0600 /* recordings: they say what runs on this host */
#define SG_MODE_PUBLIC	0666 /* profiles, before the umask */

/*
 * Everything that is written by name goes through here: root writes where a user said, and that
 * user may have prepared what is there. A sink is
 *
 * - a file: a regular one, or a name that is free. It is replaced as a whole, by way of a temporary
 *   file next to it, fsync and rename; nothing is ever written into a file that was there;
 * - a stream: a descriptor of our own ("-", /dev/stdout, /dev/fd/N, what a shell makes of >(cmd)),
 * a FIFO of the caller's or root's, a terminal, /dev/null.
 *
 * Everything else is refused: block devices, other devices, sockets by name, FIFOs and links of
 * others, others' files in directories where everybody can write. Nothing waits without an end: see
 * sg_sink_write().
 */
struct sg_sink {
	struct sg_place place;
	const char *shown; /* borrowed: what messages call it */
	bool is_stream, is_fifo;
};

enum {
	SG_SINK_FILE_ONLY =
		1, /* what has become a stream since it was looked at is not waited for */
};

/* A file that was written, to know it again: whoever changes it, or puts another one there, changes
 * one of these. All 0: not known. */
struct sg_file_id {
	uint64_t device, inode, changed_ns;
};

void sg_file_id_of(const struct stat *st, struct sg_file_id *ret);
bool sg_file_id_equal(const struct sg_file_id *a, const struct sg_file_id *b);

/*
 * @path is borrowed for the life of the sink. Nothing is made, and nothing is opened for writing.
 * Returns 0, -EPERM (see above), -EISDIR, -ENOENT (its directory).
 */
int sg_sink_open(const char *path, unsigned int flags, struct sg_sink *ret, struct sg_error *err);
void sg_sink_done(struct sg_sink *sink);

/*
 * Write all of @text; a file gets @mode less the umask. May be called again.
 *
 * A FIFO is given 10 s for a reader to come, and then 30 s without progress; so is each stream of a
 * process that has SIGINT or SIGTERM blocked. When one of these two is pending the wait is over at
 * once (-EINTR). A file system that does not answer is waited for. @ret_id may be NULL; of a stream
 * it is not known.
 */
int sg_sink_write(const struct sg_sink *sink, const char *text, size_t len, mode_t mode,
		  struct sg_file_id *ret_id, struct sg_error *err);

/* Both for a command's product: NULL is standard output. @buf is
 * emptied; -ENOMEM: it is not whole. */
int sg_sink_print(const char *path, struct sg_strbuf *buf, mode_t mode, struct sg_error *err);

/*
 * Before anything is written: -EEXIST where writing to @path would replace @input, a file that is
 * read and could not be made again.
 */
int sg_sink_check_input(const char *path, const struct stat *input, struct sg_error *err);

/* Replace @name in the directory @dirfd as a file is; @shown is what messages call it. */
int sg_sink_replace_at(int dirfd, const char *name, const char *shown, const char *text, size_t len,
		       mode_t mode, struct sg_file_id *ret_id, struct sg_error *err);

/* Take the file or the empty directory @path away, if it is one. */
void sg_sink_remove(const char *path);

#endif
