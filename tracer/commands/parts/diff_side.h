/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_COMMANDS_PARTS_DIFF_SIDE_H
#define SG_TRACER_COMMANDS_PARTS_DIFF_SIDE_H

#include <stdbool.h>

#include "base/error.h"
#include "commands/parts/pid_filter.h"
#include "commands/parts/profile_input.h"
#include "filter/compile/compile.h"
#include "recording/recording.h"

/*
 * One side of a comparison, wherever it comes from: a profile, one of those that ship with the
 * program, a recording, or what a process has loaded. Begins zeroed; release with _done.
 */
struct sg_side {
	char *name; /* for messages */
	/* of a default profile: which one it is, and where it comes from; else NULL */
	char *origin;
	struct sg_profile *profile;
	struct sg_pid_filters filters;
	struct sg_run *run; /* of a recording; its profile waits for the other side's default */
};

/*
 * @what: "-" or a file that exists is that profile or recording; "docker", "docker@26.1" and the
 * like are default profiles (store/defaults.h), and which is said; "pid:N" is a process, "bpf:FILE"
 * a raw program; anything else is a name in the store of recordings.
 */
int sg_side_read(const char *what, const struct sg_profile_input *input, struct sg_side *ret,
		 struct sg_error *err);
/*
 * What to read for @what where the other side is of @target: "docker@26.1.5" for "docker", if that
 * engine, of a version whose default profile is known, had the container; else @what. In @buf or
 * borrowed.
 */
const char *sg_side_of_engine(const char *what, const struct sg_target *target, char *buf,
			      size_t size);
int sg_side_read_pid(pid_t pid, struct sg_side *ret, struct sg_error *err);

/*
 * Give a side that is a recording its profile: what the application called is allowed, and the rest
 * denied.
 */
int sg_side_make_profile(struct sg_side *side, const struct sg_profile_input *input,
			 struct sg_error *err);

void sg_side_done(struct sg_side *side);

/*
 * A profile becomes the filter that @runtime would load, by the libseccomp that is here; what is no
 * profile of a file stays. Both sides have one @budget. Returns 0, or what compiling says.
 */
int sg_side_compile(struct sg_side *side, const char *runtime, const struct sg_profile_input *input,
		    struct sg_compile_budget *budget, struct sg_error *err);

#endif
