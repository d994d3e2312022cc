/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/print/oci.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dialect/print/printers.h"
#include "dialect/project.h"
#include "syscall/arch.h"

struct named {
	const char *name;
	enum sg_action action;
};

static int compare_named(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : (int)y->action - (int)x->action;
}

/*
 * A name counts for every architecture, so two verdicts for it, both without conditions, leave it
 * to the runtime which one it takes; libseccomp refuses the second.
 */
static int check_names(const struct sg_plan *plan, struct sg_error *err)
{
	_cleanup_free_ struct named *rows = NULL;
	size_t n = 0;

	for (size_t i = 0; i < plan->n; i++)
		n += plan->entries[i].n_names;
	rows = calloc(n + 1, sizeof(*rows));
	if (!rows)
		return sg_error_oom(err);
	n = 0;
	for (size_t i = 0; i < plan->n; i++) {
		const struct sg_plan_entry *entry = &plan->entries[i];

		for (size_t k = 0; k < entry->n_names && !entry->n_conditions; k++)
			rows[n++] = (struct named){ entry->names[k], entry->verdict.action };
	}
	qsort(rows, n, sizeof(*rows), compare_named);
	for (size_t i = 1; i < n; i++) {
		if (strcmp(rows[i - 1].name, rows[i].name) == 0)
			return sg_error_set(err, -EINVAL,
					    "OCI profile: %s has two verdicts, %s and %s: the "
					    "dialect cannot say which "
					    "architecture each is for",
					    rows[i].name, sg_action_names[rows[i - 1].action],
					    sg_action_names[rows[i].action]);
	}
	return 0;
}

void sg_oci_print_conditions(struct sg_json_writer *w, const struct sg_plan_entry *entry)
{
	if (!entry->n_conditions)
		return;
	sg_json_open_array(w, "args");
	for (size_t i = 0; i < entry->n_conditions; i++) {
		const struct sg_condition *c = &entry->conditions[i];

		sg_json_open_inline_object(w, NULL);
		sg_json_add_u64(w, "index", c->index);
		sg_json_add_u64(w, "value", c->value);
		if (c->op == SG_OP_MASKED_EQ)
			sg_json_add_u64(w, "valueTwo", c->value_two);
		sg_json_add_string(w, "op", sg_op_names[c->op]);
		sg_json_close_object(w);
	}
	sg_json_close_array(w);
}

static void print_entry(struct sg_json_writer *w, const struct sg_plan_entry *entry)
{
	sg_json_open_object(w, NULL);
	sg_json_open_array(w, "names");
	for (size_t i = 0; i < entry->n_names; i++)
		sg_json_add_string(w, NULL, entry->names[i]);
	sg_json_close_array(w);
	sg_json_add_string(w, "action", sg_action_names[entry->verdict.action]);
	if (sg_action_has_data(entry->verdict.action))
		sg_json_add_u64(w, "errnoRet", entry->verdict.data);
	sg_oci_print_conditions(w, entry);
	sg_json_close_object(w);
}

static void print_head(struct sg_json_writer *w, const struct sg_profile *profile)
{
	struct sg_verdict fallback = profile->default_verdict;

	sg_json_add_string(w, "defaultAction", sg_action_names[fallback.action]);
	/* runtime-spec: a runtime must fail on an errno with an action that takes none */
	if (profile->has_default_errno && sg_action_has_data(fallback.action))
		sg_json_add_u64(w, "defaultErrnoRet", fallback.data);
	if (profile->n_arches) {
		sg_json_open_array(w, "architectures");
		for (size_t i = 0; i < profile->n_arches; i++)
			sg_json_add_string(w, NULL,
					   sg_arch_by_token(profile->arches[i])->scmp_name);
		sg_json_close_array(w);
	}
	if (profile->n_flags) {
		sg_json_open_array(w, "flags");
		for (size_t i = 0; i < profile->n_flags; i++)
			sg_json_add_string(w, NULL, profile->flags[i]);
		sg_json_close_array(w);
	}
	if (profile->listener_path)
		sg_json_add_string(w, "listenerPath", profile->listener_path);
	if (profile->listener_metadata)
		sg_json_add_string(w, "listenerMetadata", profile->listener_metadata);
}

int sg_oci_json(const struct sg_profile *profile, struct sg_strbuf *out, struct sg_error *err)
{
	_cleanup_(sg_plan_done) struct sg_plan plan = { 0 };
	struct sg_json_writer w;
	int r;

	r = sg_plan_init(&plan, profile, false, err);
	if (r < 0)
		return r;
	r = check_names(&plan, err);
	if (r < 0)
		return r;

	sg_json_writer_init(&w, out);
	sg_json_open_object(&w, NULL);
	print_head(&w, profile);
	if (plan.n) {
		sg_json_open_array(&w, "syscalls");
		for (size_t i = 0; i < plan.n; i++)
			print_entry(&w, &plan.entries[i]);
		sg_json_close_array(&w);
	}
	sg_json_close_object(&w);
	return 0;
}

int sg_oci_reduce(const struct sg_profile *profile, const struct sg_print_options *opts,
		  struct sg_profile **ret, struct sg_conversion_loss *loss, struct sg_error *err)
{
	const struct sg_project_options project = { .across_families = true };

	(void)opts;
	(void)loss;
	return sg_project(profile, &project, ret, err);
}

int sg_oci_print(const struct sg_profile *reduced, const struct sg_print_options *opts,
		 struct sg_strbuf *out, struct sg_error *err)
{
	(void)opts;
	return sg_oci_json(reduced, out, err);
}
