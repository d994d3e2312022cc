/* SPDX-License-Identifier: Apache-2.0 */
#include "filter/compile/produce.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "syscall/arch.h"
#include "syscall/table.h"

/* runc 1.2 and newer turn the tree on from here (libcontainer/seccomp); below 1 rule libseccomp
 * 2.5.4's tree is wrong. */
#define RUNC_LINEAR_NAMES 32u

/* A default profile has fewer; with more it is not worth while to hold each against each. */
#define FEW_RULES 64u

/*
 * Not how long a profile may take, the budget says that, but when libseccomp must be in a circle: a
 * profile within the budget that took this long has not been found.
 */
#define CPU_SECONDS 10

static int export(scmp_filter_ctx ctx, struct sg_compile_product *p)
{
	_cleanup_close_ int fd = memfd_create("seccomp-gen-filter", MFD_CLOEXEC);
	struct stat st;
	int r;

	if (fd < 0)
		return sg_error_set(&p->err, -errno, "compile: cannot create a memory file: %s",
				    strerror(errno));
	r = seccomp_export_bpf(ctx, fd);
	if (r < 0)
		return sg_error_set(&p->err, r == -ENOMEM ? r : -EINVAL,
				    "compile: libseccomp %s cannot make a program of it: %s",
				    sg_libseccomp_version(), strerror(-r));
	if (pread(fd, p->insns, sizeof(p->insns), 0) < 0 || fstat(fd, &st) < 0)
		return sg_error_set(&p->err, -errno, "compile: cannot read a memory file: %s",
				    strerror(errno));
	p->n = (size_t)st.st_size / sizeof(p->insns[0]);
	return 0;
}

static unsigned int choose_optimize(const struct sg_compile_job *job, unsigned int asked)
{
	/* without rules the tree of libseccomp 2.5.4 is no program */
	if (job->n_added == 0)
		return 1;
	if (asked)
		return asked;
	return job->flavor == SG_COMPILE_RUNC && job->n_names > RUNC_LINEAR_NAMES &&
			       sg_compile_is_since(job, SG_RUNTIME_VERSION(1, 2, 0))
		       ? 2
		       : 1;
}

/* Everything that runs libseccomp's filter code. */
static int produce(struct sg_compile_job *job, unsigned int optimize, struct sg_compile_product *p)
{
	_cleanup_(sg_scmp_releasep) scmp_filter_ctx ctx = NULL;
	int r;

	r = job->flavor == SG_COMPILE_PLAIN ? sg_compile_by_nr(job, &ctx, &p->err)
					    : sg_compile_by_name(job, &ctx, &p->err);
	if (r < 0)
		return r;
	p->optimize = choose_optimize(job, optimize);
	r = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, p->optimize);
	if (r < 0)
		return sg_error_set(&p->err, -EINVAL,
				    "compile: libseccomp %s has no optimization %u",
				    sg_libseccomp_version(), p->optimize);
	return export(ctx, p);
}

/* Whether no other rule is for a call of the same name, on whatever architecture. */
static bool stands_alone(const struct sg_profile *profile, const struct sg_rule *rule)
{
	for (size_t k = 0; k < rule->n_calls; k++) {
		const char *name = sg_syscall_name(rule->calls[k].id);

		if (!name)
			return false;
		for (const struct sg_arch *arch = sg_arches; arch->name; arch++) {
			struct sg_syscall_id id = { .arch = arch->token };

			if (sg_syscall_nr(id.arch, name, &id.nr) < 0)
				continue;
			for (size_t i = 0; i < profile->n_rules; i++) {
				if (&profile->rules[i] != rule &&
				    sg_rule_find(&profile->rules[i], id))
					return false;
			}
		}
	}
	return true;
}

/*
 * What libseccomp 2.5.4 may not finish: conditions other than EQ and MASKED_EQ together with
 * others for the same call, which it puts together wrongly, up to lists that end nowhere.
 */
static bool is_risky(const struct sg_profile *profile)
{
	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct sg_rule *rule = &profile->rules[i];

		if (sg_rule_has_order(rule) &&
		    (rule->n_conditions > 1 || profile->n_rules > FEW_RULES ||
		     !stands_alone(profile, rule)))
			return true;
	}
	return false;
}

static void child(struct sg_compile_job *job, unsigned int optimize, struct sg_compile_product *p)
{
	const struct rlimit cpu = { CPU_SECONDS, CPU_SECONDS }, none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	setrlimit(RLIMIT_CPU, &cpu);
	p->code = produce(job, optimize, p);
	_exit(0);
}

static int produce_guarded(struct sg_compile_job *job, unsigned int optimize,
			   struct sg_compile_product *p)
{
	int status = 0;
	pid_t pid;

	p->code = -ELOOP; /* what it stays unless the child comes to its end */
	pid = fork();
	if (pid < 0)
		return sg_error_set(&p->err, -errno, "compile: cannot start a process: %s",
				    strerror(errno));
	if (pid == 0)
		child(job, optimize, p);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (p->code != -ELOOP)
		return p->code;
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGXCPU && WTERMSIG(status) != SIGKILL)
		return sg_error_set(&p->err, -ELOOP,
				    "compile: libseccomp %s crashed on the profile's conditions "
				    "(signal %d): use SCMP_CMP_EQ and SCMP_CMP_MASKED_EQ only",
				    sg_libseccomp_version(), WTERMSIG(status));
	return sg_error_set(&p->err, -ELOOP,
			    "compile: libseccomp %s does not finish the profile within %d s: use "
			    "SCMP_CMP_EQ and SCMP_CMP_MASKED_EQ only",
			    sg_libseccomp_version(), CPU_SECONDS);
}

int sg_compile_produce(struct sg_compile_job *job, unsigned int optimize,
		       struct sg_compile_product *p)
{
	return is_risky(job->profile) ? produce_guarded(job, optimize, p)
				      : produce(job, optimize, p);
}
