/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_ORIGIN_PATH_H
#define SG_ORIGIN_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What the path of a cgroup says of who is in it. The table of patterns in path.c holds what each
 * container manager and systemd make of names, under both cgroup drivers; docs/containers.md shows
 * it.
 */
enum sg_role {
	SG_ROLE_PLAIN,	   /* nothing is known */
	SG_ROLE_CONTAINER, /* a container, or below one */
	SG_ROLE_HELPER,	   /* of a container manager, outside the container: conmon */
	SG_ROLE_POD,	   /* a pod's cgroup, above its containers */
	SG_ROLE_UNIT,	   /* a systemd unit, or below one */
	SG_ROLE_SLICE,	   /* a systemd slice: nothing runs in it, only below it */
};

#define SG_PATH_ID_MAX	255 /* NAME_MAX: a part of a path is no longer */
#define SG_PATH_UID_LEN 36  /* a UUID in its usual spelling */

struct sg_path_facts {
	enum sg_role role;
	const char *manager; /* "docker", "podman", "containerd", "cri-o", "lxc"; NULL: not known.
				Static. */
	const char *runtime; /* where the name tells it: "runc", "crun". Static. */
	char id[SG_PATH_ID_MAX + 1];	   /* of the container; "" */
	char pod_uid[SG_PATH_UID_LEN + 1]; /* of the Kubernetes pod, with '-'; "" */
	char pod_id[SG_PATH_ID_MAX + 1];   /* of the podman pod; "" */
	char unit[SG_PATH_ID_MAX + 1];	   /* the innermost systemd unit, "nginx.service"; "" */
	bool has_container;		   /* one of its parts is a container's */
	/* what is above the innermost container or unit */
	bool in_container; /* another container */
	bool in_unit;	   /* of a unit: another unit, which is no user's manager */
	bool of_user;	   /* a user's manager, user@UID.service */
	uint32_t user;	   /* its UID */
	size_t own_len;	   /* how much of the path names the container, helper or pod itself; 0 */
	size_t unit_len;   /* the same for the unit */
};

void sg_path_classify(const char *path, struct sg_path_facts *ret);

/* Whether @id is 64 lower-case hexadecimal digits, as Docker and others like it draw them. */
bool sg_path_is_long_id(const char *id);

#endif
