/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_DIALECT_PRINT_PRINTERS_H
#define SG_DIALECT_PRINT_PRINTERS_H

#include "base/error.h"
#include "base/strbuf.h"
#include "dialect/conversion_loss.h"
#include "dialect/print/options.h"
#include "profile/profile.h"

/* For dialect.c: the two functions of every row of dialects.def, see struct sg_dialect. */
#define DIALECT(function, name, summary, cannot, unnamed, reduce, is_binary)                     \
	int sg_##function##_reduce(const struct sg_profile *profile,                             \
				   const struct sg_print_options *opts, struct sg_profile **ret, \
				   struct sg_conversion_loss *loss, struct sg_error *err);       \
	int sg_##function##_print(const struct sg_profile *reduced,                              \
				  const struct sg_print_options *opts, struct sg_strbuf *out,    \
				  struct sg_error *err);
#include "dialect/dialects.def"
#undef DIALECT

#endif
