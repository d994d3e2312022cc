/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_COMMANDS_PARTS_PROFILE_PRINT_H
#define SG_TRACER_COMMANDS_PARTS_PROFILE_PRINT_H

#include <stdbool.h>

#include "base/error.h"
#include "cli/option.h"
#include "dialect/dialect.h"
#include "profile/profile.h"

/*
 * A profile on its way out, in any dialect, for `emit` and `convert`: each has this structure in
 * its data, and SG_PROFILE_PRINT_OPTIONS in its table.
 */
struct sg_profile_print {
	const char *command; /* for messages */
	const char *format;  /* a name of sg_dialects[]; NULL: oci */
	const char *name;    /* of the resource; NULL: the default */
	const char *output;  /* see store/sink.h */
	/* the format is the default, not a choice: losses are notices, off with --quiet */
	bool unasked;
	bool strict; /* what the dialect cannot express is an error */
};

/* Their names, for --format. */
extern const struct sg_choice sg_profile_formats[];

/* @type has a struct sg_profile_print @member. */
#define SG_PROFILE_PRINT_OPTIONS(type, member)                                                    \
	{ .short_name = 'o',                                                                      \
	  .long_name = "output",                                                                  \
	  .metavar = "FILE",                                                                      \
	  .complete = SG_COMPLETE_FILE,                                                           \
	  SG_TEXT(type, member.output),                                                           \
	  .doc = "write to FILE, whole or not at all; '-' and the default are standard output" }, \
		{ .short_name = 'f',                                                              \
		  .long_name = "format",                                                          \
		  .metavar = "NAME",                                                              \
		  .choices = sg_profile_formats,                                                  \
		  SG_TEXT(type, member.format),                                                   \
		  .doc = "the dialect to print; by default oci, which Docker, podman, "           \
			 "containerd, CRI-O and Kubernetes take" },                               \
		{ .long_name = "strict",                                                          \
		  SG_SWITCH(type, member.strict),                                                 \
		  .doc = "fail, and write nothing, when the dialect cannot express all of the "   \
			 "profile" },                                                             \
	{                                                                                         \
		.long_name = "name", .metavar = "NAME", SG_TEXT(type, member.name),               \
		.doc = "the name of the resource that crd prints; by default seccomp-gen"         \
	}

/*
 * Print, and say on stderr what the dialect cannot express, item by item. Returns 0; -EOPNOTSUPP
 * when @strict refuses (nothing is written), -ENOTTY for a binary dialect on a terminal, or what
 * printing says.
 */
int sg_profile_print(const struct sg_profile *profile, const struct sg_profile_print *how,
		     struct sg_error *err);

#endif
