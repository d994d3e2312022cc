/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A recording with a name: pinned in bpffs, with notes of what this process alone knows. Notes are
 * written when they change: at each tick, and before and after the recording is. Whoever goes on
 * from notes that are a moment old finds what has happened since in the kernel half: a cgroup that
 * appeared is told again, a slot that was released says so itself. A run whose slot is not released
 * is noted before it can be in the file, and known by its id when it is there.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/log.h"
#include "session/notes.h"
#include "session/private.h"

static void add_text(struct sg_json_writer *w, const char *key, const char *text)
{
	if (text)
		sg_json_add_string(w, key, text);
}

static void print_options(const struct sg_session *s, struct sg_json_writer *w)
{
	const struct sg_session_options *o = s->opts;

	sg_json_open_object(w, "options");
	sg_json_add_bool(w, "descendants", o->descendants);
	sg_json_add_u64(w, "denials", o->denials);
	sg_json_add_u64(w, "wait", o->wait);
	sg_json_add_bool(w, "once", o->once);
	sg_json_add_u64(w, "args", o->args);
	sg_json_add_bool(w, "no_audit", o->no_audit);
	sg_json_add_u64(w, "duration_ns", o->duration_ns);
	sg_json_add_u64(w, "slots", o->slots);
	add_text(w, "output", o->output);
	sg_json_close_object(w);
}

static void print_selector(const struct sg_selector *sel, struct sg_json_writer *w)
{
	sg_json_open_object(w, "selector");
	sg_json_add_u64(w, "kind", sel->kind);
	sg_json_add_string(w, "text", sel->text);
	add_text(w, "container", sel->container);
	add_text(w, "id", sel->id);
	add_text(w, "name", sel->name);
	add_text(w, "pod", sel->pod);
	add_text(w, "pod_namespace", sel->pod_namespace);
	add_text(w, "path", sel->path);
	add_text(w, "manager", sel->manager);
	sg_json_close_object(w);
}

static void print_losses(const char *key, const uint64_t loss[SG_LOSS_MAX_],
			 struct sg_json_writer *w)
{
	sg_json_open_inline_array(w, key);
	for (size_t i = 0; i < SG_LOSS_MAX_; i++)
		sg_json_add_u64(w, NULL, loss[i]);
	sg_json_close_array(w);
}

static void print_life(const struct sg_life *life, struct sg_json_writer *w)
{
	sg_json_open_object(w, NULL);
	sg_json_add_string(w, "run", life->id);
	sg_json_add_string(w, "path", life->cgroup.path);
	sg_json_add_string(w, "dir", life->cgroup.dir);
	sg_json_add_u64(w, "cgroup_id", life->cgroup.id);
	sg_json_add_u64(w, "v1_hierarchy", life->cgroup.v1_hierarchy);
	add_text(w, "v1_controller", life->cgroup.v1_controller);
	sg_json_open_inline_array(w, "slots");
	for (size_t i = 0; i < life->n_slots; i++)
		sg_json_add_u64(w, NULL, life->slots[i]);
	sg_json_close_array(w);
	sg_json_add_bool(w, "inherits", life->inherits);
	sg_json_add_u64(w, "maker_tgid", life->maker.tgid);
	sg_json_add_string(w, "maker", life->maker.comm);
	sg_json_add_u64(w, "start", life->start_real);
	sg_json_add_u64(w, "processes_before", life->processes_before);
	sg_json_add_u64(w, "filters_unwatched", life->filters_unwatched);
	sg_json_add_bool(w, "warned", life->warned);
	print_losses("losses_before", life->losses_before, w);
	sg_json_close_object(w);
}

static void print_watch(const struct sg_session *s, const struct sg_watch *watch,
			struct sg_json_writer *w)
{
	_cleanup_free_ char *what = NULL;

	sg_json_open_object(w, NULL);
	if (sg_watch_describe(s, watch, &what, NULL) == 0)
		sg_json_add_string(w, "what", what);
	print_selector(watch->selector, w);
	sg_json_add_bool(w, "follows", watch->follows);
	sg_json_add_bool(w, "has_lived", watch->has_lived);
	sg_json_add_u64(w, "past_runs", watch->past->n_runs - watch->n_unwritten);
	sg_json_add_u64(w, "audit_serial", watch->audit_serial);
	add_text(w, "where", watch->where);
	sg_json_open_array(w, "lives");
	for (size_t i = 0; i < watch->n_lives; i++)
		print_life(watch->lives[i], w);
	for (size_t i = 0; i < watch->n_unwritten; i++)
		print_life(watch->unwritten[i], w);
	sg_json_close_array(w);
	sg_json_close_object(w);
}

int sg_session_note(struct sg_session *s, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf b = SG_STRBUF_INIT;
	_cleanup_free_ char *text = NULL;
	struct sg_json_writer w;
	struct sg_error why = { 0 };
	struct stat ns = { 0 };
	int r;

	if (!s->is_kept)
		return 0;
	stat("/proc/self/ns/pid", &ns);
	sg_json_writer_init(&w, &b);
	sg_json_open_object(&w, NULL);
	sg_json_add_u64(&w, "version", SG_NOTES_VERSION);
	sg_json_add_u64(&w, "pid", (uint64_t)getpid());
	sg_json_add_u64(&w, "pid_namespace", ns.st_ino);
	sg_json_add_u64(&w, "start", s->start_real);
	sg_json_add_u64(&w, "start_monotonic", s->start);
	sg_json_add_bool(&w, "allots", s->allots);
	sg_json_add_bool(&w, "in_directory", s->in_directory);
	print_losses("losses_before", s->losses_before, &w);
	print_options(s, &w);
	sg_json_open_array(&w, "watches");
	for (size_t i = 0; i < s->n_watches; i++)
		print_watch(s, s->watches[i], &w);
	sg_json_close_array(&w);
	sg_json_close_object(&w);
	r = sg_strbuf_steal(&b, &text, NULL);
	if (r < 0)
		return sg_error_oom(err);
	r = sg_live_note(s->live, text, &why);
	if (r < 0 && !s->note_failed)
		sg_warn("%s; should this recorder die, another one finds what it noted before",
			why.message);
	s->note_failed = r < 0;
	return r == -ENOMEM ? sg_error_oom(err) : 0;
}

int sg_session_keep(struct sg_session *s, struct sg_error *err)
{
	int r = 0;

	/* a serial to count from, when the trail has been silent so far */
	if (s->audit)
		r = sg_audit_watch_sync(s->audit, err);
	for (size_t i = 0; s->audit && i < s->n_watches; i++)
		s->watches[i]->audit_serial = sg_audit_watch_serial(s->audit);
	if (r == 0)
		r = sg_recorder_pin(s->recorder, s->live->dir, err);
	if (r < 0)
		return r;
	s->is_kept = true;
	return sg_session_note(s, err);
}
