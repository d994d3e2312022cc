/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "dialect/print/oci.h"
#include "dialect/print/printers.h"
#include "dialect/project.h"
#include "profile/errno_name.h"
#include "syscall/arch.h"

/*
 * Docker and podman share a grammar: archMap in place of architectures, so that a host's filter
 * holds that host's architectures only, and entries for some hosts through includes.arches (moby
 * profiles/seccomp, containers/common pkg/seccomp). podman spells errnos out.
 */
static int reduce(const struct sg_profile *profile, struct sg_profile **ret, struct sg_error *err)
{
	const struct sg_project_options opts = { 0 };

	return sg_project(profile, &opts, ret, err);
}

int sg_docker_reduce(const struct sg_profile *profile, const struct sg_print_options *opts,
		     struct sg_profile **ret, struct sg_conversion_loss *loss, struct sg_error *err)
{
	struct sg_verdict fallback = profile->default_verdict;
	int r;

	(void)opts;
	r = reduce(profile, ret, err);
	if (r < 0 || !sg_action_has_data(fallback.action) || fallback.data == EPERM)
		return r;
	r = sg_conversion_loss_add(
		loss, err, SG_CONVERSION_NOTE,
		"Docker 20.10 and older pass over defaultErrnoRet and answer EPERM");
	if (r < 0) {
		sg_profile_free(*ret);
		*ret = NULL;
	}
	return r;
}

int sg_podman_reduce(const struct sg_profile *profile, const struct sg_print_options *opts,
		     struct sg_profile **ret, struct sg_conversion_loss *loss, struct sg_error *err)
{
	(void)opts;
	(void)loss;
	return reduce(profile, ret, err);
}

/* podman takes the name before the number; the number is for older versions of it, and alone where
 * it has no name. */
static void print_errno(struct sg_json_writer *w, const char *number_key, const char *name_key,
			struct sg_verdict verdict)
{
	const char *name = sg_errno_podman_name(verdict.data);

	if (!sg_action_has_data(verdict.action))
		return;
	sg_json_add_u64(w, number_key, verdict.data);
	if (name_key && name && verdict.action == SG_ACTION_ERRNO)
		sg_json_add_string(w, name_key, name);
}

static void print_arch_map(struct sg_json_writer *w, const struct sg_profile *profile,
			   const struct sg_plan *plan)
{
	sg_json_open_array(w, "archMap");
	for (size_t i = 0; i < plan->n_families; i++) {
		sg_json_open_object(w, NULL);
		sg_json_add_string(w, "architecture",
				   sg_arch_by_token(plan->families[i])->scmp_name);
		sg_json_open_inline_array(w, "subArchitectures");
		for (size_t k = 0; k < profile->n_arches; k++) {
			uint32_t arch = profile->arches[k];

			if (arch != plan->families[i] && sg_family_of(arch) == plan->families[i])
				sg_json_add_string(w, NULL, sg_arch_by_token(arch)->scmp_name);
		}
		sg_json_close_array(w);
		sg_json_close_object(w);
	}
	sg_json_close_array(w);
}

static void print_strings(struct sg_json_writer *w, const char *key, char *const *strings, size_t n)
{
	if (!n)
		return;
	sg_json_open_array(w, key);
	for (size_t i = 0; i < n; i++)
		sg_json_add_string(w, NULL, strings[i]);
	sg_json_close_array(w);
}

static void print_families(struct sg_json_writer *w, const struct sg_plan *plan, uint32_t families)
{
	if (families == sg_plan_all_families(plan))
		return;
	sg_json_open_object(w, "includes");
	sg_json_open_inline_array(w, "arches");
	for (size_t i = 0; i < plan->n_families; i++) {
		if (families >> i & 1)
			sg_json_add_string(w, NULL,
					   sg_arch_by_token(plan->families[i])->docker_arch);
	}
	sg_json_close_array(w);
	sg_json_close_object(w);
}

static void print_entry(struct sg_json_writer *w, const struct sg_plan *plan,
			const struct sg_plan_entry *entry, bool by_name)
{
	sg_json_open_object(w, NULL);
	sg_json_open_array(w, "names");
	for (size_t i = 0; i < entry->n_names; i++)
		sg_json_add_string(w, NULL, entry->names[i]);
	sg_json_close_array(w);
	sg_json_add_string(w, "action", sg_action_names[entry->verdict.action]);
	print_errno(w, "errnoRet", by_name ? "errno" : NULL, entry->verdict);
	sg_oci_print_conditions(w, entry);
	print_families(w, plan, entry->families);
	sg_json_close_object(w);
}

static int print(const struct sg_profile *profile, bool by_name, struct sg_strbuf *out,
		 struct sg_error *err)
{
	_cleanup_(sg_plan_done) struct sg_plan plan = { 0 };
	struct sg_json_writer w;
	int r;

	r = sg_plan_init(&plan, profile, true, err);
	if (r < 0)
		return r;
	sg_json_writer_init(&w, out);
	sg_json_open_object(&w, NULL);
	sg_json_add_string(&w, "defaultAction", sg_action_names[profile->default_verdict.action]);
	if (profile->has_default_errno)
		print_errno(&w, "defaultErrnoRet", by_name ? "defaultErrno" : NULL,
			    profile->default_verdict);
	print_arch_map(&w, profile, &plan);
	print_strings(&w, "flags", profile->flags, profile->n_flags);
	if (profile->listener_path)
		sg_json_add_string(&w, "listenerPath", profile->listener_path);
	if (profile->listener_metadata)
		sg_json_add_string(&w, "listenerMetadata", profile->listener_metadata);
	sg_json_open_array(&w, "syscalls");
	for (size_t i = 0; i < plan.n; i++)
		print_entry(&w, &plan, &plan.entries[i], by_name);
	sg_json_close_array(&w);
	sg_json_close_object(&w);
	return 0;
}

int sg_docker_print(const struct sg_profile *reduced, const struct sg_print_options *opts,
		    struct sg_strbuf *out, struct sg_error *err)
{
	(void)opts;
	return print(reduced, false, out, err);
}

int sg_podman_print(const struct sg_profile *reduced, const struct sg_print_options *opts,
		    struct sg_strbuf *out, struct sg_error *err)
{
	(void)opts;
	return print(reduced, true, out, err);
}
