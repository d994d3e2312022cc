/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_FILTER_FILTER_OUTCOMES_H
#define SG_FILTER_FILTER_OUTCOMES_H

#include "filter/filter.h"

/*
 * What a filter can answer when not all of a call is known: of most recorded calls only the number
 * is. All paths are followed, bits that are known are separate from those that are not.
 */
#define SG_OUTCOMES_MAX 32

struct sg_filter_outcomes {
	uint32_t words[SG_OUTCOMES_MAX]; /* every SECCOMP_RET_* word that can come out, ascending */
	size_t n_words;
	/* more words than there is room for, or one that is computed: nothing can be said */
	bool any;
	unsigned int min_executed,
		max_executed; /* instructions on the shortest and the longest path */
};

/* For sg_filter_outcomes(): bit i is the 32-bit word at offset 4 * i of struct sg_seccomp_data. */
#define SG_KNOWN_NR	(1u << 0)
#define SG_KNOWN_ARCH	(1u << 1)
#define SG_KNOWN_ALL	0xffffu
#define SG_KNOWN_ARG(i) (3u << (4 + 2 * (i))) /* both halves of argument i */
/* The high halves of all arguments: zero under a 32-bit architecture. */
#define SG_KNOWN_HIGH_HALVES (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 0x5550u : 0xaaa0u)

/*
 * The set of words that @filter can return for the calls that agree with @data in the words of
 * @known. Never leaves out a word that can come out; may name one that cannot, where two
 * comparisons exclude each other. With everything known the answer is the one of sg_filter_run().
 * Returns 0, -ENOMEM.
 */
int sg_filter_outcomes(const struct sg_filter *filter, const struct sg_seccomp_data *data,
		       uint32_t known, struct sg_filter_outcomes *ret, struct sg_error *err);

/*
 * The same where single bits are known: those that are set in @known, with their value in @data.
 */
int sg_filter_outcomes_of_bits(const struct sg_filter *filter, const struct sg_seccomp_data *data,
			       const struct sg_seccomp_data *known, struct sg_filter_outcomes *ret,
			       struct sg_error *err);

#endif
