/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_DIALECT_READ_PARSED_H
#define SG_DIALECT_READ_PARSED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json/json.h"
#include "dialect/limits.h"
#include "profile/profile.h"

/*
 * A profile as its file says it, before capabilities, architecture and kernel decide what of it
 * counts: what `check` points at. sg_profile_resolve() (dialect/read/read.h) makes the struct
 * sg_profile of it.
 *
 * All strings are borrowed from @doc, which the parsed profile owns.
 */
enum sg_parsed_dialect {
	/* runtime-spec config-linux.md, linux.seccomp; bare or inside a config.json */
	SG_PARSED_OCI,
	SG_PARSED_DOCKER, /* moby profiles/seccomp: archMap, name, comment, includes, excludes */
	SG_PARSED_PODMAN, /* containers/common pkg/seccomp: Docker's, with defaultErrno and errno */
	SG_PARSED_CRD,	  /* security-profiles-operator.x-k8s.io SeccompProfile, YAML or JSON */
	SG_PARSED_MAX_,
};

/*
 * What a profile may hold; more is refused before it costs memory. A filter has at most 4096
 * instructions (BPF_MAXINSNS, linux/bpf_common.h) and every entry needs one at least.
 */
#define SG_PARSED_MAX_BYTES	 SG_KEP_MAX_BYTES
#define SG_PARSED_MAX_ENTRIES	 4096u
#define SG_PARSED_MAX_NAMES	 65536u /* over all entries */
#define SG_PARSED_MAX_CONDITIONS 64u	/* in one entry */

struct sg_position {
	unsigned int line, column; /* from 1; 0/0 when the file does not say it */
};

struct sg_parsed_string {
	const char *text;
	struct sg_position at;
};

struct sg_parsed_strings {
	struct sg_parsed_string *items;
	size_t n;
};

/* Docker's includes and excludes. A kernel is major << 16 | minor; 0 when not given. */
struct sg_parsed_filter {
	struct sg_parsed_strings caps, arches;
	uint32_t min_kernel;
	struct sg_position min_kernel_at;
};

struct sg_parsed_condition {
	struct sg_condition condition;
	struct sg_position at;
};

struct sg_parsed_entry {
	struct sg_parsed_strings names;
	enum sg_action action;
	/* one that nobody has: the entry has conditions of Docker's, and where they do not hold it
	 * is not looked at; @action is nothing then. NULL: none */
	const cJSON *unknown_action;
	bool has_errno;
	uint32_t errno_ret; /* errnoRet, or podman's errno; runtimes keep the lower 16 bits */
	struct sg_position at, action_at, errno_at;
	struct sg_parsed_condition *conditions;
	size_t n_conditions;
	struct sg_parsed_filter includes, excludes;
	const char *comment; /* NULL: none */
};

/* A field that no dialect has in its place: runtimes pass over it. */
struct sg_parsed_unknown {
	const char *name;
	/* the field that it is but for upper and lower case: as that one it was read, because Go's
	   decoder takes it (Docker, podman, containerd, runc); crun passes over it. NULL: none */
	const char *taken_for;
	struct sg_position at;
};

/*
 * A field that only some engines read and that does something: each name once, where it is first.
 */
struct sg_parsed_own_field {
	const char *name;
	enum sg_parsed_dialect
		dialect; /* SG_PARSED_DOCKER: podman reads it too; SG_PARSED_PODMAN */
	struct sg_position at;
};

/* archMap, name, includes, excludes; defaultErrno, errno. */
#define SG_PARSED_MAX_OWN_FIELDS 6u

/* One row of Docker's archMap: when @arch is the native one, it and @sub are the filter's. */
struct sg_parsed_arch_row {
	struct sg_parsed_string arch;
	struct sg_parsed_strings sub;
};

struct sg_parsed_profile {
	struct sg_json_doc *doc;
	enum sg_parsed_dialect dialect;
	enum sg_action default_action;
	bool has_default_errno;
	uint32_t default_errno;
	struct sg_position default_action_at, default_errno_at, syscalls_at;
	struct sg_parsed_strings arches;
	struct sg_parsed_arch_row *arch_map;
	size_t n_arch_map;
	struct sg_parsed_strings flags;
	const char *listener_path, *listener_metadata;
	struct sg_position listener_at;
	struct sg_parsed_string
		base_profile; /* CRD: baseProfileName; text is NULL when not given */
	struct sg_parsed_entry *entries;
	size_t n_entries;
	size_t n_names; /* over all entries */
	struct sg_parsed_unknown *unknown;
	size_t n_unknown;
	struct sg_parsed_own_field own_fields[SG_PARSED_MAX_OWN_FIELDS];
	size_t n_own_fields;
	bool is_whole_config; /* it was in a container's config.json, as linux.seccomp */
};

/*
 * Read @text, whose dialect its fields say. As strict as runtimes are: a duplicate key, an
 * action that nobody has, a number out of range are errors that name @name, line and column; fields
 * that nobody has are stored, to be reported. Names of calls are not judged here.
 *
 * Returns 0, -EINVAL (malformed), -E2BIG (beyond the limits above), -ENOMEM.
 */
int sg_profile_parse(const char *name, const char *text, size_t len, struct sg_parsed_profile **ret,
		     struct sg_error *err);
void sg_parsed_profile_free(struct sg_parsed_profile *parsed);

SG_DEFINE_CLEANUP(struct sg_parsed_profile, sg_parsed_profile_free)

#endif
