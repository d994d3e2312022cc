/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cgroups that appear while we watch. Each has a slot of its own from the kernel before a task can
 * enter it; here it is decided, in the time that takes, whose it is. Nothing is missed meanwhile:
 * what is not wanted gives its slot back.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/clock.h"
#include "base/cleanup.h"
#include "cgroup/view.h"
#include "cli/log.h"
#include "session/private.h"
#include "workload/in_progress.h"

#define DECIDE_NS 5000000000u /* how long a name may take to be known */

void sg_appeared_done(struct sg_appeared *a)
{
	sg_cgroup_done(&a->cgroup);
	sg_workload_free(a->workload);
}

/* Whether its cgroup was there then; it may be gone by now, and another there by its path. */
static bool was_there(const struct sg_session *s, const struct sg_life *life, uint64_t real_ns)
{
	uint64_t gone = sg_recorder_cgroup_gone(s->recorder, life->slots[0]);

	return gone ? life->start_real <= real_ns && real_ns <= gone
		    : sg_cgroup_exists(&life->cgroup);
}

/* A cgroup below one that is recorded, made before it was known that it would be. */
static struct sg_life *life_above(const struct sg_session *s, const char *path, uint64_t made_real)
{
	for (size_t i = 0; i < s->n_watches; i++) {
		for (size_t k = 0; k < s->watches[i]->n_lives; k++) {
			struct sg_life *life = s->watches[i]->lives[k];
			size_t n = strlen(life->cgroup.path);

			if (life->inherits && !strncmp(path, life->cgroup.path, n) &&
			    path[n] == '/' && was_there(s, life, made_real))
				return life;
		}
	}
	return NULL;
}

static void tell_begin(const struct sg_session *s, const struct sg_watch *w,
		       const struct sg_life *life)
{
	_cleanup_free_ char *what = NULL;

	if (s->opts->command || s->opts->all)
		return;
	if (life->workload && life->workload->id &&
	    sg_workload_describe(life->workload, &what, NULL) == 0)
		sg_notice("recording container %s, cgroup %s; Ctrl-C ends it", what,
			  life->cgroup.path);
	else if (w->selector && w->selector->kind == SG_SELECT_UNIT)
		sg_notice("recording unit %s, cgroup %s; Ctrl-C ends it", life->workload->path.unit,
			  life->cgroup.path);
	else
		sg_notice("recording cgroup %s (id %llu); Ctrl-C ends it", life->cgroup.path,
			  (unsigned long long)life->cgroup.id);
	if (life->processes_before)
		sg_notice("it runs already (%" PRIu64 " processes): what its start called is not "
			  "in the recording",
			  life->processes_before);
	if (life->processes_unseen)
		sg_warn("%" PRIu64 " of them cannot be seen from here, for they are in another PID "
			"namespace: which calls they are in the middle of is not known, and one "
			"that "
			"they do not make again is missing (run the recorder with the host's: "
			"docker run --pid=host, hostPID: true)",
			life->processes_unseen);
}

/* Whether what is made below belongs to it: always to a target that was named, under --all to what
 * has a name. */
static bool shall_inherit(const struct sg_session *s, const struct sg_life *life)
{
	if (!s->opts->descendants)
		return false;
	return !s->opts->all || (life->workload &&
				 (life->workload->id || life->workload->path.role == SG_ROLE_UNIT));
}

static int begin_appeared(struct sg_session *s, struct sg_watch *w, struct sg_appeared *a,
			  struct sg_error *err)
{
	_cleanup_(sg_life_freep) struct sg_life *life = NULL;
	int r;

	if (w->selector) {
		r = sg_selector_pin(w->selector, a->workload, &a->cgroup, err);
		if (r < 0)
			return r;
	}
	r = sg_life_new(s, &a->cgroup, a->slot, &life, err);
	if (r < 0)
		return r;
	life->workload = TAKE_PTR(a->workload);
	life->maker = a->maker;
	life->start_real = a->made_real;
	memcpy(life->losses_before, a->losses_before, sizeof(a->losses_before));
	life->watching_denials = s->watches_new;
	life->inherits = shall_inherit(s, life);
	sg_recorder_inherit(s->recorder, a->slot, life->inherits);
	sg_recorder_decide(s->recorder, a->slot, a->slot);
	tell_begin(s, w, life);
	sg_watch_write_soon(s, w);
	return sg_watch_take_life(s, w, &life, err);
}

/* The watch that means it; *ret NULL: none does. *ret_later: ask again when more is known. */
static int who_wants(struct sg_session *s, const struct sg_appeared *a, struct sg_watch **ret,
		     bool *ret_later, struct sg_error *err)
{
	*ret = NULL;
	*ret_later = false;
	if (s->opts->all) {
		if (a->workload->path.role == SG_ROLE_HELPER)
			return 0;
		return sg_watch_add(s, NULL, NULL, ret, err);
	}
	for (size_t i = 0; i < s->n_watches; i++) {
		struct sg_watch *w = s->watches[i];

		if (!w->selector || w->failed || (s->opts->once && w->has_lived && !w->n_lives))
			continue;
		switch (sg_selector_match(w->selector, a->workload, &a->cgroup)) {
		case SG_MATCH_YES:
			if (sg_watch_has_second(s, w, a))
				break;
			*ret = w;
			return 0;
		case SG_MATCH_SECOND:
			if (sg_watch_goes_on_in(s, w, a->cgroup.path)) {
				*ret = w;
				return 0;
			}
			sg_watch_found_second(s, w, a);
			break;
		case SG_MATCH_OTHERS:
			sg_watch_found_other(s, w, a);
			break;
		case SG_MATCH_NOT_YET:
			*ret_later = true;
			break;
		case SG_MATCH_NO:
			break;
		}
	}
	return 0;
}

/*
 * A cgroup above it that is not decided: whose that is may be whose this is, so that comes first.
 * Not a pod's or a slice, which are nobody's: what is recorded of a pod are its containers.
 */
static bool waits_for_above(const struct sg_session *s, const struct sg_appeared *a)
{
	for (size_t i = 0; i < s->n_appeared; i++) {
		const enum sg_role role = s->appeared[i].workload->path.role;
		const char *path = s->appeared[i].cgroup.path;
		size_t n = path ? strlen(path) : 0;

		if (role == SG_ROLE_POD || role == SG_ROLE_SLICE)
			continue;
		if (&s->appeared[i] != a && n && !strncmp(a->cgroup.path, path, n) &&
		    a->cgroup.path[n] == '/')
			return true;
	}
	return false;
}

/* It came and went while no recorder was there, and its name is gone with it: it may have been any
 * target that has such a name. */
static void count_nameless(struct sg_session *s, const struct sg_appeared *a)
{
	if (a->workload->path.role != SG_ROLE_CONTAINER || sg_workload_has_names(a->workload))
		return;
	for (size_t i = 0; i < s->n_watches; i++) {
		struct sg_watch *w = s->watches[i];

		if (w->selector && !w->failed &&
		    (w->selector->kind == SG_SELECT_CONTAINER ||
		     w->selector->kind == SG_SELECT_POD))
			w->nameless++;
	}
}

/* Returns 1 when it has been decided. */
static int decide(struct sg_session *s, struct sg_appeared *a, struct sg_error *err)
{
	bool gone = sg_recorder_cgroup_gone(s->recorder, a->slot) != 0;
	bool last = gone || sg_now_monotonic() - a->since > DECIDE_NS;
	struct sg_life *above = life_above(s, a->cgroup.path, a->made_real);
	struct sg_watch *w;
	bool later = false;
	int r;

	if (above) {
		r = sg_life_add_slot(above, a->slot, err);
		sg_recorder_inherit(s->recorder, a->slot, true);
		sg_recorder_decide(s->recorder, a->slot, above->slots[0]);
		return r < 0 ? r : 1;
	}
	/* what tells its name may be gone when it is its turn */
	r = sg_workload_learn(a->workload, s->managers, &a->cgroup, &a->maker, last, err);
	if (r == 0 && waits_for_above(s, a))
		return 0;
	if (r == 0)
		r = who_wants(s, a, &w, &later, err);
	if (r < 0)
		return r;
	if (w) {
		r = begin_appeared(s, w, a, err);
		return r < 0 ? r : 1;
	}
	if (later && !last)
		return 0;
	if (gone && s->catches_up)
		count_nameless(s, a);
	sg_recorder_release(s->recorder, a->slot);
	return 1;
}

static int take_one(const struct sg_new_cgroup *told, void *data, struct sg_error *err)
{
	struct sg_session *s = data;
	struct sg_appeared *grown = reallocarray(s->appeared, s->n_appeared + 1, sizeof(*grown)),
			   *a;
	int r;

	if (!grown)
		return sg_error_oom(err);
	s->appeared = grown;
	a = &grown[s->n_appeared];
	*a = (struct sg_appeared){
		.slot = told->slot,
		.made_real = told->made,
		.since = sg_now_monotonic(),
		/* by the kernel half's number, which may be another's here */
		.maker = { .tgid = sg_view_is_initial(sg_view()) ? told->maker_tgid : 0 }
	};
	memcpy(a->maker.comm, told->maker, sizeof(a->maker.comm));
	memcpy(a->losses_before, s->losses_before, sizeof(s->losses_before));
	r = sg_cgroup_told(told->path, told->id, &a->cgroup, err);
	if (r < 0)
		return r;
	s->n_appeared++;
	r = sg_workload_new(a->cgroup.path, &a->workload, err);
	if (r < 0)
		return r;
	r = decide(s, a, err);
	if (r <= 0)
		return r;
	sg_appeared_done(a);
	s->n_appeared--;
	return 0;
}

int sg_session_take_new(struct sg_session *s, struct sg_error *err)
{
	size_t kept = 0;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < s->n_appeared; i++) {
		r = decide(s, &s->appeared[i], err);
		if (r == 1)
			sg_appeared_done(&s->appeared[i]);
		else
			s->appeared[kept++] = s->appeared[i];
		if (r < 0) /* the rest stays as it is */
			for (i++; i < s->n_appeared; i++)
				s->appeared[kept++] = s->appeared[i];
	}
	s->n_appeared = kept;
	return r < 0 ? r : sg_recorder_new_cgroups(s->recorder, take_one, s, err);
}

/* --- those that are there */

struct adoption {
	struct sg_session *s;
	struct sg_life *life;
	uint32_t slot;
	bool is_initial; /* processes have the numbers here that the kernel half has */
};

static int track_child(const struct sg_cgroup *cg, void *data, struct sg_error *err)
{
	const struct adoption *a = data;

	return sg_recorder_track(a->s->recorder, cg->id, a->slot, err);
}

static int add_process(uint32_t tgid, void *data, struct sg_error *err)
{
	const struct adoption *a = data;
	int r = 0;

	/* its first thread stays where it exited: sg_life_adopt_threads() knows the others */
	if (tgid && a->is_initial && !a->life->cgroup.v1_hierarchy &&
	    sg_process_is_leaderless(tgid))
		return 0;
	a->life->processes_before++;
	a->life->processes_unseen += !tgid;
	if (tgid && a->is_initial)
		r = sg_recorder_add_process(a->s->recorder, tgid, a->slot, err);
	return r < 0 ? r : sg_in_progress_add(tgid, a->life->in_progress, err);
}

/*
 * Where the kernel half gives each cgroup that appears a slot, one that is removed while it is
 * looked at has been counted to its end, and its processes are known from there.
 */
static int unless_gone(const struct adoption *a, const struct sg_cgroup *cg, int r,
		       struct sg_error *err)
{
	if (r != -ENOENT || !a->s->allots || sg_cgroup_exists(cg))
		return r;
	*err = (struct sg_error){ 0 };
	return 0;
}

/* No call of it is missed from the moment this returns. Takes what @cgroup holds, and @workload. */
int sg_session_begin(struct sg_session *s, struct sg_watch *w, struct sg_cgroup *cgroup,
		     struct sg_workload *workload, struct sg_error *err)
{
	_cleanup_(sg_workload_freep) struct sg_workload *taken = workload;
	_cleanup_(sg_life_freep) struct sg_life *life = NULL;
	struct adoption adoption = { .s = s, .is_initial = sg_view_is_initial(sg_view()) };
	int r;

	r = sg_recorder_take(s->recorder, cgroup->id, sg_cgroup_owner(cgroup), &adoption.slot, err);
	if (r == 0)
		r = sg_life_new(s, cgroup, adoption.slot, &life, err);
	if (r < 0)
		return r;
	life->inherits = s->opts->descendants;
	life->workload = TAKE_PTR(taken);
	sg_recorder_inherit(s->recorder, adoption.slot, life->inherits);
	if (life->inherits)
		r = sg_cgroup_walk(&life->cgroup, track_child, &adoption, err);
	r = unless_gone(&adoption, &life->cgroup, r, err);
	if (r < 0)
		return r;
	sg_recorder_settle(s->recorder);
	/* from here on every call is counted: what began before is looked for now */
	adoption.life = life;
	r = sg_run_new(life->id, &life->in_progress, err);
	if (r == 0)
		r = sg_cgroup_processes(&life->cgroup, life->inherits, add_process, &adoption, err);
	if (r == 0)
		r = sg_life_adopt_threads(s, life, err);
	r = unless_gone(&adoption, &life->cgroup, r, err);
	if (r == 0)
		r = sg_life_start_denials(s, life, err);
	if (r < 0)
		return r;
	if (adoption.is_initial)
		sg_recorder_members_known(s->recorder, adoption.slot);
	life->start_real = sg_now_real();
	life->start = life->last_new = sg_now_monotonic();
	tell_begin(s, w, life);
	sg_watch_write_soon(s, w);
	return sg_watch_take_life(s, w, &life, err);
}

static int begin_found(struct sg_session *s, struct sg_watch *w, struct sg_found_list *list,
		       struct sg_error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < list->n; i++) {
		r = sg_selector_pin(w->selector, list->found[i].workload, &list->found[i].cgroup,
				    err);
		if (r == 0)
			r = sg_session_begin(s, w, &list->found[i].cgroup,
					     TAKE_PTR(list->found[i].workload), err);
		if (r ==
		    -EEXIST) /* it appeared while we looked, and the kernel half has told of it */
			r = w->selector->kind == SG_SELECT_CGROUP ? r : 0;
		/* gone since it was found: as if it had not been there */
		if (r == -ENOENT)
			r = 0;
	}
	return r;
}

static int wait_for_target(struct sg_session *s, const struct sg_watch *w, struct sg_error *err)
{
	_cleanup_free_ char *what = NULL;
	int r;

	if (s->opts->wait == SG_WHEN_NEVER)
		return sg_selector_not_found(w->selector, s->inventory, s->managers, err);
	r = sg_watch_describe(s, w, &what, err);
	if (r < 0)
		return r;
	if (sg_managers_trouble(s->managers))
		sg_warn("could not ask %s: names of its containers are not known",
			sg_managers_trouble(s->managers));
	sg_notice("waiting for %s; Ctrl-C ends it", what);
	return 0;
}

static int find_target(struct sg_session *s, struct sg_watch *w, struct sg_error *err)
{
	_cleanup_(sg_found_list_done) struct sg_found_list list = { 0 };
	int r = 0;

	if (w->selector->kind == SG_SELECT_CGROUP) /* only what is not there is left */
		return wait_for_target(s, w, err);
	if (!s->inventory)
		r = sg_inventory_new(&s->inventory, err);
	if (r == 0)
		r = sg_selector_find(w->selector, s->inventory, s->managers, &list, err);
	for (size_t i = 0; i < list.n_others; i++)
		sg_watch_report_other(s, w, list.others[i]);
	if (r < 0)
		return r;
	return list.n ? begin_found(s, w, &list, err) : wait_for_target(s, w, err);
}

/* Targets that have names: those that are there begin, the others are waited for. One of which it
 * cannot be told who is meant is an error, and no reason to leave the others unrecorded. */
int sg_session_find_targets(struct sg_session *s, struct sg_error *err)
{
	size_t failed = 0;

	for (size_t i = 0; i < s->n_watches; i++) {
		struct sg_watch *w = s->watches[i];
		int r;

		if (!w->selector || w->has_lived)
			continue;
		r = find_target(s, w, err);
		if (r == -EINVAL && ++failed < s->n_watches) {
			sg_warn("%s; it is not recorded, the other targets are", err->message);
			*err = (struct sg_error){ 0 };
			w->failed = true;
			s->exit_code = 1;
		} else if (r < 0) {
			return r;
		}
	}
	sg_inventory_free(s->inventory);
	s->inventory = NULL;
	return 0;
}
