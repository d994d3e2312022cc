/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_OPTIONS_H
#define SG_TRACER_SESSION_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "args/table.h"
#include "origin/selector.h"

/* What is asked of one run of the recorder. */
enum sg_when {
	SG_WHEN_AUTO,
	SG_WHEN_ALWAYS,
	SG_WHEN_NEVER,
};

struct sg_session_options {
	struct sg_selector *selectors; /* the targets; one recording each */
	size_t n_selectors;
	bool all;	/* each cgroup that appears is a target */
	char **command; /* argv of one that is started in a cgroup of its own, or NULL */
	size_t n_command;
	bool descendants;
	enum sg_when denials; /* watch denied calls; AUTO: while a filter is there or may come */
	enum sg_when wait;    /* for targets that are not there; AUTO: for those that have names */
	bool once;	      /* end when each target has come and gone */
	enum sg_arg_set args; /* calls whose arguments are watched */
	bool no_audit;	      /* do not read the live audit trail */
	uint64_t duration_ns; /* 0: no limit */
	uint32_t slots;	      /* how many cgroups at a time; 0: as many as is sensible here */
	const char *output;   /* a file, or a directory; NULL: the store */
	const char *name;     /* what is recorded is pinned under it; NULL: not pinned */
};

#endif
