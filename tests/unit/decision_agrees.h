/* SPDX-License-Identifier: Apache-2.0 */
/* For tests of what the diff makes of a program: held against a run of it. Little-endian only. */
#ifndef SG_TESTS_DECISION_AGREES_H
#define SG_TESTS_DECISION_AGREES_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "diff/decide.h"
#include "profile/errno_name.h"
#include "syscall/arch.h"
#include "syscall/seccomp_data.h"

/* Whether what the diff sees in @filter comes to @word for @call. */
static bool decision_agrees(const struct sg_filter *filter, const struct sg_seccomp_data *call,
			    uint32_t word, size_t *n_followed)
{
	struct sg_verdict want = sg_verdict_from_ret(word);
	struct sg_decision d;
	bool ok = true;
	uint32_t node;

	/* of others the words would be the other way round; x32 has no word of its own there */
	if (!(call->arch & __AUDIT_ARCH_LE) || call->arch == SG_ARCH_X32)
		return true;
	if (want.action == SG_ACTION_ERRNO && want.data > SG_ERRNO_MAX)
		want.data = SG_ERRNO_MAX; /* what a program gets (kernel/seccomp.c) */
	sg_decision_init(&d);
	if (sg_decide_by_filter(filter, sg_seccomp_data_id(call), &d, NULL) < 0)
		abort();
	for (node = d.start; !(node & SG_DECISION_END);) {
		const struct sg_test *test = &d.nodes[node].test;
		uint32_t words[sizeof(*call) / 4], value;
		bool yes;

		memcpy(words, call, sizeof(words));
		/* the arguments come after four words, two of which are the instruction pointer */
		value = words[test->word < 12 ? test->word + 4 : test->word - 10] & test->mask;
		yes = test->op == SG_TEST_EQ   ? value == test->value
		      : test->op == SG_TEST_GT ? value > test->value
					       : value >= test->value;
		node = yes ? d.nodes[node].yes : d.nodes[node].no;
	}
	if (node != SG_DECISION_UNKNOWN) {
		const struct sg_verdict *got = &d.verdicts[node & ~SG_DECISION_END];

		ok = got->action == want.action && got->data == want.data;
		(*n_followed)++;
	}
	sg_decision_done(&d);
	return ok;
}

#endif
