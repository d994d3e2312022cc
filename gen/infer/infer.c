/* SPDX-License-Identifier: Apache-2.0 */
#include "infer/infer.h"

#include <errno.h>
#include <string.h>

#include "infer/args/args.h"
#include "infer/args/clone.h"
#include "infer/bundles.h"
#include "infer/evidence.h"
#include "infer/fallback.h"
#include "infer/notices.h"
#include "infer/runtime.h"
#include "infer/numbers.h"
#include "profile/errno_name.h"
#include "syscall/table.h"

/* One inference on its way; everything is owned. */
struct work {
	struct sg_evidence evidence;
	struct sg_profile *profile;
	struct sg_infer_notices notices;
};

static void work_done(struct work *work)
{
	sg_evidence_done(&work->evidence);
	sg_profile_free(work->profile);
	sg_infer_notices_done(&work->notices);
}

/* What is allowed is the profile's first rule. */
static struct sg_rule *allowed(struct work *work)
{
	return &work->profile->rules[0];
}

static int allow(struct work *work, struct sg_syscall_id id, enum sg_reason_kind kind,
		 const char *text, struct sg_error *err)
{
	_cleanup_free_ char *copy = strdup(text);
	struct sg_reason reason = { .kind = kind, .text = copy };
	int r;

	if (!copy)
		return sg_error_oom(err);
	r = sg_profile_add_arch(work->profile, id.arch, err);
	if (r < 0)
		return r;
	return sg_rule_add_call(allowed(work), id, &reason, err);
}

/* A reason for each kind of evidence that the application made the call; of its denied calls, where
 * they count. */
static int allow_observed(struct work *work, const struct sg_recording *rec,
			  struct sg_syscall_id id, bool is_app, bool take_denied,
			  struct sg_error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < SG_EVIDENCE_KINDS; i++) {
		const struct sg_evidence_kind *kind = &sg_evidence_kinds[i];
		_cleanup_(sg_strbuf_done) struct sg_strbuf b = SG_STRBUF_INIT;

		if (kind->kind == SG_REASON_DENIED ? !take_denied : !is_app)
			continue;
		if (!sg_evidence_text(rec, id, kind->kind, kind->sources, &b))
			continue;
		r = b.failed ? sg_error_oom(err) : allow(work, id, kind->kind, b.data, err);
	}
	return r;
}

/* The losses decide before anything is built on the evidence. */
static int check_losses(struct work *work, const struct sg_recording *rec, bool allow_lossy,
			struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf losses = SG_STRBUF_INIT;
	struct sg_strbuf line = SG_STRBUF_INIT;

	if (!sg_evidence_set_losses(rec, &losses))
		return 0;
	if (losses.failed)
		return sg_error_oom(err);
	if (!allow_lossy)
		return sg_error_set(
			err, -EBADMSG,
			"calls can be missing from the recording: %s; record again, or take it as "
			"it is with --allow-lossy",
			losses.data);
	sg_strbuf_printf(&line, "calls can be missing from the profile: %s", losses.data);
	return sg_infer_notices_warn(&work->notices, &line, err);
}

/*
 * Whether clone3 was denied and clone called in its place: so a profile of ours plans it, and
 * nothing is to be mended.
 */
static bool fell_back(const struct sg_evidence *evidence, const struct sg_entry *entry)
{
	const char *name = sg_syscall_name(entry->id);
	struct sg_syscall_id id = entry->id;
	const struct sg_entry *clone;

	if (!name || strcmp(name, "clone3") != 0 || sg_syscall_nr(id.arch, "clone", &id.nr) < 0)
		return false;
	clone = sg_run_find(evidence->all, id);
	return clone && evidence->is_app[clone - evidence->all->entries];
}

static int add_observed(struct work *work, const struct sg_recording *rec,
			const struct sg_infer_options *opts, struct sg_error *err)
{
	const struct sg_evidence *evidence = &work->evidence;
	int r;

	for (size_t i = 0; i < evidence->all->n_entries; i++) {
		const struct sg_entry *entry = &evidence->all->entries[i];
		const bool take_denied = opts->include_denied &&
					 sg_entry_denied_in(entry, SG_STAGE_APP) &&
					 !fell_back(evidence, entry);

		if ((!sg_entry_is_application(entry) && !take_denied) ||
		    !sg_syscall_name(entry->id))
			continue;
		r = allow_observed(work, rec, entry->id, sg_entry_is_application(entry),
				   take_denied, err);
		if (r < 0)
			return r;
	}
	if (!allowed(work)->n_calls)
		return sg_error_set(
			err, -ENODATA,
			"the recording holds no call of the application: record while it runs");
	return 0;
}

/* For each architecture that the application called under. */
static int add_fallbacks(struct work *work, struct sg_error *err)
{
	const size_t n_arches = work->profile->n_arches;
	int r;

	for (size_t i = 0; i < n_arches; i++) {
		for (const struct sg_fallback *f = sg_fallbacks; f->name; f++) {
			struct sg_syscall_id id = { .arch = work->profile->arches[i] };

			if (!sg_fallback_applies(f, id.arch) ||
			    sg_syscall_nr(id.arch, f->name, &id.nr) < 0)
				continue;
			r = allow(work, id, SG_REASON_FALLBACK, f->reason, err);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

static int add_runtime(struct work *work, const struct sg_language_runtime *runtime, uint32_t arch,
		       struct sg_error *err)
{
	int r = 0;

	for (const struct sg_runtime_call *call = runtime->calls; r == 0 && call->name; call++) {
		_cleanup_(sg_strbuf_done) struct sg_strbuf text = SG_STRBUF_INIT;
		struct sg_syscall_id id = { .arch = arch };

		/* what was recorded needs no other reason, and may have conditions on its
		 * arguments */
		if (sg_syscall_nr(arch, call->name, &id.nr) < 0 || sg_rule_find(allowed(work), id))
			continue;
		sg_strbuf_printf(&text, "%s: %s", runtime->name, call->reason);
		r = text.failed ? sg_error_oom(err)
				: allow(work, id, SG_REASON_RUNTIME, text.data, err);
	}
	return r;
}

/* What the language's runtime may call next time. */
static int add_runtimes(struct work *work, struct sg_error *err)
{
	const size_t n_arches = work->profile->n_arches;
	int r = 0;

	for (size_t i = 0; i < n_arches; i++) {
		const uint32_t arch = work->profile->arches[i];

		for (const struct sg_language_runtime *l = sg_language_runtimes; r == 0 && l->name;
		     l++) {
			if (sg_language_runtime_applies(l, &work->evidence, arch))
				r = add_runtime(work, l, arch, err);
		}
	}
	return r;
}

/* What is missing of a feature that was used: added where it is asked for, else named. */
static int complete_bundle(struct work *work, const struct sg_bundle *bundle, uint32_t arch,
			   bool is_asked, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf names = SG_STRBUF_INIT;
	struct sg_strbuf line = SG_STRBUF_INIT;
	int r = 0;

	for (const struct sg_bundle_call *call = bundle->calls; r == 0 && call->name; call++) {
		_cleanup_(sg_strbuf_done) struct sg_strbuf text = SG_STRBUF_INIT;
		struct sg_syscall_id id = { .arch = arch };

		if (sg_syscall_nr(arch, call->name, &id.nr) < 0 || sg_rule_find(allowed(work), id))
			continue;
		sg_strbuf_printf(&names, "%s%s", names.len ? ", " : "", call->name);
		if (!is_asked)
			continue;
		sg_strbuf_printf(&text, "%s (%s): %s", bundle->what, bundle->name, call->reason);
		r = text.failed ? sg_error_oom(err)
				: allow(work, id, SG_REASON_BUNDLE, text.data, err);
	}
	if (r < 0 || !names.len)
		return r;
	if (is_asked)
		sg_strbuf_printf(&line, "%s: added what was not seen of it: %s", bundle->what,
				 names.data);
	else
		sg_strbuf_printf(
			&line, "%s, yet these were not seen: %s (--complete-bundles %s adds them)",
			bundle->what, names.data, bundle->name);
	line.failed |= names.failed;
	return sg_infer_notices_add(&work->notices, &line, err);
}

static int complete_bundles(struct work *work, uint32_t asked, struct sg_error *err)
{
	const size_t n_arches = work->profile->n_arches;
	int r = 0;

	for (size_t i = 0; r == 0 && i < n_arches; i++) {
		const uint32_t arch = work->profile->arches[i];

		for (size_t k = 0; r == 0 && sg_bundles[k].name; k++) {
			if (sg_bundle_applies(&sg_bundles[k], &work->evidence, arch))
				r = complete_bundle(work, &sg_bundles[k], arch,
						    asked & UINT32_C(1) << k, err);
		}
	}
	return r;
}

/* A runtime calls under its host's own architecture; one that lacks the call does not need it. */
static int add_native(struct work *work, const char *name, const char *text, struct sg_error *err)
{
	int r;

	for (size_t i = 0; i < work->evidence.n_natives; i++) {
		struct sg_syscall_id id = { .arch = work->evidence.natives[i] };

		if (sg_syscall_nr(id.arch, name, &id.nr) < 0)
			continue;
		r = allow(work, id, SG_REASON_FLOOR, text, err);
		if (r < 0)
			return r;
	}
	return 0;
}

static int add_floor(struct work *work, const struct sg_floor *floor, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf text = SG_STRBUF_INIT;
	struct sg_strbuf line = SG_STRBUF_INIT;
	size_t before;
	int r;

	r = add_native(work, "execve",
		       "every runtime loads the filter before it executes the program", err);
	if (r < 0 || !floor)
		return r;

	sg_strbuf_printf(&text, "the runtime needs it under the filter: %s", floor->runtime);
	if (text.failed)
		return sg_error_oom(err);
	before = allowed(work)->n_calls;
	for (size_t i = 0; i < floor->n_names; i++) {
		r = add_native(work, floor->names[i], text.data, err);
		if (r < 0)
			return r;
	}
	sg_strbuf_printf(&line, "runtime floor: %s: %zu calls, %zu of them not the application's",
			 floor->runtime, floor->n_names, allowed(work)->n_calls - before);
	return sg_infer_notices_add(&work->notices, &line, err);
}

static int add_notices(struct work *work, const struct sg_recording *rec,
		       const struct sg_infer_options *opts, struct sg_error *err)
{
	int r;

	r = sg_infer_notice_runs(&work->notices, rec, err);
	if (r == 0 && !opts->include_denied)
		r = sg_infer_notice_denied(&work->notices, &work->evidence, err);
	if (r == 0)
		r = sg_infer_notice_widening(&work->notices, work->profile, allowed(work), err);
	if (r == 0)
		r = sg_infer_notice_absent(rec, &work->evidence, opts, work->profile,
					   &work->notices, err);
	return r;
}

static int new_profile(struct sg_profile **ret, struct sg_error *err)
{
	_cleanup_(sg_profile_freep) struct sg_profile *profile = NULL;
	struct sg_rule *rule;
	int r;

	r = sg_profile_new(&profile, err);
	if (r < 0)
		return r;
	profile->default_verdict = (struct sg_verdict){ SG_ACTION_ERRNO, SG_ERRNO_ENOSYS };
	profile->has_default_errno = true;
	r = sg_profile_add_rule(profile, (struct sg_verdict){ SG_ACTION_ALLOW, 0 }, NULL, 0, &rule,
				err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(profile);
	return 0;
}

int sg_infer(const struct sg_recording *rec, const struct sg_infer_options *opts,
	     struct sg_profile **ret, struct sg_infer_notices *ret_notices, struct sg_error *err)
{
	_cleanup_(work_done) struct work work = { 0 };
	int r;

	r = check_losses(&work, rec, opts->allow_lossy, err);
	if (r == 0)
		r = sg_evidence_gather(rec, &work.evidence, err);
	if (r == 0)
		r = sg_infer_numbers(rec, &work.evidence, opts, &work.notices, err);
	if (r == 0)
		r = new_profile(&work.profile, err);
	if (r == 0)
		r = add_observed(&work, rec, opts, err);
	if (r == 0 && !opts->no_fallbacks)
		r = add_runtimes(&work, err);
	if (r == 0 && !opts->no_fallbacks)
		r = add_fallbacks(&work, err);
	if (r == 0)
		r = add_floor(&work, opts->floor, err);
	if (r == 0)
		r = complete_bundles(&work, opts->bundles, err);
	if (r == 0)
		r = sg_infer_plan_clone3(work.profile, rec, &work.evidence, opts, &work.notices,
					 err);
	if (r == 0 && !opts->no_fallbacks)
		r = sg_infer_plan_tried_first(work.profile, err);
	if (r == 0)
		r = add_notices(&work, rec, opts, err);
	if (r == 0) /* after the notices, for which it matters not how a call is allowed */
		r = sg_infer_args(work.profile, rec, &work.evidence, opts, &work.notices, err);
	if (r == 0)
		r = sg_infer_bound_clone(work.profile, rec, &work.evidence, &work.notices, err);
	if (r < 0)
		return r;

	*ret = TAKE_PTR(work.profile);
	*ret_notices = work.notices;
	work.notices = (struct sg_infer_notices){ 0 };
	return 0;
}
