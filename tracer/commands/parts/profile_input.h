/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_COMMANDS_PARTS_PROFILE_INPUT_H
#define SG_TRACER_COMMANDS_PARTS_PROFILE_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "cli/option.h"
#include "dialect/read/read.h"
#include "filter/compile/compile.h"
#include "profile/profile.h"

/*
 * A profile from a file, for commands that take one, with the options that resolve the conditional
 * entries of Docker's and podman's dialects. A command's data has this structure, and its table of
 * options SG_PROFILE_INPUT_OPTIONS.
 */
struct sg_profile_caps {
	const char **list; /* static strings in an array of our own */
	size_t n;
	bool given;	/* by default what the engine of the dialect gives */
	bool is_podman; /* podman is named: it reads Docker's files as well, in its own way */
};

struct sg_profile_input {
	uint32_t arch;		     /* --arch; 0: this machine's */
	uint32_t kernel;	     /* --kernel, major << 16 | minor; 0: this machine's */
	struct sg_profile_caps caps; /* --cap */
	const char *runtime_version; /* --runtime-version, which sg_option_version() has read */
};

/* For SG_PARSED: a struct sg_profile_caps, an AUDIT_ARCH_*, a kernel, a version of a runtime. */
int sg_option_caps(const char *value, void *field, struct sg_error *err);
int sg_option_arch(const char *value, void *field, struct sg_error *err);
int sg_option_kernel(const char *value, void *field, struct sg_error *err);
int sg_option_version(const char *value, void *field, struct sg_error *err);

/* @type has a struct sg_profile_input @member. */
#define SG_PROFILE_INPUT_OPTIONS(type, member)                                                   \
	{ .long_name = "cap",                                                                    \
	  .metavar = "LIST",                                                                     \
	  SG_PARSED(type, member.caps, struct sg_profile_caps, sg_option_caps),                  \
	  .doc = "capabilities of the container, for entries of a profile that depend on them: " \
		 "names with commas between, or 'docker', 'podman', 'podman-4.3' (and older), "  \
		 "'all', 'none'; by default "                                                    \
		 "what the engine whose dialect it is gives, which is Docker for plain OCI" },   \
		{ .long_name = "arch",                                                           \
		  .metavar = "NAME",                                                             \
		  SG_PARSED(type, member.arch, uint32_t, sg_option_arch),                        \
		  .doc = "the machine that the profile is for, as uname -m says it; by default " \
			 "this one" },                                                           \
	{                                                                                        \
		.long_name = "kernel", .metavar = "VERSION",                                     \
		SG_PARSED(type, member.kernel, uint32_t, sg_option_kernel),                      \
		.doc = "the kernel that the profile is for, such as 6.1; by default this one"    \
	}

/* The runtimes whose filter can be made, for --runtime. */
extern const struct sg_choice sg_filter_runtimes[];

/* For commands that make the filter which a runtime would load. */
#define SG_PROFILE_RUNTIME_VERSION_OPTION(type, member, ...)                              \
	{                                                                                 \
		.long_name = "runtime-version", .metavar = "VERSION",                     \
		SG_PARSED(type, member.runtime_version, const char *, sg_option_version), \
		.doc = "the version of that runtime, such as 1.1.5, where they differ; "  \
		       "by default the newest that is known",                             \
		__VA_ARGS__                                                               \
	}

/* --runtime-version as the compiler takes it, SG_RUNTIME_VERSION(); 0: not given. */
uint32_t sg_profile_input_version(const struct sg_profile_input *input);

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
