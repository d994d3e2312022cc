/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/parts/profile_input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/version.h"
#include "cli/arch.h"
#include "base/json/json.h"
#include "base/strbuf.h"
#include "dialect/read/read.h"
#include "store/input.h"
#include "cli/log.h"
#include "syscall/arch.h"
#include "syscall/table.h"

/* Names of one warning; of the rest it says how many there are. */
#define NAMES_SHOWN 20u

static const struct {
	const char *name;
	const char *const *caps;
	const size_t *n;
	bool is_podman;
} cap_sets[] = {
	{ "docker", sg_docker_caps, &sg_n_docker_caps, false },
	{ "podman", sg_podman_caps, &sg_n_podman_caps, true },
	{ "podman-4.3", sg_podman_4_3_caps, &sg_n_podman_4_3_caps, true },
	{ "all", sg_all_caps, &sg_n_all_caps, false },
};

static int add_cap(struct sg_profile_caps *caps, const char *cap, struct sg_error *err)
{
	if (SG_ARRAY_GROW(caps->list, caps->n) < 0)
		return sg_error_oom(err);
	caps->list[caps->n++] = cap;
	return 0;
}

static int add_cap_word(struct sg_profile_caps *caps, const char *word, struct sg_error *err)
{
	const char *cap;
	int r = 0;

	if (strcmp(word, "none") == 0)
		return 0;
	for (size_t i = 0; i < SG_ARRAY_SIZE(cap_sets); i++) {
		if (strcmp(word, cap_sets[i].name) != 0)
			continue;
		if (cap_sets[i].is_podman)
			caps->is_podman = true;
		for (size_t k = 0; k < *cap_sets[i].n && r == 0; k++)
			r = add_cap(caps, cap_sets[i].caps[k], err);
		return r;
	}
	cap = sg_cap_by_name(word);
	if (!cap)
		return sg_error_set(
			err, -EINVAL,
			"'%s' is no capability (nor docker, podman, podman-4.3, all, none)", word);
	return add_cap(caps, cap, err);
}

int sg_option_caps(const char *value, void *field, struct sg_error *err)
{
	_cleanup_free_ char *words = strdup(value);
	struct sg_profile_caps *caps = field;
	char *save = NULL;
	int r = 0;

	if (!words)
		return sg_error_oom(err);
	caps->given = true;
	for (char *word = strtok_r(words, ", ", &save); word && r == 0;
	     word = strtok_r(NULL, ", ", &save))
		r = add_cap_word(caps, word, err);
	return r;
}

int sg_option_arch(const char *value, void *field, struct sg_error *err)
{
	const struct sg_arch *arch = sg_arch_by_name(value);

	if (!arch)
		arch = sg_arch_by_scmp_name(value);
	if (!arch)
		return sg_error_set(err, -EINVAL,
				    "'%s' is no architecture (x86_64, aarch64, riscv64, …)", value);
	if (arch->native != arch->token)
		return sg_error_set(err, -EINVAL,
				    "%s is no machine's own architecture: give %s, whose kernel "
				    "runs it",
				    value, sg_arch_by_token(arch->native)->name);
	*(uint32_t *)field = arch->token;
	return 0;
}

int sg_option_kernel(const char *value, void *field, struct sg_error *err)
{
	if (sg_kernel_parse(value, field) < 0)
		return sg_error_set(err, -EINVAL, "'%s' is no version such as 6.1", value);
	return 0;
}

int sg_option_version(const char *value, void *field, struct sg_error *err)
{
	uint32_t version;

	if (sg_runtime_version_parse(value, &version) < 0)
		return sg_error_set(err, -EINVAL, "'%s' is no version such as 1.1.5", value);
	*(const char **)field = value;
	return 0;
}

const struct sg_choice sg_filter_runtimes[] = {
#define RUNTIME(id, name_) { .name = (name_) },
#include "filter/compile/runtimes.def"
#undef RUNTIME
	{ .name = "plain" },
	{ 0 },
};

uint32_t sg_profile_input_version(const struct sg_profile_input *input)
{
	uint32_t version = 0;

	if (input->runtime_version) /* sg_option_version() has read it */
		sg_runtime_version_parse(input->runtime_version, &version);
	return version;
}

int sg_filter_input_read(const char *path, struct sg_filter **ret, struct sg_error *err)
{
	const char *name = strcmp(path, "-") == 0 ? SG_INPUT_STDIN_NAME : path;
	_cleanup_free_ char *bytes = NULL;
	size_t len;
	int r;

	/* twice what is allowed: who exceeds it by less learns by how many instructions */
	r = sg_input_read(path, 2 * SG_FILTER_MAX_INSNS * sizeof(struct sock_filter), &bytes, &len,
			  err);
	return r < 0 ? r : sg_filter_parse(name, bytes, len, ret, err);
}

void sg_profile_input_done(struct sg_profile_input *input)
{
	free(input->caps.list);
	*input = (struct sg_profile_input){ 0 };
}

int sg_profile_input_options(const struct sg_profile_input *input, enum sg_parsed_dialect dialect,
			     struct sg_read_options *ret, struct sg_error *err)
{
	bool is_podman = dialect == SG_PARSED_PODMAN;
	struct sg_read_options opts = {
		.native_arch = input->arch,
		.kernel = input->kernel,
		/* asked of podman 4.3.1; containers/common has no such field */
		.no_min_kernel = is_podman || input->caps.is_podman
	};
	struct utsname uts;
	int r;

	if (!input->arch) {
		r = sg_native_arch(&opts.native_arch, err);
		if (r < 0)
			return r;
	}
	if (!input->kernel && uname(&uts) == 0 && sg_kernel_parse(uts.release, &opts.kernel) < 0)
		opts.kernel = 0; /* a name of its own: newer than any minKernel */
	if (input->caps.given) {
		opts.caps = input->caps.list;
		opts.n_caps = input->caps.n;
	} else {
		opts.caps = is_podman ? sg_podman_caps : sg_docker_caps;
		opts.n_caps = is_podman ? sg_n_podman_caps : sg_n_docker_caps;
	}
	*ret = opts;
	return 0;
}

static void show_notes(const char *name, const struct sg_read_notices *notices)
{
	for (size_t i = 0; i < notices->n; i++) {
		_cleanup_(sg_strbuf_done) struct sg_strbuf line = SG_STRBUF_INIT;

		sg_strbuf_printf(&line, sg_read_notice_formats[notices->items[i].kind],
				 notices->items[i].text);
		if (!line.failed)
			sg_notice("%s:%u: %s", name, notices->items[i].at.line, line.data);
	}
}

int sg_profile_input_parse(const char *name, const char *text, size_t len,
			   const struct sg_profile_input *input, bool quiet,
			   struct sg_profile **ret, struct sg_error *err)
{
	_cleanup_(sg_read_notices_done) struct sg_read_notices notices = { 0 };
	_cleanup_(sg_parsed_profile_freep) struct sg_parsed_profile *parsed = NULL;
	struct sg_read_options opts;
	int r;

	r = sg_profile_parse(name, text, len, &parsed, err);
	if (r == 0)
		r = sg_profile_input_options(input, parsed->dialect, &opts, err);
	if (r < 0)
		return r;
	opts.notices = &notices;
	r = sg_profile_resolve(parsed, &opts, ret, err);
	if (r == 0 && !quiet)
		show_notes(name, &notices);
	return r;
}

int sg_profile_input_read(const char *path, const struct sg_profile_input *input,
			  struct sg_profile **ret, struct sg_error *err)
{
	const char *name = strcmp(path, "-") == 0 ? SG_INPUT_STDIN_NAME : path;
	_cleanup_free_ char *text = NULL;
	size_t len;
	int r;

	r = sg_input_read(path, SG_JSON_MAX_BYTES, &text, &len, err);
	return r < 0 ? r : sg_profile_input_parse(name, text, len, input, false, ret, err);
}

static void warn_of(const char *command, const struct sg_profile *profile,
		    const struct sg_compiled *compiled, enum sg_drop_reason reason)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf names = SG_STRBUF_INIT;
	size_t n = 0;

	for (size_t i = 0; i < compiled->n_drops; i++) {
		const struct sg_drop *drop = &compiled->drops[i];
		const struct sg_arch *arch = sg_arch_by_token(drop->id.arch);
		const char *name = sg_syscall_name(drop->id);

		if (drop->reason != reason || drop->is_compiled || n++ >= NAMES_SHOWN)
			continue;
		if (n > 1)
			sg_strbuf_add(&names, ", ");
		if (name)
			sg_strbuf_add(&names, name);
		else
			sg_strbuf_printf(&names, "#%u", drop->id.nr);
		if (profile->n_arches > 1 && arch)
			sg_strbuf_printf(&names, " (%s)", arch->name);
	}
	if (n == 0 || names.failed)
		return;
	if (n > NAMES_SHOWN)
		sg_strbuf_printf(&names, " and %zu more", n - NAMES_SHOWN);
	if (!names.failed)
		sg_warn("%s: not in the filter, %s: %s", command, sg_drop_reasons[reason],
			names.data);
}

void sg_warn_drops(const char *command, const struct sg_profile *profile,
		   const struct sg_compiled *compiled)
{
	for (int reason = 0; reason < SG_DROP_MAX_; reason++) {
		/* what the default says anyway is no loss */
		if (reason != SG_DROP_IS_DEFAULT)
			warn_of(command, profile, compiled, (enum sg_drop_reason)reason);
	}
}
