/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_CONFINE_CONFINE_H
#define SG_TRACER_CONFINE_CONFINE_H

#include <stdbool.h>

#include "base/error.h"

/*
 * A recording is the work of several processes, none of which can do what another is for, so that
 * whoever finds a fault in one of them finds little to take. The first reads what others write; the
 * rest are its helpers (confine/helper.h).
 */
enum sg_part {
	SG_PART_RECORDER, /* reads the kernel half, /proc, cgroups, containers' files, audit */
	SG_PART_WRITER,	  /* writes recordings; its command's signals and cgroup */
	SG_PART_LINKS,	  /* attaches and detaches programs, and their pins */
	SG_PART_DOCKER,	  /* asks Docker for a container's name */
	SG_PART_AUDIT,	  /* asks how many records audit lost; makes marks in the trail */
	SG_PART_VERSION,  /* runs container runtimes for their versions */
	SG_PART_MAX_,
};

/* "recorder", "writer", …; of no more than 15 bytes. */
const char *sg_part_name(enum sg_part part);

/*
 * Make this process the part: it keeps the capabilities that the table in confine.c gives a reason
 * for, leaves uid 0 where the table says so, sets no_new_privs, and loads
 * profiles/self/PART.json, where a call that is not in it fails with ENOSYS. A process that was
 * started before keeps its rights.
 *
 * In the environment, for who looks for a fault: SECCOMP_GEN_CONFINE=off does nothing of it;
 * =stop stops each part (SIGSTOP) where its profile would be loaded, and loads none: that is where
 * scripts/make-self-profile begins to record it.
 */
int sg_confine(enum sg_part part, struct sg_error *err);

/* Whether SECCOMP_GEN_CONFINE, or a build with AddressSanitizer, leaves all of it out. */
bool sg_confine_is_off(void);

/*
 * For commands that only read files and write one: drops every capability but those of the file
 * system, and sets no_new_privs. What fails is passed over: who has none needs to drop none.
 */
void sg_drop_capabilities(void);

#endif
