/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_ARGS_TABLE_H
#define SG_ARGS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "syscall/syscall_id.h"

/*
 * Which arguments of which calls are worth watching, how their bits count, and what their values
 * are called: gen/args/data/, of which scripts/gen-arg-table makes C. All storage is static.
 */

#define SG_ARG_TUPLE_MAX 3 /* arguments of one call that are watched together */

enum sg_arg_set {
	SG_ARG_SET_NONE,
	SG_ARG_SET_SECURITY, /* those with a reason in what an attacker gains */
	SG_ARG_SET_ALL,
	SG_ARG_SET_MAX_,
};

extern const char *const sg_arg_set_names[SG_ARG_SET_MAX_]; /* "none", "security", "all" */
int sg_arg_set_parse(const char *s, enum sg_arg_set *ret);  /* 0 or -EINVAL */

enum sg_arg_kind {
	SG_ARG_ENUM,  /* every bit that counts is part of the value */
	SG_ARG_MASK,  /* bits that mean something each by itself */
	SG_ARG_MIXED, /* a value in some bits, a mask in the others */
};

/* An argument. Of its @width lower bits, those that are in none of the words count as a mask. */
struct sg_arg {
	uint8_t index; /* 0 … 5, on the architectures of the row */
	uint8_t width; /* bits that the kernel looks at: 16, 32, 64 */
	enum sg_arg_kind kind;
	int8_t by;	/* names depend on the value of this argument of the row; -1: they do not */
	bool only_all;	/* in the set ALL only */
	uint64_t exact; /* compared as they are */
	uint64_t free;	/* never looked at */
	uint64_t apart; /* mask bits of which only observed combinations, and parts of them, pass */
	const uint64_t *always; /* values that pass in addition to the observed ones */
	size_t n_always;
	/* the same where a container runtime makes the call too, under its own filter; none are
	 * known */
	const uint64_t *floor;
	size_t n_floor;
	const char *values; /* the set that names them; NULL: none */
};

/* A member of a family: a value for each argument of the row whose bit is in @said. */
struct sg_arg_member {
	uint8_t said;
	uint64_t value[SG_ARG_TUPLE_MAX]; /* by argument of the row */
};

/*
 * Values that are one ability under several names, or of which it depends on timing which one is
 * used: where one was seen all are allowed.
 */
struct sg_arg_family {
	const char *why; /* one line without full stop */
	const struct sg_arg_member *members;
	size_t n;
};

/* A call, as it is on the architectures whose bit is set. Rows stand by value, the highest
 * first. */
struct sg_arg_call {
	const char *name;
	const char *why; /* what a condition is good for, one line without full stop */
	bool only_all;
	unsigned int rank; /* 0 is worth most; the same on all architectures */
	uint32_t arches;   /* private */
	const struct sg_arg *args;
	size_t n_args;
	const struct sg_arg_family *families;
	size_t n_families;
};

extern const struct sg_arg_call sg_arg_calls[];
extern const size_t sg_arg_n_calls;

/* The row of a call, or NULL when @set has none of its arguments. */
const struct sg_arg_call *sg_arg_call_find(struct sg_syscall_id id, enum sg_arg_set set);

/* How many of the call's arguments are in @set: the first ones. */
size_t sg_arg_call_n(const struct sg_arg_call *call, enum sg_arg_set set);

/* The argument at @index of the call, or NULL when the row does not have it. */
const struct sg_arg *sg_arg_find(const struct sg_arg_call *call, unsigned int index);

/* The bits that the kernel looks at. */
static inline uint64_t sg_arg_width_mask(const struct sg_arg *arg)
{
	return arg->width == 64 ? UINT64_MAX : (UINT64_C(1) << arg->width) - 1;
}

/*
 * Append the value of @arg as people call it, "SOCK_STREAM|SOCK_CLOEXEC", or as a number.
 *
 * @args: the call's six arguments; bit i of @known says that number i is.
 */
void sg_arg_text(const struct sg_arg_call *call, const struct sg_arg *arg, uint32_t arch,
		 const uint64_t *args, uint32_t known, struct sg_strbuf *out);

/*
 * The same for argument @index of any call, all six of whose arguments are known as far as its row
 * asks for them; a number where the table has nothing to say.
 */
void sg_arg_text_of(struct sg_syscall_id id, unsigned int index, const uint64_t *args,
		    struct sg_strbuf *out);

#endif
