/* SPDX-License-Identifier: Apache-2.0 */
#include "filter/compile/compile.h"

#include <assert.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "filter/compile/refuse.h"
#include "filter/compile/rules.h"
#include "filter/compile/stub.h"
#include "filter/compile/work.h"
#include "syscall/arch.h"
#include "syscall/table.h"

const char *const sg_compile_flavor_names[SG_COMPILE_MAX_] = {
	[SG_COMPILE_PLAIN] = "plain",
	[SG_COMPILE_RUNC] = "runc",
	[SG_COMPILE_CRUN] = "crun",
};
static_assert(SG_ARRAY_SIZE(sg_compile_flavor_names) == 3, "a flavour has no name");

const char *const sg_drop_reasons[SG_DROP_MAX_] = {
	[SG_DROP_NO_NAME] = "the number has no name, and profiles go by name",
	[SG_DROP_UNKNOWN_NAME] = "libseccomp does not know the name",
	[SG_DROP_NOT_ON_ARCH] = "libseccomp does not know it on this architecture",
	[SG_DROP_NO_ARCH] = "its architecture is not one of the profile's",
	[SG_DROP_IS_DEFAULT] = "the rule's action is the default action",
};
static_assert(SG_ARRAY_SIZE(sg_drop_reasons) == 5, "a reason has no text");

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

int sg_compile_flavor_parse(const char *s, enum sg_compile_flavor *ret)
{
	for (int i = 0; i < SG_COMPILE_MAX_; i++) {
		if (strcmp(s, sg_compile_flavor_names[i]) == 0) {
			*ret = (enum sg_compile_flavor)i;
			return 0;
		}
	}
	return -EINVAL;
}

const char *sg_libseccomp_version(void)
{
	static char text[3 * 12];
	const struct scmp_version *v = seccomp_version();

	snprintf(text, sizeof(text), "%u.%u.%u", v->major, v->minor, v->micro);
	return text;
}

void sg_compiled_done(struct sg_compiled *compiled)
{
	sg_filter_free(compiled->filter);
	free(compiled->drops);
	*compiled = (struct sg_compiled){ 0 };
}

static void add_arch(struct compile_job *job, uint32_t arch)
{
	for (size_t i = 0; i < job->n_arches; i++) {
		if (job->arches[i] == arch)
			return;
	}
	if (job->n_arches < MAX_ARCHES)
		job->arches[job->n_arches++] = arch;
}

static int choose_arches(struct compile_job *job, struct sg_error *err)
{
	const struct sg_profile *profile = job->profile;
	bool is_for_here = profile->n_arches == 0;

	for (size_t i = 0; i < profile->n_arches; i++) {
		const struct sg_arch *arch = sg_arch_by_token(profile->arches[i]);

		if (arch && arch->native == job->native)
			is_for_here = true;
	}
	/* libseccomp's filters start with the native architecture, and runtimes leave it in */
	if (profile->n_arches == 0 || (is_for_here && job->flavor != SG_COMPILE_PLAIN))
		add_arch(job, job->native);
	for (size_t i = 0; i < profile->n_arches; i++)
		add_arch(job, profile->arches[i]);
	for (size_t i = 1; i < job->n_arches; i++) {
		if ((job->arches[i] ^ job->arches[0]) & __AUDIT_ARCH_LE)
			return sg_error_set(err, -EINVAL,
					    "compile: the profile has architectures of either byte "
					    "order; no machine runs both");
	}
	return 0;
}

/* A word that the program can return by the profile's will, or for an architecture it lacks. */
static bool is_answer(const struct compile_job *job, uint32_t word)
{
	const struct sg_profile *profile = job->profile;

	if (word == SECCOMP_RET_KILL_THREAD || word == compile_word(job, profile->default_verdict))
		return true;
	for (size_t i = 0; i < profile->n_rules; i++) {
		if (word == compile_word(job, profile->rules[i].verdict))
			return true;
	}
	return false;
}

/*
 * Instructions for the other byte order leave libseccomp in that order. The returns that it repeats
 * in the midst of long programs it turns round twice (2.5.4, gen_bpf.c); on their own machine they
 * are right.
 */
static void swap_bytes(const struct compile_job *job, struct sock_filter *insns, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t k = __builtin_bswap32(insns[i].k);

		insns[i].code = __builtin_bswap16(insns[i].code);
		if (insns[i].code != (BPF_RET | BPF_K) || is_answer(job, k) ||
		    !is_answer(job, insns[i].k))
			insns[i].k = k;
	}
}

#define HOST_ORDER (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? SG_BIG_ENDIAN : SG_LITTLE_ENDIAN)

static enum sg_byte_order byte_order(const struct compile_job *job)
{
	return job->arches[0] & __AUDIT_ARCH_LE ? SG_LITTLE_ENDIAN : SG_BIG_ENDIAN;
}

/* What libseccomp makes of a profile, its errors included; in memory that a child process can
 * share. */
struct product {
	int code; /* 0, or a negative errno with @err */
	struct sg_error err;
	unsigned int optimize;
	size_t n; /* instructions; only the first SG_FILTER_MAX_INSNS are there */
	struct sock_filter insns[SG_FILTER_MAX_INSNS];
};

static int export(scmp_filter_ctx ctx, struct product *p)
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

static unsigned int choose_optimize(const struct compile_job *job, unsigned int asked)
{
	/* without rules the tree of libseccomp 2.5.4 is no program */
	if (job->n_added == 0)
		return 1;
	if (asked)
		return asked;
	return job->flavor == SG_COMPILE_RUNC && job->n_names > RUNC_LINEAR_NAMES &&
			       compile_is_since(job, SG_RUNTIME_VERSION(1, 2, 0))
		       ? 2
		       : 1;
}

/* Everything that runs libseccomp's filter code. */
static int produce(struct compile_job *job, unsigned int optimize, struct product *p)
{
	_cleanup_(scmp_releasep) scmp_filter_ctx ctx = NULL;
	int r;

	r = job->flavor == SG_COMPILE_PLAIN ? compile_by_nr(job, &ctx, &p->err)
					    : compile_by_name(job, &ctx, &p->err);
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
 * What libseccomp 2.5.4 may come to no end with: conditions other than EQ and MASKED_EQ beside
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

static void child(struct compile_job *job, unsigned int optimize, struct product *p)
{
	const struct rlimit cpu = { CPU_SECONDS, CPU_SECONDS }, none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	setrlimit(RLIMIT_CPU, &cpu);
	p->code = produce(job, optimize, p);
	_exit(0);
}

static int produce_guarded(struct compile_job *job, unsigned int optimize, struct product *p)
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
	return sg_error_set(
		&p->err, -ELOOP,
		"compile: libseccomp %s comes to no end with the profile within %d s: use "
		"SCMP_CMP_EQ and SCMP_CMP_MASKED_EQ only",
		sg_libseccomp_version(), CPU_SECONDS);
}

static int finish(struct compile_job *job, struct product *p, struct sg_error *err)
{
	struct sock_filter stub[STUB_MAX_INSNS];
	_cleanup_free_ struct sock_filter *insns = NULL;
	size_t n_stub = 0;

	if (job->flavor == SG_COMPILE_RUNC)
		n_stub = runc_enosys_stub(job, stub);
	if (n_stub + p->n > SG_FILTER_MAX_INSNS)
		return sg_error_set(err, -EINVAL,
				    "compile: the profile makes %zu instructions; the kernel takes "
				    "%u: leave out conditions or architectures",
				    n_stub + p->n, SG_FILTER_MAX_INSNS);
	insns = calloc(n_stub + p->n, sizeof(*insns));
	if (!insns)
		return sg_error_oom(err);
	if (byte_order(job) != HOST_ORDER)
		swap_bytes(job, p->insns, p->n);
	memcpy(insns, stub, n_stub * sizeof(*insns));
	memcpy(&insns[n_stub], p->insns, p->n * sizeof(*insns));
	job->out->optimize = p->optimize;
	return sg_filter_new(insns, n_stub + p->n, byte_order(job), &job->out->filter, err);
}

static int run_job(struct compile_job *job, unsigned int optimize, struct sg_error *err)
{
	struct product *p;
	int r;

	p = mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return sg_error_set(err, -errno, "compile: cannot map memory: %s", strerror(errno));
	r = is_risky(job->profile) ? produce_guarded(job, optimize, p) : produce(job, optimize, p);
	if (r < 0)
		sg_error_set(err, r, "%s", p->err.message);
	else
		r = finish(job, p, err);
	munmap(p, sizeof(*p));
	return r;
}

/* Take what the profile costs out of the budget. */
static int spend(const struct sg_profile *profile, struct sg_compile_budget *budget,
		 struct sg_error *err)
{
	uint64_t work;
	int r = compile_cost(profile, &work, err);

	if (r < 0)
		return r;
	if (budget->left == 0)
		return sg_error_set(err, -E2BIG,
				    "compile: libseccomp %s came to no end with the profile, or "
				    "crashed: use SCMP_CMP_EQ and SCMP_CMP_MASKED_EQ only",
				    sg_libseccomp_version());
	if (work > budget->left)
		return sg_error_set(err, -E2BIG,
				    "compile: too much work for libseccomp %s, which was not "
				    "begun: use fewer conditions on one call, or fewer rules",
				    sg_libseccomp_version());
	budget->left -= work;
	return 0;
}

int sg_profile_compile(const struct sg_profile *profile, const struct sg_compile_options *opts,
		       struct sg_compiled *ret, struct sg_error *err)
{
	static const struct sg_compile_options plain = { .flavor = SG_COMPILE_PLAIN };
	_cleanup_(sg_compiled_done) struct sg_compiled out = { 0 };
	struct compile_job job = { .profile = profile, .out = &out };
	struct sg_compile_budget own = { SG_COMPILE_WORK }, *budget;
	int r;

	if (!opts)
		opts = &plain;
	budget = opts->budget ? opts->budget : &own;
	job.flavor = opts->flavor;
	job.version = opts->runtime_version;
	job.log_denials = opts->log_denials;
	job.native = seccomp_arch_native();
	/* all actions that the library knows, not those of the kernel that happens to run */
	seccomp_api_set(6);
	r = choose_arches(&job, err);
	if (r == 0)
		r = compile_refuse(&job, err);
	if (r == 0)
		r = compile_note_calls(&job, err);
	if (r == 0)
		r = spend(profile, budget, err);
	if (r == 0)
		r = run_job(&job, opts->optimize, err);
	if (r == -ELOOP)
		budget->left = 0;
	if (r < 0)
		return r;
	*ret = out;
	out = (struct sg_compiled){ 0 };
	return 0;
}
