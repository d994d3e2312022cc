/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_CGROUP_MOUNT_H
#define SG_TRACER_CGROUP_MOUNT_H

#include <stdint.h>

#include "base/error.h"
#include "cgroup/cgroup.h"

/* For tracer/cgroup/ only. One cgroup mount: where it is, and
 * which part of the hierarchy it shows. */
struct sg_mount {
	char *dir;
	char *root; /* "/" unless a subtree is mounted */
};

void sg_mount_done(struct sg_mount *m);

/*
 * The first mount of the hierarchy: @controller NULL asks for cgroup2, else for the v1 hierarchy
 * that has it. With @covers only a mount whose directory is a parent of that path counts. -ENOTSUP.
 */
int sg_mount_find(const char *controller, const char *covers, struct sg_mount *ret,
		  struct sg_error *err);

/* The cgroup of that id by the kernel's own file handle, an O_RDONLY descriptor; -1 and errno: it
 * is gone (ESTALE), or that takes CAP_DAC_READ_SEARCH (EPERM). */
int sg_cgroup_open_id(const struct sg_mount *m, uint64_t id);

/*
 * Fill @ret from the directory @dir below @m: its id, and its path below the root of the hierarchy.
 * @spec is what messages call it. The root is refused.
 */
int sg_cgroup_from_dir(const char *spec, const char *dir, const struct sg_mount *m,
		       struct sg_cgroup *ret, struct sg_error *err);

#endif
