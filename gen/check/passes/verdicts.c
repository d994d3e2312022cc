/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "check/checker.h"
#include "profile/errno_name.h"
#include "syscall/arch.h"
#include "syscall/table.h"

static int check_errno(struct sg_checker *c, enum sg_action action, bool has_errno, uint32_t value,
		       struct sg_position at, struct sg_error *err)
{
	if (!has_errno)
		return 0;
	if (!sg_action_has_data(action))
		return sg_findings_add(c->findings, SG_FINDING_ERRNO_UNUSED, at, err,
				       "errno %u with %s", value, sg_action_names[action]);
	if (action == SG_ACTION_ERRNO && value > SG_ERRNO_MAX)
		return sg_findings_add(
			c->findings, SG_FINDING_ERRNO_UNKNOWN, at, err, "errno %u: programs get %u",
			value, (uint16_t)value > SG_ERRNO_MAX ? SG_ERRNO_MAX : (uint16_t)value);
	if (action == SG_ACTION_ERRNO && value == 0)
		return sg_findings_add(c->findings, SG_FINDING_ERRNO_ZERO, at, err,
				       "errno 0: the call seems to work and does nothing");
	if (action == SG_ACTION_ERRNO && !sg_errno_name(value))
		return sg_findings_add(c->findings, SG_FINDING_ERRNO_UNKNOWN, at, err,
				       "errno %u has no name", value);
	return 0;
}

static bool lets_anything_run(const struct sg_profile *profile)
{
	if (sg_action_is_permissive(profile->default_verdict.action))
		return true;
	for (size_t i = 0; i < profile->n_rules; i++) {
		if (sg_action_is_permissive(profile->rules[i].verdict.action))
			return true;
	}
	return false;
}

static bool denies_anything(const struct sg_profile *profile)
{
	if (!sg_action_is_permissive(profile->default_verdict.action))
		return true;
	for (size_t i = 0; i < profile->n_rules; i++) {
		if (!sg_action_is_permissive(profile->rules[i].verdict.action))
			return true;
	}
	return false;
}

static int check_default(struct sg_checker *c, struct sg_error *err)
{
	const struct sg_parsed_profile *parsed = c->parsed;
	enum sg_action action = parsed->default_action;

	/* what a listener or a tracer lets run is theirs to say */
	if (!lets_anything_run(c->profile) && action != SG_ACTION_TRACE &&
	    (action != SG_ACTION_NOTIFY || sg_is_unheard(c, c->profile->default_verdict)))
		return sg_findings_add(
			c->findings, SG_FINDING_DENIES_ALL, parsed->default_action_at, err,
			"every call gets %s, execve of the program first", sg_action_names[action]);
	if (action == SG_ACTION_LOG)
		return sg_findings_add(c->findings, SG_FINDING_LOGS_DEFAULT,
				       parsed->default_action_at, err,
				       "what is not named runs, and is logged");
	if (!denies_anything(c->profile))
		return sg_findings_add(c->findings, SG_FINDING_ALLOWS_ALL,
				       parsed->default_action_at, err, "every call is allowed");
	return 0;
}

int sg_check_verdicts(struct sg_checker *c, struct sg_error *err)
{
	const struct sg_parsed_profile *parsed = c->parsed;
	int r;

	r = check_default(c, err);
	if (r == 0)
		r = check_errno(c, parsed->default_action, parsed->has_default_errno,
				parsed->default_errno, parsed->default_errno_at, err);
	for (size_t i = 0; r == 0 && i < parsed->n_entries; i++) {
		const struct sg_parsed_entry *e = &parsed->entries[i];

		r = check_errno(c, e->action, e->has_errno, e->errno_ret, e->errno_at, err);
	}
	for (size_t i = 0; r == 0 && i < parsed->flags.n; i++) {
		const struct sg_parsed_string *flag = &parsed->flags.items[i];

		if (strcmp(flag->text, "SECCOMP_FILTER_FLAG_SPEC_ALLOW") == 0)
			r = sg_findings_add(c->findings, SG_FINDING_SPEC_ALLOW, flag->at, err,
					    "speculative store bypass is not mitigated under it");
	}
	return r;
}

static int check_notify_entry(struct sg_checker *c, const struct sg_parsed_entry *entry,
			      struct sg_error *err)
{
	for (size_t i = 0; i < entry->names.n; i++) {
		if (strcmp(entry->names.items[i].text, "write") == 0)
			return sg_findings_add(c->findings, SG_FINDING_NOTIFY_WRITE,
					       entry->names.items[i].at, err,
					       "write is for the listener");
	}
	return 0;
}

static bool is_for_crun_alone(const struct sg_checker *c)
{
	return c->opts->n_runtimes == 1 && c->opts->runtimes[0].flavor == SG_COMPILE_CRUN;
}

bool sg_is_unheard(const struct sg_checker *c, struct sg_verdict verdict)
{
	return verdict.action == SG_ACTION_NOTIFY && is_for_crun_alone(c) &&
	       !c->parsed->listener_path;
}

/* Whether the entry in @line is a rule here, or has names of other architectures. */
static bool counts(const struct sg_profile *profile, unsigned int line)
{
	for (size_t i = 0; i < profile->n_rules; i++) {
		if (profile->rules[i].line == line)
			return true;
	}
	for (size_t i = 0; i < profile->n_idle; i++) {
		if (profile->idle[i].line == line)
			return true;
	}
	return false;
}

int sg_check_notify(struct sg_checker *c, struct sg_error *err)
{
	const struct sg_parsed_profile *parsed = c->parsed;
	const struct sg_parsed_entry *first = NULL;
	bool is_default = parsed->default_action == SG_ACTION_NOTIFY;
	int r = 0;

	if (is_default && !is_for_crun_alone(c))
		r = sg_findings_add(c->findings, SG_FINDING_NOTIFY_DEFAULT,
				    parsed->default_action_at, err,
				    "the default action is SCMP_ACT_NOTIFY");
	for (size_t i = 0; r == 0 && i < parsed->n_entries; i++) {
		const struct sg_parsed_entry *entry = &parsed->entries[i];

		if (entry->action != SG_ACTION_NOTIFY || !counts(c->profile, (unsigned int)i + 1))
			continue;
		first = first ? first : entry;
		if (!is_for_crun_alone(c))
			r = check_notify_entry(c, entry, err);
	}
	if (r < 0)
		return r;
	if ((is_default || first) && !parsed->listener_path && !is_for_crun_alone(c))
		return sg_findings_add(c->findings, SG_FINDING_NOTIFY_NO_LISTENER,
				       first ? first->action_at : parsed->default_action_at, err,
				       "SCMP_ACT_NOTIFY, and no listenerPath");
	if (!is_default && !first && parsed->listener_path)
		return sg_findings_add(c->findings, SG_FINDING_LISTENER_UNUSED, parsed->listener_at,
				       err, "no call has SCMP_ACT_NOTIFY");
	return 0;
}

/* The strings that decided the architectures: the list, or the native row of archMap. */
static const struct sg_parsed_strings *listed(const struct sg_checker *c,
					      const struct sg_arch *native)
{
	const struct sg_parsed_profile *parsed = c->parsed;

	for (size_t i = 0; i < parsed->n_arch_map; i++) {
		if (strcmp(parsed->arch_map[i].arch.text, native->scmp_name) == 0)
			return &parsed->arch_map[i].sub;
	}
	return &parsed->arches;
}

static int check_arch(struct sg_checker *c, const struct sg_arch *native,
		      const struct sg_parsed_string *text, struct sg_error *err)
{
	const struct sg_arch *arch = sg_arch_by_scmp_name(text->text);
	int r = 0;

	if (!arch || arch == native)
		return 0;
	if (arch->native != native->native)
		return sg_findings_add(c->findings, SG_FINDING_FOREIGN_ARCH, text->at, err,
				       "a kernel of %s runs no calls of %s", native->name,
				       arch->name);
	/* only where the kernel has calls there */
	if (lets_anything_run(c->profile))
		r = sg_findings_add(c->findings, SG_FINDING_COMPAT_ARCH, text->at, err,
				    "calls of %s programs are judged by name as well", arch->name);
	return r;
}

int sg_check_arches(struct sg_checker *c, struct sg_error *err)
{
	const struct sg_arch *native = sg_arch_by_token(c->opts->read.native_arch);
	const struct sg_parsed_strings *arches = listed(c, native);
	int r = 0;

	for (size_t i = 0; r == 0 && i < arches->n; i++) {
		for (size_t k = 0; k < i; k++) {
			if (strcmp(arches->items[k].text, arches->items[i].text) != 0)
				continue;
			r = sg_findings_add(c->findings, SG_FINDING_REPEATED_ARCH,
					    arches->items[i].at, err, "%s is listed before",
					    arches->items[i].text);
			break;
		}
		if (r == 0)
			r = check_arch(c, native, &arches->items[i], err);
	}
	return r;
}
