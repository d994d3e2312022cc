/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_FILTER_COMPILE_COMPILE_H
#define SG_FILTER_COMPILE_COMPILE_H

#include "base/version.h"
#include "filter/filter.h"
#include "profile/profile.h"

/*
 * From a profile to the BPF program that gets loaded, made by the libseccomp installed here in the
 * way a container runtime goes about it. Needs no privilege and touches nothing outside the
 * process: libseccomp writes programs to descriptors only, so an anonymous memory file stands in
 * between.
 *
 * The result does not depend on the running kernel; it does on the version of libseccomp.
 */
enum sg_compile_flavor {
	/*
	 * Exactly the calls that the rules have, each under its own architecture, by number: also
	 * those that the installed libseccomp has no name for. What `run` loads and `emit --format
	 * bpf` prints.
	 */
	SG_COMPILE_PLAIN,
/* As the runtime does it: runtimes.def. */
#define RUNTIME(name, id) SG_COMPILE_##name,
#include "filter/compile/runtimes.def"
#undef RUNTIME
	SG_COMPILE_MAX_,
};

extern const char *const sg_compile_flavor_names[SG_COMPILE_MAX_]; /* "plain", "runc", "crun" */
int sg_compile_flavor_parse(const char *s, enum sg_compile_flavor *ret); /* 0 or -EINVAL */

/*
 * What libseccomp may be given to do, in units of which it does some 10^13 a second (2.5.4); how
 * much a profile is, depends on its rules alone. The largest that the kernel takes (4096
 * instructions) are a fifth of it. A command that compiles one profile several times has one budget
 * for all of them.
 */
#define SG_COMPILE_WORK UINT64_C(20000000000000)

struct sg_compile_budget {
	uint64_t left; /* SG_COMPILE_WORK at first */
};

struct sg_compile_options {
	enum sg_compile_flavor flavor;
	uint32_t runtime_version; /* SG_RUNTIME_VERSION() of the flavour; 0: the newest known */
	/* libseccomp's SCMP_FLTATR_CTL_OPTIMIZE: 1 linear, 2 binary tree; 0: as the flavour does */
	unsigned int optimize;
	/*
	 * Turn every denial into LOG, that of unlisted architectures too: a dry run. The rest of
	 * the flavour's ways stay, runc's ENOSYS among them.
	 */
	bool log_denials;
	struct sg_compile_budget *budget; /* NULL: SG_COMPILE_WORK for this one */
};

/* Why a runtime with this libseccomp would load a filter without a call that the profile has. */
enum sg_drop_reason {
	SG_DROP_NO_NAME,      /* nobody has a name for the number, and profiles go by name */
	SG_DROP_UNKNOWN_NAME, /* libseccomp is older than the call: the runtime skips the name in
				 silence */
	SG_DROP_NOT_ON_ARCH,  /* libseccomp knows the name, but not (or otherwise) on this
				 architecture */
	SG_DROP_NO_ARCH,      /* its architecture is not one of the profile's */
	/* the rule's verdict is the default's: it cannot carve out an exception */
	SG_DROP_IS_DEFAULT,
	SG_DROP_MAX_,
};

extern const char
	*const sg_drop_reasons[SG_DROP_MAX_]; /* for people: "libseccomp does not know it" */

struct sg_drop {
	struct sg_syscall_id id;
	enum sg_drop_reason reason;
	size_t rule;	  /* index into the profile's rules */
	bool is_compiled; /* the program has it all the same: PLAIN goes by number where libseccomp
			     lets it */
};

struct sg_compiled {
	struct sg_filter *filter;
	struct sg_drop *drops; /* in the order of rules and calls */
	size_t n_drops;
	unsigned int optimize; /* what was used: 1 or 2 */
};

/*
 * Compile @profile. Without architectures it is for the machine's own. Where none of its
 * architectures runs on this machine's kernel, libseccomp is made to work for that other machine.
 *
 * libseccomp takes very long for hundreds of conditions on one call: what exceeds the budget is not
 * begun. It can run for ever, or worse, on conditions other than EQ and MASKED_EQ (2.5.4), whatever
 * they are; a profile that has them is compiled in a child process of its own, and where that does
 * not finish the budget is used up.
 *
 * @opts: NULL for PLAIN. Release the result with sg_compiled_done().
 * Returns 0, -E2BIG (the budget is exceeded), -ELOOP (libseccomp does not finish, or crashed),
 * -EINVAL (what a runtime fails to start with, or more than 4096 instructions),
 * -EOPNOTSUPP (an architecture that libseccomp does not know), -ENOMEM, or the errno of
 * memfd_create(2).
 */
int sg_profile_compile(const struct sg_profile *profile, const struct sg_compile_options *opts,
		       struct sg_compiled *ret, struct sg_error *err);
void sg_compiled_done(struct sg_compiled *compiled);

/* "2.5.4": the library that is linked in, not the one compiled against. Static storage. */
const char *sg_libseccomp_version(void);

#endif
