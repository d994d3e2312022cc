/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_PROFILE_PROFILE_H
#define SG_PROFILE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "profile/action.h"
#include "syscall/syscall_id.h"

/* Comparison operators of a condition (runtime-spec config-linux.md, libseccomp's scmp_compare). */
enum sg_op {
	SG_OP_NE,
	SG_OP_LT,
	SG_OP_LE,
	SG_OP_EQ,
	SG_OP_GE,
	SG_OP_GT,
	SG_OP_MASKED_EQ,
	SG_OP_MAX_,
};

extern const char *const sg_op_names[SG_OP_MAX_]; /* "SCMP_CMP_NE", … */
int sg_op_parse(const char *s, enum sg_op *ret);

#define SG_ARGS_MAX 6

/*
 * One condition on one argument. For MASKED_EQ the call's argument is first ANDed with @value, the
 * mask, and the result is compared with @value_two (runtime-spec's order, libseccomp's datum_a,
 * datum_b), of which libseccomp takes the bits in the mask only.
 */
struct sg_condition {
	uint8_t index; /* 0 … SG_ARGS_MAX - 1 */
	enum sg_op op;
	uint64_t value, value_two;
};

/* Why a call is in the profile. */
enum sg_reason_kind {
#define REASON(name, id) SG_REASON_##name,
#include "profile/reasons.def"
#undef REASON
	SG_REASON_MAX_,
};

extern const char *const sg_reason_names[SG_REASON_MAX_]; /* "bpf", "audit", … */

struct sg_reason {
	enum sg_reason_kind kind;
	char *text; /* one line for people, owned; may be NULL */
};

/* A call of a rule, with every reason for it; rules read from a file have none. */
struct sg_rule_call {
	struct sg_syscall_id id;
	unsigned int place; /* its name's in the entry that was read; 0 when made here */
	struct sg_reason *reasons;
	size_t n_reasons;
};

/*
 * A set of calls that share a verdict and conditions. All conditions must hold (AND) unless the
 * rule is split; two rules for the same call are alternatives (OR). A rule without conditions
 * overrides those that have some.
 */
struct sg_rule {
	struct sg_rule_call *calls; /* sorted by id, unique */
	size_t n_calls;
	struct sg_verdict verdict;
	/* as read; the index may occur twice in a foreign profile: sg_rule_is_split() */
	struct sg_condition *conditions;
	size_t n_conditions;
	unsigned int line; /* where it stands in the file it was read from; 0 when made here */
};

/*
 * Names of one entry that none of the profile's architectures has a call of. They decide nothing,
 * but runtimes hand them to libseccomp, which can refuse what else stands in their entry. runc
 * refuses one that is empty, and crun an entry that has no field for them: none are here then.
 */
struct sg_idle {
	char **names;
	size_t n_names;
	struct sg_verdict verdict;
	struct sg_condition *conditions;
	size_t n_conditions;
	unsigned int line; /* as a rule's */
};

struct sg_profile {
	struct sg_verdict default_verdict;
	bool has_default_errno; /* given in the file: EPERM is what runtimes take otherwise */
	uint32_t *arches;	/* tokens, in the order of sg_arches[] */
	size_t n_arches;
	/* the native architecture is one of them although the file does not list it */
	bool native_is_implied;
	struct sg_rule *rules;
	size_t n_rules;
	struct sg_idle *idle; /* of the file it was read from; conversions leave them out */
	size_t n_idle;
	char **flags; /* SECCOMP_FILTER_FLAG_*, as the profile spells them */
	size_t n_flags;
	char *listener_path, *listener_metadata;
};

int sg_profile_new(struct sg_profile **ret, struct sg_error *err);
void sg_profile_free(struct sg_profile *profile);

/* Add @arch once. */
int sg_profile_add_arch(struct sg_profile *profile, uint32_t arch, struct sg_error *err);

/* Whether the profile is for @arch; what a filter does with other calls is not the profile's. */
bool sg_profile_has_arch(const struct sg_profile *profile, uint32_t arch);

/* A new empty rule at the end; @conditions are copied. The pointer holds until the next add. */
int sg_profile_add_rule(struct sg_profile *profile, struct sg_verdict verdict,
			const struct sg_condition *conditions, size_t n_conditions,
			struct sg_rule **ret, struct sg_error *err);

/* Add @id to @rule once; a given reason (text is copied) is appended to the call's. */
int sg_rule_add_call(struct sg_rule *rule, struct sg_syscall_id id, const struct sg_reason *reason,
		     struct sg_error *err);
/* Take @id out of @rule; *ret, with its reasons, is the caller's (sg_rule_call_done()). False: it
 * is not there. */
bool sg_rule_take_call(struct sg_rule *rule, struct sg_syscall_id id, struct sg_rule_call *ret);
void sg_rule_call_done(struct sg_rule_call *call);

bool sg_rule_call_has_reason(const struct sg_rule_call *call, enum sg_reason_kind kind);

/* Everything is copied. */
int sg_profile_add_idle(struct sg_profile *profile, const struct sg_idle *idle,
			struct sg_error *err);

/* Remove rules that are for no call. */
void sg_profile_drop_empty_rules(struct sg_profile *profile);

const struct sg_rule_call *sg_rule_find(const struct sg_rule *rule, struct sg_syscall_id id);

/*
 * Whether an index occurs twice among @rule's conditions: runc and crun then make each condition a
 * rule of its own, so that it is enough when one holds (runc libcontainer/seccomp/seccomp_linux.go,
 * crun libcrun/seccomp.c). crun looks at the first six only.
 */
bool sg_rule_is_split(const struct sg_rule *rule);
bool sg_conditions_are_split(const struct sg_condition *conditions, size_t n);

/*
 * Whether @rule is one without conditions under @arch: it has none, or none that libseccomp
 * compares anything for: MASKED_EQ with no bit in the mask, of the lower half alone where it takes
 * arguments to have 32 bits (also under x32 and n32). Of such rules the first decides the call.
 */
bool sg_rule_is_whole(const struct sg_rule *rule, uint32_t arch);

/*
 * What @rule says of socketcall and ipc through the calls that they make (syscall/multiplexed.h):
 * for its call number @at, the conditions under which it speaks of @multiplexer, of which there are
 * at most one more than the rule's. Argument 0 is the number of the call, whatever condition the
 * rule has on it; the others stay, as in libseccomp. Returns false when that call is not made
 * through @multiplexer.
 */
bool sg_rule_through(const struct sg_rule *rule, size_t at, struct sg_syscall_id multiplexer,
		     struct sg_condition *ret_conditions, size_t *ret_n);

/* Whether @rule says what happens without it, so that runtimes pass it over. */
bool sg_rule_says_default(const struct sg_rule *rule, const struct sg_profile *profile);

/* Whether a condition of @rule asks for an order or for what a value is not. */
bool sg_rule_has_order(const struct sg_rule *rule);

/* Whether @rule decides about @id, directly or through a call that it makes. */
bool sg_rule_speaks_of(const struct sg_rule *rule, struct sg_syscall_id id);

SG_DEFINE_CLEANUP(struct sg_profile, sg_profile_free)

#endif
