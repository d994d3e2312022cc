/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_WORKLOAD_WORKLOAD_H
#define SG_TRACER_WORKLOAD_WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "cgroup/cgroup.h"
#include "recording/recording.h"
#include "workload/path.h"

/*
 * Who is in a cgroup: what its path says, and what the container's manager has on disk or answers.
 * Nothing of it is needed to record; each source may be missing, late or wrong, and is asked until
 * it has said what it can.
 *
 * Strings are owned; NULL means not known. They come from files that others write: never print them
 * unescaped.
 */
struct sg_workload {
	struct sg_path_facts path;
	bool is_itself;	     /* the cgroup is the container's own, not one below it */
	const char *manager; /* "docker", "podman", "containerd", "cri-o"; NULL: none that we know.
				Static. */
	char *id, *name, *image;
	char *runtime, *runtime_version;
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

/* Who made the cgroup, as the kernel half saw it; zero for one that was there. */
struct sg_maker {
	uint32_t tgid;
	char comm[16];
};

/* Where managers keep what they know, and what has been read of it: one for the whole run. */
struct sg_managers;

int sg_managers_new(struct sg_managers **ret, struct sg_error *err);
void sg_managers_free(struct sg_managers *managers);

/* Why a manager that seems to be here could not be asked ("Docker: /run/docker.sock: Permission
 * denied"), or NULL. */
const char *sg_managers_trouble(const struct sg_managers *managers);

int sg_workload_new(const struct sg_cgroup *cg, struct sg_workload **ret, struct sg_error *err);
void sg_workload_free(struct sg_workload *w);

/*
 * Ask who can say more. Never fails but for memory: what is not to be learnt stays unknown. Call it
 * again later while !is_settled; @last says that there is no later, the cgroup being gone or having
 * had its time.
 */
int sg_workload_learn(struct sg_workload *w, struct sg_managers *managers,
		      const struct sg_cgroup *cg, const struct sg_maker *maker, bool last,
		      struct sg_error *err);

/* "web (docker 3f2a7b…)", "default/web-1/nginx (containerd …)", for people; *ret is the caller's.
 */
int sg_workload_describe(const struct sg_workload *w, char **ret, struct sg_error *err);

/* Put what is known into the target of a run. */
int sg_workload_fill(const struct sg_workload *w, struct sg_target *target, struct sg_error *err);

/* The runtime that names its set-up processes so ("runc:[2:INIT]"); NULL: none does. Static. */
const char *sg_runtime_of_comm(const char *comm);

SG_DEFINE_CLEANUP(struct sg_managers, sg_managers_free)
SG_DEFINE_CLEANUP(struct sg_workload, sg_workload_free)

#endif
