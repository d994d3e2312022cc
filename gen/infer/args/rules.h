/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_INFER_ARGS_RULES_H
#define SG_INFER_ARGS_RULES_H

#include "args/table.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "profile/profile.h"
#include "recording/args.h"

/*
 * From observed combinations of a call's arguments to the conditions under which it is allowed.
 * Rules are alternatives, the conditions of a rule must all hold, each is on another argument, and
 * each is EQ or MASKED_EQ: what else libseccomp offers it gets wrong (docs/arguments.md).
 */
enum sg_arg_origin {
	SG_ARG_OBSERVED,
	SG_ARG_FAMILY, /* what goes with an observed value: the table's families */
	SG_ARG_ALWAYS, /* what another libc or kernel would use: the table's always= */
	SG_ARG_FLOOR,  /* what a container runtime uses: the table's floor= */
};

struct sg_arg_rule {
	enum sg_arg_origin origin;
	struct sg_condition conditions[SG_ARG_TUPLE_MAX];
	size_t n_conditions; /* 0: any arguments */
	/* by argument of the row; of those that are in no condition nothing is said */
	uint64_t exact[SG_ARG_TUPLE_MAX];   /* the value that is asked for */
	uint64_t allowed[SG_ARG_TUPLE_MAX]; /* bits of the mask that may be set */
	uint64_t n_calls;		    /* recorded ones that it stands for */
	/* of origin FAMILY: which, and an observed member of it in the form of the two above */
	const struct sg_arg_family *family;
	uint64_t seen_exact[SG_ARG_TUPLE_MAX], seen_allowed[SG_ARG_TUPLE_MAX];
};

struct sg_arg_rules {
	struct sg_arg_rule *rules; /* sorted, no two with the same conditions */
	size_t n;
};

/*
 * The rules for @call's arguments in @set, as far as @obs watched them. @floor: with those of the
 * runtimes.
 *
 * Without any rule nothing is known to pass. A rule without conditions says that everything is
 * allowed, and is then the only one. Release with _done. Returns 0, -ENOMEM.
 */
int sg_arg_rules_infer(const struct sg_arg_call *call, enum sg_arg_set set,
		       const struct sg_arg_obs *obs, bool floor, struct sg_arg_rules *ret,
		       struct sg_error *err);
void sg_arg_rules_done(struct sg_arg_rules *rules);

/* Whether both allow the same, condition by condition. */
bool sg_arg_rules_equal(const struct sg_arg_rules *a, const struct sg_arg_rules *b);

/* "AF_UNIX, SOCK_STREAM, 0", "nothing but PROT_READ|PROT_WRITE": what the rule asks for. */
void sg_arg_rule_text(const struct sg_arg_rule *rule, const struct sg_arg_call *call, uint32_t arch,
		      struct sg_strbuf *out);

/* The same of the observed member that a rule of origin FAMILY goes with. */
void sg_arg_rule_seen_text(const struct sg_arg_rule *rule, const struct sg_arg_call *call,
			   uint32_t arch, struct sg_strbuf *out);

#endif
