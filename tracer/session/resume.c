/* SPDX-License-Identifier: Apache-2.0 */
/* A recording whose recorder has died, as its notes and the kernel half have it. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "cli/log.h"
#include "recording/merge.h"
#include "session/notes.h"
#include "session/private.h"
#include "workload/in_progress.h"
#include "store/store.h"

typedef const struct sg_json_doc doc_t;

/* What readers below fill; each the fields of its own object. */
struct reading {
	struct sg_session *s;
	struct sg_watch *w;
	struct sg_selector *sel;
	struct sg_life *life;
	uint64_t *losses; /* SG_LOSS_MAX_ of them */
	size_t n_losses;
	uint64_t past_runs;
};

#define READ_U64(function, place)                                                            \
	static int function(doc_t *doc, const cJSON *node, void *data, struct sg_error *err) \
	{                                                                                    \
		struct reading *r = data;                                                    \
		uint64_t n = 0;                                                              \
		int code = sg_json_u64(doc, node, &n, err);                                  \
                                                                                             \
		r->place = (__typeof__(r->place))n;                                          \
		return code;                                                                 \
	}

#define READ_BOOL(function, place)                                                           \
	static int function(doc_t *doc, const cJSON *node, void *data, struct sg_error *err) \
	{                                                                                    \
		return sg_json_bool(doc, node, &((struct reading *)data)->place, err);       \
	}

#define READ_BORROWED(function, place)                                                       \
	static int function(doc_t *doc, const cJSON *node, void *data, struct sg_error *err) \
	{                                                                                    \
		return sg_json_string(doc, node, &((struct reading *)data)->place, err);     \
	}

static int read_owned(doc_t *doc, const cJSON *node, char **ret, struct sg_error *err)
{
	const char *text = NULL;
	int r = sg_json_string(doc, node, &text, err);

	if (r < 0)
		return r;
	free(*ret);
	*ret = strdup(text);
	return *ret ? 0 : sg_error_oom(err);
}

#define READ_OWNED(function, place)                                                          \
	static int function(doc_t *doc, const cJSON *node, void *data, struct sg_error *err) \
	{                                                                                    \
		return read_owned(doc, node, &((struct reading *)data)->place, err);         \
	}

/* --- options */

READ_BOOL(read_descendants, s->resumed.descendants)
READ_U64(read_denials, s->resumed.denials)
READ_U64(read_wait, s->resumed.wait)
READ_BOOL(read_once, s->resumed.once)
READ_U64(read_args, s->resumed.args)
READ_BOOL(read_no_audit, s->resumed.no_audit)
READ_U64(read_duration, s->resumed.duration_ns)
READ_U64(read_slots_option, s->resumed.slots)
READ_BORROWED(read_output, s->resumed.output)

static const struct sg_json_field option_fields[] = {
	{ "descendants", read_descendants, true },
	{ "denials", read_denials, true },
	{ "wait", read_wait, true },
	{ "once", read_once, true },
	{ "args", read_args, true },
	{ "no_audit", read_no_audit, true },
	{ "duration_ns", read_duration, true },
	{ "slots", read_slots_option, true },
	{ "output", read_output, false },
	{ 0 },
};

/* --- a life */

READ_U64(read_cgroup_id, life->cgroup.id)
READ_OWNED(read_path, life->cgroup.path)
READ_OWNED(read_dir, life->cgroup.dir)
READ_U64(read_v1_hierarchy, life->cgroup.v1_hierarchy)
READ_OWNED(read_v1_controller, life->cgroup.v1_controller)
READ_BOOL(read_inherits, life->inherits)
READ_U64(read_maker_tgid, life->maker.tgid)
READ_U64(read_life_start, life->start_real)
READ_U64(read_processes_before, life->processes_before)
READ_U64(read_filters_unwatched, life->filters_unwatched)
READ_BOOL(read_warned, life->warned)

static int read_run(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	struct reading *r = data;
	const char *id = "";
	int code = sg_json_string(doc, node, &id, err);

	if (code < 0 || strlen(id) >= sizeof(r->life->id))
		return code < 0 ? code : sg_json_error(doc, node, err, "is no run's id");
	memcpy(r->life->id, id, strlen(id) + 1);
	return 0;
}

static int read_maker(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	struct reading *r = data;
	const char *comm = "";
	int code = sg_json_string(doc, node, &comm, err);

	if (code < 0)
		return code;
	strncpy(r->life->maker.comm, comm, sizeof(r->life->maker.comm) - 1);
	return 0;
}

static int read_slot(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	struct reading *r = data;
	uint32_t slot = 0;
	int code = sg_json_u32(doc, node, &slot, err);

	return code < 0 ? code : sg_life_add_slot(r->life, slot, err);
}

static int read_slots(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	return sg_json_array(doc, node, read_slot, data, err);
}

static int read_loss(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	struct reading *r = data;

	if (r->n_losses >= SG_LOSS_MAX_)
		return sg_json_error(doc, node, err, "is one loss too many");
	return sg_json_u64(doc, node, &r->losses[r->n_losses++], err);
}

static int read_losses(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	return sg_json_array(doc, node, read_loss, data, err);
}

static const struct sg_json_field life_fields[] = {
	{ "run", read_run, true },
	{ "path", read_path, true },
	{ "dir", read_dir, true },
	{ "cgroup_id", read_cgroup_id, true },
	{ "v1_hierarchy", read_v1_hierarchy, true },
	{ "v1_controller", read_v1_controller, false },
	{ "slots", read_slots, true },
	{ "inherits", read_inherits, true },
	{ "maker_tgid", read_maker_tgid, true },
	{ "maker", read_maker, true },
	{ "start", read_life_start, true },
	{ "processes_before", read_processes_before, true },
	{ "filters_unwatched", read_filters_unwatched, true },
	{ "warned", read_warned, true },
	{ "losses_before", read_losses, true },
	{ 0 },
};

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

static int read_life(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	const struct reading *above = data;
	struct reading reading = { .s = above->s };
	_cleanup_(sg_life_freep) struct sg_life *life = calloc(1, sizeof(*life));
	int r;

	if (!life)
		return sg_error_oom(err);
	reading.life = life;
	reading.losses = life->losses_before;
	r = sg_json_object(doc, node, life_fields, SG_JSON_UNKNOWN_REFUSE, &reading, err);
	return r < 0 ? r : take_life(above->s, above->w, &life, err);
}

static int read_lives(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	return sg_json_array(doc, node, read_life, data, err);
}

/* --- a watch */

READ_U64(read_kind, sel->kind)
READ_BORROWED(read_text, sel->text)
READ_BORROWED(read_container, sel->container)
READ_OWNED(read_id, sel->id)
READ_OWNED(read_name, sel->name)
READ_OWNED(read_pod, sel->pod)
READ_OWNED(read_pod_namespace, sel->pod_namespace)
READ_OWNED(read_selector_path, sel->path)
READ_BORROWED(read_manager, sel->manager)

static const struct sg_json_field selector_fields[] = {
	{ "kind", read_kind, true },
	{ "text", read_text, true },
	{ "container", read_container, false },
	{ "id", read_id, false },
	{ "name", read_name, false },
	{ "pod", read_pod, false },
	{ "pod_namespace", read_pod_namespace, false },
	{ "path", read_selector_path, false },
	{ "manager", read_manager, false },
	{ 0 },
};

static int read_selector(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	struct reading *r = data;
	int code;

	r->sel = &r->s->resumed.selectors[r->s->n_watches - 1];
	code = sg_json_object(doc, node, selector_fields, SG_JSON_UNKNOWN_REFUSE, r, err);
	if (code < 0)
		return code;
	r->w->selector = r->sel;
	r->w->kind = sg_selector_kind_name(r->sel->kind);
	return 0;
}

READ_BOOL(read_follows, w->follows)
READ_BOOL(read_has_lived, w->has_lived)
READ_U64(read_past_runs, past_runs)
READ_U64(read_audit_serial, w->audit_serial)
READ_OWNED(read_where, w->where)

static int skip(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	(void)doc;
	(void)node;
	(void)data;
	(void)err;
	return 0;
}

static const struct sg_json_field watch_fields[] = {
	{ "what", skip, false },
	{ "selector", read_selector, true },
	{ "follows", read_follows, true },
	{ "has_lived", read_has_lived, true },
	{ "past_runs", read_past_runs, true },
	{ "audit_serial", read_audit_serial, true },
	{ "where", read_where, false },
	{ "lives", read_lives, true },
	{ 0 },
};

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

/* The recording as it was written last: runs that are over, and those that go on. */
static int load_past(struct sg_session *s, struct sg_watch *w, uint64_t past_runs,
		     struct sg_error *err)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	struct sg_error why = { 0 };
	int r = 0;

	if (!w->where || sg_store_load(w->where, &rec, NULL, &why) < 0) {
		if (w->where && past_runs)
			return sg_error_set(err, why.code,
					    "%s: it has %" PRIu64
					    " runs that are over and nowhere else",
					    why.message, past_runs);
		return 0;
	}
	for (size_t i = 0; r == 0 && i < rec->n_runs; i++) {
		struct sg_run *run = TAKE_PTR(rec->runs[i]);
		struct sg_life *life = life_of(w, run->id);

		r = life ? take_before(s, life, run, err) : sg_recording_add(w->past, run, err);
		if (r < 0 && !life)
			sg_run_free(run);
	}
	return r;
}

static int read_watch(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	struct reading r = *(const struct reading *)data;
	struct sg_selector *grown =
		reallocarray(r.s->resumed.selectors, r.s->n_watches + 1, sizeof(*grown));
	int code;

	if (!grown)
		return sg_error_oom(err);
	grown[r.s->n_watches] = (struct sg_selector){ 0 };
	r.s->resumed.selectors = grown;
	r.s->resumed.n_selectors = r.s->n_watches + 1;
	code = sg_watch_add(r.s, NULL, NULL, &r.w, err);
	if (code == 0)
		code = sg_json_object(doc, node, watch_fields, SG_JSON_UNKNOWN_REFUSE, &r, err);
	/* the table has grown: those before have moved */
	for (size_t i = 0; i < r.s->n_watches; i++)
		r.s->watches[i]->selector = &r.s->resumed.selectors[i];
	return code < 0 ? code : load_past(r.s, r.w, r.past_runs, err);
}

static int read_watches(doc_t *doc, const cJSON *node, void *data, struct sg_error *err)
{
	return sg_json_array(doc, node, read_watch, data, err);
}

/* --- the whole */

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
	return sg_json_object(doc, node, option_fields, SG_JSON_UNKNOWN_REFUSE, data, err);
}

READ_U64(read_start, s->start_real)
READ_U64(read_start_monotonic, s->start)
READ_BOOL(read_allots, s->allots)
READ_BOOL(read_in_directory, s->in_directory)

static const struct sg_json_field fields[] = {
	{ "version", read_version, true },
	{ "pid", skip, true },
	{ "pid_namespace", skip, true },
	{ "start", read_start, true },
	{ "start_monotonic", read_start_monotonic, true },
	{ "allots", read_allots, true },
	{ "in_directory", read_in_directory, true },
	{ "losses_before", read_losses, true },
	{ "options", read_options, true },
	{ "watches", read_watches, true },
	{ 0 },
};

static int parse(const char *name, char *text, struct sg_json_doc **ret, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf title = SG_STRBUF_INIT;

	sg_strbuf_printf(&title, "<notes of %s>", name);
	if (title.failed)
		return sg_error_oom(err);
	return sg_json_parse(title.data, text, strlen(text), ret, err);
}

int sg_session_restore(struct sg_session *s, const char *name, struct sg_error *err)
{
	struct reading reading = { .s = s, .losses = s->losses_before };
	_cleanup_free_ char *text = NULL;
	int r;

	r = sg_live_notes(s->live, &text, err);
	if (r == 0)
		r = parse(name, text, &s->notes, err);
	if (r == 0)
		r = sg_recorder_adopt(s->live->dir, &s->recorder, err);
	if (r == 0)
		r = sg_managers_new(&s->managers, err);
	if (r == 0)
		r = sg_json_object(s->notes, sg_json_root(s->notes), fields, SG_JSON_UNKNOWN_REFUSE,
				   &reading, err);
	if (r < 0)
		return r;
	forget_audit(s->losses_before);
	memcpy(s->losses, s->losses_before, sizeof(s->losses));
	sg_recorder_claimed_all(s->recorder);
	s->watches_new = sg_recorder_watches_denials(s->recorder, 0);
	return 0;
}
