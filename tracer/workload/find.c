/* SPDX-License-Identifier: Apache-2.0 */
/* Which of the cgroups that are there somebody means. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/strbuf.h"
#include "origin/match.h"
#include "workload/find.h"

#define LISTED_MAX 10

struct sg_inventory {
	struct sg_found *all;
	size_t n;
	bool learnt;
};

static int add_cgroup(const struct sg_cgroup *cg, void *data, struct sg_error *err)
{
	struct sg_inventory *inv = data;
	struct sg_found *row;
	int r;

	if (SG_ARRAY_GROW(inv->all, inv->n) < 0)
		return sg_error_oom(err);
	row = &inv->all[inv->n];
	*row = (struct sg_found){
		.cgroup = { .id = cg->id, .dir = strdup(cg->dir), .path = strdup(cg->path) }
	};
	inv->n++;
	if (!row->cgroup.dir || !row->cgroup.path)
		return sg_error_oom(err);
	r = sg_workload_new(row->cgroup.path, &row->workload, err);
	return r;
}

int sg_inventory_new(struct sg_inventory **ret, struct sg_error *err)
{
	_cleanup_(sg_inventory_freep) struct sg_inventory *inv = calloc(1, sizeof(*inv));
	_cleanup_(sg_cgroup_done) struct sg_cgroup root = { 0 };
	int r;

	if (!inv)
		return sg_error_oom(err);
	r = sg_cgroup_root(&root, err);
	if (r == 0)
		r = sg_cgroup_walk(&root, add_cgroup, inv, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(inv);
	return 0;
}

void sg_inventory_free(struct sg_inventory *inv)
{
	if (!inv)
		return;
	for (size_t i = 0; i < inv->n; i++) {
		sg_cgroup_done(&inv->all[i].cgroup);
		sg_workload_free(inv->all[i].workload);
	}
	free(inv->all);
	free(inv);
}

void sg_found_list_done(struct sg_found_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		sg_cgroup_done(&list->found[i].cgroup);
		sg_workload_free(list->found[i].workload);
	}
	free(list->found);
	for (size_t i = 0; i < list->n_others; i++)
		free(list->others[i]);
	free(list->others);
	*list = (struct sg_found_list){ 0 };
}

/* Ask around for all of them, once. What is below a container is not asked about. */
static int learn(struct sg_inventory *inv, struct sg_managers *managers, struct sg_error *err)
{
	const struct sg_creator nobody = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && !inv->learnt && i < inv->n; i++) {
		struct sg_found *row = &inv->all[i];

		if (row->workload->path.role != SG_ROLE_CONTAINER || row->workload->is_itself)
			r = sg_workload_learn(row->workload, managers, &row->cgroup, &nobody, true,
					      err);
	}
	inv->learnt = r == 0;
	return r;
}

/* Candidates in a list that borrows from the inventory. */
struct candidates {
	struct sg_found **rows;
	size_t n;
};

static void candidates_done(struct candidates *c)
{
	free(c->rows);
}

static int add_candidate(struct candidates *c, struct sg_found *row, struct sg_error *err)
{
	if (SG_ARRAY_GROW(c->rows, c->n) < 0)
		return sg_error_oom(err);
	c->rows[c->n++] = row;
	return 0;
}

static bool is_wanted(const struct sg_selector *s, const struct sg_found *row, enum sg_rank rank)
{
	const struct sg_workload *w = row->workload;

	switch (s->kind) {
	case SG_SELECT_CONTAINER:
		return sg_match_container(s->text, w) == rank;
	case SG_SELECT_POD:
		return rank == SG_RANK_NAME && sg_match_pod(s->text, w);
	case SG_SELECT_UNIT:
		return rank == SG_RANK_NAME && sg_match_unit(s->text, w, row->cgroup.path);
	case SG_SELECT_CGROUP:
	case SG_SELECT_PID:
		break;
	}
	return false;
}

/* Whether two rows are parts of one answer: a pod's containers are. */
static bool belong_together(const struct sg_selector *s, const struct sg_workload *a,
			    const struct sg_workload *b)
{
	return s->kind == SG_SELECT_POD && a->pod_uid && b->pod_uid &&
	       !strcmp(a->pod_uid, b->pod_uid);
}

static void list_row(struct sg_strbuf *b, const struct sg_selector *s, const struct sg_found *row)
{
	_cleanup_free_ char *text = NULL;

	if (b->len)
		sg_strbuf_add(b, ", ");
	if (s->kind == SG_SELECT_UNIT)
		sg_strbuf_add(b, row->cgroup.path);
	else if (sg_workload_describe(row->workload, &text, NULL) == 0)
		sg_strbuf_add(b, text);
}

static int is_ambiguous(const struct sg_selector *s, const struct candidates *c,
			struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf b = SG_STRBUF_INIT;
	_cleanup_free_ char *what = NULL;
	const char *hint = s->kind == SG_SELECT_UNIT  ? "give its path to --cgroup"
			   : s->kind == SG_SELECT_POD ? "give its namespace: --pod NAMESPACE/NAME"
						      : "give more of its id";
	size_t n = 0;
	int r;

	for (size_t i = 0; i < c->n; i++) {
		bool again = false;

		for (size_t k = 0; k < i; k++)
			again |= belong_together(s, c->rows[i]->workload, c->rows[k]->workload);
		if (!again && ++n <= LISTED_MAX)
			list_row(&b, s, c->rows[i]);
	}
	if (n > LISTED_MAX)
		sg_strbuf_printf(&b, ", and %zu more", n - LISTED_MAX);
	r = sg_selector_describe(s, &what, err);
	if (r < 0)
		return r;
	if (b.failed)
		return sg_error_oom(err);
	return sg_error_set(err, -EINVAL, "%s: %zu are there: %s; %s", what, n, b.data, hint);
}

/* A name that is a pod's too, and not of a container in it: who can say what is meant? */
static int check_pods(const struct sg_selector *s, const struct sg_inventory *inv,
		      const struct sg_workload *found, struct sg_error *err)
{
	for (size_t i = 0; s->kind == SG_SELECT_CONTAINER && i < inv->n; i++) {
		const struct sg_workload *w = inv->all[i].workload;

		if (!sg_match_pod(s->text, w) || !sg_match_whose(&s->whose, false, w) ||
		    (found && found->pod && !strcmp(found->pod, w->pod)))
			continue;
		if (!found)
			return sg_error_set(err, -EINVAL,
					    "container %s: there is none, but a pod of that name: "
					    "--pod %s",
					    s->text, s->text);
		return sg_error_set(err, -EINVAL,
				    "container %s: both a container and a pod have that name: give "
				    "--pod %s, or the container's id, %.*s",
				    s->text, s->text, SG_SHORT_ID_LEN, found->id);
	}
	return 0;
}

static int hand_over(const struct sg_selector *s, const struct candidates *c,
		     struct sg_found_list *ret, struct sg_error *err)
{
	ret->found = calloc(c->n, sizeof(*ret->found));
	if (!ret->found)
		return sg_error_oom(err);
	for (size_t i = 0; i < c->n; i++) {
		if (s->kind == SG_SELECT_POD &&
		    !sg_match_pod_container(s->container, c->rows[i]->workload))
			continue;
		/* the inventory keeps a copy that can still be matched
		 * and listed: a fresh workload */
		ret->found[ret->n].cgroup.id = c->rows[i]->cgroup.id;
		ret->found[ret->n].cgroup.dir = strdup(c->rows[i]->cgroup.dir);
		ret->found[ret->n].cgroup.path = strdup(c->rows[i]->cgroup.path);
		ret->n++;
		if (!ret->found[ret->n - 1].cgroup.dir || !ret->found[ret->n - 1].cgroup.path)
			return sg_error_oom(err);
	}
	return 0;
}

static int add_other(const struct sg_selector *s, const struct sg_found *row,
		     struct sg_found_list *ret, struct sg_error *err)
{
	if (!ret->others)
		ret->others = calloc(SG_OTHERS_MAX, sizeof(*ret->others));
	if (!ret->others)
		return sg_error_oom(err);
	if (ret->n_others == SG_OTHERS_MAX)
		return 0;
	return sg_selector_describe_other(s, row->workload, row->cgroup.path,
					  &ret->others[ret->n_others++], err);
}

/* By the best of the ranks that there are; of those of other owners the user is to know. */
static int find(const struct sg_selector *s, struct sg_inventory *inv, struct candidates *c,
		struct sg_found_list *others, struct sg_error *err)
{
	int r = 0;

	for (int rank = SG_RANK_NAME; c->n == 0 && rank > SG_RANK_NONE; rank--) {
		for (size_t i = 0; r == 0 && i < inv->n; i++) {
			struct sg_found *row = &inv->all[i];

			if (!is_wanted(s, row, (enum sg_rank)rank))
				continue;
			r = sg_workload_find_owner(row->workload, &row->cgroup, err);
			if (r == 0 &&
			    sg_match_whose(&s->whose, s->kind == SG_SELECT_UNIT, row->workload))
				r = add_candidate(c, row, err);
			else if (r == 0 && rank >= SG_RANK_ID)
				r = add_other(s, row, others, err);
		}
	}
	return r;
}

int sg_selector_find(const struct sg_selector *s, struct sg_inventory *inv,
		     struct sg_managers *managers, struct sg_found_list *ret, struct sg_error *err)
{
	struct sg_found_list list = { 0 };
	_cleanup_(candidates_done) struct candidates c = { 0 };
	const struct sg_creator nobody = { 0 };
	int r = 0;

	if (s->kind != SG_SELECT_UNIT)
		r = learn(inv, managers, err);
	if (r == 0)
		r = find(s, inv, &c, &list, err);
	for (size_t i = 1; r == 0 && i < c.n; i++) {
		if (!belong_together(s, c.rows[0]->workload, c.rows[i]->workload))
			r = is_ambiguous(s, &c, err);
	}
	if (r == 0)
		r = check_pods(s, inv, c.n ? c.rows[0]->workload : NULL, err);
	if (r == 0 && c.n)
		r = hand_over(s, &c, &list, err);
	for (size_t i = 0; r == 0 && i < list.n; i++) {
		r = sg_workload_new(list.found[i].cgroup.path, &list.found[i].workload, err);
		if (r == 0)
			r = sg_workload_learn(list.found[i].workload, managers,
					      &list.found[i].cgroup, &nobody, true, err);
	}
	*ret = list; /* what there is of it */
	return r;
}

int sg_selector_not_found(const struct sg_selector *s, struct sg_inventory *inv,
			  struct sg_managers *managers, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf b = SG_STRBUF_INIT;
	_cleanup_free_ char *what = NULL;
	const char *last_error = sg_managers_last_error(managers);
	size_t n = 0;
	int r;

	for (size_t i = 0; s->kind != SG_SELECT_UNIT && i < inv->n; i++) {
		const struct sg_workload *w = inv->all[i].workload;

		if (w->id && w->is_itself && ++n <= LISTED_MAX)
			list_row(&b, s, &inv->all[i]);
	}
	r = sg_selector_describe(s, &what, err);
	if (r < 0)
		return r;
	if (b.failed)
		return sg_error_oom(err);
	sg_strbuf_add(&b, n > LISTED_MAX ? ", …" : "");
	return sg_error_set(err, -ENOENT, "%s: not found%s%s%s%s%s", what,
			    n				? "; running: "
			    : s->kind == SG_SELECT_UNIT ? ""
							: "; no container runs",
			    n && b.data ? b.data : "", last_error ? " (could not ask " : "",
			    last_error ? last_error : "", last_error ? ")" : "");
}
