/* SPDX-License-Identifier: Apache-2.0 */
#include "recording/pinned/pinned_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "args/table.h"
#include "recording/json/text.h"

typedef const struct sg_json_doc doc_t;

/* What the fields' readers are given. */
struct reader {
	struct sg_pinned_state *state; /* has the texts */
	void *it;		       /* the object's struct */
};

/* A function that reads one field: @read sets a member of `it`. */
#define READ(function, type, read)                                                           \
	static int function(doc_t *doc, const cJSON *node, void *data, struct sg_error *err) \
	{                                                                                    \
		struct reader *r = data;                                                     \
		type *it = r->it;                                                            \
                                                                                             \
		return read;                                                                 \
	}

static int read_below(doc_t *doc, const cJSON *node, uint32_t *ret, uint32_t limit,
		      struct sg_error *err)
{
	int r = sg_json_u32(doc, node, ret, err);

	if (r < 0 || *ret < limit)
		return r;
	return sg_json_error(doc, node, err, "%u is out of range", *ret);
}

static int read_text(doc_t *doc, const cJSON *node, struct reader *reader, const char **ret,
		     struct sg_error *err)
{
	struct sg_pinned_state *state = reader->state;
	int r;

	if (SG_ARRAY_GROW(state->texts, state->n_texts) < 0)
		return sg_error_oom(err);
	r = sg_text_read(doc, node, &state->texts[state->n_texts], err);
	if (r < 0)
		return r;
	*ret = state->texts[state->n_texts++];
	return 0;
}

static int read_path(doc_t *doc, const cJSON *node, struct reader *reader, const char **ret,
		     struct sg_error *err)
{
	int r = read_text(doc, node, reader, ret, err);

	if (r < 0 || **ret == '/')
		return r;
	return sg_json_error(doc, node, err, "is no absolute path");
}

static int read_run_id(doc_t *doc, const cJSON *node, struct reader *reader, const char **ret,
		       struct sg_error *err)
{
	int r = read_text(doc, node, reader, ret, err);

	if (r < 0 || (strlen(*ret) == SG_PINNED_RUN_ID_LEN &&
		      strspn(*ret, "0123456789abcdef-") == SG_PINNED_RUN_ID_LEN))
		return r;
	return sg_json_error(doc, node, err, "is no run's id");
}

static int read_comm(doc_t *doc, const cJSON *node, struct reader *reader, const char **ret,
		     struct sg_error *err)
{
	int r = read_text(doc, node, reader, ret, err);

	if (r < 0 || strlen(*ret) <= SG_PINNED_COMM_LEN)
		return r;
	return sg_json_error(doc, node, err, "is longer than a program's name");
}

struct losses {
	uint64_t *loss;
	size_t n;
};

static int read_loss(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	struct losses *losses = data;

	if (losses->n >= SG_LOSS_MAX_)
		return sg_json_error(doc, node, err, "is one loss too many");
	return sg_json_u64(doc, node, &losses->loss[losses->n++], err);
}

static int read_losses(doc_t *doc, const cJSON *node, uint64_t loss[SG_LOSS_MAX_],
		       struct sg_error *err)
{
	struct losses losses = { .loss = loss };

	return sg_json_array(doc, node, read_loss, &losses, err);
}

/* --- options */

READ(read_options_descendants, struct sg_pinned_options,
     sg_json_bool(doc, node, &it->descendants, err))
READ(read_options_denials, struct sg_pinned_options,
     read_below(doc, node, &it->denials, SG_PINNED_WHEN_MAX, err))
READ(read_options_wait, struct sg_pinned_options,
     read_below(doc, node, &it->wait, SG_PINNED_WHEN_MAX, err))
READ(read_options_once, struct sg_pinned_options, sg_json_bool(doc, node, &it->once, err))
READ(read_options_args, struct sg_pinned_options,
     read_below(doc, node, &it->args, SG_ARG_SET_MAX_, err))
READ(read_options_no_audit, struct sg_pinned_options, sg_json_bool(doc, node, &it->no_audit, err))
READ(read_options_duration_ns, struct sg_pinned_options,
     sg_json_u64(doc, node, &it->duration_ns, err))
READ(read_options_slots, struct sg_pinned_options, sg_json_u32(doc, node, &it->slots, err))
READ(read_options_output, struct sg_pinned_options, read_path(doc, node, r, &it->output, err))
READ(read_options_store, struct sg_pinned_options, read_path(doc, node, r, &it->store, err))

static const struct sg_json_field options_fields[] = {
	{ "descendants", read_options_descendants, true },
	{ "denials", read_options_denials, true },
	{ "wait", read_options_wait, true },
	{ "once", read_options_once, true },
	{ "args", read_options_args, true },
	{ "no_audit", read_options_no_audit, true },
	{ "duration_ns", read_options_duration_ns, true },
	{ "slots", read_options_slots, true },
	{ "output", read_options_output, false },
	{ "store", read_options_store, false },
	{ 0 },
};

/* --- selector */

READ(read_selector_kind, struct sg_pinned_selector, sg_json_u32(doc, node, &it->kind, err))
READ(read_selector_text, struct sg_pinned_selector, read_text(doc, node, r, &it->text, err))
READ(read_selector_container, struct sg_pinned_selector,
     read_text(doc, node, r, &it->container, err))
READ(read_selector_id, struct sg_pinned_selector, read_text(doc, node, r, &it->id, err))
READ(read_selector_name, struct sg_pinned_selector, read_text(doc, node, r, &it->name, err))
READ(read_selector_pod, struct sg_pinned_selector, read_text(doc, node, r, &it->pod, err))
READ(read_selector_pod_namespace, struct sg_pinned_selector,
     read_text(doc, node, r, &it->pod_namespace, err))
READ(read_selector_path, struct sg_pinned_selector, read_text(doc, node, r, &it->path, err))
READ(read_selector_is_users, struct sg_pinned_selector, sg_json_bool(doc, node, &it->is_users, err))
READ(read_selector_uid, struct sg_pinned_selector, sg_json_u32(doc, node, &it->uid, err))
READ(read_selector_manager, struct sg_pinned_selector, read_text(doc, node, r, &it->manager, err))

static const struct sg_json_field selector_fields[] = {
	{ "kind", read_selector_kind, true },
	{ "text", read_selector_text, true },
	{ "container", read_selector_container, false },
	{ "id", read_selector_id, false },
	{ "name", read_selector_name, false },
	{ "pod", read_selector_pod, false },
	{ "pod_namespace", read_selector_pod_namespace, false },
	{ "path", read_selector_path, false },
	{ "manager", read_selector_manager, false },
	{ "is_users", read_selector_is_users, true },
	{ "uid", read_selector_uid, true },
	{ 0 },
};

/* --- instance */

static int read_slot(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	struct sg_pinned_instance *instance = ((struct reader *)data)->it;

	if (SG_ARRAY_GROW(instance->slots, instance->n_slots) < 0)
		return sg_error_oom(err);
	instance->slots[instance->n_slots] = 0;
	return sg_json_u32(doc, node, &instance->slots[instance->n_slots++], err);
}

READ(read_instance_run, struct sg_pinned_instance, read_run_id(doc, node, r, &it->run, err))
READ(read_instance_path, struct sg_pinned_instance, read_path(doc, node, r, &it->path, err))
READ(read_instance_dir, struct sg_pinned_instance, read_path(doc, node, r, &it->dir, err))
READ(read_instance_cgroup_id, struct sg_pinned_instance,
     sg_json_u64(doc, node, &it->cgroup_id, err))
READ(read_instance_v1_hierarchy, struct sg_pinned_instance,
     sg_json_u32(doc, node, &it->v1_hierarchy, err))
READ(read_instance_v1_controller, struct sg_pinned_instance,
     read_text(doc, node, r, &it->v1_controller, err))
static int read_instance_slots(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	return sg_json_array(doc, node, read_slot, data, err);
}

READ(read_instance_inherits, struct sg_pinned_instance, sg_json_bool(doc, node, &it->inherits, err))
READ(read_instance_creator_tgid, struct sg_pinned_instance,
     sg_json_u32(doc, node, &it->creator_tgid, err))
READ(read_instance_creator, struct sg_pinned_instance, read_comm(doc, node, r, &it->creator, err))
READ(read_instance_start, struct sg_pinned_instance, sg_json_u64(doc, node, &it->start, err))
READ(read_instance_processes_before, struct sg_pinned_instance,
     sg_json_u64(doc, node, &it->processes_before, err))
READ(read_instance_seconds, struct sg_pinned_instance, sg_json_u64(doc, node, &it->seconds, err))
READ(read_instance_filters_unwatched, struct sg_pinned_instance,
     sg_json_u64(doc, node, &it->filters_unwatched, err))
READ(read_instance_warned, struct sg_pinned_instance, sg_json_bool(doc, node, &it->warned, err))
READ(read_instance_losses_before, struct sg_pinned_instance,
     read_losses(doc, node, it->losses_before, err))

static const struct sg_json_field instance_fields[] = {
	{ "run", read_instance_run, true },
	{ "path", read_instance_path, true },
	{ "dir", read_instance_dir, true },
	{ "cgroup_id", read_instance_cgroup_id, true },
	{ "v1_hierarchy", read_instance_v1_hierarchy, true },
	{ "v1_controller", read_instance_v1_controller, false },
	{ "slots", read_instance_slots, true },
	{ "inherits", read_instance_inherits, true },
	{ "creator_tgid", read_instance_creator_tgid, true },
	{ "creator", read_instance_creator, true },
	{ "start", read_instance_start, true },
	{ "processes_before", read_instance_processes_before, true },
	{ "filters_unwatched", read_instance_filters_unwatched, true },
	{ "seconds", read_instance_seconds, true },
	{ "warned", read_instance_warned, true },
	{ "losses_before", read_instance_losses_before, true },
	{ 0 },
};

/* --- target */

static int read_selector(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	struct reader *above = data, reader = *above;
	struct sg_pinned_target *target = above->it;

	reader.it = &target->selector;
	return sg_json_object(doc, node, selector_fields, SG_JSON_UNKNOWN_REFUSE, &reader, err);
}

static int read_instance(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	struct reader *above = data, reader = *above;
	struct sg_pinned_target *target = above->it;

	if (SG_ARRAY_GROW(target->instances, target->n_instances) < 0)
		return sg_error_oom(err);
	target->instances[target->n_instances] = (struct sg_pinned_instance){ 0 };
	reader.it = &target->instances[target->n_instances++];
	return sg_json_object(doc, node, instance_fields, SG_JSON_UNKNOWN_REFUSE, &reader, err);
}

static int read_instances(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	return sg_json_array(doc, node, read_instance, data, err);
}

READ(read_target_what, struct sg_pinned_target, read_text(doc, node, r, &it->what, err))
READ(read_target_follows, struct sg_pinned_target, sg_json_bool(doc, node, &it->follows, err))
READ(read_target_failed, struct sg_pinned_target, sg_json_bool(doc, node, &it->failed, err))
READ(read_target_nameless, struct sg_pinned_target, sg_json_u64(doc, node, &it->nameless, err))
READ(read_target_has_lived, struct sg_pinned_target, sg_json_bool(doc, node, &it->has_lived, err))
READ(read_target_past_runs, struct sg_pinned_target, sg_json_u64(doc, node, &it->past_runs, err))
READ(read_target_audit_serial, struct sg_pinned_target,
     sg_json_u64(doc, node, &it->audit_serial, err))
READ(read_target_copy_id, struct sg_pinned_target, sg_json_u32(doc, node, &it->copy_id, err))
READ(read_target_copy_generation, struct sg_pinned_target,
     sg_json_u32(doc, node, &it->copy_generation, err))
READ(read_target_copy_bytes, struct sg_pinned_target, sg_json_u64(doc, node, &it->copy_bytes, err))
READ(read_target_where, struct sg_pinned_target, read_path(doc, node, r, &it->where, err))
READ(read_target_file_device, struct sg_pinned_target,
     sg_json_u64(doc, node, &it->file_device, err))
READ(read_target_file_inode, struct sg_pinned_target, sg_json_u64(doc, node, &it->file_inode, err))
READ(read_target_file_changed_ns, struct sg_pinned_target,
     sg_json_u64(doc, node, &it->file_changed_ns, err))

static const struct sg_json_field target_fields[] = {
	{ "what", read_target_what, false },
	{ "selector", read_selector, true },
	{ "follows", read_target_follows, true },
	{ "has_lived", read_target_has_lived, true },
	{ "failed", read_target_failed, true },
	{ "nameless", read_target_nameless, true },
	{ "past_runs", read_target_past_runs, true },
	{ "audit_serial", read_target_audit_serial, true },
	{ "copy_id", read_target_copy_id, true },
	{ "copy_generation", read_target_copy_generation, true },
	{ "copy_bytes", read_target_copy_bytes, true },
	{ "where", read_target_where, false },
	{ "file_device", read_target_file_device, true },
	{ "file_inode", read_target_file_inode, true },
	{ "file_changed_ns", read_target_file_changed_ns, true },
	{ "instances", read_instances, true },
	{ 0 },
};

/* --- state */

static int read_version(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	uint32_t version = 0;
	int r = sg_json_u32(doc, node, &version, err);

	(void)data;
	if (r < 0 || version == SG_PINNED_VERSION)
		return r;
	return sg_json_error(doc, node, err, "version %u is not this one's (%d)", version,
			     SG_PINNED_VERSION);
}

static int read_options(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	struct reader *above = data, reader = *above;
	struct sg_pinned_state *state = above->state;

	reader.it = &state->options;
	return sg_json_object(doc, node, options_fields, SG_JSON_UNKNOWN_REFUSE, &reader, err);
}

static int read_target(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	struct reader *above = data, reader = *above;
	struct sg_pinned_state *state = above->state;

	if (SG_ARRAY_GROW(state->targets, state->n_targets) < 0)
		return sg_error_oom(err);
	state->targets[state->n_targets] = (struct sg_pinned_target){ 0 };
	reader.it = &state->targets[state->n_targets++];
	return sg_json_object(doc, node, target_fields, SG_JSON_UNKNOWN_REFUSE, &reader, err);
}

static int read_targets(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	return sg_json_array(doc, node, read_target, data, err);
}

READ(read_state_pid, struct sg_pinned_state, sg_json_u64(doc, node, &it->pid, err))
READ(read_state_pid_namespace, struct sg_pinned_state,
     sg_json_u64(doc, node, &it->pid_namespace, err))
READ(read_state_start, struct sg_pinned_state, sg_json_u64(doc, node, &it->start, err))
READ(read_state_start_monotonic, struct sg_pinned_state,
     sg_json_u64(doc, node, &it->start_monotonic, err))
READ(read_state_allocates, struct sg_pinned_state, sg_json_bool(doc, node, &it->allocates, err))
READ(read_state_in_directory, struct sg_pinned_state,
     sg_json_bool(doc, node, &it->in_directory, err))
READ(read_state_losses_before, struct sg_pinned_state,
     read_losses(doc, node, it->losses_before, err))

static const struct sg_json_field state_fields[] = {
	{ "version", read_version, true },
	{ "pid", read_state_pid, true },
	{ "pid_namespace", read_state_pid_namespace, true },
	{ "start", read_state_start, true },
	{ "start_monotonic", read_state_start_monotonic, true },
	{ "allocates", read_state_allocates, true },
	{ "in_directory", read_state_in_directory, true },
	{ "losses_before", read_state_losses_before, true },
	{ "options", read_options, true },
	{ "targets", read_targets, true },
	{ 0 },
};

int sg_pinned_state_parse(const char *name, const char *text, size_t len,
			  struct sg_pinned_state **ret, struct sg_error *err)
{
	_cleanup_(sg_pinned_state_freep) struct sg_pinned_state *state = calloc(1, sizeof(*state));
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;
	struct reader reader = { .state = state, .it = state };
	int r;

	if (!state)
		return sg_error_oom(err);
	r = sg_json_parse(name, text, len, &doc, err);
	if (r == 0)
		r = sg_json_object(doc, sg_json_root(doc), state_fields, SG_JSON_UNKNOWN_REFUSE,
				   &reader, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(state);
	return 0;
}

void sg_pinned_state_free(struct sg_pinned_state *state)
{
	if (!state)
		return;
	for (size_t i = 0; i < state->n_targets; i++) {
		for (size_t k = 0; k < state->targets[i].n_instances; k++)
			free(state->targets[i].instances[k].slots);
		free(state->targets[i].instances);
	}
	free(state->targets);
	for (size_t i = 0; i < state->n_texts; i++)
		free(state->texts[i]);
	free(state->texts);
	free(state);
}
