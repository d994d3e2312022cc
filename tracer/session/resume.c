/* SPDX-License-Identifier: Apache-2.0 */
/* A recording whose recorder has died, as its notes and the kernel half have it. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/log.h"
#include "recording/merge/merge.h"
#include "recorder/copies.h"
#include "recording/json/recording_json.h"
#include "session/private.h"
#include "store/place.h"
#include "store/store.h"
#include "workload/in_progress.h"

static int copy_text(const char *text, char **ret, struct sg_error *err)
{
	*ret = text ? strdup(text) : NULL;
	return text && !*ret ? sg_error_oom(err) : 0;
}

/* Of the audit trail this process counts anew. */
static void forget_audit(uint64_t loss[SG_LOSS_MAX_])
{
	for (size_t i = 0; i < SG_LOSS_MAX_; i++) {
		if (sg_loss_kinds[i].class == SG_LOSS_CLASS_AUDIT)
			loss[i] = 0;
	}
}

/* Its slot says whether it goes on. */
static int take_life(struct sg_session *s, struct sg_watch *w, struct sg_life **life,
		     struct sg_error *err)
{
	struct sg_life *l = *life;
	size_t kept = 1;
	int r;

	if (!l->n_slots || !sg_recorder_claim(s->recorder, l->slots[0], l->cgroup.id))
		return 0;
	for (size_t i = 1; i < l->n_slots; i++) {
		if (sg_recorder_claim(s->recorder, l->slots[i], 0))
			l->slots[kept++] = l->slots[i];
	}
	l->n_slots = kept;
	l->start = l->last_new = s->start;
	l->watching_denials = sg_recorder_watches_denials(s->recorder, l->slots[0]);
	forget_audit(l->losses_before);
	r = sg_workload_new(l->cgroup.path, &l->workload, err);
	return r < 0 ? r : sg_watch_take_life(s, w, life, err);
}

static int restore_life(struct sg_session *s, struct sg_watch *w,
			const struct sg_pinned_instance *noted, struct sg_error *err)
{
	_cleanup_(sg_life_freep) struct sg_life *life = calloc(1, sizeof(*life));
	int r = 0;

	if (!life)
		return sg_error_oom(err);
	strncpy(life->id, noted->run, sizeof(life->id) - 1);
	life->cgroup.id = noted->cgroup_id;
	life->cgroup.v1_hierarchy = noted->v1_hierarchy;
	life->inherits = noted->inherits;
	life->warned = noted->warned;
	life->maker.tgid = noted->creator_tgid;
	strncpy(life->maker.comm, noted->creator, sizeof(life->maker.comm) - 1);
	life->start_real = noted->start;
	life->processes_before = noted->processes_before;
	life->filters_unwatched = noted->filters_unwatched;
	life->seconds = noted->seconds;
	memcpy(life->losses_before, noted->losses_before, sizeof(life->losses_before));
	r = copy_text(noted->path, &life->cgroup.path, err);
	if (r == 0)
		r = copy_text(noted->dir, &life->cgroup.dir, err);
	if (r == 0)
		r = copy_text(noted->v1_controller, &life->cgroup.v1_controller, err);
	for (size_t i = 0; r == 0 && i < noted->n_slots; i++)
		r = sg_life_add_slot(life, noted->slots[i], err);
	return r < 0 ? r : take_life(s, w, &life, err);
}

/* --- a watch */

static int restore_selector(const struct sg_pinned_selector *noted, struct sg_selector *sel,
			    struct sg_error *err)
{
	int r;

	if (noted->kind > SG_SELECT_UNIT)
		return sg_error_set(err, -EPROTO, "the notes name a target of no known kind");
	sel->kind = noted->kind;
	sel->text = noted->text;
	sel->container = noted->container;
	sel->manager = noted->manager;
	sel->whose = (struct sg_whose){ .is_user = noted->is_users, .uid = noted->uid };
	r = copy_text(noted->id, &sel->id, err);
	if (r == 0)
		r = copy_text(noted->name, &sel->name, err);
	if (r == 0)
		r = copy_text(noted->pod, &sel->pod, err);
	if (r == 0)
		r = copy_text(noted->pod_namespace, &sel->pod_namespace, err);
	return r < 0 ? r : copy_text(noted->path, &sel->path, err);
}

static struct sg_life *life_of(const struct sg_watch *w, const char *run)
{
	for (size_t i = 0; i < w->n_lives; i++) {
		if (!strcmp(w->lives[i]->id, run))
			return w->lives[i];
	}
	return NULL;
}

/* What the last recorder saw at its beginning, and of the trail, and nobody else did; BPF's counts
 * are the kernel half's to tell. */
static int take_before(struct sg_session *s, struct sg_life *life, struct sg_run *run,
		       struct sg_error *err)
{
	int r;

	r = sg_run_new(life->id, &life->in_progress, err);
	if (r == 0)
		r = sg_in_progress_put(run, life->in_progress, err);
	if (r == 0 && life->n_slots == 1)
		r = sg_recorder_recall(s->recorder, life->slots[0], run, err);
	for (size_t i = 0; i < SG_LOSS_MAX_; i++) {
		if (sg_loss_kinds[i].class != SG_LOSS_CLASS_AUDIT)
			run->loss[i] = 0;
	}
	life->before = run;
	return r;
}

/* Others can have changed the file; nothing is taken from it then. */
static void look_at_file(const struct sg_watch *w)
{
	struct sg_place place = SG_PLACE_INIT;
	struct sg_error why = { 0 };
	struct sg_file_id found = { 0 };

	if (!w->where || !w->file.inode)
		return;
	if (sg_place_find(w->where, 0, &place, &why) == 0 && place.fd >= 0)
		sg_file_id_of(&place.st, &found);
	sg_place_done(&place);
	if (!found.inode)
		sg_warn("%s is gone: it is written again, from what is pinned", w->where);
	else if (!sg_file_id_equal(&found, &w->file))
		sg_warn("%s is not the file that was written: nothing is taken from it, and it is "
			"replaced by what is pinned",
			w->where);
}

/* Where it found no room the file has it, if it is that file still. */
static int load_written(struct sg_session *s, const struct sg_watch *w, uint64_t past_runs,
			struct sg_recording **ret, struct sg_error *err)
{
	_cleanup_free_ char *text = NULL;
	int r;

	if (w->copy_bytes) {
		r = sg_copies_get(s->live->copies, w->copy_id, w->copy_generation, w->copy_bytes,
				  &text, err);
		if (r == 0)
			r = sg_recording_parse("<pinned>", text, w->copy_bytes, ret, err);
		if (r == 0)
			look_at_file(w);
		return r;
	}
	if (!w->where)
		return 0;
	r = sg_store_load_written(w->where, &w->file, ret, err);
	if (r < 0)
		return sg_error_prefix(err,
				       "it has %" PRIu64 " runs that are over, and what else is "
				       "nowhere but in its file: ",
				       past_runs);
	return r;
}

/* The recording as it was written last: runs that are over, and those that go on. */
static int load_past(struct sg_session *s, struct sg_watch *w, uint64_t past_runs,
		     struct sg_error *err)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	int r = load_written(s, w, past_runs, &rec, err);

	for (size_t i = 0; r == 0 && rec && i < rec->n_runs; i++) {
		struct sg_run *run = TAKE_PTR(rec->runs[i]);
		struct sg_life *life = life_of(w, run->id);

		r = life ? take_before(s, life, run, err) : sg_recording_add(w->past, run, err);
		if (r < 0 && !life)
			sg_run_free(run);
	}
	return r;
}

static int restore_watch(struct sg_session *s, const struct sg_pinned_target *noted,
			 struct sg_selector *sel, struct sg_error *err)
{
	struct sg_watch *w;
	int r = restore_selector(&noted->selector, sel, err);

	if (r == 0)
		r = sg_watch_add(s, sel, sg_selector_kind_name(sel->kind), &w, err);
	if (r < 0)
		return r;
	w->follows = noted->follows;
	w->has_lived = noted->has_lived;
	w->failed = noted->failed;
	w->nameless = noted->nameless;
	w->audit_serial = noted->audit_serial;
	w->copy_id = noted->copy_id;
	w->copy_generation = noted->copy_generation;
	w->copy_bytes = noted->copy_bytes;
	w->file = (struct sg_file_id){ noted->file_device, noted->file_inode,
				       noted->file_changed_ns };
	r = copy_text(noted->where, &w->where, err);
	for (size_t i = 0; r == 0 && i < noted->n_instances; i++)
		r = restore_life(s, w, &noted->instances[i], err);
	return r < 0 ? r : load_past(s, w, noted->past_runs, err);
}

/* --- the whole */

static void restore_options(struct sg_session *s)
{
	const struct sg_pinned_options *noted = &s->notes->options;

	s->resumed = (struct sg_session_options){
		.descendants = noted->descendants,
		.denials = noted->denials,
		.wait = noted->wait,
		.once = noted->once,
		.args = noted->args,
		.no_audit = noted->no_audit,
		.duration_ns = noted->duration_ns,
		.slots = noted->slots,
		.output = noted->output,
	};
	s->start_real = s->notes->start;
	s->start = s->notes->start_monotonic;
	s->allots = s->notes->allocates;
	s->in_directory = s->notes->in_directory;
	memcpy(s->losses_before, s->notes->losses_before, sizeof(s->losses_before));
	/* the store is where it was for the one who began it */
	if (noted->store)
		setenv("SECCOMP_GEN_DIR", noted->store, true);
}

static int restore_watches(struct sg_session *s, struct sg_error *err)
{
	size_t n = s->notes->n_targets;
	int r = 0;

	s->resumed.selectors = calloc(n + 1, sizeof(*s->resumed.selectors));
	if (!s->resumed.selectors)
		return sg_error_oom(err);
	s->resumed.n_selectors = n;
	for (size_t i = 0; r == 0 && i < n; i++)
		r = restore_watch(s, &s->notes->targets[i], &s->resumed.selectors[i], err);
	return r;
}

static int parse(struct sg_session *s, const char *name, const char *text, struct sg_error *err)
{
	_cleanup_free_ char *title = NULL;

	if (asprintf(&title, "<notes of %s>", name) < 0) {
		title = NULL;
		return sg_error_oom(err);
	}
	return sg_pinned_state_parse(title, text, strlen(text), &s->notes, err);
}

int sg_session_restore(struct sg_session *s, const char *name, struct sg_error *err)
{
	_cleanup_free_ char *text = NULL;
	int r = sg_live_notes(s->live, &text, err);

	if (r == 0) /* who has begun it is known before its notes are read */
		r = sg_recorder_adopt(s->live->pins, s->live->dir, &s->recorder, err);
	if (r == 0)
		r = parse(s, name, text, err);
	if (r < 0)
		return r;
	restore_options(s);
	r = sg_session_look_around(s, err);
	if (r == 0)
		r = sg_managers_new(&s->managers, err);
	if (r == 0)
		r = restore_watches(s, err);
	if (r < 0)
		return r;
	forget_audit(s->losses_before);
	memcpy(s->losses, s->losses_before, sizeof(s->losses));
	sg_recorder_claimed_all(s->recorder);
	s->watches_new = sg_recorder_watches_denials(s->recorder, 0);
	return 0;
}
