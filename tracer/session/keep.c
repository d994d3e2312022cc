/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A recording with a name: pinned in bpffs, with notes of what this process alone knows and a copy
 * of the recording as it was written last. Notes are written when they change: at each tick, and
 * before and after the recording is. Whoever goes on from notes that are a moment old finds what
 * has happened since in the kernel half: a cgroup that appeared is told again, a slot that was
 * released says so itself. A run whose slot is not released is noted before it can be in the copy,
 * and known by its id when it is there; it is released when the notes that name that copy are
 * written.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/log.h"
#include "recorder/copies.h"
#include "session/pinned_room.h"
#include "session/private.h"
#include "store/dir.h"
#include "store/place.h"

/* From where we are: who goes on is somewhere else. */
static int absolute(const struct sg_session *s, const char *path, char **ret)
{
	*ret = NULL;
	if (!path)
		return 0;
	if (asprintf(ret, "%s%s%s", *path == '/' ? "" : s->here, *path == '/' ? "" : "/", path) <
	    0) {
		*ret = NULL;
		return -ENOMEM;
	}
	return 0;
}

static void save_options(const struct sg_session *s, struct sg_pinned_options *ret)
{
	const struct sg_session_options *o = s->opts;

	*ret = (struct sg_pinned_options){
		.descendants = o->descendants,
		.denials = o->denials,
		.wait = o->wait,
		.once = o->once,
		.args = o->args,
		.no_audit = o->no_audit,
		.duration_ns = o->duration_ns,
		.slots = o->slots,
		.store = s->store,
	};
}

static void save_selector(const struct sg_selector *sel, struct sg_pinned_selector *ret)
{
	*ret = (struct sg_pinned_selector){
		.kind = sel->kind,
		.text = sel->text,
		.container = sel->container,
		.id = sel->id,
		.name = sel->name,
		.pod = sel->pod,
		.pod_namespace = sel->pod_namespace,
		.path = sel->path,
		.manager = sel->manager,
		.is_users = sel->whose.is_user,
		.uid = sel->whose.uid,
	};
}

static void save_instance(const struct sg_instance *instance, struct sg_pinned_instance *ret)
{
	*ret = (struct sg_pinned_instance){
		.run = instance->id,
		.path = instance->cgroup.path,
		.dir = instance->cgroup.dir,
		.cgroup_id = instance->cgroup.id,
		.v1_hierarchy = instance->cgroup.v1_hierarchy,
		.v1_controller = instance->cgroup.v1_controller,
		.slots = instance->slots,
		.n_slots = instance->n_slots,
		.inherits = instance->inherits,
		.warned = instance->warned,
		.creator_tgid = instance->creator.tgid,
		.creator = instance->creator.comm,
		.start = instance->start_real,
		.processes_before = instance->processes_before,
		.filters_unwatched = instance->filters_unwatched,
		.seconds = instance->seconds,
	};
	memcpy(ret->losses_before, instance->losses_before, sizeof(ret->losses_before));
}

/* What is on the heap for the notes, and not the session's. */
struct scratch {
	struct sg_pinned_target *targets;
	size_t n;
	char *output;
};

static void scratch_done(struct scratch *scratch)
{
	for (size_t i = 0; i < scratch->n; i++) {
		free((char *)scratch->targets[i].what);
		free((char *)scratch->targets[i].where);
		free(scratch->targets[i].instances);
	}
	free(scratch->targets);
	free(scratch->output);
}

static int save_target(const struct sg_session *s, const struct sg_session_target *watch,
		       struct sg_pinned_target *ret)
{
	char *what = NULL, *where = NULL;

	*ret = (struct sg_pinned_target){
		.follows = watch->follows,
		.has_lived = watch->has_lived,
		.failed = watch->failed,
		.nameless = watch->nameless,
		.past_runs = watch->past->n_runs - watch->n_unwritten,
		.audit_serial = watch->audit_serial,
		.copy_id = watch->copy_id,
		.copy_generation = watch->copy_generation,
		.copy_bytes = watch->copy_bytes,
		.file_device = watch->file.device,
		.file_inode = watch->file.inode,
		.file_changed_ns = watch->file.changed_ns,
	};
	save_selector(watch->selector, &ret->selector);
	ret->instances =
		calloc(watch->n_instances + watch->n_unwritten + 1, sizeof(*ret->instances));
	if (!ret->instances || absolute(s, watch->where, &where) < 0)
		return -ENOMEM;
	ret->where = where;
	if (sg_session_target_describe(s, watch, &what, NULL) == 0)
		ret->what = what;
	for (size_t i = 0; i < watch->n_instances; i++)
		save_instance(watch->instances[i], &ret->instances[ret->n_instances++]);
	for (size_t i = 0; i < watch->n_unwritten; i++)
		save_instance(watch->unwritten[i], &ret->instances[ret->n_instances++]);
	return 0;
}

static int print_state(const struct sg_session *s, char **ret)
{
	_cleanup_(scratch_done) struct scratch scratch = { 0 };
	_cleanup_(sg_strbuf_done) struct sg_strbuf b = SG_STRBUF_INIT;
	struct sg_pinned_state notes = {
		.pid = (uint64_t)getpid(),
		.start = s->start_real,
		.start_monotonic = s->start,
		.allocates = s->allocates,
		.in_directory = s->in_directory,
	};
	struct stat ns = { 0 };

	stat("/proc/self/ns/pid", &ns);
	notes.pid_namespace = ns.st_ino;
	memcpy(notes.losses_before, s->losses_before, sizeof(notes.losses_before));
	save_options(s, &notes.options);
	scratch.targets = calloc(s->n_targets + 1, sizeof(*scratch.targets));
	if (!scratch.targets || absolute(s, s->opts->output, &scratch.output) < 0)
		return -ENOMEM;
	notes.options.output = scratch.output;
	while (scratch.n < s->n_targets) {
		size_t i = scratch.n++;

		if (save_target(s, s->targets[i], &scratch.targets[i]) < 0)
			return -ENOMEM;
	}
	notes.targets = scratch.targets;
	notes.n_targets = scratch.n;
	sg_pinned_state_print(&notes, &b);
	return sg_strbuf_steal(&b, ret, NULL);
}

int sg_session_save_state(struct sg_session *s, struct sg_error *err)
{
	_cleanup_free_ char *text = NULL;
	struct sg_error why = { 0 };
	int r;

	if (!s->is_pinned)
		return 0;
	if (print_state(s, &text) < 0)
		return sg_error_oom(err);
	r = sg_live_save(s->live, text, &why);
	if (r < 0 && !s->state_failed)
		sg_warn("%s; should this recorder die, another one finds what it noted before",
			why.message);
	s->state_failed = r < 0;
	return r == -ENOMEM ? sg_error_oom(err) : 0;
}

void sg_session_put_copy(struct sg_session *s, struct sg_session_target *t, const char *text,
			 size_t len)
{
	struct sg_error why = { 0 };
	int r = sg_copies_put(s->live->copies, t->copy_id, t->copy_generation + 1, text, len, &why);

	if (r < 0 && !s->copy_failed)
		sg_warn("%s; should this recorder die, its file is needed to go on", why.message);
	s->copy_failed |= r < 0;
	t->copy_before = t->copy_generation;
	t->copy_generation += r == 0;
	t->copy_bytes = r == 0 ? len : 0;
}

void sg_session_drop_copy(struct sg_session *s, struct sg_session_target *t)
{
	if (!s->state_failed && (t->copy_before != t->copy_generation || !t->copy_bytes))
		sg_copies_drop(s->live->copies, t->copy_id, t->copy_before);
}

int sg_session_find_places(struct sg_session *s, struct sg_error *err)
{
	_cleanup_free_ char *store = NULL;
	struct sg_error ignored = { 0 };
	int r = sg_place_absolute(".", &s->here, err);

	if (r < 0)
		return r;
	s->here[strlen(s->here) - strlen("/.")] = '\0';
	if (sg_store_dir_path(&store, &ignored) < 0)
		return 0; /* whoever needs it is told */
	return absolute(s, store, &s->store) < 0 ? sg_error_oom(err) : 0;
}

int sg_session_pin(struct sg_session *s, struct sg_error *err)
{
	int r = sg_session_find_places(s, err);

	for (size_t i = 0; i < s->n_targets; i++)
		s->targets[i]->copy_id = (uint32_t)i;
	/* a serial to count from, when the trail has been silent so far */
	if (r == 0 && s->audit)
		r = sg_audit_watch_sync(s->audit, err);
	for (size_t i = 0; s->audit && i < s->n_targets; i++)
		s->targets[i]->audit_serial = sg_audit_watch_serial(s->audit);
	if (r == 0)
		r = sg_recorder_pin(s->recorder, s->live->pins, s->live->dir, err);
	if (r < 0)
		return r;
	s->is_pinned = true;
	return sg_session_save_state(s, err);
}
