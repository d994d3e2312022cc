/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_INFER_RUNTIME_H
#define SG_INFER_RUNTIME_H

#include <stdbool.h>
#include <stdint.h>

#include "infer/evidence.h"

/*
 * What a language's runtime calls depending on sizes, load and timing, and never on what the
 * program does: a heap that grows or shrinks, a lock that somebody else holds, a signal between
 * threads. Two runs of the same load differ in these; of 17 workloads, all denials that the same
 * load met under the profile of a single run were calls of this table.
 *
 * A runtime is recognised by what it called at the program's start. None of these calls gives a
 * process anything that the profile otherwise takes from it.
 */
struct sg_language_runtime {
	const char *name;	 /* "libc", "Go" */
	const char *evidence[6]; /* all of these were called … */
	const char *any[4];	 /* … and one of these, if there are any */
	struct sg_runtime_call {
		const char *name, *reason;
	} calls[20]; /* up to one without a name */
};

/* Ends where the name is NULL. */
extern const struct sg_language_runtime sg_language_runtimes[];

/* Whether the application's calls under @arch are those of such a program. */
bool sg_language_runtime_applies(const struct sg_language_runtime *runtime,
				 const struct sg_evidence *evidence, uint32_t arch);

#endif
