/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "diff/decide.h"
#include "syscall/arch.h"
#include "syscall/seccomp_data.h"

/*
 * A filter whose call is known decides by argument words alone: walk it with an accumulator that is
 * a constant, or a word under a mask, or neither, and so is each cell of its memory, to which
 * minijail brings both halves of an argument. Programs only jump forward, so the walk ends; a state
 * that was met at an instruction before is not walked again.
 */
#define NODES_MAX 20000u

enum acc_kind { ACC_CONST, ACC_WORD, ACC_UNKNOWN };

struct acc {
	uint16_t kind; /* enum acc_kind */
	uint16_t word;
	uint32_t value; /* the constant, or the mask */
};

static_assert(sizeof(struct acc) == 8, "compared with memcmp()");

struct state {
	uint32_t pc;
	struct acc acc;
	struct acc mem[BPF_MEMWORDS];
};

struct walk {
	const struct sg_filter *filter;
	struct sg_seccomp_data data; /* nr and arch are known */
	bool is_big_endian;
	struct sg_decision *decision;
	struct state *states; /* by node */
	uint32_t *older;      /* by node: the node made before for the same instruction, + 1 */
	uint32_t *newest;     /* by instruction: node + 1 */
	size_t cap_states, cap_older;
	struct todo {
		struct state state;
		uint32_t node;
		bool is_yes;
	} * todo;
	size_t n_todo, cap_todo;
};

static void load(const struct walk *w, uint32_t offset, struct acc *s)
{
	unsigned int half;

	s->kind = ACC_CONST;
	if (offset == offsetof(struct seccomp_data, nr)) {
		s->value = w->data.nr;
		return;
	}
	if (offset == offsetof(struct seccomp_data, arch)) {
		s->value = w->data.arch;
		return;
	}
	half = (offset / 4 & 1) ^ (w->is_big_endian ? 1 : 0);
	s->kind = ACC_WORD;
	s->value = UINT32_MAX;
	if (offset < offsetof(struct seccomp_data, args))
		s->word = (uint16_t)(SG_WORDS - 2 + half);
	else
		s->word = (uint16_t)((offset - offsetof(struct seccomp_data, args)) / 8 * 2 + half);
}

static void compute(const struct sock_filter *insn, struct state *s)
{
	switch (insn->code) {
	case BPF_LD | BPF_IMM:
		s->acc = (struct acc){ .kind = ACC_CONST, .value = insn->k };
		break;
	case BPF_LD | BPF_W | BPF_LEN:
		s->acc = (struct acc){ .kind = ACC_CONST, .value = sizeof(struct seccomp_data) };
		break;
	case BPF_LD | BPF_MEM:
		s->acc = s->mem[insn->k];
		break;
	case BPF_ST:
		s->mem[insn->k] = s->acc;
		break;
	case BPF_STX:
		s->mem[insn->k] = (struct acc){ .kind = ACC_UNKNOWN };
		break;
	case BPF_ALU | BPF_AND | BPF_K:
		s->acc.value &= insn->k; /* of a constant or a mask alike */
		break;
	default:
		/* X can be filled and not used; arithmetic ends in the accumulator */
		if (BPF_CLASS(insn->code) != BPF_LDX && insn->code != (BPF_MISC | BPF_TAX))
			s->acc = (struct acc){ .kind = ACC_UNKNOWN };
		break;
	}
}

/* The test that the jump @insn makes of the word in @s, when it is one test. */
static bool test_of(const struct sock_filter *insn, const struct acc *s, struct sg_test *ret,
		    bool *ret_inverted)
{
	*ret_inverted = false;
	*ret = (struct sg_test){ .word = (uint8_t)s->word, .mask = s->value, .value = insn->k };
	switch (BPF_OP(insn->code)) {
	case BPF_JEQ:
		ret->op = SG_TEST_EQ;
		return true;
	case BPF_JSET:
		ret->op = SG_TEST_EQ;
		ret->mask &= insn->k;
		ret->value = 0;
		*ret_inverted = true;
		return true;
	case BPF_JGT:
		ret->op = SG_TEST_GT;
		return s->value == UINT32_MAX;
	default:
		ret->op = SG_TEST_GE;
		return s->value == UINT32_MAX;
	}
}

static bool jump_taken(const struct sock_filter *insn, uint32_t a)
{
	switch (BPF_OP(insn->code)) {
	case BPF_JEQ:
		return a == insn->k;
	case BPF_JSET:
		return (a & insn->k) != 0;
	case BPF_JGT:
		return a > insn->k;
	default:
		return a >= insn->k;
	}
}

static int end_of(struct walk *w, const struct sock_filter *insn, const struct state *s,
		  uint32_t *ret, struct sg_error *err)
{
	struct sg_decision *d = w->decision;
	struct sg_verdict verdict;

	if (BPF_RVAL(insn->code) != BPF_K && s->acc.kind != ACC_CONST) {
		*ret = SG_DECISION_UNKNOWN;
		return 0;
	}
	verdict = sg_verdict_from_ret(BPF_RVAL(insn->code) == BPF_K ? insn->k : s->acc.value);
	for (size_t i = 0; i < d->n_verdicts; i++) {
		if (sg_verdict_equal(d->verdicts[i], verdict)) {
			*ret = SG_DECISION_END | (uint32_t)i;
			return 0;
		}
	}
	return sg_decision_add_end(d, verdict, 0, ret, err);
}

static int grow(struct walk *w, struct sg_error *err)
{
	size_t n = w->decision->n_nodes;

	if (SG_ARRAY_GROW_CAP(w->states, n, w->cap_states) < 0 ||
	    SG_ARRAY_GROW_CAP(w->older, n, w->cap_older) < 0)
		return sg_error_oom(err);
	return 0;
}

static int push_todo(struct walk *w, const struct state *s, uint32_t node, bool is_yes,
		     struct sg_error *err)
{
	if (SG_ARRAY_GROW_CAP(w->todo, w->n_todo, w->cap_todo) < 0)
		return sg_error_oom(err);
	w->todo[w->n_todo++] = (struct todo){ *s, node, is_yes };
	return 0;
}

/* A node for the jump at @s, found again by later walks that come there in the same state. */
static int make_node(struct walk *w, const struct state *s, const struct sg_test *test,
		     uint32_t *ret, struct sg_error *err)
{
	struct sg_decision_node node = {
		.test = *test,
		.yes = SG_DECISION_UNKNOWN,
		.no = SG_DECISION_UNKNOWN,
	};
	int r;

	r = grow(w, err);
	if (r < 0)
		return r;
	*ret = (uint32_t)w->decision->n_nodes;
	w->states[*ret] = *s;
	w->older[*ret] = 0;
	return sg_decision_add_node(w->decision, &node, err);
}

static int push_branch(struct walk *w, const struct state *s, uint8_t offset, uint32_t node,
		       bool is_yes, struct sg_error *err)
{
	struct state next = *s;

	next.pc = s->pc + 1 + offset;
	return push_todo(w, &next, node, is_yes, err);
}

/*
 * A word under a mask compared for order, which libseccomp comes to where it forgets to load the
 * word again: bit by bit from the highest, as one compares numbers by hand. Nodes that always say
 * yes stand for the two branches.
 */
static int compare_by_bits(struct walk *w, const struct state *s, const struct sock_filter *insn,
			   uint32_t *ret, struct sg_error *err)
{
	const struct sg_test always = { .word = (uint8_t)s->acc.word, .op = SG_TEST_EQ };
	uint32_t taken = 0, other = 0, next;
	bool equal = BPF_OP(insn->code) == BPF_JGE;
	int r;

	r = make_node(w, s, &always, &taken, err);
	if (r == 0)
		r = push_branch(w, s, insn->jt, taken, true, err);
	if (r == 0)
		r = make_node(w, s, &always, &other, err);
	if (r == 0)
		r = push_branch(w, s, insn->jf, other, true, err);
	if (r)
		return r;
	/* from the lowest bit up, since a node names the one for the next lower bit */
	next = equal ? taken : other;
	for (uint32_t bit = 1; r == 0 && bit; bit <<= 1) {
		struct sg_test is_one = { (uint8_t)s->acc.word, SG_TEST_EQ, bit, bit };
		struct sg_decision_node *node;

		if (!(s->acc.value & bit)) {
			if (insn->k & bit)
				next = other;
			continue;
		}
		r = make_node(w, s, &is_one, ret, err);
		if (r < 0)
			break;
		node = &w->decision->nodes[*ret];
		node->yes = insn->k & bit ? next : taken;
		node->no = insn->k & bit ? other : next;
		next = *ret;
	}
	*ret = next;
	return r;
}

static int node_of(struct walk *w, const struct state *s, const struct sock_filter *insn,
		   uint32_t *ret, struct sg_error *err)
{
	struct sg_test test;
	bool inverted;
	int r;

	/* most calls are decided by their number, and never come here */
	if (!w->newest)
		w->newest = calloc(w->filter->len, sizeof(*w->newest));
	if (!w->newest)
		return sg_error_oom(err);
	for (uint32_t k = w->newest[s->pc]; k; k = w->older[k - 1]) {
		if (memcmp(&w->states[k - 1], s, sizeof(*s)) == 0) {
			*ret = k - 1;
			return 0;
		}
	}
	*ret = SG_DECISION_UNKNOWN;
	if (w->decision->n_nodes >= NODES_MAX)
		return 0;
	if (test_of(insn, &s->acc, &test, &inverted)) {
		r = make_node(w, s, &test, ret, err);
		if (r == 0)
			r = push_branch(w, s, insn->jt, *ret, !inverted, err);
		if (r == 0)
			r = push_branch(w, s, insn->jf, *ret, inverted, err);
	} else {
		r = compare_by_bits(w, s, insn, ret, err);
	}
	if (r == 0) {
		w->older[*ret] = w->newest[s->pc];
		w->newest[s->pc] = *ret + 1;
	}
	return r;
}

/* Nine tenths of a filter: the number against one call's after the other. */
static uint32_t pass_tests(const struct sock_filter *insns, uint32_t pc, uint32_t value)
{
	const struct sock_filter *insn = &insns[pc];

	while (insn->code == (BPF_JMP | BPF_JEQ | BPF_K))
		insn += 1u + (value == insn->k ? insn->jt : insn->jf);
	return (uint32_t)(insn - insns);
}

/* Walk from @s to the next test of an argument or to an end. */
static int walk_on(struct walk *w, struct state s, uint32_t *ret, struct sg_error *err)
{
	const struct sock_filter *insns = w->filter->insns, *insn;

	for (;; s.pc++) {
		if (s.acc.kind == ACC_CONST)
			s.pc = pass_tests(insns, s.pc, s.acc.value);
		insn = &insns[s.pc];
		if (BPF_CLASS(insn->code) == BPF_RET)
			return end_of(w, insn, &s, ret, err);
		if (insn->code == (BPF_LD | BPF_W | BPF_ABS)) {
			load(w, insn->k, &s.acc);
		} else if (insn->code == (BPF_ALU | BPF_DIV | BPF_X)) {
			/* by zero, and the program ends right there */
			*ret = SG_DECISION_UNKNOWN;
			return 0;
		} else if (BPF_CLASS(insn->code) != BPF_JMP) {
			compute(insn, &s);
		} else if (BPF_OP(insn->code) == BPF_JA) {
			s.pc += insn->k;
		} else if (BPF_SRC(insn->code) != BPF_K || s.acc.kind == ACC_UNKNOWN) {
			*ret = SG_DECISION_UNKNOWN;
			return 0;
		} else if (s.acc.kind == ACC_CONST) {
			s.pc += jump_taken(insn, s.acc.value) ? insn->jt : insn->jf;
		} else {
			return node_of(w, &s, insn, ret, err);
		}
	}
}

int sg_decide_by_filter(const struct sg_filter *filter, struct sg_syscall_id id,
			struct sg_decision *decision, struct sg_error *err)
{
	struct walk w = {
		.filter = filter,
		.is_big_endian = !(id.arch & __AUDIT_ARCH_LE) && id.arch != SG_ARCH_X32,
		.decision = decision,
	};
	struct state start = { .acc.kind = ACC_CONST };
	int r;

	sg_seccomp_data_set_id(&w.data, id);
	decision->n_nodes = decision->n_verdicts = 0;
	r = walk_on(&w, start, &decision->start, err);
	while (r == 0 && w.n_todo) {
		struct todo todo = w.todo[--w.n_todo];
		uint32_t target;

		r = walk_on(&w, todo.state, &target, err);
		if (r < 0)
			break;
		if (todo.is_yes)
			decision->nodes[todo.node].yes = target;
		else
			decision->nodes[todo.node].no = target;
	}
	free(w.newest);
	free(w.states);
	free(w.older);
	free(w.todo);
	return r;
}
