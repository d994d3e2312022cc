/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_FILTER_FILTER_OPS_H
#define SG_FILTER_FILTER_OPS_H

/*
 * Private to filter*.c: the classic BPF operations that seccomp allows (seccomp_check_filter() of
 * kernel/seccomp.c), numbered densely so that a switch over them is one table jump.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sg_filter;

enum sg_filter_op {
	OP_NONE, /* what the kernel refuses */
	OP_LD_ABS,
	OP_LD_IMM,
	OP_LD_MEM,
	OP_LD_LEN,
	OP_LDX_IMM,
	OP_LDX_MEM,
	OP_LDX_LEN,
	OP_ST,
	OP_STX,
	OP_ADD_K,
	OP_ADD_X,
	OP_SUB_K,
	OP_SUB_X,
	OP_MUL_K,
	OP_MUL_X,
	OP_DIV_K,
	OP_DIV_X,
	OP_AND_K,
	OP_AND_X,
	OP_OR_K,
	OP_OR_X,
	OP_XOR_K,
	OP_XOR_X,
	OP_LSH_K,
	OP_LSH_X,
	OP_RSH_K,
	OP_RSH_X,
	OP_NEG,
	OP_TAX,
	OP_TXA,
	OP_JA,
	OP_JEQ_K,
	OP_JEQ_X,
	OP_JGT_K,
	OP_JGT_X,
	OP_JGE_K,
	OP_JGE_X,
	OP_JSET_K,
	OP_JSET_X,
	OP_RET_K,
	OP_RET_A,
	OP_MAX_,
};

/* By operation code of linux/filter.h; every allowed one is below 256. */
extern const uint8_t sg_filter_op_by_code[256];

/* OP_NONE where seccomp does not allow @code. */
static inline enum sg_filter_op sg_filter_op(uint16_t code)
{
	return code < 256 ? (enum sg_filter_op)sg_filter_op_by_code[code] : OP_NONE;
}

static inline bool sg_filter_op_is_branch(enum sg_filter_op op)
{
	return op >= OP_JEQ_K && op <= OP_JSET_X;
}

/* The second operand of an arithmetic operation or conditional jump is X, not the constant. */
static inline bool sg_filter_op_takes_x(enum sg_filter_op op)
{
	/* both stand in pairs, the constant's first */
	return op >= OP_JEQ_K ? (op - OP_JEQ_K) % 2 == 1 : (op - OP_ADD_K) % 2 == 1;
}

/* Whether a conditional jump is taken: @a the accumulator, @b the constant or X. */
static inline bool sg_filter_branch_taken(enum sg_filter_op op, uint32_t a, uint32_t b)
{
	switch (op) {
	case OP_JEQ_K:
	case OP_JEQ_X:
		return a == b;
	case OP_JGT_K:
	case OP_JGT_X:
		return a > b;
	case OP_JGE_K:
	case OP_JGE_X:
		return a >= b;
	default: /* JSET */
		return (a & b) != 0;
	}
}

/*
 * The result of an arithmetic operation: @a the accumulator, @b the constant or X. A shift by X
 * takes its lower five bits, as eBPF defines it; a division by 0 ends the filter before it comes to
 * this.
 */
static inline uint32_t sg_filter_alu(enum sg_filter_op op, uint32_t a, uint32_t b)
{
	switch (op) {
	case OP_ADD_K:
	case OP_ADD_X:
		return a + b;
	case OP_SUB_K:
	case OP_SUB_X:
		return a - b;
	case OP_MUL_K:
	case OP_MUL_X:
		return a * b;
	case OP_DIV_K:
	case OP_DIV_X:
		return b ? a / b : 0;
	case OP_AND_K:
	case OP_AND_X:
		return a & b;
	case OP_OR_K:
	case OP_OR_X:
		return a | b;
	case OP_XOR_K:
	case OP_XOR_X:
		return a ^ b;
	case OP_LSH_K:
	case OP_LSH_X:
		return a << (b & 31);
	case OP_RSH_K:
	case OP_RSH_X:
		return a >> (b & 31);
	default: /* NEG */
		return 0u - a;
	}
}

/* Where the walk over a filter with nothing known but number and architecture ends. */
enum sg_filter_walk_end {
	/* at a return of a constant: the verdict is the same for all arguments */
	FILTER_WALK_RETURN,
	FILTER_WALK_LOAD,  /* at a load of something else: all before it is the same for all
			      arguments */
	FILTER_WALK_OTHER, /* at an instruction that the walk does not follow */
};

struct sg_filter_walk {
	enum sg_filter_walk_end end;
	size_t pc;	       /* where it ended */
	unsigned int executed; /* instructions before @pc */
};

/*
 * Walk as the kernel does when a filter is loaded (seccomp_is_const_allow() of kernel/seccomp.c),
 * which follows jumps on constants, AND with a constant and nothing else.
 */
struct sg_filter_walk sg_filter_walk(const struct sg_filter *filter, uint32_t arch, uint32_t nr);

#define FILTER_DATA_SIZE  64u /* sizeof(struct seccomp_data): what BPF_LEN loads */
#define FILTER_DATA_WORDS (FILTER_DATA_SIZE / 4)

#endif
