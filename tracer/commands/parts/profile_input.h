/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_COMMANDS_PARTS_PROFILE_INPUT_H
#define SG_TRACER_COMMANDS_PARTS_PROFILE_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "cli/command.h"
#include "dialect/read/read.h"
#include "filter/compile/compile.h"
#include "profile/profile.h"

/*
 * A profile from a file, for commands that take one, with the options that resolve the conditional
 * entries of Docker's and podman's dialects. A command's data begins with this structure, and its
 * table of options has SG_PROFILE_INPUT_OPTIONS.
 */
struct sg_profile_input {
	uint32_t arch;	   /* --arch; 0: this machine's */
	uint32_t kernel;   /* --kernel, major << 16 | minor; 0: this machine's */
	const char **caps; /* --cap; static strings in an array of our own */
	size_t n_caps;
	bool has_caps;	/* --cap was given; by default what the engine of the dialect gives */
	bool is_podman; /* --cap names podman: it reads Docker's files as well, in its own way */
	uint32_t runtime_version; /* --runtime-version, SG_RUNTIME_VERSION(); 0: not given */
	const char *runtime_version_text; /* as it was given; NULL: it was not */
};

int sg_profile_input_set_arch(const char *value, void *data, struct sg_error *err);
int sg_profile_input_set_kernel(const char *value, void *data, struct sg_error *err);
int sg_profile_input_add_caps(const char *value, void *data, struct sg_error *err);
int sg_profile_input_set_runtime_version(const char *value, void *data, struct sg_error *err);

#define SG_PROFILE_INPUT_OPTIONS                                                                 \
	{ .long_name = "cap",                                                                    \
	  .metavar = "LIST",                                                                     \
	  .handle = sg_profile_input_add_caps,                                                   \
	  .doc = "capabilities of the container, for entries of a profile that depend on them: " \
		 "names with commas between, or 'docker', 'podman', 'podman-4.3' (and older), "  \
		 "'all', 'none'; by default "                                                    \
		 "what the engine whose dialect it is gives, which is Docker for plain OCI" },   \
		{ .long_name = "arch",                                                           \
		  .metavar = "NAME",                                                             \
		  .handle = sg_profile_input_set_arch,                                           \
		  .doc = "the machine that the profile is for, as uname -m says it; by default " \
			 "this one" },                                                           \
	{                                                                                        \
		.long_name = "kernel", .metavar = "VERSION",                                     \
		.handle = sg_profile_input_set_kernel,                                           \
		.doc = "the kernel that the profile is for, such as 6.1; by default this one"    \
	}

/* For commands that make the filter which a runtime would load. */
#define SG_PROFILE_RUNTIME_VERSION_OPTION                                                \
	{                                                                                \
		.long_name = "runtime-version", .metavar = "VERSION",                    \
		.handle = sg_profile_input_set_runtime_version,                          \
		.doc = "the version of that runtime, such as 1.1.5, where they differ; " \
		       "by default the newest that is known"                             \
	}

/*
 * Read @path ("-": standard input) and resolve it. What reading notes goes to stderr as notices.
 * Returns 0, or what reading says.
 */
int sg_profile_input_read(const char *path, const struct sg_profile_input *input,
			  struct sg_profile **ret, struct sg_error *err);
/*
 * The same of a text that was read already; @name is what messages call it. With @quiet nothing is
 * noted.
 */
int sg_profile_input_parse(const char *name, const char *text, size_t len,
			   const struct sg_profile_input *input, bool quiet,
			   struct sg_profile **ret, struct sg_error *err);
/* Read the raw BPF program in @path ("-": standard input). Returns 0, or what reading says. */
int sg_filter_input_read(const char *path, struct sg_filter **ret, struct sg_error *err);
/* What the options come to, for a profile of @dialect; the strings are @input's or static. */
int sg_profile_input_options(const struct sg_profile_input *input, enum sg_parsed_dialect dialect,
			     struct sg_read_options *ret, struct sg_error *err);
/* For a command's done(). */
void sg_profile_input_done(struct sg_profile_input *input);

/* Warn, in the name of @command, of calls of the profile that @compiled does not have. */
void sg_warn_drops(const char *command, const struct sg_profile *profile,
		   const struct sg_compiled *compiled);

#endif
