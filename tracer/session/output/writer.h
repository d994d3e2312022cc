/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_OUTPUT_WRITER_H
#define SG_TRACER_SESSION_OUTPUT_WRITER_H

#include <stdbool.h>
#include <sys/types.h>

#include "cgroup/cgroup.h"
#include "confine/helper.h"
#include "store/sink.h"

/*
 * The helper that writes recordings. It knows from the start where these go, and takes bytes and,
 * for a directory, a plain file name. It replaces no file but one that it has written, or that was
 * named at the start. It has the rights of the caller's also for what is left to do for a command:
 * to pass signals on, and to remove its cgroup.
 */
struct sg_writer_work {
	const char *output; /* as -o says it; NULL: the store */
	bool in_directory;  /* it is one; the store is, too */
	bool is_stream;
	bool may_rescue; /* what is pinned stays there instead */
	bool made_directory;
	const char *const *written; /* files of a recording that is continued */
	size_t n_written;
	const struct sg_cgroup *cgroup; /* the command's own; dir NULL: there is none */
	pid_t command;			/* -1: none */
	/* locked while it may still write, also when the recorder
	 * has died: another one waits; -1 */
	int lock_fd;
};

int sg_writer_start(const struct sg_writer_work *work, struct sg_helper *ret, struct sg_error *err);

/*
 * Write @text, a recording, as @name where it goes into a directory (else NULL); @old (may be NULL)
 * is where it was until now, and goes when it is elsewhere. *ret_where is the path that it has now,
 * the caller's.
 */
int sg_writer_save(struct sg_helper *writer, const char *name, const char *old, const char *text,
		   size_t len, char **ret_where, struct sg_file_id *ret_id, struct sg_error *err);

/* What cannot be written where it belongs goes to a fallback directory: *ret_where, the caller's.
 * @run is the id of a run of it. */
int sg_writer_rescue(struct sg_helper *writer, const char *run, const char *text, size_t len,
		     char **ret_where, struct sg_error *err);

int sg_writer_signal(struct sg_helper *writer, int signal, struct sg_error *err);
int sg_writer_remove_cgroup(struct sg_helper *writer, unsigned int *ret_left, struct sg_error *err);
/* The directory that was made for recordings, when none came into it. */
int sg_writer_remove_directory(struct sg_helper *writer, struct sg_error *err);

/* writer_serve.c: the other side. */
enum sg_writer_word {
	/* the answer to these two: struct sg_file_id, and where it is */
	SG_WRITER_SAVE = 1, /* file name, NUL, file name before, NUL, text */
	SG_WRITER_RESCUE,   /* id of the run, NUL, text */
	SG_WRITER_SIGNAL,   /* an int */
	SG_WRITER_REMOVE_CGROUP,
	SG_WRITER_REMOVE_DIRECTORY,
};

/* For signals of a terminal, a service manager and our own. */
bool sg_writer_is_signal(int signal);

int sg_writer_prepare(void *work, struct sg_error *err);
void sg_writer_serve(int fd, void *work);

#endif
