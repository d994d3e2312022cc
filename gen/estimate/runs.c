/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "estimate/sample.h"
#include "recording/args.h"

/* That one unit holds one item. */
struct holding {
	struct sg_syscall_id id;
	const struct sg_arg_obs *obs; /* of the run, for the places of its values; NULL: no tuple */
	const struct sg_arg_tuple *tuple; /* NULL: the call whatever its arguments */
	uint32_t unit;
};

struct holdings {
	struct holding *list;
	size_t n;
};

static int compare_tuples(const struct holding *a, const struct holding *b)
{
	int order;

	if (!a->tuple || !b->tuple)
		return !a->tuple - !b->tuple;
	if (a->obs->n != b->obs->n)
		return a->obs->n < b->obs->n ? -1 : 1;
	order = memcmp(a->obs->index, b->obs->index, a->obs->n);
	if (order)
		return order;
	for (size_t i = 0; i < a->obs->n; i++) {
		if (a->tuple->value[i] != b->tuple->value[i])
			return a->tuple->value[i] < b->tuple->value[i] ? -1 : 1;
	}
	return 0;
}

static int compare_items(const struct holding *a, const struct holding *b)
{
	int order = sg_syscall_id_compare(a->id, b->id);

	return order ? order : compare_tuples(a, b);
}

static int compare_holdings(const void *pa, const void *pb)
{
	const struct holding *a = pa, *b = pb;
	int order = compare_items(a, b);

	return order ? order : (a->unit > b->unit) - (a->unit < b->unit);
}

static int compare_runs(const void *pa, const void *pb)
{
	const struct sg_run *a = *(const struct sg_run *const *)pa;
	const struct sg_run *b = *(const struct sg_run *const *)pb;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return strcmp(a->id, b->id);
}

static size_t items_of(const struct sg_entry *entry, enum sg_item_kind kind)
{
	if (!sg_entry_is_application(entry))
		return 0;
	return kind == SG_ITEM_TUPLE && entry->args ? entry->args->n_tuples : 1;
}

static void add_entry(struct holdings *all, const struct sg_entry *entry, enum sg_item_kind kind,
		      uint32_t unit)
{
	bool by_tuple = kind == SG_ITEM_TUPLE && entry->args;
	size_t n = items_of(entry, kind);

	for (size_t i = 0; i < n; i++)
		all->list[all->n++] =
			(struct holding){ entry->id, by_tuple ? entry->args : NULL,
					  by_tuple ? &entry->args->tuples[i] : NULL, unit };
}

static int collect(const struct sg_run *const *runs, size_t n_runs, enum sg_item_kind kind,
		   struct holdings *ret, struct sg_error *err)
{
	size_t n = 0;

	for (size_t i = 0; i < n_runs; i++) {
		for (size_t k = 0; k < runs[i]->n_entries; k++)
			n += items_of(&runs[i]->entries[k], kind);
	}
	ret->list = calloc(n + 1, sizeof(*ret->list));
	if (!ret->list)
		return sg_error_oom(err);
	for (size_t i = 0; i < n_runs; i++) {
		for (size_t k = 0; k < runs[i]->n_entries; k++)
			add_entry(ret, &runs[i]->entries[k], kind, (uint32_t)i);
	}
	qsort(ret->list, ret->n, sizeof(*ret->list), compare_holdings);
	return 0;
}

static int group(const struct holdings *all, struct sg_sample *sample, struct sg_error *err)
{
	struct sg_item *item = NULL;
	int r = 0;

	for (size_t i = 0; r == 0 && i < all->n; i++) {
		if (i == 0 || compare_items(&all->list[i - 1], &all->list[i]) != 0)
			r = sg_sample_item(sample, all->list[i].id, &item, err);
		if (r == 0)
			r = sg_item_in(item, all->list[i].unit, err);
	}
	return r;
}

int sg_sample_runs(const struct sg_recording *rec, enum sg_item_kind kind, struct sg_sample *ret,
		   struct sg_error *err)
{
	_cleanup_free_ const struct sg_run **runs = calloc(rec->n_runs + 1, sizeof(*runs));
	struct sg_sample sample = { .unit = SG_UNIT_RUN };
	struct holdings all = { 0 };
	int r;

	if (!runs)
		return sg_error_oom(err);
	for (size_t i = 0; i < rec->n_runs; i++) {
		if (rec->runs[i]->sources & SG_SOURCE_BPF)
			runs[sample.n++] = rec->runs[i];
	}
	qsort(runs, sample.n, sizeof(*runs), compare_runs);
	r = collect(runs, sample.n, kind, &all, err);
	if (r == 0)
		r = group(&all, &sample, err);
	free(all.list);
	if (r < 0) {
		sg_sample_done(&sample);
		return r;
	}
	*ret = sample;
	return 0;
}
