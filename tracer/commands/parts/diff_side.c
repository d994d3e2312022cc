/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/parts/diff_side.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json/json.h"
#include "base/number.h"
#include "store/defaults.h"
#include "store/input.h"
#include "cli/log.h"
#include "recording/derive/numbers.h"
#include "recording/json/recording_json.h"
#include "store/store.h"

void sg_side_done(struct sg_side *side)
{
	free(side->name);
	free(side->origin);
	sg_profile_free(side->profile);
	sg_pid_filters_done(&side->filters);
	sg_run_free(side->run);
	*side = (struct sg_side){ 0 };
}

static int set_name(struct sg_side *side, const char *name, struct sg_error *err)
{
	side->name = strdup(name);
	return side->name ? 0 : sg_error_oom(err);
}

static int take_recording(struct sg_side *side, const struct sg_recording *rec,
			  struct sg_error *err)
{
	size_t absent;
	int r;

	r = sg_recording_fold(rec, &side->run, err);
	if (r == 0) {
		absent = sg_run_drop_absent(side->run, rec);
		if (absent)
			sg_warn("diff: %s: %zu number%s that no Linux has a system call for left "
				"out",
				side->name, absent, absent == 1 ? "" : "s");
	}
	for (size_t i = 0; r == 0 && i < SG_LOSS_MAX_; i++) {
		uint64_t n = sg_recording_set_loss(rec, (enum sg_loss)i);

		if (n)
			sg_warn("diff: %s may lack calls: %s %" PRIu64 ": %s", side->name,
				sg_loss_kinds[i].name, n, sg_loss_kinds[i].meaning);
	}
	return r;
}

/* A recording is a JSON object with "runs"; whatever else it may be is for the profile's reader to
 * say. */
static bool is_recording(const char *text, size_t len)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;

	return sg_json_parse("", text, len, &doc, NULL) == 0 &&
	       cJSON_GetObjectItemCaseSensitive(sg_json_root(doc), "runs");
}

static int read_file(const char *path, const char *name, const struct sg_profile_input *input,
		     bool quiet, struct sg_side *side, struct sg_error *err)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	_cleanup_free_ char *text = NULL;
	size_t len;
	int r;

	r = sg_input_read(path, SG_JSON_MAX_BYTES, &text, &len, err);
	if (r < 0)
		return r;
	if (!is_recording(text, len))
		return sg_profile_input_parse(name, text, len, input, quiet, &side->profile, err);
	r = sg_recording_parse(name, text, len, &rec, err);
	return r < 0 ? r : take_recording(side, rec, err);
}

/*
 * A default profile of an engine. SECCOMP_GEN_DATA can have another one of that name:
 * default/NAME.json. Its names for other architectures are nothing to report.
 */
static int read_default(const char *what, const struct sg_default *d,
			const struct sg_profile_input *input, struct sg_side *side,
			struct sg_error *err)
{
	const char *data = getenv("SECCOMP_GEN_DATA");
	_cleanup_free_ char *path = NULL, *text = NULL;
	size_t len;
	int r;

	if (data && *data) {
		if (asprintf(&path, "%s/default/%s.json", data, what) < 0) {
			path = NULL;
			return sg_error_oom(err);
		}
		if (access(path, F_OK) == 0) {
			if (asprintf(&side->origin, "%s is %s", what, path) < 0) {
				side->origin = NULL;
				return sg_error_oom(err);
			}
			return read_file(path, path, input, true, side, err);
		}
	}
	free(side->name);
	side->name = NULL;
	if (asprintf(&side->name, "%s@%u.%u", d->product, d->major, d->minor) < 0) {
		side->name = NULL;
		return sg_error_oom(err);
	}
	if (asprintf(&side->origin, "%s is %s %s's default profile (%s)", what, d->product,
		     d->version, d->made_of) < 0) {
		side->origin = NULL;
		return sg_error_oom(err);
	}
	r = sg_default_text(d, &text, &len, err);
	return r < 0 ? r
		     : sg_profile_input_parse(side->name, text, len, input, true, &side->profile,
					      err);
}

int sg_side_read_pid(pid_t pid, struct sg_side *ret, struct sg_error *err)
{
	char name[32];
	int r;

	snprintf(name, sizeof(name), "process %d", (int)pid);
	r = set_name(ret, name, err);
	if (r == 0)
		r = sg_pid_filters_read(pid, &ret->filters, err);
	if (r < 0)
		return r;
	if (ret->filters.n == 0)
		return sg_error_set(err, -ENODATA, "process %d has no seccomp filter", (int)pid);
	return 0;
}

/* A raw program, as `convert -f bpf` prints it; held like what a process has loaded. */
static int read_program(const char *path, struct sg_side *side, struct sg_error *err)
{
	int r;

	side->filters.filters = calloc(1, sizeof(struct sg_filter *));
	if (!side->filters.filters)
		return sg_error_oom(err);
	r = sg_filter_input_read(path, &side->filters.filters[0], err);
	if (r == 0)
		side->filters.n = 1;
	return r;
}

int sg_side_read(const char *what, const struct sg_profile_input *input, struct sg_side *ret,
		 struct sg_error *err)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	const struct sg_default *d;
	pid_t pid;
	int r;

	if (strncmp(what, "bpf:", 4) == 0) {
		r = set_name(ret, what + 4, err);
		return r < 0 ? r : read_program(what + 4, ret, err);
	}
	if (strncmp(what, "pid:", 4) == 0) {
		r = sg_pid_parse(what + 4, &pid, err);
		return r < 0 ? r : sg_side_read_pid(pid, ret, err);
	}
	if (strcmp(what, "-") == 0) {
		r = set_name(ret, SG_INPUT_STDIN_NAME, err);
		return r < 0 ? r : read_file(what, ret->name, input, false, ret, err);
	}
	r = set_name(ret, what, err);
	if (r < 0)
		return r;
	if (access(what, F_OK) == 0)
		return read_file(what, what, input, false, ret, err);
	r = sg_default_find(what, &d, err);
	if (r < 0 || d)
		return r < 0 ? r : read_default(what, d, input, ret, err);
	if (strchr(what, '/'))
		return sg_error_set(err, -ENOENT, "%s: no such file", what);
	r = sg_store_load(what, &rec, NULL, err);
	return r < 0 ? r : take_recording(ret, rec, err);
}

const char *sg_side_of_engine(const char *what, const struct sg_target *target, char *buf,
			      size_t size)
{
	const struct sg_default *known;
	struct sg_error ignored;

	if (!target->engine || !target->engine_version || strcmp(target->engine, what) != 0 ||
	    access(what, F_OK) == 0) /* a file of that name comes first */
		return what;
	if (snprintf(buf, size, "%s@%s", what, target->engine_version) >= (int)size ||
	    sg_default_find(buf, &known, &ignored) < 0 || !known)
		return what;
	return buf;
}

int sg_side_make_profile(struct sg_side *side, const struct sg_profile_input *input,
			 struct sg_error *err)
{
	_cleanup_(sg_profile_freep) struct sg_profile *p = NULL;
	const struct sg_verdict allow = { .action = SG_ACTION_ALLOW };
	struct sg_read_options opts;
	struct sg_rule *rule;
	int r;

	if (!side->run)
		return 0;
	r = sg_profile_new(&p, err);
	if (r == 0)
		r = sg_profile_input_options(input, SG_PARSED_OCI, &opts, err);
	if (r == 0)
		r = sg_profile_add_arch(p, opts.native_arch, err);
	if (r == 0)
		r = sg_profile_add_rule(p, allow, NULL, 0, &rule, err);
	for (size_t i = 0; r == 0 && i < side->run->n_entries; i++) {
		const struct sg_entry *entry = &side->run->entries[i];

		if (!sg_entry_is_application(entry))
			continue;
		r = sg_profile_add_arch(p, entry->id.arch, err);
		if (r == 0)
			r = sg_rule_add_call(rule, entry->id, NULL, err);
	}
	if (r < 0)
		return r;
	p->default_verdict = (struct sg_verdict){ .action = SG_ACTION_ERRNO, .data = ENOSYS };
	side->profile = TAKE_PTR(p);
	return 0;
}

int sg_side_compile(struct sg_side *side, const char *runtime, const struct sg_profile_input *input,
		    struct sg_compile_budget *budget, struct sg_error *err)
{
	_cleanup_(sg_compiled_done) struct sg_compiled compiled = { 0 };
	struct sg_compile_options opts = { .runtime_version = sg_profile_input_version(input),
					   .budget = budget };
	int r;

	if (!side->profile || side->run)
		return 0;
	sg_compile_flavor_parse(runtime, &opts.flavor); /* the parser checked it */
	r = sg_profile_compile(side->profile, &opts, &compiled, err);
	if (r < 0)
		return r;
	side->filters.filters = calloc(1, sizeof(struct sg_filter *));
	if (!side->filters.filters)
		return sg_error_oom(err);
	side->filters.filters[0] = TAKE_PTR(compiled.filter);
	side->filters.n = 1;
	sg_profile_free(side->profile);
	side->profile = NULL;
	return 0;
}
