/* SPDX-License-Identifier: Apache-2.0 */
#include "filter/compile/refuse.h"

#include <errno.h>
#include <string.h>

#include "syscall/arch.h"
#include "syscall/table.h"

/*
 * runc's words for flags and architectures (libcontainer/seccomp/config.go) by the version that
 * brought them; what is not here it has always had. A version of 0: none has it yet.
 */
static const struct {
	const char *flag;
	uint32_t since;
} runc_flags[] = {
	{ "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", SG_RUNTIME_VERSION(1, 4, 1) },
};

static const struct {
	const char *scmp_name;
	uint32_t since;
} runc_arches[] = {
	{ "SCMP_ARCH_RISCV64", SG_RUNTIME_VERSION(1, 2, 0) },
	{ "SCMP_ARCH_LOONGARCH64", SG_RUNTIME_VERSION(1, 4, 1) },
	{ "SCMP_ARCH_M68K", 0 },
	{ "SCMP_ARCH_SH", 0 },
	{ "SCMP_ARCH_SHEB", 0 },
	{ "SCMP_ARCH_PARISC", 0 },
	{ "SCMP_ARCH_PARISC64", 0 },
};

static bool is_there(const struct sg_compile_job *job, uint32_t since)
{
	return since && sg_compile_is_since(job, since);
}

/* It must be able to hand the listener over with write(2). */
static int refuse_notify(const struct sg_compile_job *job, struct sg_error *err)
{
	const struct sg_profile *profile = job->profile;
	struct sg_syscall_id id = { .arch = job->native };

	if (profile->default_verdict.action == SG_ACTION_NOTIFY)
		return sg_error_set(err, -EINVAL,
				    "compile: runc refuses SCMP_ACT_NOTIFY as the default action");
	for (size_t i = 0; i < profile->n_rules; i++) {
		if (profile->rules[i].verdict.action == SG_ACTION_NOTIFY &&
		    sg_syscall_nr(id.arch, "write", &id.nr) == 0 &&
		    sg_rule_find(&profile->rules[i], id))
			return sg_error_set(err, -EINVAL,
					    "compile: runc refuses SCMP_ACT_NOTIFY for write");
	}
	return 0;
}

static int refuse_flag(const struct sg_compile_job *job, const char *flag, struct sg_error *err)
{
	if (!sg_compile_is_since(job, SG_RUNTIME_VERSION(1, 2, 0)))
		return sg_error_set(err, -EINVAL,
				    "compile: runc before 1.2 refuses profiles with flags");
	for (size_t i = 0; i < SG_ARRAY_SIZE(runc_flags); i++) {
		if (strcmp(runc_flags[i].flag, flag) == 0 && !is_there(job, runc_flags[i].since))
			return sg_error_set(err, -EINVAL, "compile: this runc refuses the flag %s",
					    flag);
	}
	return 0;
}

static int refuse_arch(const struct sg_compile_job *job, uint32_t token, struct sg_error *err)
{
	const struct sg_arch *arch = sg_arch_by_token(token);

	for (size_t i = 0; arch && i < SG_ARRAY_SIZE(runc_arches); i++) {
		if (strcmp(runc_arches[i].scmp_name, arch->scmp_name) == 0 &&
		    !is_there(job, runc_arches[i].since))
			return sg_error_set(err, -EINVAL,
					    "compile: this runc refuses the architecture %s",
					    arch->scmp_name);
	}
	return 0;
}

/* runc looks at all of them, also in entries that say what the default says. */
static int refuse_names(const struct sg_compile_job *job, struct sg_error *err)
{
	const struct sg_profile *profile = job->profile;

	for (size_t i = 0; i < profile->n_idle; i++) {
		const struct sg_idle *idle = &profile->idle[i];

		if (job->flavor == SG_COMPILE_CRUN && !idle->n_names)
			return sg_error_set(err, -EINVAL,
					    "compile: crun refuses an entry without names");
		for (size_t k = 0; k < idle->n_names && job->flavor == SG_COMPILE_RUNC; k++) {
			if (!*idle->names[k])
				return sg_error_set(err, -EINVAL,
						    "compile: runc refuses an empty name");
		}
	}
	return 0;
}

int sg_compile_refuse(const struct sg_compile_job *job, struct sg_error *err)
{
	const struct sg_profile *profile = job->profile;
	int r;

	r = refuse_names(job, err);
	if (r < 0 || job->flavor != SG_COMPILE_RUNC)
		return r;
	r = refuse_notify(job, err);
	for (size_t i = 0; r == 0 && i < profile->n_flags; i++)
		r = refuse_flag(job, profile->flags[i], err);
	for (size_t i = 0; r == 0 && i < profile->n_arches; i++)
		r = refuse_arch(job, profile->arches[i], err);
	return r;
}
