/* SPDX-License-Identifier: Apache-2.0 */
#include "filter/filter_memo.h"

#include <assert.h>
#include <stdlib.h>

#include "filter/filter_ops.h"

#define PAGE_BITS 9u  /* numbers a page: one page holds every call of an architecture today */
#define MAX_PAGES 32u /* calls beyond count as not constant */

enum entry_state { ENTRY_UNKNOWN, ENTRY_CONSTANT, ENTRY_VARIES };

struct entry {
	uint32_t word; /* CONSTANT: the verdict */
	uint16_t executed;
	uint16_t state;
};
static_assert(SG_FILTER_MAX_INSNS <= UINT16_MAX, "the count does not fit");

struct page {
	uint32_t arch, base; /* the calls @base … @base + 2^PAGE_BITS - 1 of @arch */
	struct entry entries[1u << PAGE_BITS];
};

struct sg_filter_memo {
	const struct sg_filter *filter; /* borrowed */
	struct page *pages[MAX_PAGES];
	size_t n_pages;
	struct page *last; /* where the last call was found */
};

int sg_filter_memo_new(const struct sg_filter *filter, struct sg_filter_memo **ret,
		       struct sg_error *err)
{
	struct sg_filter_memo *memo = calloc(1, sizeof(*memo));

	if (!memo)
		return sg_error_oom(err);
	memo->filter = filter;
	*ret = memo;
	return 0;
}

void sg_filter_memo_free(struct sg_filter_memo *memo)
{
	if (!memo)
		return;
	for (size_t i = 0; i < memo->n_pages; i++)
		free(memo->pages[i]);
	free(memo);
}

static bool page_holds(const struct page *page, uint32_t arch, uint32_t nr)
{
	return page->arch == arch && page->base == nr >> PAGE_BITS << PAGE_BITS;
}

/* NULL when there is no room for another page; then nothing is lost but time. */
static struct page *find_page(struct sg_filter_memo *memo, uint32_t arch, uint32_t nr)
{
	struct page *page;

	for (size_t i = 0; i < memo->n_pages; i++) {
		if (page_holds(memo->pages[i], arch, nr))
			return memo->pages[i];
	}
	if (memo->n_pages == MAX_PAGES)
		return NULL;
	page = calloc(1, sizeof(*page));
	if (!page)
		return NULL;
	page->arch = arch;
	page->base = nr >> PAGE_BITS << PAGE_BITS;
	memo->pages[memo->n_pages++] = page;
	return page;
}

static void fill(const struct sg_filter *filter, uint32_t arch, uint32_t nr, struct entry *entry)
{
	struct sg_filter_walk walk = sg_filter_walk(filter, arch, nr);

	if (walk.end == FILTER_WALK_RETURN)
		*entry = (struct entry){ .word = filter->ops[walk.pc].k,
					 .executed = (uint16_t)(walk.executed + 1),
					 .state = ENTRY_CONSTANT };
	else
		*entry = (struct entry){ .state = ENTRY_VARIES };
}

/* NULL when there is no room for it. */
static inline const struct entry *find_entry(struct sg_filter_memo *memo, uint32_t arch,
					     uint32_t nr)
{
	struct page *page = memo->last;
	struct entry *entry;

	if (!page || !page_holds(page, arch, nr)) {
		page = find_page(memo, arch, nr);
		if (!page)
			return NULL;
		memo->last = page;
	}
	entry = &page->entries[nr & ((1u << PAGE_BITS) - 1)];
	if (entry->state == ENTRY_UNKNOWN)
		fill(memo->filter, arch, nr, entry);
	return entry;
}

bool sg_filter_memo_is_constant(struct sg_filter_memo *memo, uint32_t arch, uint32_t nr,
				uint32_t *ret_word, unsigned int *ret_executed)
{
	const struct entry *entry = find_entry(memo, arch, nr);

	if (!entry || entry->state != ENTRY_CONSTANT)
		return false;
	*ret_word = entry->word;
	*ret_executed = entry->executed;
	return true;
}
