/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_STORE_PLACE_H
#define SG_TRACER_STORE_PLACE_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/cleanup.h"
#include "base/error.h"

/*
 * Where a path leads, found a part at a time and held by descriptors: who can write to a directory
 * on the way cannot put something else there between a look and its use. Nothing is opened for
 * reading or writing, so a FIFO does not wait and a device does nothing.
 *
 * A symbolic link is followed when it belongs to root or to the caller. The caller is the effective
 * user and, for root, the user that sudo(8) was called by.
 */
struct sg_place {
	int dirfd;	/* O_PATH: the directory that it is in; -1: it is a descriptor of ours */
	char *name;	/* in that directory */
	int fd;		/* O_PATH: what has that name; -1: nothing */
	int own;	/* a descriptor of this process that the path names, borrowed; -1: none */
	struct stat st; /* of `fd` or `own`, if there is one */
	bool by_other;	/* SG_PLACE_READ: a link on the way belongs to somebody else */
};

enum {
	/*
	 * For reading: the links of others are followed, too, and said (by_other). Without it they
	 * are refused, and a link as the last part stands for itself, to be replaced, where it
	 * leads to a regular file or to nothing.
	 */
	SG_PLACE_READ = 1,
	/* Directories on the way that others could rename or fill are refused; for root only. */
	SG_PLACE_STRICT = 2,
	/* The last part is no link, whosever. */
	SG_PLACE_NO_LINK = 4,
};

/* -ENOENT: a directory on the way is missing; -EPERM: what others made. */
int sg_place_find(const char *path, unsigned int flags, struct sg_place *ret, struct sg_error *err);
void sg_place_done(struct sg_place *place);

/* The number of the descriptor of this process that @path names by its form; -1: none. */
int sg_place_own_descriptor(const char *path);

/* Root or the caller. */
bool sg_place_is_trusted(uid_t uid);

/* "a FIFO", "a block device": what messages call it. */
const char *sg_place_what(mode_t mode);

/*
 * The directory @path, open for reading; *ret is the caller's. With @create what is missing of it
 * is made, mode 0700, and *ret_made (may be NULL) says whether the last part was.
 */
int sg_place_open_directory(const char *path, unsigned int flags, bool create, bool *ret_made,
			    int *ret, struct sg_error *err);

/* Absolute, as text: where the working directory no longer matters. *ret is the caller's. */
int sg_place_absolute(const char *path, char **ret, struct sg_error *err);

#define SG_PLACE_INIT                            \
	{                                        \
		.dirfd = -1, .fd = -1, .own = -1 \
	}

#endif
