/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_DIALECT_PRINT_PRINTERS_H
#define SG_DIALECT_PRINT_PRINTERS_H

#include "base/error.h"
#include "base/strbuf.h"
#include "dialect/conversion_loss.h"
#include "dialect/print/options.h"
#include "profile/profile.h"

/* For dialect.c: the two functions of every row, see struct sg_dialect. */
#define SG_PRINTER(name)                                                                     \
	int sg_##name##_reduce(const struct sg_profile *profile,                             \
			       const struct sg_print_options *opts, struct sg_profile **ret, \
			       struct sg_conversion_loss *loss, struct sg_error *err);       \
	int sg_##name##_print(const struct sg_profile *reduced,                              \
			      const struct sg_print_options *opts, struct sg_strbuf *out,    \
			      struct sg_error *err)

SG_PRINTER(docker);
SG_PRINTER(podman);
SG_PRINTER(crd);
SG_PRINTER(systemd);
SG_PRINTER(minijail);
SG_PRINTER(artifact);

/* A row without reduction. */
int sg_bpf_print(const struct sg_profile *profile, const struct sg_print_options *opts,
		 struct sg_strbuf *out, struct sg_error *err);

#undef SG_PRINTER

#endif
