/* SPDX-License-Identifier: Apache-2.0 */
#include "recording/pinned/notes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "args/table.h"
#include "recording/json/text.h"

typedef const struct sg_json_doc doc_t;

/* What the fields' readers are given. */
struct reader {
	struct sg_notes *notes; /* has the texts */
	void *it;		/* the object's struct */
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
	struct sg_notes *notes = reader->notes;
	char **grown = reallocarray(notes->texts, notes->n_texts + 1, sizeof(*grown));
	int r;

	if (!grown)
		return sg_error_oom(err);
	notes->texts = grown;
	r = sg_text_read(doc, node, &grown[notes->n_texts], err);
	if (r < 0)
		return r;
	*ret = grown[notes->n_texts++];
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

	if (r < 0 || (strlen(*ret) == SG_NOTES_RUN_ID_LEN &&
		      strspn(*ret, "0123456789abcdef-") == SG_NOTES_RUN_ID_LEN))
		return r;
	return sg_json_error(doc, node, err, "is no run's id");
}

static int read_comm(doc_t *doc, const cJSON *node, struct reader *reader, const char **ret,
		     struct sg_error *err)
{
	int r = read_text(doc, node, reader, ret, err);

	if (r < 0 || strlen(*ret) <= SG_NOTES_COMM_LEN)
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

READ(read_options_descendants, struct sg_notes_options,
     sg_json_bool(doc, node, &it->descendants, err))
READ(read_options_denials, struct sg_notes_options,
     read_below(doc, node, &it->denials, SG_NOTES_WHEN_MAX, err))
READ(read_options_wait, struct sg_notes_options,
     read_below(doc, node, &it->wait, SG_NOTES_WHEN_MAX, err))
READ(read_options_once, struct sg_notes_options, sg_json_bool(doc, node, &it->once, err))
READ(read_options_args, struct sg_notes_options,
     read_below(doc, node, &it->args, SG_ARG_SET_MAX_, err))
READ(read_options_no_audit, struct sg_notes_options, sg_json_bool(doc, node, &it->no_audit, err))
READ(read_options_duration_ns, struct sg_notes_options,
     sg_json_u64(doc, node, &it->duration_ns, err))
READ(read_options_slots, struct sg_notes_options, sg_json_u32(doc, node, &it->slots, err))
READ(read_options_output, struct sg_notes_options, read_path(doc, node, r, &it->output, err))
READ(read_options_store, struct sg_notes_options, read_path(doc, node, r, &it->store, err))

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

READ(read_selector_kind, struct sg_notes_selector, sg_json_u32(doc, node, &it->kind, err))
READ(read_selector_text, struct sg_notes_selector, read_text(doc, node, r, &it->text, err))
READ(read_selector_container, struct sg_notes_selector,
     read_text(doc, node, r, &it->container, err))
READ(read_selector_id, struct sg_notes_selector, read_text(doc, node, r, &it->id, err))
READ(read_selector_name, struct sg_notes_selector, read_text(doc, node, r, &it->name, err))
READ(read_selector_pod, struct sg_notes_selector, read_text(doc, node, r, &it->pod, err))
READ(read_selector_pod_namespace, struct sg_notes_selector,
     read_text(doc, node, r, &it->pod_namespace, err))
READ(read_selector_path, struct sg_notes_selector, read_text(doc, node, r, &it->path, err))
READ(read_selector_is_users, struct sg_notes_selector, sg_json_bool(doc, node, &it->is_users, err))
READ(read_selector_uid, struct sg_notes_selector, sg_json_u32(doc, node, &it->uid, err))
READ(read_selector_manager, struct sg_notes_selector, read_text(doc, node, r, &it->manager, err))

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

/* --- life */

static int read_slot(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	struct sg_notes_life *life = ((struct reader *)data)->it;
	uint32_t *grown = reallocarray(life->slots, life->n_slots + 1, sizeof(*grown));

	if (!grown)
		return sg_error_oom(err);
	life->slots = grown;
	grown[life->n_slots] = 0;
	return sg_json_u32(doc, node, &grown[life->n_slots++], err);
}

READ(read_life_run, struct sg_notes_life, read_run_id(doc, node, r, &it->run, err))
READ(read_life_path, struct sg_notes_life, read_path(doc, node, r, &it->path, err))
READ(read_life_dir, struct sg_notes_life, read_path(doc, node, r, &it->dir, err))
READ(read_life_cgroup_id, struct sg_notes_life, sg_json_u64(doc, node, &it->cgroup_id, err))
READ(read_life_v1_hierarchy, struct sg_notes_life, sg_json_u32(doc, node, &it->v1_hierarchy, err))
READ(read_life_v1_controller, struct sg_notes_life,
     read_text(doc, node, r, &it->v1_controller, err))
static int read_life_slots(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	return sg_json_array(doc, node, read_slot, data, err);
}

READ(read_life_inherits, struct sg_notes_life, sg_json_bool(doc, node, &it->inherits, err))
READ(read_life_maker_tgid, struct sg_notes_life, sg_json_u32(doc, node, &it->maker_tgid, err))
READ(read_life_maker, struct sg_notes_life, read_comm(doc, node, r, &it->maker, err))
READ(read_life_start, struct sg_notes_life, sg_json_u64(doc, node, &it->start, err))
READ(read_life_processes_before, struct sg_notes_life,
     sg_json_u64(doc, node, &it->processes_before, err))
READ(read_life_seconds, struct sg_notes_life, sg_json_u64(doc, node, &it->seconds, err))
READ(read_life_filters_unwatched, struct sg_notes_life,
     sg_json_u64(doc, node, &it->filters_unwatched, err))
READ(read_life_warned, struct sg_notes_life, sg_json_bool(doc, node, &it->warned, err))
READ(read_life_losses_before, struct sg_notes_life, read_losses(doc, node, it->losses_before, err))

static const struct sg_json_field life_fields[] = {
	{ "run", read_life_run, true },
	{ "path", read_life_path, true },
	{ "dir", read_life_dir, true },
	{ "cgroup_id", read_life_cgroup_id, true },
	{ "v1_hierarchy", read_life_v1_hierarchy, true },
	{ "v1_controller", read_life_v1_controller, false },
	{ "slots", read_life_slots, true },
	{ "inherits", read_life_inherits, true },
	{ "maker_tgid", read_life_maker_tgid, true },
	{ "maker", read_life_maker, true },
	{ "start", read_life_start, true },
	{ "processes_before", read_life_processes_before, true },
	{ "filters_unwatched", read_life_filters_unwatched, true },
	{ "seconds", read_life_seconds, true },
	{ "warned", read_life_warned, true },
	{ "losses_before", read_life_losses_before, true },
	{ 0 },
};

/* --- watch */

static int read_selector(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	struct reader *above = data, reader = *above;
	struct sg_notes_watch *watch = above->it;

	reader.it = &watch->selector;
	return sg_json_object(doc, node, selector_fields, SG_JSON_UNKNOWN_REFUSE, &reader, err);
}

static int read_life(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	struct reader *above = data, reader = *above;
	struct sg_notes_watch *watch = above->it;
	struct sg_notes_life *grown =
		reallocarray(watch->lives, watch->n_lives + 1, sizeof(*grown));

	if (!grown)
		return sg_error_oom(err);
	watch->lives = grown;
	grown[watch->n_lives] = (struct sg_notes_life){ 0 };
	reader.it = &grown[watch->n_lives++];
	return sg_json_object(doc, node, life_fields, SG_JSON_UNKNOWN_REFUSE, &reader, err);
}

static int read_lives(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	return sg_json_array(doc, node, read_life, data, err);
}

READ(read_watch_what, struct sg_notes_watch, read_text(doc, node, r, &it->what, err))
READ(read_watch_follows, struct sg_notes_watch, sg_json_bool(doc, node, &it->follows, err))
READ(read_watch_failed, struct sg_notes_watch, sg_json_bool(doc, node, &it->failed, err))
READ(read_watch_nameless, struct sg_notes_watch, sg_json_u64(doc, node, &it->nameless, err))
READ(read_watch_has_lived, struct sg_notes_watch, sg_json_bool(doc, node, &it->has_lived, err))
READ(read_watch_past_runs, struct sg_notes_watch, sg_json_u64(doc, node, &it->past_runs, err))
READ(read_watch_audit_serial, struct sg_notes_watch, sg_json_u64(doc, node, &it->audit_serial, err))
READ(read_watch_copy_id, struct sg_notes_watch, sg_json_u32(doc, node, &it->copy_id, err))
READ(read_watch_copy_generation, struct sg_notes_watch,
     sg_json_u32(doc, node, &it->copy_generation, err))
READ(read_watch_copy_bytes, struct sg_notes_watch, sg_json_u64(doc, node, &it->copy_bytes, err))
READ(read_watch_where, struct sg_notes_watch, read_path(doc, node, r, &it->where, err))
READ(read_watch_file_device, struct sg_notes_watch, sg_json_u64(doc, node, &it->file_device, err))
READ(read_watch_file_inode, struct sg_notes_watch, sg_json_u64(doc, node, &it->file_inode, err))
READ(read_watch_file_changed_ns, struct sg_notes_watch,
     sg_json_u64(doc, node, &it->file_changed_ns, err))

static const struct sg_json_field watch_fields[] = {
	{ "what", read_watch_what, false },
	{ "selector", read_selector, true },
	{ "follows", read_watch_follows, true },
	{ "has_lived", read_watch_has_lived, true },
	{ "failed", read_watch_failed, true },
	{ "nameless", read_watch_nameless, true },
	{ "past_runs", read_watch_past_runs, true },
	{ "audit_serial", read_watch_audit_serial, true },
	{ "copy_id", read_watch_copy_id, true },
	{ "copy_generation", read_watch_copy_generation, true },
	{ "copy_bytes", read_watch_copy_bytes, true },
	{ "where", read_watch_where, false },
	{ "file_device", read_watch_file_device, true },
	{ "file_inode", read_watch_file_inode, true },
	{ "file_changed_ns", read_watch_file_changed_ns, true },
	{ "lives", read_lives, true },
	{ 0 },
};

/* --- notes */

static int read_version(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	uint32_t version = 0;
	int r = sg_json_u32(doc, node, &version, err);

	(void)data;
	if (r < 0 || version == SG_NOTES_VERSION)
		return r;
	return sg_json_error(doc, node, err, "version %u is not this one's (%d)", version,
			     SG_NOTES_VERSION);
}

static int read_options(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	struct reader *above = data, reader = *above;
	struct sg_notes *notes = above->notes;

	reader.it = &notes->options;
	return sg_json_object(doc, node, options_fields, SG_JSON_UNKNOWN_REFUSE, &reader, err);
}

static int read_watch(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	struct reader *above = data, reader = *above;
	struct sg_notes *notes = above->notes;
	struct sg_notes_watch *grown =
		reallocarray(notes->watches, notes->n_watches + 1, sizeof(*grown));

	if (!grown)
		return sg_error_oom(err);
	notes->watches = grown;
	grown[notes->n_watches] = (struct sg_notes_watch){ 0 };
	reader.it = &grown[notes->n_watches++];
	return sg_json_object(doc, node, watch_fields, SG_JSON_UNKNOWN_REFUSE, &reader, err);
}

static int read_watches(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	return sg_json_array(doc, node, read_watch, data, err);
}

READ(read_notes_pid, struct sg_notes, sg_json_u64(doc, node, &it->pid, err))
READ(read_notes_pid_namespace, struct sg_notes, sg_json_u64(doc, node, &it->pid_namespace, err))
READ(read_notes_start, struct sg_notes, sg_json_u64(doc, node, &it->start, err))
READ(read_notes_start_monotonic, struct sg_notes, sg_json_u64(doc, node, &it->start_monotonic, err))
READ(read_notes_allots, struct sg_notes, sg_json_bool(doc, node, &it->allots, err))
READ(read_notes_in_directory, struct sg_notes, sg_json_bool(doc, node, &it->in_directory, err))
READ(read_notes_losses_before, struct sg_notes, read_losses(doc, node, it->losses_before, err))

static const struct sg_json_field notes_fields[] = {
	{ "version", read_version, true },
	{ "pid", read_notes_pid, true },
	{ "pid_namespace", read_notes_pid_namespace, true },
	{ "start", read_notes_start, true },
	{ "start_monotonic", read_notes_start_monotonic, true },
	{ "allots", read_notes_allots, true },
	{ "in_directory", read_notes_in_directory, true },
	{ "losses_before", read_notes_losses_before, true },
	{ "options", read_options, true },
	{ "watches", read_watches, true },
	{ 0 },
};

int sg_notes_parse(const char *name, const char *text, size_t len, struct sg_notes **ret,
		   struct sg_error *err)
{
	_cleanup_(sg_notes_freep) struct sg_notes *notes = calloc(1, sizeof(*notes));
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;
	struct reader reader = { .notes = notes, .it = notes };
	int r;

	if (!notes)
		return sg_error_oom(err);
	r = sg_json_parse(name, text, len, &doc, err);
	if (r == 0)
		r = sg_json_object(doc, sg_json_root(doc), notes_fields, SG_JSON_UNKNOWN_REFUSE,
				   &reader, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(notes);
	return 0;
}

void sg_notes_free(struct sg_notes *notes)
{
	if (!notes)
		return;
	for (size_t i = 0; i < notes->n_watches; i++) {
		for (size_t k = 0; k < notes->watches[i].n_lives; k++)
			free(notes->watches[i].lives[k].slots);
		free(notes->watches[i].lives);
	}
	free(notes->watches);
	for (size_t i = 0; i < notes->n_texts; i++)
		free(notes->texts[i]);
	free(notes->texts);
	free(notes);
}
