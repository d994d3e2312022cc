/* SPDX-License-Identifier: Apache-2.0 */
#include "recording/pinned/notes.h"
#include "recording/json/text.h"

static void add_text(struct sg_json_writer *w, const char *key, const char *text)
{
	if (text)
		sg_text_print(w, key, text);
}

static void print_losses(const uint64_t loss[SG_LOSS_MAX_], struct sg_json_writer *w)
{
	sg_json_open_inline_array(w, "losses_before");
	for (size_t i = 0; i < SG_LOSS_MAX_; i++)
		sg_json_add_u64(w, NULL, loss[i]);
	sg_json_close_array(w);
}

static void print_options(const struct sg_notes_options *o, struct sg_json_writer *w)
{
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
	add_text(w, "store", o->store);
	sg_json_close_object(w);
}

static void print_selector(const struct sg_notes_selector *sel, struct sg_json_writer *w)
{
	sg_json_open_object(w, "selector");
	sg_json_add_u64(w, "kind", sel->kind);
	add_text(w, "text", sel->text);
	add_text(w, "container", sel->container);
	add_text(w, "id", sel->id);
	add_text(w, "name", sel->name);
	add_text(w, "pod", sel->pod);
	add_text(w, "pod_namespace", sel->pod_namespace);
	add_text(w, "path", sel->path);
	add_text(w, "manager", sel->manager);
	sg_json_add_bool(w, "is_users", sel->is_users);
	sg_json_add_u64(w, "uid", sel->uid);
	sg_json_close_object(w);
}

static void print_life(const struct sg_notes_life *life, struct sg_json_writer *w)
{
	sg_json_open_object(w, NULL);
	sg_text_print(w, "run", life->run);
	sg_text_print(w, "path", life->path);
	sg_text_print(w, "dir", life->dir);
	sg_json_add_u64(w, "cgroup_id", life->cgroup_id);
	sg_json_add_u64(w, "v1_hierarchy", life->v1_hierarchy);
	add_text(w, "v1_controller", life->v1_controller);
	sg_json_open_inline_array(w, "slots");
	for (size_t i = 0; i < life->n_slots; i++)
		sg_json_add_u64(w, NULL, life->slots[i]);
	sg_json_close_array(w);
	sg_json_add_bool(w, "inherits", life->inherits);
	sg_json_add_u64(w, "maker_tgid", life->maker_tgid);
	sg_text_print(w, "maker", life->maker);
	sg_json_add_u64(w, "start", life->start);
	sg_json_add_u64(w, "processes_before", life->processes_before);
	sg_json_add_u64(w, "filters_unwatched", life->filters_unwatched);
	sg_json_add_u64(w, "seconds", life->seconds);
	sg_json_add_bool(w, "warned", life->warned);
	print_losses(life->losses_before, w);
	sg_json_close_object(w);
}

static void print_watch(const struct sg_notes_watch *watch, struct sg_json_writer *w)
{
	sg_json_open_object(w, NULL);
	add_text(w, "what", watch->what);
	print_selector(&watch->selector, w);
	sg_json_add_bool(w, "follows", watch->follows);
	sg_json_add_bool(w, "has_lived", watch->has_lived);
	sg_json_add_bool(w, "failed", watch->failed);
	sg_json_add_u64(w, "nameless", watch->nameless);
	sg_json_add_u64(w, "past_runs", watch->past_runs);
	sg_json_add_u64(w, "audit_serial", watch->audit_serial);
	sg_json_add_u64(w, "copy_id", watch->copy_id);
	sg_json_add_u64(w, "copy_generation", watch->copy_generation);
	sg_json_add_u64(w, "copy_bytes", watch->copy_bytes);
	add_text(w, "where", watch->where);
	sg_json_add_u64(w, "file_device", watch->file_device);
	sg_json_add_u64(w, "file_inode", watch->file_inode);
	sg_json_add_u64(w, "file_changed_ns", watch->file_changed_ns);
	sg_json_open_array(w, "lives");
	for (size_t i = 0; i < watch->n_lives; i++)
		print_life(&watch->lives[i], w);
	sg_json_close_array(w);
	sg_json_close_object(w);
}

void sg_notes_print(const struct sg_notes *notes, struct sg_strbuf *out)
{
	struct sg_json_writer w;

	sg_json_writer_init(&w, out);
	sg_json_open_object(&w, NULL);
	sg_json_add_u64(&w, "version", SG_NOTES_VERSION);
	sg_json_add_u64(&w, "pid", notes->pid);
	sg_json_add_u64(&w, "pid_namespace", notes->pid_namespace);
	sg_json_add_u64(&w, "start", notes->start);
	sg_json_add_u64(&w, "start_monotonic", notes->start_monotonic);
	sg_json_add_bool(&w, "allots", notes->allots);
	sg_json_add_bool(&w, "in_directory", notes->in_directory);
	print_losses(notes->losses_before, &w);
	print_options(&notes->options, &w);
	sg_json_open_array(&w, "watches");
	for (size_t i = 0; i < notes->n_watches; i++)
		print_watch(&notes->watches[i], &w);
	sg_json_close_array(&w);
	sg_json_close_object(&w);
}
