/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json/yaml_write.h"
#include "dialect/plan.h"
#include "dialect/print/printers.h"
#include "dialect/project.h"
#include "syscall/arch.h"

/*
 * SeccompProfile of security-profiles-operator.x-k8s.io/v1beta1, which v1 reads alike
 * (deploy/base-crds/crds/seccompprofile.yaml): no errno for the default action, errnoRet 0 is "not
 * set", numbers are int64.
 */
#define LISTENER_DIR   "/var/run/security-profiles-operator/"
#define NAME_MAX_      253u /* a DNS subdomain, RFC 1123 */
#define CONDITIONS_MAX 6u   /* maxItems of an entry's args */

/* The errno that a runtime takes when the resource says none. */
static void default_errno(struct sg_verdict *verdict)
{
	if (sg_action_has_data(verdict->action))
		verdict->data = EPERM;
}

/* Architectures of the schema's enumeration; the rest of the runtime-spec's came later. */
static int check_arches(const struct sg_profile *profile, struct sg_error *err)
{
	static const uint32_t missing[] = { AUDIT_ARCH_M68K, AUDIT_ARCH_SH, AUDIT_ARCH_SHEL,
					    AUDIT_ARCH_LOONGARCH64 };

	for (size_t i = 0; i < profile->n_arches; i++) {
		for (size_t k = 0; k < SG_ARRAY_SIZE(missing); k++) {
			if (profile->arches[i] == missing[k])
				return sg_error_set(err, -EOPNOTSUPP,
						    "crd: a SeccompProfile has no %s",
						    sg_arch_by_token(missing[k])->scmp_name);
		}
	}
	return 0;
}

static bool fits(const struct sg_condition *c)
{
	return c->value <= INT64_MAX && c->value_two <= INT64_MAX;
}

/*
 * A condition that cannot be said is left out where the rule lets calls through, because the
 * workload needs them: all of them where one was enough. A denial whose conditions cannot be said
 * is left out as a whole.
 */
static int reduce_rule(struct sg_profile *to, const struct sg_rule *from, struct sg_error *err)
{
	size_t left = 0, unfit = 0;
	struct sg_rule *rule;
	int r;

	for (size_t i = 0; i < from->n_conditions; i++)
		unfit += !fits(&from->conditions[i]);
	if (unfit && !sg_action_is_permissive(from->verdict.action))
		return 0;
	r = sg_project_rule(to, from, &rule, err);
	if (r < 0)
		return r;
	if (rule->verdict.data == 0)
		default_errno(&rule->verdict);
	for (size_t i = 0; i < from->n_conditions && !(unfit && sg_rule_is_split(from)); i++) {
		if (fits(&from->conditions[i]))
			rule->conditions[left++] = from->conditions[i];
	}
	rule->n_conditions = left;
	if (left > CONDITIONS_MAX)
		return sg_error_set(err, -EOPNOTSUPP,
				    "crd: an entry has %zu conditions, and a SeccompProfile takes "
				    "%u; those on one argument can be entries of their own",
				    left, CONDITIONS_MAX);
	for (size_t k = 0; r == 0 && k < from->n_calls; k++)
		r = sg_rule_add_call(rule, from->calls[k].id, NULL, err);
	return r;
}

/* The schema's pattern: a name in that directory. */
static bool is_listener(const char *path)
{
	const char *name;

	if (strncmp(path, LISTENER_DIR, strlen(LISTENER_DIR)) != 0)
		return false;
	name = path + strlen(LISTENER_DIR);
	return *name &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") ==
		       strlen(name);
}

static int reduce_listener(struct sg_profile *to, struct sg_conversion_loss *loss,
			   struct sg_error *err)
{
	if (!to->listener_path || is_listener(to->listener_path))
		return 0;
	free(to->listener_path);
	to->listener_path = NULL;
	return sg_conversion_loss_add(
		loss, err, SG_CONVERSION_DETAIL,
		"the listener, because its path must be a plain name in " LISTENER_DIR);
}

int sg_crd_reduce(const struct sg_profile *profile, const struct sg_print_options *opts,
		  struct sg_profile **ret, struct sg_conversion_loss *loss, struct sg_error *err)
{
	_cleanup_(sg_profile_freep) struct sg_profile *named = NULL, *to = NULL;
	const struct sg_project_options project = { .across_families = true };
	int r;

	(void)opts;
	r = check_arches(profile, err);
	if (r == 0)
		r = sg_project(profile, &project, &named, err);
	if (r == 0)
		r = sg_profile_new(&to, err);
	if (r == 0)
		r = sg_project_head(to, named, err);
	for (size_t i = 0; r == 0 && i < named->n_arches; i++)
		r = sg_profile_add_arch(to, named->arches[i], err);
	for (size_t i = 0; r == 0 && i < named->n_rules; i++)
		r = reduce_rule(to, &named->rules[i], err);
	if (r == 0)
		r = reduce_listener(to, loss, err);
	if (r < 0)
		return r;
	default_errno(&to->default_verdict);
	to->has_default_errno = false;
	*ret = TAKE_PTR(to);
	return 0;
}

static int check_name(const char *name, struct sg_error *err)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	size_t n = strlen(name);

	if (n > 0 && n <= NAME_MAX_ &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-.") == n &&
	    strchr(letters, name[0]) && strchr(letters, name[n - 1]) && !strstr(name, ".."))
		return 0;
	return sg_error_set(err, -EINVAL,
			    "crd: the name of a resource is lower-case letters, digits, '-' and "
			    "'.', and starts and ends with one of the former");
}

static void print_strings(struct sg_yaml_writer *w, const char *key, char *const *strings, size_t n)
{
	if (!n)
		return;
	sg_yaml_string(w, key);
	sg_yaml_open_sequence(w);
	for (size_t i = 0; i < n; i++)
		sg_yaml_string(w, strings[i]);
	sg_yaml_close_sequence(w);
}

static void print_conditions(struct sg_yaml_writer *w, const struct sg_plan_entry *entry)
{
	if (!entry->n_conditions)
		return;
	sg_yaml_string(w, "args");
	sg_yaml_open_sequence(w);
	for (size_t i = 0; i < entry->n_conditions; i++) {
		const struct sg_condition *c = &entry->conditions[i];

		sg_yaml_open_mapping(w);
		sg_yaml_string(w, "index");
		sg_yaml_u64(w, c->index);
		sg_yaml_string(w, "value");
		sg_yaml_u64(w, c->value);
		if (c->op == SG_OP_MASKED_EQ) {
			sg_yaml_string(w, "valueTwo");
			sg_yaml_u64(w, c->value_two);
		}
		sg_yaml_pair(w, "op", sg_op_names[c->op]);
		sg_yaml_close_mapping(w);
	}
	sg_yaml_close_sequence(w);
}

static void print_entry(struct sg_yaml_writer *w, const struct sg_plan_entry *entry)
{
	sg_yaml_open_mapping(w);
	sg_yaml_pair(w, "action", sg_action_names[entry->verdict.action]);
	sg_yaml_string(w, "names");
	sg_yaml_open_sequence(w);
	for (size_t i = 0; i < entry->n_names; i++)
		sg_yaml_string(w, entry->names[i]);
	sg_yaml_close_sequence(w);
	if (sg_action_has_data(entry->verdict.action)) {
		sg_yaml_string(w, "errnoRet");
		sg_yaml_u64(w, entry->verdict.data);
	}
	print_conditions(w, entry);
	sg_yaml_close_mapping(w);
}

static void print_spec(struct sg_yaml_writer *w, const struct sg_profile *profile,
		       const struct sg_plan *plan)
{
	sg_yaml_string(w, "spec");
	sg_yaml_open_mapping(w);
	sg_yaml_pair(w, "defaultAction", sg_action_names[profile->default_verdict.action]);
	sg_yaml_string(w, "architectures");
	sg_yaml_open_sequence(w);
	for (size_t i = 0; i < profile->n_arches; i++)
		sg_yaml_string(w, sg_arch_by_token(profile->arches[i])->scmp_name);
	sg_yaml_close_sequence(w);
	print_strings(w, "flags", profile->flags, profile->n_flags);
	if (profile->listener_path)
		sg_yaml_pair(w, "listenerPath", profile->listener_path);
	if (profile->listener_metadata)
		sg_yaml_pair(w, "listenerMetadata", profile->listener_metadata);
	if (plan->n) {
		sg_yaml_string(w, "syscalls");
		sg_yaml_open_sequence(w);
		for (size_t i = 0; i < plan->n; i++)
			print_entry(w, &plan->entries[i]);
		sg_yaml_close_sequence(w);
	}
	sg_yaml_close_mapping(w);
}

int sg_crd_print(const struct sg_profile *reduced, const struct sg_print_options *opts,
		 struct sg_strbuf *out, struct sg_error *err)
{
	_cleanup_(sg_plan_done) struct sg_plan plan = { 0 };
	const char *name = opts->name ? opts->name : "seccomp-gen";
	struct sg_yaml_writer w;
	int r;

	r = check_name(name, err);
	if (r == 0)
		r = sg_plan_init(&plan, reduced, false, err);
	if (r == 0)
		r = sg_yaml_writer_init(&w, out, err);
	if (r < 0)
		return r;
	sg_yaml_open_mapping(&w);
	sg_yaml_pair(&w, "apiVersion", "security-profiles-operator.x-k8s.io/v1beta1");
	sg_yaml_pair(&w, "kind", "SeccompProfile");
	sg_yaml_string(&w, "metadata");
	sg_yaml_open_mapping(&w);
	sg_yaml_pair(&w, "name", name);
	sg_yaml_close_mapping(&w);
	print_spec(&w, reduced, &plan);
	sg_yaml_close_mapping(&w);
	return sg_yaml_writer_finish(&w, err);
}
