/* SPDX-License-Identifier: Apache-2.0 */
#include "recording/pinned/pinned_state.h"
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

static void print_options(const struct sg_pinned_options *o, struct sg_json_writer *w)
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

static void print_selector(const struct sg_pinned_selector *sel, struct sg_json_writer *w)
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

static void print_instance(const struct sg_pinned_instance *instance, struct sg_json_writer *w)
{
	sg_json_open_object(w, NULL);
	sg_text_print(w, "run", instance->run);
	sg_text_print(w, "path", instance->path);
	sg_text_print(w, "dir", instance->dir);
	sg_json_add_u64(w, "cgroup_id", instance->cgroup_id);
	sg_json_add_u64(w, "v1_hierarchy", instance->v1_hierarchy);
	add_text(w, "v1_controller", instance->v1_controller);
	sg_json_open_inline_array(w, "slots");
	for (size_t i = 0; i < instance->n_slots; i++)
		sg_json_add_u64(w, NULL, instance->slots[i]);
	sg_json_close_array(w);
	sg_json_add_bool(w, "inherits", instance->inherits);
	sg_json_add_u64(w, "creator_tgid", instance->creator_tgid);
	sg_text_print(w, "creator", instance->creator);
	sg_json_add_u64(w, "start", instance->start);
	sg_json_add_u64(w, "processes_before", instance->processes_before);
	sg_json_add_u64(w, "filters_unwatched", instance->filters_unwatched);
	sg_json_add_u64(w, "seconds", instance->seconds);
	sg_json_add_bool(w, "warned", instance->warned);
	print_losses(instance->losses_before, w);
	sg_json_close_object(w);
}

static void print_target(const struct sg_pinned_target *target, struct sg_json_writer *w)
{
	sg_json_open_object(w, NULL);
	add_text(w, "what", target->what);
	print_selector(&target->selector, w);
	sg_json_add_bool(w, "follows", target->follows);
	sg_json_add_bool(w, "has_lived", target->has_lived);
	sg_json_add_bool(w, "failed", target->failed);
	sg_json_add_u64(w, "nameless", target->nameless);
	sg_json_add_u64(w, "past_runs", target->past_runs);
	sg_json_add_u64(w, "audit_serial", target->audit_serial);
	sg_json_add_u64(w, "copy_id", target->copy_id);
	sg_json_add_u64(w, "copy_generation", target->copy_generation);
	sg_json_add_u64(w, "copy_bytes", target->copy_bytes);
	add_text(w, "where", target->where);
	sg_json_add_u64(w, "file_device", target->file_device);
	sg_json_add_u64(w, "file_inode", target->file_inode);
	sg_json_add_u64(w, "file_changed_ns", target->file_changed_ns);
	sg_json_open_array(w, "instances");
	for (size_t i = 0; i < target->n_instances; i++)
		print_instance(&target->instances[i], w);
	sg_json_close_array(w);
	sg_json_close_object(w);
}

void sg_pinned_state_print(const struct sg_pinned_state *state, struct sg_strbuf *out)
{
	struct sg_json_writer w;

	sg_json_writer_init(&w, out);
	sg_json_open_object(&w, NULL);
	sg_json_add_u64(&w, "version", SG_PINNED_VERSION);
	sg_json_add_u64(&w, "pid", state->pid);
	sg_json_add_u64(&w, "pid_namespace", state->pid_namespace);
	sg_json_add_u64(&w, "start", state->start);
	sg_json_add_u64(&w, "start_monotonic", state->start_monotonic);
	sg_json_add_bool(&w, "allocates", state->allocates);
	sg_json_add_bool(&w, "in_directory", state->in_directory);
	print_losses(state->losses_before, &w);
	print_options(&state->options, &w);
	sg_json_open_array(&w, "targets");
	for (size_t i = 0; i < state->n_targets; i++)
		print_target(&state->targets[i], &w);
	sg_json_close_array(&w);
	sg_json_close_object(&w);
}
