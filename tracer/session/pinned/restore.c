/* SPDX-License-Identifier: Apache-2.0 */
#include "session/pinned/restore.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/log.h"
#include "recording/merge/parts.h"
#include "recorder/copies.h"
#include "recording/json/recording_json.h"
#include "session/pinned/persist.h"
#include "store/place.h"
#include "store/store.h"

static int copy_text(const char *text, char **ret, struct sg_error *err)
{
	*ret = text ? strdup(text) : NULL;
	return text && !*ret ? sg_error_oom(err) : 0;
}

/* Its slot says whether it continues. */
static int take_instance(const struct sg_session *s, struct sg_session_target *t,
			 struct sg_instance **instance, struct sg_error *err)
{
	struct sg_instance *l = *instance;
	size_t n = 1;
	int r;

	if (!l->n_slots || !sg_recorder_claim(s->sources.recorder, l->slots[0], l->cgroup.id))
		return 0;
	for (size_t i = 1; i < l->n_slots; i++) {
		if (sg_recorder_claim(s->sources.recorder, l->slots[i], 0))
			l->slots[n++] = l->slots[i];
	}
	l->n_slots = n;
	l->start = l->last_new = s->schedule.start;
	l->watching_denials = sg_recorder_watches_denials(s->sources.recorder, l->slots[0]);
	sg_sources_forget_audit(l->losses_before);
	r = sg_workload_new(l->cgroup.path, &l->workload, err);
	return r < 0 ? r : sg_session_target_take_instance(t, instance, err);
}

static int restore_instance(struct sg_session *s, struct sg_session_target *t,
			    const struct sg_pinned_instance *saved, struct sg_error *err)
{
	_cleanup_(sg_instance_freep) struct sg_instance *instance = calloc(1, sizeof(*instance));
	int r = 0;

	if (!instance)
		return sg_error_oom(err);
	strncpy(instance->id, saved->run, sizeof(instance->id) - 1);
	instance->cgroup.id = saved->cgroup_id;
	instance->cgroup.v1_hierarchy = saved->v1_hierarchy;
	instance->inherits = saved->inherits;
	instance->warned = saved->warned;
	instance->creator.tgid = saved->creator_tgid;
	strncpy(instance->creator.comm, saved->creator, sizeof(instance->creator.comm) - 1);
	instance->start_real = saved->start;
	instance->processes_before = saved->processes_before;
	instance->filters_unwatched = saved->filters_unwatched;
	instance->seconds = saved->seconds;
	memcpy(instance->losses_before, saved->losses_before, sizeof(instance->losses_before));
	r = copy_text(saved->path, &instance->cgroup.path, err);
	if (r == 0)
		r = copy_text(saved->dir, &instance->cgroup.dir, err);
	if (r == 0)
		r = copy_text(saved->v1_controller, &instance->cgroup.v1_controller, err);
	for (size_t i = 0; r == 0 && i < saved->n_slots; i++)
		r = sg_instance_add_slot(instance, saved->slots[i], err);
	return r < 0 ? r : take_instance(s, t, &instance, err);
}

/* --- a target */

static int restore_selector(const struct sg_pinned_selector *saved, struct sg_selector *sel,
			    struct sg_error *err)
{
	int r;

	if (saved->kind > SG_SELECT_UNIT)
		return sg_error_set(err, -EPROTO, "the pinned state has a target of no known kind");
	sel->kind = saved->kind;
	sel->text = saved->text;
	sel->container = saved->container;
	sel->manager = saved->manager;
	sel->whose = (struct sg_whose){ .is_user = saved->is_users, .uid = saved->uid };
	r = copy_text(saved->id, &sel->id, err);
	if (r == 0)
		r = copy_text(saved->name, &sel->name, err);
	if (r == 0)
		r = copy_text(saved->pod, &sel->pod, err);
	if (r == 0)
		r = copy_text(saved->pod_namespace, &sel->pod_namespace, err);
	return r < 0 ? r : copy_text(saved->path, &sel->path, err);
}

static struct sg_instance *instance_of(const struct sg_session_target *t, const char *run)
{
	for (size_t i = 0; i < t->n_instances; i++) {
		if (!strcmp(t->instances[i]->id, run))
			return t->instances[i];
	}
	return NULL;
}

/* What the last recorder saw at its beginning, and of the trail, and nobody else did; BPF's counts
 * are the kernel half's to tell. */
static int take_before(struct sg_session *s, struct sg_instance *instance, struct sg_run *run,
		       struct sg_error *err)
{
	int r;

	r = sg_run_new(instance->id, &instance->in_progress, err);
	if (r == 0)
		r = sg_run_add_in_progress(instance->in_progress, run, err);
	if (r == 0 && instance->n_slots == 1)
		r = sg_recorder_restore(s->sources.recorder, instance->slots[0], run, err);
	for (size_t i = 0; i < SG_LOSS_MAX_; i++) {
		if (sg_loss_kinds[i].class != SG_LOSS_CLASS_AUDIT)
			run->loss[i] = 0;
	}
	instance->before = run;
	return r;
}

/* Others can have changed the file; nothing is taken from it then. */
static void check_file(const struct sg_session_target *t)
{
	struct sg_place place = SG_PLACE_INIT;
	struct sg_error why = { 0 };
	struct sg_file_id found = { 0 };

	if (!t->where || !t->file.inode)
		return;
	if (sg_place_find(t->where, 0, &place, &why) == 0 && place.fd >= 0)
		sg_file_id_of(&place.st, &found);
	sg_place_done(&place);
	if (!found.inode)
		sg_warn("%s is gone: it is written again, from what is pinned", t->where);
	else if (!sg_file_id_equal(&found, &t->file))
		sg_warn("%s is not the file that was written: nothing is taken from it, and it is "
			"replaced by what is pinned",
			t->where);
}

/* Where it found no room the file has it, if it is that file still. */
static int load_written(struct sg_session *s, const struct sg_session_target *t, uint64_t past_runs,
			struct sg_recording **ret, struct sg_error *err)
{
	_cleanup_free_ char *text = NULL;
	int r;

	if (t->copy_bytes) {
		r = sg_copies_get(s->pinned.live->copies, t->copy_id, t->copy_generation,
				  t->copy_bytes, &text, err);
		if (r == 0)
			r = sg_recording_parse("<pinned>", text, t->copy_bytes, ret, err);
		if (r == 0)
			check_file(t);
		return r;
	}
	if (!t->where)
		return 0;
	r = sg_store_load_written(t->where, &t->file, ret, err);
	if (r < 0)
		return sg_error_prefix(err,
				       "it has %" PRIu64 " runs that are over, and what else is "
				       "nowhere but in its file: ",
				       past_runs);
	return r;
}

/* The recording as it was written last: runs that are over, and those that continue. */
static int load_past(struct sg_session *s, struct sg_session_target *t, uint64_t past_runs,
		     struct sg_error *err)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	int r = load_written(s, t, past_runs, &rec, err);

	for (size_t i = 0; r == 0 && rec && i < rec->n_runs; i++) {
		struct sg_run *run = TAKE_PTR(rec->runs[i]);
		struct sg_instance *instance = instance_of(t, run->id);

		r = instance ? take_before(s, instance, run, err)
			     : sg_recording_add(t->past, run, err);
		if (r < 0 && !instance)
			sg_run_free(run);
	}
	return r;
}

static int restore_target(struct sg_session *s, const struct sg_pinned_target *saved,
			  struct sg_selector *sel, struct sg_error *err)
{
	struct sg_session_target *t;
	int r = restore_selector(&saved->selector, sel, err);

	if (r == 0)
		r = sg_targets_add(&s->targets, sel, sg_selector_kind_name(sel->kind), &t, err);
	if (r < 0)
		return r;
	t->follows = saved->follows;
	t->has_lived = saved->has_lived;
	t->failed = saved->failed;
	t->nameless = saved->nameless;
	t->audit_serial = saved->audit_serial;
	t->copy_id = saved->copy_id;
	t->copy_generation = saved->copy_generation;
	t->copy_bytes = saved->copy_bytes;
	t->file = (struct sg_file_id){ saved->file_device, saved->file_inode,
				       saved->file_changed_ns };
	r = copy_text(saved->where, &t->where, err);
	for (size_t i = 0; r == 0 && i < saved->n_instances; i++)
		r = restore_instance(s, t, &saved->instances[i], err);
	return r < 0 ? r : load_past(s, t, saved->past_runs, err);
}

/* --- the whole */

static void restore_options(struct sg_session *s)
{
	const struct sg_pinned_options *saved = &s->pinned.before->options;

	s->resumed = (struct sg_session_options){
		.descendants = saved->descendants,
		.denials = saved->denials,
		.wait = saved->wait,
		.once = saved->once,
		.args = saved->args,
		.no_audit = saved->no_audit,
		.duration_ns = saved->duration_ns,
		.slots = saved->slots,
		.output = saved->output,
	};
	s->schedule.start_real = s->pinned.before->start;
	s->schedule.start = s->pinned.before->start_monotonic;
	s->targets.allocates = s->pinned.before->allocates;
	s->output.in_directory = s->pinned.before->in_directory;
	memcpy(s->sources.losses_before, s->pinned.before->losses_before,
	       sizeof(s->sources.losses_before));
	/* the store is where it was for the one who began it */
	if (saved->store)
		setenv("SECCOMP_GEN_DIR", saved->store, true);
}

static int restore_targets(struct sg_session *s, struct sg_error *err)
{
	size_t n = s->pinned.before->n_targets;
	int r = 0;

	s->resumed.selectors = calloc(n + 1, sizeof(*s->resumed.selectors));
	if (!s->resumed.selectors)
		return sg_error_oom(err);
	s->resumed.n_selectors = n;
	for (size_t i = 0; r == 0 && i < n; i++)
		r = restore_target(s, &s->pinned.before->targets[i], &s->resumed.selectors[i], err);
	return r;
}

static int parse(struct sg_session *s, const char *name, const char *text, struct sg_error *err)
{
	_cleanup_free_ char *title = NULL;

	if (asprintf(&title, "<state of %s>", name) < 0) {
		title = NULL;
		return sg_error_oom(err);
	}
	return sg_pinned_state_parse(title, text, strlen(text), &s->pinned.before, err);
}

int sg_session_restore(struct sg_session *s, const char *name, struct sg_error *err)
{
	_cleanup_free_ char *text = NULL;
	int r = sg_live_load(s->pinned.live, &text, err);

	if (r == 0) /* first who has begun it, then what its state says */
		r = sg_recorder_adopt(s->pinned.live->pins, s->pinned.live->dir,
				      &s->sources.recorder, err);
	if (r == 0)
		r = parse(s, name, text, err);
	if (r < 0)
		return r;
	restore_options(s);
	r = sg_pinned_find_places(&s->pinned, err);
	if (r == 0)
		r = sg_managers_new(&s->targets.managers, err);
	if (r == 0)
		r = restore_targets(s, err);
	if (r < 0)
		return r;
	sg_sources_forget_audit(s->sources.losses_before);
	memcpy(s->sources.losses, s->sources.losses_before, sizeof(s->sources.losses));
	sg_recorder_claimed_all(s->sources.recorder);
	s->sources.denials_of_new = sg_recorder_watches_denials(s->sources.recorder, 0);
	return 0;
}
