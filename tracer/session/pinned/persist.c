/* SPDX-License-Identifier: Apache-2.0 */
#include "session/pinned/persist.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/log.h"
#include "recorder/copies.h"
#include "recorder/live.h"
#include "store/dir.h"
#include "store/place.h"

/* From where we are: who continues is somewhere else. */
static int absolute(const struct sg_pinned *pinned, const char *path, char **ret)
{
	*ret = NULL;
	if (!path)
		return 0;
	if (asprintf(ret, "%s%s%s", *path == '/' ? "" : pinned->here, *path == '/' ? "" : "/",
		     path) < 0) {
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
		.store = s->pinned.store,
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

/* What is on the heap for the state, and not the session's. */
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

static int save_target(const struct sg_pinned *pinned, const struct sg_session_target *target,
		       struct sg_pinned_target *ret)
{
	char *what = NULL, *where = NULL;

	*ret = (struct sg_pinned_target){
		.follows = target->follows,
		.has_lived = target->has_lived,
		.failed = target->failed,
		.nameless = target->nameless,
		.past_runs = target->past->n_runs - target->n_unwritten,
		.audit_serial = target->audit_serial,
		.copy_id = target->copy_id,
		.copy_generation = target->copy_generation,
		.copy_bytes = target->copy_bytes,
		.file_device = target->file.device,
		.file_inode = target->file.inode,
		.file_changed_ns = target->file.changed_ns,
	};
	save_selector(target->selector, &ret->selector);
	ret->instances =
		calloc(target->n_instances + target->n_unwritten + 1, sizeof(*ret->instances));
	if (!ret->instances || absolute(pinned, target->where, &where) < 0)
		return -ENOMEM;
	ret->where = where;
	if (sg_session_target_describe(target, &what, NULL) == 0)
		ret->what = what;
	for (size_t i = 0; i < target->n_instances; i++)
		save_instance(target->instances[i], &ret->instances[ret->n_instances++]);
	for (size_t i = 0; i < target->n_unwritten; i++)
		save_instance(target->unwritten[i], &ret->instances[ret->n_instances++]);
	return 0;
}

static int print_state(const struct sg_session *s, char **ret)
{
	_cleanup_(scratch_done) struct scratch scratch = { 0 };
	_cleanup_(sg_strbuf_done) struct sg_strbuf b = SG_STRBUF_INIT;
	struct sg_pinned_state state = {
		.pid = (uint64_t)getpid(),
		.start = s->schedule.start_real,
		.start_monotonic = s->schedule.start,
		.allocates = s->targets.allocates,
		.in_directory = s->output.in_directory,
	};
	struct stat ns = { 0 };

	stat("/proc/self/ns/pid", &ns);
	state.pid_namespace = ns.st_ino;
	memcpy(state.losses_before, s->sources.losses_before, sizeof(state.losses_before));
	save_options(s, &state.options);
	scratch.targets = calloc(s->targets.n + 1, sizeof(*scratch.targets));
	if (!scratch.targets || absolute(&s->pinned, s->opts->output, &scratch.output) < 0)
		return -ENOMEM;
	state.options.output = scratch.output;
	while (scratch.n < s->targets.n) {
		size_t i = scratch.n++;

		if (save_target(&s->pinned, s->targets.list[i], &scratch.targets[i]) < 0)
			return -ENOMEM;
	}
	state.targets = scratch.targets;
	state.n_targets = scratch.n;
	sg_pinned_state_print(&state, &b);
	return sg_strbuf_steal(&b, ret, NULL);
}

int sg_session_save_state(struct sg_session *s, struct sg_error *err)
{
	_cleanup_free_ char *text = NULL;
	struct sg_error why = { 0 };
	int r;

	if (!s->pinned.is_pinned)
		return 0;
	if (print_state(s, &text) < 0)
		return sg_error_oom(err);
	r = sg_live_save(s->pinned.live, text, &why);
	if (r < 0 && !s->pinned.state_failed)
		sg_warn("%s; should this recorder die, another one finds the state that was saved "
			"before",
			why.message);
	s->pinned.state_failed = r < 0;
	return r == -ENOMEM ? sg_error_oom(err) : 0;
}

void sg_pinned_put_copy(struct sg_pinned *pinned, struct sg_session_target *t, const char *text,
			size_t len)
{
	struct sg_error why = { 0 };
	int r = sg_copies_put(pinned->live->copies, t->copy_id, t->copy_generation + 1, text, len,
			      &why);

	if (r < 0 && !pinned->copy_failed)
		sg_warn("%s; should this recorder die, its file is needed to continue",
			why.message);
	pinned->copy_failed |= r < 0;
	t->copy_before = t->copy_generation;
	t->copy_generation += r == 0;
	t->copy_bytes = r == 0 ? len : 0;
}

void sg_pinned_drop_copy(const struct sg_pinned *pinned, const struct sg_session_target *t)
{
	if (!pinned->state_failed && (t->copy_before != t->copy_generation || !t->copy_bytes))
		sg_copies_drop(pinned->live->copies, t->copy_id, t->copy_before);
}

void sg_pinned_done(struct sg_pinned *pinned)
{
	struct sg_error ignored = { 0 };

	if (pinned->live && !pinned->is_pinned && !pinned->before)
		sg_live_remove(pinned->live, &ignored); /* it never began */
	sg_live_free(pinned->live);
	sg_pinned_state_free(pinned->before);
	free(pinned->here);
	free(pinned->store);
}

int sg_pinned_find_places(struct sg_pinned *pinned, struct sg_error *err)
{
	_cleanup_free_ char *store = NULL;
	struct sg_error ignored = { 0 };
	int r = sg_place_absolute(".", &pinned->here, err);

	if (r < 0)
		return r;
	pinned->here[strlen(pinned->here) - strlen("/.")] = '\0';
	if (sg_store_dir_path(&store, &ignored) < 0)
		return 0; /* reported to whoever needs it */
	return absolute(pinned, store, &pinned->store) < 0 ? sg_error_oom(err) : 0;
}

int sg_session_pin(struct sg_session *s, struct sg_error *err)
{
	int r = sg_pinned_find_places(&s->pinned, err);

	for (size_t i = 0; i < s->targets.n; i++)
		s->targets.list[i]->copy_id = (uint32_t)i;
	/* a serial to count from, when the trail has been silent so far */
	if (r == 0 && s->sources.audit)
		r = sg_audit_watch_sync(s->sources.audit, err);
	for (size_t i = 0; s->sources.audit && i < s->targets.n; i++)
		s->targets.list[i]->audit_serial = sg_audit_watch_serial(s->sources.audit);
	if (r == 0)
		r = sg_recorder_pin(s->sources.recorder, s->pinned.live->pins, s->pinned.live->dir,
				    err);
	if (r < 0)
		return r;
	s->pinned.is_pinned = true;
	return sg_session_save_state(s, err);
}
