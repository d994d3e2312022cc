/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/parts/emit_wider.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/version.h"
#include "cli/log.h"
#include "commands/parts/diff_side.h"
#include "diff/diff.h"
#include "infer/explain.h"

#define BASELINE "docker"

/* That of the engine that was recorded, where all runs were of the same; else the newest. */
static const char *baseline_of(const struct sg_recording *rec, char *buf, size_t size)
{
	const struct sg_target *first = &rec->runs[0]->target;

	for (size_t i = 1; i < rec->n_runs; i++) {
		const struct sg_target *target = &rec->runs[i]->target;

		if (!first->engine || !first->engine_version || !target->engine ||
		    !target->engine_version || strcmp(target->engine, first->engine) != 0 ||
		    strcmp(target->engine_version, first->engine_version) != 0)
			return BASELINE;
	}
	return sg_side_of_engine(BASELINE, first, buf, size);
}

/* Why the call is in the profile: its first reason that is not about arguments. */
static const struct sg_reason *reason_of(const struct sg_profile *profile, struct sg_syscall_id id)
{
	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct sg_rule_call *call = sg_rule_find(&profile->rules[i], id);

		if (profile->rules[i].verdict.action != SG_ACTION_ALLOW)
			continue;
		for (size_t k = 0; call && k < call->n_reasons; k++) {
			if (call->reasons[k].kind != SG_REASON_ARGS)
				return &call->reasons[k];
		}
	}
	return NULL;
}

static int note(const struct sg_profile *profile, const struct sg_diff *diff, size_t i,
		const char *engine, struct sg_error *err)
{
	const struct sg_diff_item *item = &diff->items[i];
	const struct sg_reason *reason =
		item->scope == SG_DIFF_CALL ? reason_of(profile, item->id) : NULL;
	_cleanup_(sg_strbuf_done) struct sg_strbuf line = SG_STRBUF_INIT;

	sg_diff_subject(diff, i, &line);
	sg_diff_example(item, &line);
	if (item->kind == SG_DIFF_UNDECIDED)
		sg_strbuf_add(&line, ", as far as is known");
	if (reason)
		sg_strbuf_printf(&line, ": %s: %s", sg_reason_names[reason->kind], reason->text);
	if (line.failed)
		return sg_error_oom(err);
	sg_notice("emit: wider than Docker%s's default: %s", engine, line.data);
	return 0;
}

int sg_emit_note_wider(const struct sg_profile *profile, const struct sg_recording *rec,
		       struct sg_error *err)
{
	const struct sg_host *host = &rec->runs[0]->host;
	struct sg_profile_input input = { .arch = host->arch };
	_cleanup_(sg_side_done) struct sg_side docker = { 0 };
	_cleanup_(sg_diff_done) struct sg_diff diff = { 0 };
	const struct sg_diff_options opts = { .permission_only = true, .small_arguments = true };
	struct sg_diff_side a = { 0 }, b = { .profile = profile };
	struct sg_error why = { 0 };
	char buf[64], engine[64];
	const char *baseline = baseline_of(rec, buf, sizeof(buf)), *at = strchr(baseline, '@');
	int r;

	if (host->kernel) /* of another form, this machine's decides */
		sg_kernel_parse(host->kernel, &input.kernel);
	r = sg_side_read(baseline, &input, &docker, &why);
	if (r < 0) {
		sg_notice("emit: not compared with Docker's default: %s", why.message);
		return r == -ENOMEM ? sg_error_oom(err) : 0;
	}
	snprintf(engine, sizeof(engine), "%s%s", at ? " " : "", at ? at + 1 : "");
	a.profile = docker.profile;
	r = sg_diff(&a, &b, &opts, &diff, err);
	for (size_t i = 0; r == 0 && i < diff.n; i++) {
		const enum sg_diff_kind kind = diff.items[i].kind;

		if ((kind == SG_DIFF_ONLY_B || kind == SG_DIFF_UNDECIDED) &&
		    !sg_diff_is_repeated(&diff, i))
			r = note(profile, &diff, i, engine, err);
	}
	return r;
}
