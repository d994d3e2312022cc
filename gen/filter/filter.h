/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_FILTER_FILTER_H
#define SG_FILTER_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "syscall/seccomp_data.h"

/*
 * A seccomp filter as the kernel takes it: a classic BPF program (seccomp(2), kernel/seccomp.c),
 * checked by the kernel's own rules and run by an interpreter that gives the kernel's own answers.
 */
#define SG_FILTER_MAX_INSNS 4096u /* BPF_MAXINSNS */

struct sg_filter {
	struct sock_filter *insns; /* as given, in host byte order */
	size_t len;		   /* 1 … SG_FILTER_MAX_INSNS */
	struct sock_filter *ops;   /* private: the same program with dense operation codes */
};

/* How the words of 64-bit arguments lie in memory where the filter is to run. */
enum sg_byte_order { SG_LITTLE_ENDIAN, SG_BIG_ENDIAN };

/*
 * Whether the kernel would take @insns: bpf_check_classic() of net/core/filter.c and
 * seccomp_check_filter() of kernel/seccomp.c. Returns 0, or -EINVAL naming the instruction and the
 * reason.
 */
int sg_filter_check(const struct sock_filter *insns, size_t len, struct sg_error *err);

/*
 * A filter of a copy of @insns, which sg_filter_check() must accept.
 *
 * @order: of the machine that the filter is for; only s390x among the table's architectures is
 * big-endian. Returns 0, -EINVAL, -ENOMEM.
 */
int sg_filter_new(const struct sock_filter *insns, size_t len, enum sg_byte_order order,
		  struct sg_filter **ret, struct sg_error *err);
void sg_filter_free(struct sg_filter *filter);

/*
 * A raw program of host byte order as `bwrap --seccomp` and `emit --format bpf` have it: 8 bytes an
 * instruction. @name is what messages call it. Returns 0, -EINVAL, -ENOMEM.
 */
int sg_filter_parse(const char *name, const void *bytes, size_t size, struct sg_filter **ret,
		    struct sg_error *err);

/*
 * The SECCOMP_RET_* word that the kernel would get from @filter for @data; cannot fail.
 *
 * @ret_executed: instructions executed, the return included; may be NULL.
 */
uint32_t sg_filter_run(const struct sg_filter *filter, const struct sg_seccomp_data *data,
		       unsigned int *ret_executed);

/*
 * Of two words from stacked filters the one that counts: the action of higher precedence, and
 * @newer, the word of the filter installed later, when the actions are the same
 * (seccomp_run_filters()).
 */
uint32_t sg_filter_stronger(uint32_t newer, uint32_t older);

/*
 * Whether the kernel finds, when the filter is loaded, that (@arch, @nr) is allowed whatever the
 * arguments, and from then on answers from a bitmap without running the filter
 * (seccomp_is_const_allow(), 5.11+). Its emulation knows fewer instructions than the interpreter
 * does: this is what it finds, not what is true. @arch and @nr are as in struct sg_seccomp_data.
 */
bool sg_filter_is_const_allow(const struct sg_filter *filter, uint32_t arch, uint32_t nr);

SG_DEFINE_CLEANUP(struct sg_filter, sg_filter_free)

#endif
