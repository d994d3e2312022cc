/* SPDX-License-Identifier: Apache-2.0 */
#include "filter/compile/stub.h"

#include <assert.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stddef.h>

#include "syscall/arch.h"
#include "syscall/table.h"

/* The architectures that one value of seccomp_data.arch stands for: x86_64 and x32 share theirs. */
struct section {
	uint32_t token;
	uint32_t max, max_x32; /* 0: no call is named there */
};

#define MAX_SECTIONS 32u /* more than there are architectures */
#define SECTION_LEN  5u	 /* instructions at most */
static_assert(1 + MAX_SECTIONS + 1 + MAX_SECTIONS * SECTION_LEN + 2 <= STUB_MAX_INSNS,
	      "a jump over the whole stub must fit 8 bits");

/* A name that @arch lacks has a negative number there, and so never is the highest. */
static uint32_t highest_nr(const struct sg_profile *profile, uint32_t arch)
{
	int highest = 0;

	for (size_t i = 0; i < profile->n_rules; i++) {
		for (size_t k = 0; k < profile->rules[i].n_calls; k++) {
			const char *name = sg_syscall_name(profile->rules[i].calls[k].id);
			int nr = name ? seccomp_syscall_resolve_name_arch(arch, name) : 0;

			if (nr > highest)
				highest = nr;
		}
	}
	return (uint32_t)highest;
}

/* Whether the stub has a part for an architecture of the filter. */
static bool has_section(const struct sg_compile_job *job, uint32_t arch)
{
	return arch != job->native || !job->profile->native_is_implied ||
	       sg_compile_is_since(job, SG_RUNTIME_VERSION(1, 1, 15));
}

static size_t find_sections(const struct sg_compile_job *job, struct section *sections)
{
	const uint32_t *arches = job->arches;
	size_t n = 0;

	for (size_t i = 0; i < job->n_arches && n < MAX_SECTIONS; i++) {
		uint32_t token = arches[i] == SG_ARCH_X32 ? (uint32_t)AUDIT_ARCH_X86_64 : arches[i];
		uint32_t max = highest_nr(job->profile, arches[i]);
		size_t k = 0;

		if (!has_section(job, arches[i]))
			continue;
		while (k < n && sections[k].token != token)
			k++;
		if (k == n)
			sections[n++] = (struct section){ .token = token };
		if (arches[i] == SG_ARCH_X32)
			sections[k].max_x32 = max;
		else
			sections[k].max = max;
	}
	return n;
}

static bool is_s390(uint32_t token)
{
	return token == AUDIT_ARCH_S390 || token == AUDIT_ARCH_S390X;
}

static struct sock_filter jump(uint16_t op, uint32_t k, size_t jt, size_t jf)
{
	return (struct sock_filter){ .code = (uint16_t)(BPF_JMP | op | BPF_K),
				     .jt = (uint8_t)jt,
				     .jf = (uint8_t)jf,
				     .k = k };
}

static struct sock_filter load(uint32_t offset)
{
	return (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset);
}

static const struct sock_filter ret_enosys = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS);

/*
 * The section of one architecture: load the number, continue in the filter unless it is above the
 * highest.
 * @enosys is the distance from the section's end to the stub's ENOSYS, which is the last
 * instruction before the filter.
 */
static size_t emit_section(const struct section *s, size_t enosys, struct sock_filter *out)
{
	size_t n = 0;

	if (!s->max && !s->max_x32)
		return 0;
	out[n++] = load(offsetof(struct seccomp_data, nr));
	if (is_s390(s->token)) {
		/* number 0 is what every number above the kernel's own table arrives as there */
		out[n++] = jump(BPF_JEQ, 0, 0, 1);
		out[n++] = ret_enosys;
	}
	if (s->max && s->max_x32) {
		out[n++] = jump(BPF_JSET, SG_X32_BIT, 1, 0);
		out[n++] = jump(BPF_JGT, s->max, enosys + 2, 1);
		out[n++] = jump(BPF_JGT, s->max_x32, enosys + 1, 0);
	} else if (s->max_x32) {
		out[n++] = jump(BPF_JSET, SG_X32_BIT, 0, 1);
		out[n++] = jump(BPF_JGT, s->max_x32, enosys + 1, 0);
	} else {
		if (s->token == AUDIT_ARCH_X86_64)
			out[n++] = jump(BPF_JSET, SG_X32_BIT, 1, 0);
		out[n++] = jump(BPF_JGT, s->max, enosys + 1, 0);
	}
	out[n++] = (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, (uint32_t)enosys + 1);
	return n;
}

size_t sg_runc_enosys_stub(const struct sg_compile_job *job, struct sock_filter *insns)
{
	const struct sg_profile *profile = job->profile;
	struct sock_filter bodies[MAX_SECTIONS][SECTION_LEN];
	struct section sections[MAX_SECTIONS];
	size_t starts[MAX_SECTIONS], lens[MAX_SECTIONS], n_sections, len, n = 0;

	/* runc counts TRACE among them; it means to leave out a default of ENOSYS as well, and does
	 * not */
	if (sg_action_is_permissive(profile->default_verdict.action) ||
	    profile->default_verdict.action == SG_ACTION_TRACE)
		return 0;
	n_sections = find_sections(job, sections);

	/* from the end to the start, where the distance to the end is known */
	len = 1; /* the jump over ENOSYS; what follows it is ENOSYS itself */
	for (size_t i = n_sections; i-- > 0;) {
		lens[i] = emit_section(&sections[i], len, bodies[i]);
		len += lens[i];
		starts[i] = lens[i] ? len : 0; /* counted back from ENOSYS */
	}

	insns[n++] = load(offsetof(struct seccomp_data, arch));
	for (size_t i = 0; i < n_sections; i++) {
		/* after this one: the other comparisons, the jump to the filter, the sections,
		 * ENOSYS */
		size_t left = n_sections - i - 1 + 1 + len;

		insns[n++] = jump(BPF_JEQ, sections[i].token,
				  starts[i] ? left - starts[i] : left + 1, 0);
	}
	insns[n++] = (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, (uint32_t)len + 1);
	for (size_t i = 0; i < n_sections; i++) {
		for (size_t k = 0; k < lens[i]; k++)
			insns[n++] = bodies[i][k];
	}
	insns[n++] = (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, 1);
	insns[n++] = ret_enosys;
	return n;
}
