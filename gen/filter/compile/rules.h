/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_FILTER_COMPILE_RULES_H
#define SG_FILTER_COMPILE_RULES_H

/* Private to this folder: a profile's calls and rules into libseccomp's contexts. */
#include <seccomp.h>

#include "filter/compile/compile.h"

/* A rule of libseccomp has no more conditions, and crun passes over the rest. */
#define MAX_CONDITIONS 6u

#define MAX_ARCHES 32u /* more than the table has */

struct sg_compile_job {
	const struct sg_profile *profile;
	enum sg_compile_flavor flavor;
	uint32_t version; /* the flavour's; 0: the newest known */
	bool log_denials;
	uint32_t native;	     /* libseccomp's: the machine that this program runs on */
	uint32_t arches[MAX_ARCHES]; /* those of the filter; the flavour's order */
	size_t n_arches;
	size_t n_names; /* rules by name that the runtime sees */
	size_t n_added; /* rules that libseccomp took */
	struct sg_compiled *out;
};

/* Whether the runtime is of @version or newer. */
static inline bool sg_compile_is_since(const struct sg_compile_job *job, uint32_t version)
{
	return !job->version || job->version >= version;
}

/* The word that the filter returns for @verdict. */
uint32_t sg_compile_word(const struct sg_compile_job *job, struct sg_verdict verdict);

/* @verdict is the default: both runtimes and libseccomp pass a rule with it over. */
bool sg_compile_is_default(const struct sg_compile_job *job, struct sg_verdict verdict);

/* The number that makes libseccomp add @id to a filter of @id's architecture alone; false: none
 * does. */
bool sg_compile_scmp_nr(const struct sg_compile_job *job, struct sg_syscall_id id, int *ret);

/* Whether a call before @id in @rule has the same name, under another architecture. */
bool sg_compile_name_came_earlier(const struct sg_rule *rule, struct sg_syscall_id id,
				  const char *name);

/* Fill the job's drops and n_names. */
int sg_compile_note_calls(struct sg_compile_job *job, struct sg_error *err);

/* For _cleanup_. */
void sg_scmp_releasep(scmp_filter_ctx *ctx);

/* As the runtimes do it: one context for all architectures, rules by name. */
int sg_compile_by_name(struct sg_compile_job *job, scmp_filter_ctx *ret, struct sg_error *err);

/* Each call under its own architecture and number. */
int sg_compile_by_nr(struct sg_compile_job *job, scmp_filter_ctx *ret, struct sg_error *err);

#endif
