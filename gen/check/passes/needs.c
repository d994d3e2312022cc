/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "base/version.h"
#include "check/checker.h"
#include "filter/compile/compile.h"
#include "profile/verdict_text.h"
#include "profile/tried_first.h"
#include "syscall/arch.h"
#include "syscall/libseccomp.h"
#include "syscall/table.h"

/* What the runtime, libraries, the kernel and libseccomp need of a profile. */

static bool id_of(const struct sg_checker *c, const char *name, struct sg_syscall_id *ret)
{
	ret->arch = c->opts->read.native_arch;
	return sg_syscall_nr(ret->arch, name, &ret->nr) == 0;
}

/* The runtime is answered by an errno after which it goes another way, all of which is open. */
static bool has_way(const struct sg_checker *c, const struct sg_floor *floor, const char *name,
		    struct sg_verdict verdict)
{
	const struct sg_floor_way *way = NULL;
	struct sg_syscall_id id;

	for (size_t i = 0; i < floor->n_ways && !way; i++) {
		if (strcmp(floor->ways[i].call, name) == 0)
			way = &floor->ways[i];
	}
	if (!way || verdict.action != SG_ACTION_ERRNO ||
	    (verdict.data != ENOSYS && verdict.data != EPERM))
		return false;
	for (size_t i = 0; i < way->n_instead; i++) {
		if (id_of(c, way->instead[i], &id) && sg_reach_of(c->profile, id) == SG_REACH_NEVER)
			return false;
	}
	return true;
}

static bool kills(struct sg_verdict verdict)
{
	return verdict.action == SG_ACTION_KILL_PROCESS ||
	       verdict.action == SG_ACTION_KILL_THREAD || verdict.action == SG_ACTION_TRAP;
}

/* "in an exec session": the only starts in which the call is needed; NULL: in each. */
static const char *only_when(const struct sg_floor_use *use)
{
	if (!use || use->when & SG_FLOOR_EACH_START)
		return NULL;
	switch (use->when & ~(unsigned int)SG_FLOOR_AT_TIMES) {
	case SG_FLOOR_OTHER_USER:
		return "as another user than root";
	case SG_FLOOR_EXEC:
		return "for exec in a container that runs";
	case 0:
		return "at times";
	default:
		return "as another user than root, or for exec in a container that runs";
	}
}

/* What a start lacks without @name, and in which case. */
static int add_floor_missing(struct sg_checker *c, const struct sg_floor *floor, const char *name,
			     struct sg_position at, struct sg_error *err)
{
	const struct sg_floor_use *use = sg_floor_find_use(floor, name);
	const char *only = only_when(use);
	bool one_kind = use && use->with_privs != use->with_no_privs && !floor->one_kind;
	const char *privs = !one_kind	      ? ""
			    : use->with_privs ? ", unless with no_new_privs"
					      : ", with no_new_privs";

	if (only)
		return sg_findings_add(c->findings, SG_FINDING_FLOOR_SOMETIMES, at, err,
				       "%s needs %s %s: such a start fails%s", floor->runtime, name,
				       only, privs);
	return sg_findings_add(c->findings, SG_FINDING_FLOOR_MISSING, at, err,
			       "%s does not start a container without %s%s", floor->runtime, name,
			       privs);
}

/* @needed: the call; else only not to be killed for it. */
static int check_floor_call(struct sg_checker *c, const struct sg_floor *floor, const char *name,
			    bool needed, struct sg_error *err)
{
	struct sg_verdict verdict;
	struct sg_syscall_id id;
	enum sg_reach reach;

	if (!id_of(c, name, &id))
		return 0;
	reach = sg_reach_of(c->profile, id);
	if (reach == SG_REACH_SOMETIMES && needed)
		return sg_findings_add(c->findings, SG_FINDING_FLOOR_CONDITIONS,
				       sg_checker_position_of(c, id), err,
				       "%s may not start a container: %s", floor->runtime, name);
	if (reach != SG_REACH_NEVER)
		return 0;
	verdict = sg_loaded_verdict(c, id);
	if (needed ? has_way(c, floor, name, verdict) : !kills(verdict))
		return 0;
	if (needed)
		return add_floor_missing(c, floor, name, sg_checker_position_of(c, id), err);
	return sg_findings_add(c->findings, SG_FINDING_FLOOR_MISSING, sg_checker_position_of(c, id),
			       err, "%s does not start a container if it is killed for %s",
			       floor->runtime, name);
}

static int check_floor(struct sg_checker *c, const struct sg_floor *floor, struct sg_error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < floor->n_names; i++)
		r = check_floor_call(c, floor, floor->names[i], true, err);
	for (size_t i = 0; r == 0 && i < floor->n_tolerated; i++)
		r = check_floor_call(c, floor, floor->tolerated[i], false, err);
	return r;
}

/* "openat, setuid": what @floor needs and never gets; how many. */
static size_t missing_of(const struct sg_checker *c, const struct sg_floor *floor,
			 struct sg_strbuf *out)
{
	size_t n = 0;

	for (size_t i = 0; i < floor->n_names; i++) {
		struct sg_syscall_id id;

		if (id_of(c, floor->names[i], &id) && sg_reach_of(c->profile, id) == SG_REACH_NEVER)
			sg_strbuf_printf(out, "%s%s", n++ ? ", " : "", floor->names[i]);
	}
	return n;
}

/* Where nobody said which runtime it is: none of them starts a container. */
static int check_any_floor(struct sg_checker *c, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf text = SG_STRBUF_INIT;

	/* dialects of others than container runtimes */
	if (c->parsed->dialect != SG_PARSED_OCI && c->parsed->dialect != SG_PARSED_DOCKER)
		return 0;
	for (size_t i = 0; i < c->opts->n_floors; i++) {
		const struct sg_floor *floor = c->opts->floors[i];

		sg_strbuf_printf(&text, "%s%s lacks ", i ? "; " : "", floor->runtime);
		if (!missing_of(c, floor, &text))
			return 0;
	}
	if (text.failed)
		return sg_error_oom(err);
	if (!c->opts->n_floors)
		return 0;
	return sg_findings_add(c->findings, SG_FINDING_FLOOR_UNKNOWN, c->parsed->default_action_at,
			       err, "%s", text.data);
}

/* Whether a denial of @id keeps libraries from falling back. */
static bool is_trap(const struct sg_checker *c, struct sg_syscall_id id)
{
	struct sg_verdict verdict = sg_loaded_verdict(c, id);

	/* NOTIFY and TRACE: what others say is not known */
	return sg_reach_of(c->profile, id) == SG_REACH_NEVER &&
	       verdict.action != SG_ACTION_NOTIFY && verdict.action != SG_ACTION_TRACE &&
	       !(verdict.action == SG_ACTION_ERRNO && verdict.data == ENOSYS);
}

static int check_clone3(struct sg_checker *c, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf text = SG_STRBUF_INIT;
	struct sg_syscall_id id, clone;

	if (!id_of(c, "clone3", &id) || !is_trap(c, id))
		return 0;
	/* where clone is denied too, nothing is to be forked, and it does not matter */
	if (id_of(c, "clone", &clone) && sg_reach_of(c->profile, clone) == SG_REACH_NEVER)
		return 0;
	sg_verdict_text(sg_loaded_verdict(c, id), &text);
	if (text.failed)
		return sg_error_oom(err);
	return sg_findings_add(c->findings, SG_FINDING_CLONE3_TRAP, sg_checker_position_of(c, id),
			       err, "clone3 gets %s, and only ENOSYS makes glibc use clone",
			       text.data);
}

static int check_traps(struct sg_checker *c, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf text = SG_STRBUF_INIT;
	struct sg_position at = c->parsed->default_action_at;
	size_t n = 0;

	for (size_t i = 0; i < sg_n_tried_first; i++) {
		const struct sg_tried_first *call = &sg_tried_first[i];
		struct sg_syscall_id id;

		/* clone3 has a finding of its own, and rseq's caller takes any errno */
		if (strcmp(call->name, "clone3") == 0 || strcmp(call->name, "rseq") == 0 ||
		    !id_of(c, call->name, &id) || !is_trap(c, id))
			continue;
		sg_strbuf_printf(&text, "%s%s (else %s)", n++ ? "; " : "", call->name, call->text);
	}
	if (text.failed)
		return sg_error_oom(err);
	if (!n)
		return 0;
	return sg_findings_add(c->findings, SG_FINDING_ENOSYS_TRAP, at, err,
			       "denied with another errno than ENOSYS: %s", text.data);
}

int sg_check_needs(struct sg_checker *c, struct sg_error *err)
{
	const struct sg_parsed_string *base = &c->parsed->base_profile;
	struct sg_syscall_id id;
	int r = 0;

	if (base->text)
		return sg_findings_add(c->findings, SG_FINDING_BASE_PROFILE, base->at, err,
				       "what the base profile adds is not known here");
	/* where nothing runs at all, that has been said */
	for (size_t i = 0; i < c->findings->n; i++) {
		if (c->findings->items[i].kind == SG_FINDING_DENIES_ALL)
			return 0;
	}
	if (id_of(c, "execve", &id) && sg_reach_of(c->profile, id) == SG_REACH_NEVER &&
	    sg_loaded_verdict(c, id).action != SG_ACTION_NOTIFY)
		r = sg_findings_add(c->findings, SG_FINDING_NO_EXECVE,
				    sg_checker_position_of(c, id), err,
				    "execve is denied: no program can be started");
	if (r == 0 && c->opts->any_floor)
		r = check_any_floor(c, err);
	for (size_t i = 0; r == 0 && i < c->opts->n_floors && !c->opts->any_floor; i++)
		r = check_floor(c, c->opts->floors[i], err);
	if (r == 0)
		r = check_clone3(c, err);
	return r < 0 ? r : check_traps(c, err);
}

/* Whether the oldest kernel, or the oldest libseccomp, that the profile is for has the call. */
static bool is_old_enough(const struct sg_checker *c, const char *name, const char *since,
			  enum sg_finding_kind kind)
{
	uint32_t version;

	if (kind == SG_FINDING_NEEDS_LIBSECCOMP)
		return sg_libseccomp_names(c->opts->min_libseccomp, name);
	return sg_kernel_parse(since, &version) < 0 || version <= c->opts->min_kernel;
}

/* One finding for all calls of @entry that are newer. */
static int check_age(struct sg_checker *c, const struct sg_parsed_entry *entry,
		     enum sg_finding_kind kind, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf text = SG_STRBUF_INIT;
	struct sg_position at = entry->at;

	for (size_t i = 0; i < entry->names.n; i++) {
		const char *name = entry->names.items[i].text;
		const char *since = sg_syscall_since(name);

		if (!since || is_old_enough(c, name, since, kind))
			continue;
		if (!text.len)
			at = entry->names.items[i].at;
		sg_strbuf_printf(&text, "%s%s (Linux %s)", text.len ? ", " : "", name, since);
	}
	if (text.failed)
		return sg_error_oom(err);
	if (!text.len)
		return 0;
	return sg_findings_add(c->findings, kind, at, err, "%s: %s", text.data,
			       kind == SG_FINDING_NEEDS_KERNEL
				       ? "the oldest kernel does not have them"
				       : "the oldest libseccomp has no name for them");
}

/* What runtimes of the time of Debian 12 do not take: moby 20.10 profiles/seccomp/seccomp.go. */
static int check_runtime(struct sg_checker *c, struct sg_error *err)
{
	const struct sg_parsed_profile *parsed = c->parsed;
	int r = 0;

	if (parsed->dialect == SG_PARSED_DOCKER && parsed->has_default_errno &&
	    parsed->default_action == SG_ACTION_ERRNO && parsed->default_errno != EPERM)
		r = sg_findings_add(
			c->findings, SG_FINDING_NEEDS_RUNTIME, parsed->default_errno_at, err,
			"Docker 20.10 and older pass over defaultErrnoRet and answer EPERM");
	if (r == 0 && parsed->dialect != SG_PARSED_CRD && parsed->listener_path)
		r = sg_findings_add(c->findings, SG_FINDING_NEEDS_RUNTIME, parsed->listener_at, err,
				    "Docker 20.10 and older pass over listenerPath and cannot "
				    "start containers that need it");
	return r;
}

int sg_check_versions(struct sg_checker *c, struct sg_error *err)
{
	const struct sg_parsed_profile *parsed = c->parsed;
	int r = 0;

	for (size_t i = 0; r == 0 && i < parsed->n_entries; i++) {
		if (c->opts->min_kernel)
			r = check_age(c, &parsed->entries[i], SG_FINDING_NEEDS_KERNEL, err);
		if (r == 0 && c->opts->min_libseccomp)
			r = check_age(c, &parsed->entries[i], SG_FINDING_NEEDS_LIBSECCOMP, err);
	}
	return r < 0 ? r : check_runtime(c, err);
}
