/* SPDX-License-Identifier: Apache-2.0 */
#include <linux/seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "filter/filter.h"
#include "filter/filter_memo.h"
#include "filter/filter_outcomes.h"
#include "fuzz_check.h"
#include "../unit/decision_agrees.h"

/*
 * A program that anybody wrote, and a call: the last 64 bytes are what the filter sees of it, the
 * two before say which words of that are known. Whatever is accepted must end, and all that answers
 * for it must answer alike.
 */

#define TAIL (sizeof(struct sg_seccomp_data) + sizeof(uint16_t))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool foretold(const struct sg_filter_outcomes *out, uint32_t word)
{
	if (out->any)
		return true;
	for (size_t i = 0; i < out->n_words; i++) {
		if (out->words[i] == word)
			return true;
	}
	return false;
}

static void check_call(const struct sg_filter *filter, struct sg_filter_memo *memo,
		       const struct sg_seccomp_data *call, uint16_t known)
{
	struct sg_filter_outcomes out;
	unsigned int executed, again;
	size_t n_followed = 0;
	uint32_t word = sg_filter_run(filter, call, &executed), constant;

	CHECK(executed >= 1 && executed <= filter->len);
	for (int i = 0; i < 2; i++) {
		if (!sg_filter_memo_is_constant(memo, call->arch, call->nr, &constant, &again))
			continue;
		CHECK(constant == word);
		CHECK(again == executed);
	}
	CHECK(sg_filter_outcomes(filter, call, known, &out, NULL) == 0);
	CHECK(foretold(&out, word));
	CHECK(out.min_executed <= executed && executed <= out.max_executed);
	CHECK(out.max_executed <= filter->len);
	CHECK(sg_filter_outcomes(filter, call, SG_KNOWN_ALL, &out, NULL) == 0);
	CHECK(!out.any && out.n_words == 1 && out.words[0] == word);
	CHECK(decision_agrees(filter, call, word, &n_followed));
	if (sg_filter_is_const_allow(filter, call->arch, call->nr))
		CHECK(word == SECCOMP_RET_ALLOW);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(sg_filter_memo_freep) struct sg_filter_memo *memo = NULL;
	_cleanup_(sg_filter_freep) struct sg_filter *filter = NULL;
	struct sg_seccomp_data call;
	struct sg_error err;
	uint16_t known;
	size_t n;

	if (size < TAIL)
		return 0;
	n = (size - TAIL) / sizeof(struct sock_filter) * sizeof(struct sock_filter);
	memcpy(&known, data + size - TAIL, sizeof(known));
	memcpy(&call, data + size - sizeof(call), sizeof(call));
	if (sg_filter_parse("fuzz", data, n, &filter, &err) < 0) {
		CHECK(strncmp(err.message, "fuzz: ", 6) == 0);
		return 0;
	}
	CHECK(sg_filter_memo_new(filter, &memo, NULL) == 0);
	check_call(filter, memo, &call, known);
	/* and calls alongside it, through the same memo */
	for (uint32_t i = 1; i < 4; i++) {
		struct sg_seccomp_data other = call;

		other.nr += i;
		other.args[i] ^= UINT64_C(1) << (7 * i);
		check_call(filter, memo, &other, (uint16_t)(known >> i));
	}
	return 0;
}
