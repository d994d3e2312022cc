/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_FILTER_SIMULATE_JUDGE_H
#define SG_FILTER_SIMULATE_JUDGE_H

/* Private to this folder: what filters make of a call of which not everything is known. */
#include "filter/filter_memo.h"
#include "filter/simulate/simulate.h"

/* A call and which bits of it are known. */
struct sg_sim_facts {
	struct sg_seccomp_data data, known;
};

/* The number is known, and of a 32-bit architecture that arguments have no upper half. */
struct sg_sim_facts sg_sim_facts_of(struct sg_syscall_id id);
/* The @bits of argument @index are those of @value. */
void sg_sim_facts_know(struct sg_sim_facts *facts, unsigned int index, uint64_t value,
		       uint64_t bits);

/* What can come out of the filters run so far: strongest and least severe word. */
struct sg_sim_range {
	uint32_t strongest, least_severe;
	bool is_one; /* nothing else can */
};

/* What comes of calls of which the same is known. */
struct sg_sim_judgement {
	struct sg_sim_range range;
	unsigned int min_executed, max_executed;
};

/* What calls are judged by; both borrowed. */
struct sg_sim_filters {
	const struct sg_filter *const *filters;
	struct sg_filter_memo *const *memos; /* theirs; NULL: none, for a call or two */
	size_t n;
};

int sg_sim_judge(const struct sg_sim_filters *by, const struct sg_sim_facts *facts,
		 struct sg_sim_judgement *ret, struct sg_error *err);

enum sg_sim_answer sg_sim_answer_of(struct sg_sim_range range);

/* Whether the kernel's bitmap has the call. */
bool sg_sim_is_cached(const struct sg_sim_filters *by, struct sg_syscall_id id);

#endif
