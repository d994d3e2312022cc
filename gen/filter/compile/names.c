/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>

#include "base/array.h"
#include "filter/compile/rules.h"
#include "syscall/arch.h"
#include "syscall/multiplexed.h"
#include "syscall/table.h"

uint32_t sg_compile_word(const struct sg_compile_job *job, struct sg_verdict verdict)
{
	if (job->log_denials && !sg_action_is_permissive(verdict.action))
		return SECCOMP_RET_LOG;
	return sg_verdict_to_ret(verdict);
}

bool sg_compile_is_default(const struct sg_compile_job *job, struct sg_verdict verdict)
{
	return sg_compile_word(job, verdict) == sg_compile_word(job, job->profile->default_verdict);
}

static bool has_arch(const struct sg_compile_job *job, uint32_t arch)
{
	for (size_t i = 0; i < job->n_arches; i++) {
		if (job->arches[i] == arch)
			return true;
	}
	return false;
}

/* The number by which filters of @id's architecture have @id. */
static int filter_nr(struct sg_syscall_id id)
{
	return (int)(id.arch == SG_ARCH_X32 ? id.nr | SG_X32_BIT : id.nr);
}

/*
 * Whether libseccomp has @name under @id's architecture as @id. Calls that go through socketcall(2)
 * or ipc(2) as well as directly have a negative number there, so they are looked up the other way
 * round.
 */
static bool scmp_agrees(struct sg_syscall_id id, const char *name)
{
	char *known;
	bool agrees;

	if (id.nr & SG_NR_MULTIPLEXED)
		return seccomp_syscall_resolve_name_arch(id.arch, name) != __NR_SCMP_ERROR;
	if (seccomp_syscall_resolve_name_arch(id.arch, name) == filter_nr(id))
		return true;
	known = seccomp_syscall_resolve_num_arch(id.arch, filter_nr(id));
	agrees = known && strcmp(known, name) == 0;
	free(known);
	return agrees;
}

/* SG_DROP_MAX_ when a runtime's filter has the call. */
static enum sg_drop_reason drop_reason(const struct sg_compile_job *job, const struct sg_rule *rule,
				       struct sg_syscall_id id)
{
	const char *name = sg_syscall_name(id);

	if (sg_compile_is_default(job, rule->verdict))
		return SG_DROP_IS_DEFAULT;
	if (!has_arch(job, id.arch))
		return SG_DROP_NO_ARCH;
	if (!name)
		return SG_DROP_NO_NAME;
	if (seccomp_syscall_resolve_name(name) == __NR_SCMP_ERROR)
		return SG_DROP_UNKNOWN_NAME;
	return scmp_agrees(id, name) ? SG_DROP_MAX_ : SG_DROP_NOT_ON_ARCH;
}

bool sg_compile_scmp_nr(const struct sg_compile_job *job, struct sg_syscall_id id, int *ret)
{
	char *name;

	if (id.nr & SG_NR_MULTIPLEXED) {
		*ret = seccomp_syscall_resolve_name(sg_multiplexed_name(id.nr));
		return *ret != __NR_SCMP_ERROR;
	}
	if (filter_nr(id) < 0)
		return false;
	if (id.arch == job->native) {
		*ret = filter_nr(id);
		return true;
	}
	name = seccomp_syscall_resolve_num_arch(id.arch, filter_nr(id));
	*ret = name ? seccomp_syscall_resolve_name(name) : __NR_SCMP_ERROR;
	free(name);
	return *ret != __NR_SCMP_ERROR;
}

bool sg_compile_name_came_earlier(const struct sg_rule *rule, struct sg_syscall_id id,
				  const char *name)
{
	for (const struct sg_arch *arch = sg_arches; arch->name; arch++) {
		struct sg_syscall_id twin = { .arch = arch->token };

		if (arch->token < id.arch &&
		    sg_syscall_nr_or_multiplexed(arch->token, name, &twin.nr) == 0 &&
		    sg_rule_find(rule, twin))
			return true;
	}
	return false;
}

static int note_drop(struct sg_compile_job *job, size_t rule, struct sg_syscall_id id,
		     enum sg_drop_reason reason, bool is_compiled, struct sg_error *err)
{
	struct sg_compiled *out = job->out;

	if (SG_ARRAY_GROW(out->drops, out->n_drops) < 0)
		return sg_error_oom(err);
	out->drops[out->n_drops++] = (struct sg_drop){
		.id = id, .reason = reason, .rule = rule, .is_compiled = is_compiled
	};
	return 0;
}

/* Whether the program will have @id although a runtime's would not. */
static bool is_compiled(const struct sg_compile_job *job, struct sg_syscall_id id,
			enum sg_drop_reason reason)
{
	int nr;

	return job->flavor == SG_COMPILE_PLAIN && reason != SG_DROP_IS_DEFAULT &&
	       reason != SG_DROP_NO_ARCH && sg_compile_scmp_nr(job, id, &nr);
}

int sg_compile_note_calls(struct sg_compile_job *job, struct sg_error *err)
{
	const struct sg_profile *profile = job->profile;
	int r;

	for (size_t i = 0; i < profile->n_idle; i++)
		job->n_names += profile->idle[i].n_names;
	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct sg_rule *rule = &profile->rules[i];

		for (size_t k = 0; k < rule->n_calls; k++) {
			struct sg_syscall_id id = rule->calls[k].id;
			enum sg_drop_reason reason = drop_reason(job, rule, id);
			const char *name = sg_syscall_name(id);

			if (name && !sg_compile_name_came_earlier(rule, id, name))
				job->n_names++;
			if (reason == SG_DROP_MAX_)
				continue;
			r = note_drop(job, i, id, reason, is_compiled(job, id, reason), err);
			if (r < 0)
				return r;
		}
	}
	return 0;
}
