/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_ORIGIN_COMMAND_H
#define SG_ORIGIN_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "recording/recording.h"

/* A command line as /proc/PID/cmdline has it: written by the process itself, which can write
 * anything. */
struct sg_args {
	char *text;  /* owns the words */
	char **argv; /* ends with NULL */
	size_t n;
};

/* The words of @len bytes, each ended by a NUL or the end. -ENOMEM; -ESRCH when there are none. */
int sg_args_parse(const char *text, size_t len, struct sg_args *ret);
void sg_args_done(struct sg_args *args);

enum sg_command_kind {
	SG_COMMAND_OTHER,
	SG_COMMAND_RUNTIME, /* runc, crun, youki */
	SG_COMMAND_MONITOR, /* conmon, of podman and CRI-O */
	SG_COMMAND_SHIM,    /* containerd's */
};

/* What the command line of one that starts or keeps containers says; borrowed from it. */
struct sg_command {
	enum sg_command_kind kind;
	const char *runtime;	  /* its name; NULL: not said. Of SG_COMMAND_RUNTIME static. */
	const char *runtime_path; /* of SG_COMMAND_MONITOR; NULL: not said as a path */
	const char *id, *name;	  /* the container's; NULL: not said */
	const char *bundle;	  /* may be relative; NULL: not said */
	const char *space;	  /* containerd's namespace; NULL: not said */
};

void sg_command_parse(const struct sg_args *args, struct sg_command *ret);

/* With what the name of its program begins ("runc"); NULL for SG_COMMAND_OTHER. Static. */
const char *sg_command_known_as(const struct sg_args *args);

/* The runtime that names its set-up processes so ("runc:[2:INIT]"); NULL: none does. Static. */
const char *sg_runtime_of_comm(const char *comm);

/* What a runtime says of itself, "runc version 1.1.5+ds1\n…": "1.1.5+ds1", the caller's; NULL when
 * there is none in it, or no memory. */
char *sg_version_parse(const char *text);

/* Where nothing else said it, the names of tasks that made calls of set-up alone say the runtime of
 * @run's target. -ENOMEM. */
int sg_run_learn_runtime(struct sg_run *run, struct sg_error *err);

#endif
