/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_DIALECT_PRINT_OCI_H
#define SG_DIALECT_PRINT_OCI_H

#include "base/error.h"
#include "base/json/json.h"
#include "base/strbuf.h"
#include "dialect/plan.h"
#include "profile/profile.h"

/*
 * Print the `linux.seccomp` object of the OCI runtime-spec, which Docker, podman, containerd, CRI-O
 * and Kubernetes take as it is. One entry for all calls with an equal verdict and equal conditions,
 * names sorted in byte order: byte-identical for equal profiles.
 *
 * The dialect names calls, not numbers, and cannot say "this call on that architecture only"; a
 * name counts for every architecture listed.
 *
 * Returns 0; or, with nothing printed, -ENOENT (a call without a name), -EINVAL (two verdicts
 * without conditions for one name, which only different architectures could tell apart), -ENOMEM.
 */
int sg_oci_json(const struct sg_profile *profile, struct sg_strbuf *out, struct sg_error *err);

/* The member "args" of an entry, as all formats made from this one have it; none without any. */
void sg_oci_print_conditions(struct sg_json_writer *w, const struct sg_plan_entry *entry);

#endif
