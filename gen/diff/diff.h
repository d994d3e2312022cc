/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_DIFF_DIFF_H
#define SG_DIFF_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "filter/filter.h"
#include "profile/profile.h"

/*
 * What two profiles decide differently, conditions included: exact over all 2^384 argument tuples
 * of every call, each difference with an example that proves it.
 */
enum sg_diff_kind {
	SG_DIFF_ONLY_A,	 /* A lets it through (ALLOW, LOG), B does not */
	SG_DIFF_ONLY_B,	 /* B lets it through, A does not */
	SG_DIFF_CHANGED, /* both let it through or neither does, but not with the same verdict */
	/* not proven equal: beyond what is followed, or the search was given up */
	SG_DIFF_UNDECIDED,
	SG_DIFF_KIND_MAX_,
};

extern const char *const sg_diff_kind_names[SG_DIFF_KIND_MAX_]; /* "only-a", … */

enum sg_diff_scope {
	SG_DIFF_CALL, /* one call: id */
	/* every call of id.arch that is named by neither, and numbers without name */
	SG_DIFF_UNNAMED,
	SG_DIFF_ARCH, /* an architecture that only one of the two lists: id.arch */
	SG_DIFF_SCOPE_MAX_,
};

extern const char *const sg_diff_scope_names[SG_DIFF_SCOPE_MAX_]; /* "call", "unnamed", "arch" */

struct sg_diff_item {
	enum sg_diff_kind kind;
	enum sg_diff_scope scope;
	struct sg_syscall_id id;
	struct sg_verdict a, b;	     /* meaningless where undecided */
	bool is_partial;	     /* for some arguments only */
	uint64_t args[6];	     /* an example of those */
	uint8_t args_mask;	     /* bit i: argument i decides */
	unsigned int line_a, line_b; /* the rules' lines; 0: the default, or no file */
};

struct sg_diff {
	struct sg_diff_item *items; /* by architecture and number */
	size_t n;
	size_t counts[SG_DIFF_KIND_MAX_];
};

/* One side: a profile, or what a process loaded, first the oldest; all borrowed. */
struct sg_diff_side {
	const struct sg_profile *profile;	/* taken at its word (profile/eval.h) */
	const struct sg_filter *const *filters; /* as the kernel runs them, when profile is NULL */
	size_t n_filters;
};

/* What all comparisons of a command may take, a second or two; what is not decided by then is
 * SG_DIFF_UNDECIDED. */
#define SG_DIFF_STEPS (UINT64_C(200) << 20)

struct sg_diff_options {
	uint32_t native_arch; /* whose family is compared when both sides are filters */
	/* How a call is denied, or whether it is logged, does not matter: no CHANGED. For
	 * recordings, which know calls and no verdicts. */
	bool permission_only;
	/* Arguments of x32 and n32 calls have zeroes above bit 31, as those of programs have;
	 * libseccomp does not look there. */
	bool small_arguments;
	uint64_t *steps; /* left of SG_DIFF_STEPS, for several that share it; NULL: all of them */
};

/*
 * @opts: NULL is an error for two filters only. Release @ret with sg_diff_done().
 * Returns 0, -EINVAL (two filters and no native_arch), -ENOMEM.
 */
int sg_diff(const struct sg_diff_side *a, const struct sg_diff_side *b,
	    const struct sg_diff_options *opts, struct sg_diff *ret, struct sg_error *err);
void sg_diff_done(struct sg_diff *diff);

/* B lets nothing through that A does not: nothing is ONLY_B or undecided. */
bool sg_diff_is_subset(const struct sg_diff *diff);

/*
 * The parts of a text about item @i, for those who phrase it themselves: "socket (x86_64, i386)",
 * where the items of other architectures that say the same are included and sg_diff_is_repeated()
 * is true of them;
 * ", for instance with arg0 = 0x1", or nothing when the whole call differs.
 */
bool sg_diff_is_repeated(const struct sg_diff *diff, size_t i);
void sg_diff_subject(const struct sg_diff *diff, size_t i, struct sg_strbuf *out);
void sg_diff_example(const struct sg_diff_item *item, struct sg_strbuf *out);

/* For people, sorted by kind; @name_a and @name_b are escaped. Nothing when there is no
 * difference. */
void sg_diff_print(const struct sg_diff *diff, const char *name_a, const char *name_b,
		   struct sg_strbuf *out);

#endif
