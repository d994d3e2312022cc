/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/clock.h"
#include "base/cleanup.h"
#include "cli/log.h"
#include "recording/merge/merge.h"
#include "session/private.h"
#include "store/store.h"

/* A target that is started over and over would outgrow the largest file that is read: from here on
 * its lives are joined. */
#define RUNS_MAX 512

int sg_watch_add(struct sg_session *s, struct sg_selector *selector, const char *kind,
		 struct sg_watch **ret, struct sg_error *err)
{
	struct sg_watch **grown =
		reallocarray(s->watches, s->n_watches + 1, sizeof(struct sg_watch *));
	struct sg_watch *w;
	int r;

	if (!grown)
		return sg_error_oom(err);
	s->watches = grown;
	w = calloc(1, sizeof(*w));
	if (!w)
		return sg_error_oom(err);
	r = sg_recording_new(&w->past, err);
	if (r < 0) {
		free(w);
		return r;
	}
	w->selector = selector;
	w->kind = kind;
	w->last_checkpoint = sg_now_monotonic();
	s->watches[s->n_watches++] = w;
	*ret = w;
	return 0;
}

void sg_watch_free(struct sg_watch *w)
{
	for (size_t i = 0; i < w->n_lives; i++)
		sg_life_free(w->lives[i]);
	free(w->lives);
	for (size_t i = 0; i < w->n_unwritten; i++)
		sg_life_free(w->unwritten[i]);
	free(w->unwritten);
	sg_recording_free(w->past);
	free(w->where);
	free(w);
}

int sg_watch_describe(const struct sg_session *s, const struct sg_watch *w, char **ret,
		      struct sg_error *err)
{
	if (w->selector)
		return sg_selector_describe(w->selector, ret, err);
	if (s->opts->command)
		*ret = strdup(s->opts->command[0]);
	else if (w->n_lives && w->lives[0]->workload && w->lives[0]->workload->id)
		return sg_workload_describe(w->lives[0]->workload, ret, err);
	else
		*ret = strdup(w->n_lives ? w->lives[0]->cgroup.path : "");
	return *ret ? 0 : sg_error_oom(err);
}

int sg_watch_take_life(struct sg_session *s, struct sg_watch *w, struct sg_life **life,
		       struct sg_error *err)
{
	struct sg_life **grown = reallocarray(w->lives, w->n_lives + 1, sizeof(struct sg_life *));

	(void)s;
	if (!grown)
		return sg_error_oom(err);
	w->lives = grown;
	w->lives[w->n_lives++] = TAKE_PTR(*life);
	w->has_lived = true;
	return 0;
}

void sg_watch_write_soon(const struct sg_session *s, struct sg_watch *w)
{
	if (s->live)
		w->last_checkpoint = 0;
}

bool sg_watch_is_over(const struct sg_session *s, const struct sg_watch *w)
{
	return w->failed || (w->has_lived && w->n_lives == 0 && (!w->follows || s->opts->once));
}

/* Put the run beside those of before; @run is taken. */
static int add_run(struct sg_watch *w, struct sg_run *run, struct sg_error *err)
{
	_cleanup_(sg_run_freep) struct sg_run *taken = run, *folded = NULL;
	struct sg_run *both[2], **last;
	int r;

	if (w->past->n_runs < RUNS_MAX) {
		r = sg_recording_add(w->past, taken, err);
		if (r == 0)
			TAKE_PTR(taken);
		return r;
	}
	last = &w->past->runs[RUNS_MAX - 1];
	both[0] = *last;
	both[1] = taken;
	r = sg_recording_fold(&(struct sg_recording){ both, 2 }, &folded, err);
	if (r < 0)
		return r;
	free(folded->id);
	folded->id = TAKE_PTR((*last)->id);
	sg_run_free(*last);
	*last = TAKE_PTR(folded);
	return 0;
}

int sg_watch_snapshot(struct sg_session *s, const struct sg_watch *w, bool complete,
		      struct sg_recording **ret, struct sg_error *err)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	int r;

	r = sg_recording_new(&rec, err);
	if (r == 0)
		r = sg_recording_merge(rec, w->past, err);
	for (size_t i = 0; r == 0 && i < w->n_lives; i++) {
		_cleanup_(sg_run_freep) struct sg_run *run = NULL;

		r = sg_life_snapshot(s, w, w->lives[i], complete, &run, err);
		if (r == 0)
			r = sg_recording_add(rec, run, err);
		if (r == 0)
			TAKE_PTR(run);
	}
	if (r < 0)
		return r;
	*ret = TAKE_PTR(rec);
	return 0;
}

/* Under --all a target that comes again finds its recording. */
static int join_known(struct sg_session *s, struct sg_watch *w, const struct sg_life *life,
		      struct sg_error *err)
{
	const struct sg_known *known = sg_session_recall(s, life);
	_cleanup_(sg_recording_freep) struct sg_recording *before = NULL;
	struct sg_error why;
	int r;

	if (!known)
		return 0;
	/* what somebody has put there since is no evidence of ours */
	r = sg_store_load_written(known->where, &known->file, &before, &why);
	if (r < 0) {
		sg_warn("%s: what comes now is a recording of its own", why.message);
		return 0;
	}
	r = sg_recording_merge(before, w->past, err);
	if (r < 0)
		return r;
	sg_recording_free(w->past);
	w->past = TAKE_PTR(before);
	return 0;
}

static bool is_empty(const struct sg_run *run)
{
	return run->n_entries == 0;
}

static void tell_end(const struct sg_session *s, const struct sg_watch *w, const struct sg_run *run)
{
	_cleanup_free_ char *what = NULL;
	uint64_t calls;
	size_t distinct;

	if (sg_watch_describe(s, w, &what, NULL) < 0)
		return;
	sg_run_totals(run, &calls, &distinct);
	sg_notice("%s has ended: %zu distinct calls, in %.1f s", what, distinct,
		  (double)(run->end - run->start) / 1e9);
}

/* @run, which is taken, is the last state of a life of @w. */
static int save_run(struct sg_session *s, struct sg_watch *w, const struct sg_life *life,
		    struct sg_run *run, struct sg_error *err)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	int r = add_run(w, run, err);

	if (r == 0 && s->opts->all)
		r = join_known(s, w, life, err);
	if (r == 0)
		r = sg_watch_snapshot(s, w, false, &rec, err);
	if (r < 0)
		return r;
	if (!s->opts->all)
		return sg_session_save(s, w, rec, err);
	s->n_finished++;
	r = sg_session_save_last(s, w, rec, err);
	return r < 0 ? r : sg_session_remember(s, w, life, err);
}

static int add_unwritten(struct sg_watch *w, struct sg_life *life, struct sg_error *err)
{
	struct sg_life **grown =
		reallocarray(w->unwritten, w->n_unwritten + 1, sizeof(struct sg_life *));

	if (!grown)
		return sg_error_oom(err);
	w->unwritten = grown;
	grown[w->n_unwritten++] = life;
	return 0;
}

void sg_watch_written(struct sg_session *s, struct sg_watch *w)
{
	for (size_t i = 0; i < w->n_unwritten; i++) {
		sg_life_release(s, w->unwritten[i]);
		sg_life_free(w->unwritten[i]);
	}
	w->n_unwritten = 0;
}

int sg_watch_end_life(struct sg_session *s, struct sg_watch *w, size_t i, struct sg_error *err)
{
	_cleanup_(sg_life_freep) struct sg_life *life = w->lives[i];
	_cleanup_(sg_run_freep) struct sg_run *run = NULL;
	bool empty;
	int r;

	if (life->workload) {
		r = sg_workload_learn(life->workload, s->managers, &life->cgroup, &life->maker,
				      true, err);
		if (r < 0) {
			TAKE_PTR(life);
			return r;
		}
	}
	r = sg_life_snapshot(s, w, life, true, &run, err);
	if (r < 0) {
		TAKE_PTR(life); /* it stays where it is */
		return r;
	}
	empty = s->opts->all && is_empty(run);
	if (!empty) {
		sg_life_warn(life, run);
		tell_end(s, w, run);
	}
	w->lives[i] = w->lives[--w->n_lives];
	if (empty) {
		sg_life_release(s, life);
		return 0;
	}
	if (!s->live) {
		r = save_run(s, w, life, TAKE_PTR(run), err);
		sg_life_release(s, life);
		return r;
	}
	r = add_unwritten(w, life, err);
	return r < 0 ? r : save_run(s, w, TAKE_PTR(life), TAKE_PTR(run), err);
}
