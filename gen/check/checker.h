/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_CHECK_CHECKER_H
#define SG_CHECK_CHECKER_H

#include "check/check.h"
#include "diff/diff.h"

/* For gen/check/ only: what the passes share. */
struct sg_checker {
	const struct sg_check_options *opts;
	const struct sg_parsed_profile *parsed;
	const struct sg_profile *profile; /* resolved; a rule's line is its entry's index + 1 */
	struct sg_findings *findings;
	struct sg_compile_budget *budget; /* for all that is compiled */
	uint64_t *steps;		  /* for all that is compared (diff/diff.h) */
	struct sg_filter *loaded; /* what the only runtime asked for makes of it; may be NULL */
};

/* The single checks, in the order of findings.def; each adds what it finds. */
int sg_check_names(struct sg_checker *c, struct sg_error *err);
int sg_check_filters(struct sg_checker *c, struct sg_error *err);
int sg_check_rules(struct sg_checker *c, struct sg_error *err);
int sg_check_conditions(struct sg_checker *c, struct sg_error *err);
int sg_check_multiplexers(struct sg_checker *c, struct sg_error *err);
int sg_check_verdicts(struct sg_checker *c, struct sg_error *err);
int sg_check_notify(struct sg_checker *c, struct sg_error *err);
int sg_check_arches(struct sg_checker *c, struct sg_error *err);
int sg_check_needs(struct sg_checker *c, struct sg_error *err);
int sg_check_versions(struct sg_checker *c, struct sg_error *err);
int sg_check_compiled(struct sg_checker *c, struct sg_error *err);
int sg_check_dangerous(struct sg_checker *c, struct sg_error *err);

/* The entry that rule @i was read from. */
const struct sg_parsed_entry *sg_checker_entry(const struct sg_checker *c,
					       const struct sg_rule *rule);

/* Where @call's name stands in @entry; the entry itself when it does not. */
struct sg_position sg_entry_position_of(const struct sg_parsed_entry *entry, const char *name);
/* Where a verdict for @id comes from: the first rule that names it, else the default. */
struct sg_position sg_checker_position_of(const struct sg_checker *c, struct sg_syscall_id id);

/* Whether the profile lets @id run under some arguments, and whether under all; a verdict then is
 * the one without conditions. */
enum sg_reach { SG_REACH_NEVER, SG_REACH_SOMETIMES, SG_REACH_ALWAYS };
enum sg_reach sg_reach_of(const struct sg_profile *profile, struct sg_syscall_id id);

/*
 * The verdict for @id as the one runtime that was asked for has it, ENOSYS above the highest number
 * that the profile names included; at its word where none was, or where it depends on arguments.
 */
struct sg_verdict sg_loaded_verdict(const struct sg_checker *c, struct sg_syscall_id id);

/*
 * Whether @verdict asks a listener that is not there. crun starts a container all the same, and the
 * kernel answers ENOSYS (crun 1.8.1, kernel/seccomp.c seccomp_do_user_notification()); runc refuses
 * it.
 */
bool sg_is_unheard(const struct sg_checker *c, struct sg_verdict verdict);

#endif
