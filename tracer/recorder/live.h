/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_RECORDER_LIVE_H
#define SG_TRACER_RECORDER_LIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/error.h"

/*
 * Recordings that outlive their recorder: a directory each in bpffs, with the kernel half pinned in
 * it and a map of pinned state, with which another recorder can continue. All of it is in the
 * kernel's memory: it dies with the machine, and with the last file of the directory.
 *
 * The directories are in $SECCOMP_GEN_BPFFS/seccomp-gen, which without the variable is
 * /sys/fs/bpf/seccomp-gen. Who works on a recording holds a lock (flock) on its directory.
 */
struct sg_live {
	char *name, *dir; /* for messages */
	int base;	  /* the directory of all of them */
	int fd;		  /* of this one's directory, locked */
	char *pins; /* the path of `fd`: what is pinned is named by it, whatever happens to `dir` */
	int state;  /* a map: what sg_live_save() wrote */
	int copies; /* a map: recorder/copies.h */
	char *last; /* what was saved last */
};

/* 1 to 64 of [0-9A-Za-z_-]; -EINVAL says so. */
int sg_live_check_name(const char *name, struct sg_error *err);

/*
 * A new one, with room for @size bytes of pinned state. -EEXIST when there is one of that name,
 * -ENOTSUP when bpffs is not mounted.
 */
int sg_live_create(const char *name, size_t size, struct sg_live **ret, struct sg_error *err);

/* -ENOENT, and -EBUSY when a recorder is at work on it. */
int sg_live_open(const char *name, struct sg_live **ret, struct sg_error *err);
void sg_live_free(struct sg_live *live);

/* Whole or not at all, also when we are killed; does nothing when nothing has changed. -E2BIG. */
int sg_live_save(struct sg_live *live, const char *text, struct sg_error *err);

/* What was saved last; *ret is the caller's. -ENODATA: nothing yet. */
int sg_live_load(const struct sg_live *live, char **ret, struct sg_error *err);

/* The same of one that somebody else works on. *ret_busy: somebody does. */
int sg_live_peek(const char *name, char **ret, bool *ret_busy, struct sg_error *err);

/* Take all of it away: the kernel half is gone when nobody has it open. */
int sg_live_remove(const struct sg_live *live, struct sg_error *err);

struct sg_live_names {
	char **names; /* sorted */
	size_t n;
};

/* None when bpffs is not there. */
int sg_live_list(struct sg_live_names *ret, struct sg_error *err);
void sg_live_names_done(struct sg_live_names *names);

SG_DEFINE_CLEANUP(struct sg_live, sg_live_free)

#endif
