/* SPDX-License-Identifier: Apache-2.0 */
/* sg_profile_compile(): from a profile to a job, and from what libseccomp made to a filter. */
#include <errno.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "filter/compile/produce.h"
#include "filter/compile/refuse.h"
#include "filter/compile/rules.h"
#include "filter/compile/stub.h"
#include "filter/compile/work.h"
#include "syscall/arch.h"

static void add_arch(struct sg_compile_job *job, uint32_t arch)
{
	for (size_t i = 0; i < job->n_arches; i++) {
		if (job->arches[i] == arch)
			return;
	}
	if (job->n_arches < MAX_ARCHES)
		job->arches[job->n_arches++] = arch;
}

static int choose_arches(struct sg_compile_job *job, struct sg_error *err)
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
static bool is_answer(const struct sg_compile_job *job, uint32_t word)
{
	const struct sg_profile *profile = job->profile;

	if (word == SECCOMP_RET_KILL_THREAD ||
	    word == sg_compile_word(job, profile->default_verdict))
		return true;
	for (size_t i = 0; i < profile->n_rules; i++) {
		if (word == sg_compile_word(job, profile->rules[i].verdict))
			return true;
	}
	return false;
}

/*
 * Instructions for the other byte order leave libseccomp in that order. The returns that it repeats
 * in the midst of long programs it turns round twice (2.5.4, gen_bpf.c); on their own machine they
 * are right.
 */
static void swap_bytes(const struct sg_compile_job *job, struct sock_filter *insns, size_t n)
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

static enum sg_byte_order byte_order(const struct sg_compile_job *job)
{
	return job->arches[0] & __AUDIT_ARCH_LE ? SG_LITTLE_ENDIAN : SG_BIG_ENDIAN;
}

static int finish(struct sg_compile_job *job, struct sg_compile_product *p, struct sg_error *err)
{
	struct sock_filter stub[STUB_MAX_INSNS];
	_cleanup_free_ struct sock_filter *insns = NULL;
	size_t n_stub = 0;

	if (job->flavor == SG_COMPILE_RUNC)
		n_stub = sg_runc_enosys_stub(job, stub);
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

static int run_job(struct sg_compile_job *job, unsigned int optimize, struct sg_error *err)
{
	struct sg_compile_product *p;
	int r;

	p = mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return sg_error_set(err, -errno, "compile: cannot map memory: %s", strerror(errno));
	r = sg_compile_produce(job, optimize, p);
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
	int r = sg_compile_cost(profile, &work, err);

	if (r < 0)
		return r;
	if (budget->left == 0)
		return sg_error_set(err, -E2BIG,
				    "compile: libseccomp %s did not finish the profile, or "
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
	struct sg_compile_job job = { .profile = profile, .out = &out };
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
		r = sg_compile_refuse(&job, err);
	if (r == 0)
		r = sg_compile_note_calls(&job, err);
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
