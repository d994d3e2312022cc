/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>

#include "filter/filter.h"
#include "filter/filter_ops.h"

static_assert(SG_FILTER_MAX_INSNS == BPF_MAXINSNS, "not the kernel's limit");
static_assert(FILTER_DATA_SIZE == sizeof(struct seccomp_data), "not the kernel's structure");

const uint8_t sg_filter_op_by_code[256] = {
	[BPF_LD | BPF_W | BPF_ABS] = OP_LD_ABS,
	[BPF_LD | BPF_IMM] = OP_LD_IMM,
	[BPF_LD | BPF_MEM] = OP_LD_MEM,
	[BPF_LD | BPF_W | BPF_LEN] = OP_LD_LEN,
	[BPF_LDX | BPF_IMM] = OP_LDX_IMM,
	[BPF_LDX | BPF_MEM] = OP_LDX_MEM,
	[BPF_LDX | BPF_W | BPF_LEN] = OP_LDX_LEN,
	[BPF_ST] = OP_ST,
	[BPF_STX] = OP_STX,
	[BPF_ALU | BPF_ADD | BPF_K] = OP_ADD_K,
	[BPF_ALU | BPF_ADD | BPF_X] = OP_ADD_X,
	[BPF_ALU | BPF_SUB | BPF_K] = OP_SUB_K,
	[BPF_ALU | BPF_SUB | BPF_X] = OP_SUB_X,
	[BPF_ALU | BPF_MUL | BPF_K] = OP_MUL_K,
	[BPF_ALU | BPF_MUL | BPF_X] = OP_MUL_X,
	[BPF_ALU | BPF_DIV | BPF_K] = OP_DIV_K,
	[BPF_ALU | BPF_DIV | BPF_X] = OP_DIV_X,
	[BPF_ALU | BPF_AND | BPF_K] = OP_AND_K,
	[BPF_ALU | BPF_AND | BPF_X] = OP_AND_X,
	[BPF_ALU | BPF_OR | BPF_K] = OP_OR_K,
	[BPF_ALU | BPF_OR | BPF_X] = OP_OR_X,
	[BPF_ALU | BPF_XOR | BPF_K] = OP_XOR_K,
	[BPF_ALU | BPF_XOR | BPF_X] = OP_XOR_X,
	[BPF_ALU | BPF_LSH | BPF_K] = OP_LSH_K,
	[BPF_ALU | BPF_LSH | BPF_X] = OP_LSH_X,
	[BPF_ALU | BPF_RSH | BPF_K] = OP_RSH_K,
	[BPF_ALU | BPF_RSH | BPF_X] = OP_RSH_X,
	[BPF_ALU | BPF_NEG] = OP_NEG,
	[BPF_MISC | BPF_TAX] = OP_TAX,
	[BPF_MISC | BPF_TXA] = OP_TXA,
	[BPF_JMP | BPF_JA] = OP_JA,
	[BPF_JMP | BPF_JEQ | BPF_K] = OP_JEQ_K,
	[BPF_JMP | BPF_JEQ | BPF_X] = OP_JEQ_X,
	[BPF_JMP | BPF_JGT | BPF_K] = OP_JGT_K,
	[BPF_JMP | BPF_JGT | BPF_X] = OP_JGT_X,
	[BPF_JMP | BPF_JGE | BPF_K] = OP_JGE_K,
	[BPF_JMP | BPF_JGE | BPF_X] = OP_JGE_X,
	[BPF_JMP | BPF_JSET | BPF_K] = OP_JSET_K,
	[BPF_JMP | BPF_JSET | BPF_X] = OP_JSET_X,
	[BPF_RET | BPF_K] = OP_RET_K,
	[BPF_RET | BPF_A] = OP_RET_A,
};

/* NULL when the instruction is sound by itself, else what is wrong with it. */
static const char *check_insn(const struct sock_filter *insn, size_t pc, size_t len)
{
	enum sg_filter_op op = sg_filter_op(insn->code);

	switch (op) {
	case OP_NONE:
		return "an operation that seccomp does not allow";
	case OP_LD_ABS:
		if (insn->k >= FILTER_DATA_SIZE || insn->k % 4)
			return "a load outside struct seccomp_data or not aligned to 4 bytes";
		break;
	case OP_DIV_K:
		if (insn->k == 0)
			return "a division by the constant 0";
		break;
	case OP_LSH_K:
	case OP_RSH_K:
		if (insn->k >= 32)
			return "a shift by 32 bits or more";
		break;
	case OP_LD_MEM:
	case OP_LDX_MEM:
	case OP_ST:
	case OP_STX:
		if (insn->k >= BPF_MEMWORDS)
			return "a scratch cell beyond the 16th";
		break;
	case OP_JA:
		if (insn->k >= len - pc - 1)
			return "a jump beyond the end";
		break;
	default:
		if (sg_filter_op_is_branch(op) &&
		    (pc + insn->jt + 1 >= len || pc + insn->jf + 1 >= len))
			return "a jump beyond the end";
	}
	return NULL;
}

/*
 * Whether every scratch cell is written before it is read, on all paths, as check_load_and_stores()
 * of net/core/filter.c sees it: what falls through a return still counts as a path there.
 * @written has an element an instruction, all ones: the cells written on every jump to it so far.
 * Returns the place of the first bad load, or @len.
 */
static size_t check_cells(const struct sock_filter *insns, size_t len, uint16_t *written)
{
	uint16_t now = 0;

	for (size_t pc = 0; pc < len; pc++) {
		const struct sock_filter *insn = &insns[pc];
		enum sg_filter_op op = sg_filter_op(insn->code);

		now &= written[pc];
		if (op == OP_ST || op == OP_STX) {
			now = (uint16_t)(now | 1u << insn->k);
		} else if (op == OP_LD_MEM || op == OP_LDX_MEM) {
			if (!(now & 1u << insn->k))
				return pc;
		} else if (op == OP_JA) {
			written[pc + 1 + insn->k] &= now;
			now = UINT16_MAX;
		} else if (sg_filter_op_is_branch(op)) {
			written[pc + 1 + insn->jt] &= now;
			written[pc + 1 + insn->jf] &= now;
			now = UINT16_MAX;
		}
	}
	return len;
}

int sg_filter_check(const struct sock_filter *insns, size_t len, struct sg_error *err)
{
	_cleanup_free_ uint16_t *written = NULL;
	enum sg_filter_op last;
	size_t bad;

	if (len == 0 || len > SG_FILTER_MAX_INSNS)
		return sg_error_set(err, -EINVAL,
				    "filter: %zu instructions; the kernel takes 1 to %u", len,
				    SG_FILTER_MAX_INSNS);
	for (size_t pc = 0; pc < len; pc++) {
		const char *fault = check_insn(&insns[pc], pc, len);

		if (fault)
			return sg_error_set(err, -EINVAL, "filter: instruction %zu (code 0x%x): %s",
					    pc, insns[pc].code, fault);
	}
	last = sg_filter_op(insns[len - 1].code);
	if (last != OP_RET_K && last != OP_RET_A)
		return sg_error_set(err, -EINVAL, "filter: the last instruction is no return");

	written = malloc(len * sizeof(*written));
	if (!written)
		return sg_error_oom(err);
	for (size_t pc = 0; pc < len; pc++)
		written[pc] = UINT16_MAX;
	bad = check_cells(insns, len, written);
	if (bad < len)
		return sg_error_set(
			err, -EINVAL,
			"filter: instruction %zu: scratch cell %u is read and not written", bad,
			insns[bad].k);
	return 0;
}
