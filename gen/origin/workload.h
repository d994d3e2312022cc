/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_ORIGIN_WORKLOAD_H
#define SG_ORIGIN_WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "origin/owner.h"
#include "origin/path.h"
#include "recording/recording.h"

/*
 * Who is in a cgroup: what its path says, and what the container's manager has on disk or answers.
 * Nothing of it is needed to record; each source may be missing, late or wrong.
 *
 * Strings are owned; NULL means not known. They come from files that others write: never print them
 * unescaped.
 */
struct sg_workload {
	struct sg_path_facts path;
	struct sg_owner owner; /* of the cgroup */
	bool is_itself;	       /* the cgroup is the container's own, not one below it */
	const char *manager; /* "docker", "podman", "containerd", "cri-o"; NULL: none that we know.
				Static. */
	char *id, *name, *image;
	char *image_digest; /* SG_DIGEST_PREFIX and 64 digits */
	char *runtime, *runtime_version;
	char *manager_version;
	char *pod, *pod_namespace, *pod_uid; /* Kubernetes', or podman's pod */
	char *pod_container;		     /* the container's name within its pod */
	char *user;
	char *bundle;	    /* the OCI bundle's directory */
	char *cgroups_path; /* linux.cgroupsPath of its configuration */
	enum sg_tristate no_new_privs, privileged;
	enum sg_tristate confined; /* its configuration has a seccomp filter */
	bool has_program; /* the runtime's program has been seen: no other of its name is asked */
	bool is_sandbox;  /* the pod's own, "pause" */
	bool is_settled;  /* all who could say more have been asked */
};

/* What the path of its cgroup says; *ret is freed with sg_workload_free(). -ENOMEM. */
int sg_workload_new(const char *path, struct sg_workload **ret, struct sg_error *err);
void sg_workload_free(struct sg_workload *w);

/*
 * By whose word it is known what this workload is: only he can have made the cgroup, and what he
 * says in files and on command lines is believed, and nobody else. False: nobody's, for several can
 * have made it, or it is in a container, whose root is no root of ours.
 */
bool sg_workload_speaker(const struct sg_workload *w, uint32_t *ret_uid);

/*
 * Decide is_itself for the cgroup @path, whose own name says nothing. A runtime also makes the
 * cgroups above its container's where they are missing, and what runs in a container may make some
 * below: what was learnt of the container is then not this cgroup's, and is forgotten.
 */
void sg_workload_check_itself(struct sg_workload *w, const char *path);

#define SG_DIGEST_PREFIX "sha256:"

/* "sha256:…" of a name that pins its image, "nginx@sha256:…"; NULL: it does not. Borrowed. */
const char *sg_pinned_digest(const char *image);

/* "web (docker 3f2a7b…)", "default/web-1/nginx (containerd …)", for people; *ret is the
 * caller's. */
int sg_workload_describe(const struct sg_workload *w, char **ret, struct sg_error *err);

/*
 * By what it is found again when it comes again: a container by its name where it has one, for its
 * id is another then; anything else (@w NULL: all that is known is the cgroup) by its @cgroup. Each
 * owner's apart: a user can call his containers what he likes. What several can have made is not
 * found again: its key has the cgroup's @id. *ret is the caller's. -ENOMEM.
 */
int sg_workload_key(const struct sg_workload *w, const char *cgroup, uint64_t id, char **ret,
		    struct sg_error *err);

/* Put what is known into the target of a run. */
int sg_workload_fill(const struct sg_workload *w, struct sg_target *target, struct sg_error *err);

SG_DEFINE_CLEANUP(struct sg_workload, sg_workload_free)

#endif
