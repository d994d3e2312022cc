/* SPDX-License-Identifier: Apache-2.0 */
#include "filter/filter_outcomes.h"

#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "filter/filter_ops.h"

/* A word of which some bits are known: those in @mask, with their value in @bits (0 elsewhere). */
struct tri {
	uint32_t bits, mask;
};

static const struct tri unknown = { 0, 0 };

static struct tri exactly(uint32_t value)
{
	return (struct tri){ value, UINT32_MAX };
}

static bool is_exact(struct tri t)
{
	return t.mask == UINT32_MAX;
}

/* Unknown bits all set; with them all clear it is t.bits. */
static uint32_t highest(struct tri t)
{
	return t.bits | ~t.mask;
}

static struct tri join(struct tri a, struct tri b)
{
	uint32_t mask = a.mask & b.mask & ~(a.bits ^ b.bits);

	return (struct tri){ a.bits & mask, mask };
}

/* The registers on arrival at an instruction, over all paths to it. */
struct state {
	bool reached;
	uint16_t shortest, longest; /* instructions executed before this one */
	struct tri a, x;
	struct tri mem[BPF_MEMWORDS];
};

struct search {
	const struct sg_filter *filter;
	struct tri words[FILTER_DATA_WORDS];
	struct state *states; /* one an instruction; jumps go forward, so one pass settles all */
	struct sg_filter_outcomes *out;
};

static void arrive(struct search *s, size_t pc, const struct state *from)
{
	struct state *to = &s->states[pc];

	if (!to->reached) {
		*to = *from;
		to->shortest++;
		to->longest++;
		return;
	}
	if (from->shortest + 1 < to->shortest)
		to->shortest = (uint16_t)(from->shortest + 1);
	if (from->longest + 1 > to->longest)
		to->longest = (uint16_t)(from->longest + 1);
	to->a = join(to->a, from->a);
	to->x = join(to->x, from->x);
	for (size_t i = 0; i < BPF_MEMWORDS; i++)
		to->mem[i] = join(to->mem[i], from->mem[i]);
}

static void add_word(struct sg_filter_outcomes *out, uint32_t word)
{
	size_t at = 0;

	while (at < out->n_words && out->words[at] < word)
		at++;
	if (at < out->n_words && out->words[at] == word)
		return;
	if (out->n_words == SG_OUTCOMES_MAX) {
		out->any = true;
		return;
	}
	memmove(&out->words[at + 1], &out->words[at], (out->n_words - at) * sizeof(*out->words));
	out->words[at] = word;
	out->n_words++;
}

static void finish(struct search *s, const struct state *st, struct tri word)
{
	unsigned int shortest = st->shortest + 1u, longest = st->longest + 1u;

	if (is_exact(word))
		add_word(s->out, word.bits);
	else
		s->out->any = true;
	if (!s->out->max_executed || shortest < s->out->min_executed)
		s->out->min_executed = shortest;
	if (longest > s->out->max_executed)
		s->out->max_executed = longest;
}

/* Which ways a conditional jump can go; at least one of the two. */
static void branch_ways(enum sg_filter_op op, struct tri a, struct tri b, bool *ret_true,
			bool *ret_false)
{
	*ret_true = *ret_false = true;
	if (is_exact(a) && is_exact(b)) {
		*ret_true = sg_filter_branch_taken(op, a.bits, b.bits);
		*ret_false = !*ret_true;
	} else if (op == OP_JEQ_K || op == OP_JEQ_X) {
		*ret_true = !((a.bits ^ b.bits) & a.mask & b.mask);
	} else if (op == OP_JSET_K || op == OP_JSET_X) {
		*ret_false = !(a.bits & b.bits);
		/* a bit can be set in both unless one side is known to lack it */
		*ret_true = (highest(a) & highest(b)) != 0;
	} else if (op == OP_JGT_K || op == OP_JGT_X) {
		*ret_true = highest(a) > b.bits;
		*ret_false = a.bits <= highest(b);
	} else {
		*ret_true = highest(a) >= b.bits;
		*ret_false = a.bits < highest(b);
	}
}

static struct tri alu(enum sg_filter_op op, struct tri a, struct tri b)
{
	uint32_t mask;

	if (is_exact(a) && (is_exact(b) || op == OP_NEG))
		return exactly(sg_filter_alu(op, a.bits, b.bits));
	switch (op) {
	case OP_AND_K:
	case OP_AND_X: /* known where both are, or where one is known to be 0 */
		mask = (a.mask & b.mask) | (a.mask & ~a.bits) | (b.mask & ~b.bits);
		return (struct tri){ a.bits & b.bits & mask, mask };
	case OP_OR_K:
	case OP_OR_X:
		mask = (a.mask & b.mask) | a.bits | b.bits;
		return (struct tri){ (a.bits | b.bits) & mask, mask };
	default:
		return unknown;
	}
}

/* Carry out what is no jump and no return. */
static void step(const struct search *s, struct state *st, enum sg_filter_op op, uint32_t k)
{
	switch (op) {
	case OP_LD_ABS:
		st->a = s->words[k];
		break;
	case OP_LD_IMM:
		st->a = exactly(k);
		break;
	case OP_LD_MEM:
		st->a = st->mem[k];
		break;
	case OP_LD_LEN:
		st->a = exactly(FILTER_DATA_SIZE);
		break;
	case OP_LDX_IMM:
		st->x = exactly(k);
		break;
	case OP_LDX_MEM:
		st->x = st->mem[k];
		break;
	case OP_LDX_LEN:
		st->x = exactly(FILTER_DATA_SIZE);
		break;
	case OP_ST:
		st->mem[k] = st->a;
		break;
	case OP_STX:
		st->mem[k] = st->x;
		break;
	case OP_TAX:
		st->x = st->a;
		break;
	case OP_TXA:
		st->a = st->x;
		break;
	default:
		st->a = alu(op, st->a, sg_filter_op_takes_x(op) ? st->x : exactly(k));
	}
}

static void visit(struct search *s, size_t pc)
{
	const struct sock_filter *insn = &s->filter->ops[pc];
	enum sg_filter_op op = (enum sg_filter_op)insn->code;
	struct state *st = &s->states[pc];
	bool is_true, is_false;

	if (op == OP_RET_K || op == OP_RET_A) {
		finish(s, st, op == OP_RET_K ? exactly(insn->k) : st->a);
		return;
	}
	if (op == OP_JA) {
		arrive(s, pc + 1 + insn->k, st);
		return;
	}
	if (sg_filter_op_is_branch(op)) {
		branch_ways(op, st->a, sg_filter_op_takes_x(op) ? st->x : exactly(insn->k),
			    &is_true, &is_false);
		if (is_true)
			arrive(s, pc + 1 + insn->jt, st);
		if (is_false)
			arrive(s, pc + 1 + insn->jf, st);
		return;
	}
	if (op == OP_DIV_X && !(st->x.bits)) {
		/* X can be 0, and then the filter ends here */
		finish(s, st, exactly(SECCOMP_RET_KILL_THREAD));
		if (is_exact(st->x))
			return;
	}
	step(s, st, op, insn->k);
	arrive(s, pc + 1, st);
}

int sg_filter_outcomes_of_bits(const struct sg_filter *filter, const struct sg_seccomp_data *data,
			       const struct sg_seccomp_data *known, struct sg_filter_outcomes *ret,
			       struct sg_error *err)
{
	_cleanup_free_ struct state *states = NULL;
	uint32_t words[FILTER_DATA_WORDS], masks[FILTER_DATA_WORDS];
	struct sg_filter_outcomes out = { 0 };
	struct search s = { .filter = filter, .out = &out };

	states = calloc(filter->len, sizeof(*states));
	if (!states)
		return sg_error_oom(err);
	memcpy(words, data, sizeof(words));
	memcpy(masks, known, sizeof(masks));
	for (size_t i = 0; i < FILTER_DATA_WORDS; i++)
		s.words[i] = (struct tri){ words[i] & masks[i], masks[i] };
	s.states = states;
	states[0].reached = true;
	states[0].a = states[0].x = exactly(0);
	for (size_t i = 0; i < BPF_MEMWORDS; i++)
		states[0].mem[i] = exactly(0);
	for (size_t pc = 0; pc < filter->len; pc++) {
		if (states[pc].reached)
			visit(&s, pc);
	}
	*ret = out;
	return 0;
}

int sg_filter_outcomes(const struct sg_filter *filter, const struct sg_seccomp_data *data,
		       uint32_t known, struct sg_filter_outcomes *ret, struct sg_error *err)
{
	uint32_t masks[FILTER_DATA_WORDS];
	struct sg_seccomp_data bits;

	for (size_t i = 0; i < FILTER_DATA_WORDS; i++)
		masks[i] = known & 1u << i ? UINT32_MAX : 0;
	memcpy(&bits, masks, sizeof(bits));
	return sg_filter_outcomes_of_bits(filter, data, &bits, ret, err);
}
