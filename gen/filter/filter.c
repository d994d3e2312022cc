/* SPDX-License-Identifier: Apache-2.0 */
#include "filter/filter.h"

#include <assert.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "filter/filter_ops.h"

static_assert(sizeof(struct sg_seccomp_data) == sizeof(struct seccomp_data) &&
		      offsetof(struct sg_seccomp_data, nr) == offsetof(struct seccomp_data, nr) &&
		      offsetof(struct sg_seccomp_data, arch) ==
			      offsetof(struct seccomp_data, arch) &&
		      offsetof(struct sg_seccomp_data, args) == offsetof(struct seccomp_data, args),
	      "not the kernel's structure");

#define HOST_ORDER (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? SG_BIG_ENDIAN : SG_LITTLE_ENDIAN)

/*
 * Dense operation codes, and loads turned into word indices. Where the filter is for the other byte
 * order the halves of the 64-bit fields lie the other way round; only they move, every word is read
 * whole.
 */
static void predecode(const struct sock_filter *insns, size_t len, bool swap_halves,
		      struct sock_filter *ops)
{
	for (size_t pc = 0; pc < len; pc++) {
		ops[pc] = insns[pc];
		ops[pc].code = (uint16_t)sg_filter_op(insns[pc].code);
		if (ops[pc].code != OP_LD_ABS)
			continue;
		ops[pc].k /= 4;
		if (swap_halves && ops[pc].k >= 2)
			ops[pc].k ^= 1;
	}
}

int sg_filter_new(const struct sock_filter *insns, size_t len, enum sg_byte_order order,
		  struct sg_filter **ret, struct sg_error *err)
{
	_cleanup_(sg_filter_freep) struct sg_filter *filter = NULL;
	int r;

	r = sg_filter_check(insns, len, err);
	if (r < 0)
		return r;
	filter = calloc(1, sizeof(*filter));
	if (!filter)
		return sg_error_oom(err);
	filter->len = len;
	filter->insns = calloc(len, sizeof(*filter->insns));
	filter->ops = calloc(len, sizeof(*filter->ops));
	if (!filter->insns || !filter->ops)
		return sg_error_oom(err);
	memcpy(filter->insns, insns, len * sizeof(*insns));
	predecode(insns, len, order != HOST_ORDER, filter->ops);
	*ret = TAKE_PTR(filter);
	return 0;
}

void sg_filter_free(struct sg_filter *filter)
{
	if (!filter)
		return;
	free(filter->insns);
	free(filter->ops);
	free(filter);
}

int sg_filter_parse(const char *name, const void *bytes, size_t size, struct sg_filter **ret,
		    struct sg_error *err)
{
	_cleanup_free_ struct sock_filter *insns = NULL;
	int r;

	if (size == 0 || size % sizeof(*insns))
		return sg_error_set(err, -EINVAL,
				    "%s: %zu bytes are no BPF program: an instruction has 8", name,
				    size);
	if (size / sizeof(*insns) > SG_FILTER_MAX_INSNS)
		return sg_error_set(err, -EINVAL, "%s: %zu instructions; the kernel takes 1 to %u",
				    name, size / sizeof(*insns), SG_FILTER_MAX_INSNS);
	insns = malloc(size); /* a copy: @bytes need not be aligned */
	if (!insns)
		return sg_error_oom(err);
	memcpy(insns, bytes, size);
	r = sg_filter_new(insns, size / sizeof(*insns), HOST_ORDER, ret, err);
	return r < 0 ? (sg_error_prefix(err, "%s: ", name), r) : 0;
}

struct vm {
	uint32_t a, x;
	uint32_t mem[BPF_MEMWORDS];
};

/* What exec() does not do itself: scratch cells, X and arithmetic; rare in real filters. */
static void step(struct vm *vm, enum sg_filter_op op, uint32_t k)
{
	switch (op) {
	case OP_LD_IMM:
		vm->a = k;
		break;
	case OP_LD_MEM:
		vm->a = vm->mem[k];
		break;
	case OP_LD_LEN:
		vm->a = FILTER_DATA_SIZE;
		break;
	case OP_LDX_IMM:
		vm->x = k;
		break;
	case OP_LDX_MEM:
		vm->x = vm->mem[k];
		break;
	case OP_LDX_LEN:
		vm->x = FILTER_DATA_SIZE;
		break;
	case OP_ST:
		vm->mem[k] = vm->a;
		break;
	case OP_STX:
		vm->mem[k] = vm->x;
		break;
	case OP_TAX:
		vm->x = vm->a;
		break;
	case OP_TXA:
		vm->a = vm->x;
		break;
	default:
		vm->a = sg_filter_alu(op, vm->a, sg_filter_op_takes_x(op) ? vm->x : k);
	}
}

/* @words is the call's struct sg_seccomp_data. */
static uint32_t exec(const struct sg_filter *filter, const uint32_t *words,
		     unsigned int *ret_executed)
{
	const struct sock_filter *pc = filter->ops;
	unsigned int n = 0;
	struct vm vm = { 0 };
	uint32_t ret;

	for (;; pc++) {
		enum sg_filter_op op = (enum sg_filter_op)pc->code;

		n++;
		switch (op) {
		case OP_LD_ABS:
			vm.a = words[pc->k];
			break;
		case OP_JEQ_K:
			pc += vm.a == pc->k ? pc->jt : pc->jf;
			break;
		case OP_JGT_K:
			pc += vm.a > pc->k ? pc->jt : pc->jf;
			break;
		case OP_JGE_K:
			pc += vm.a >= pc->k ? pc->jt : pc->jf;
			break;
		case OP_JSET_K:
			pc += vm.a & pc->k ? pc->jt : pc->jf;
			break;
		case OP_JEQ_X:
		case OP_JGT_X:
		case OP_JGE_X:
		case OP_JSET_X:
			pc += sg_filter_branch_taken(op, vm.a, vm.x) ? pc->jt : pc->jf;
			break;
		case OP_JA:
			pc += pc->k;
			break;
		case OP_RET_K:
			ret = pc->k;
			goto done;
		case OP_RET_A:
			ret = vm.a;
			goto done;
		case OP_DIV_X:
			if (vm.x == 0) {
				ret = SECCOMP_RET_KILL_THREAD; /* the kernel returns 0 at once */
				goto done;
			}
			/* fall through */
		default:
			step(&vm, op, pc->k);
		}
	}
done:
	*ret_executed = n;
	return ret;
}

uint32_t sg_filter_run(const struct sg_filter *filter, const struct sg_seccomp_data *data,
		       unsigned int *ret_executed)
{
	uint32_t words[FILTER_DATA_WORDS];
	unsigned int executed;
	uint32_t ret;

	memcpy(words, data, sizeof(words));
	ret = exec(filter, words, &executed);
	if (ret_executed)
		*ret_executed = executed;
	return ret;
}

/* The kernel compares the action word as a signed number, whence KILL_PROCESS is the lowest. */
static int32_t precedence(uint32_t word)
{
	return (int32_t)(word & SECCOMP_RET_ACTION_FULL);
}

uint32_t sg_filter_stronger(uint32_t newer, uint32_t older)
{
	return precedence(older) < precedence(newer) ? older : newer;
}

struct sg_filter_walk sg_filter_walk(const struct sg_filter *filter, uint32_t arch, uint32_t nr)
{
	struct sg_filter_walk walk = { .end = FILTER_WALK_OTHER };
	uint32_t a = 0;

	for (;; walk.pc++, walk.executed++) {
		const struct sock_filter *insn = &filter->ops[walk.pc];
		enum sg_filter_op op = (enum sg_filter_op)insn->code;

		switch (op) {
		case OP_LD_ABS:
			if (insn->k > 1) {
				walk.end = FILTER_WALK_LOAD;
				return walk;
			}
			a = insn->k == 0 ? nr : arch;
			break;
		case OP_JEQ_K:
		case OP_JGT_K:
		case OP_JGE_K:
		case OP_JSET_K:
			walk.pc += sg_filter_branch_taken(op, a, insn->k) ? insn->jt : insn->jf;
			break;
		case OP_JA:
			walk.pc += insn->k;
			break;
		case OP_AND_K:
			a &= insn->k;
			break;
		case OP_RET_K:
			walk.end = FILTER_WALK_RETURN;
			return walk;
		default:
			return walk;
		}
	}
}

bool sg_filter_is_const_allow(const struct sg_filter *filter, uint32_t arch, uint32_t nr)
{
	struct sg_filter_walk walk = sg_filter_walk(filter, arch, nr);

	return walk.end == FILTER_WALK_RETURN && filter->ops[walk.pc].k == SECCOMP_RET_ALLOW;
}
