/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_DIALECT_DIALECT_H
#define SG_DIALECT_DIALECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "dialect/conversion_loss.h"
#include "dialect/print/options.h"
#include "profile/profile.h"

/*
 * One row a dialect that profiles can be printed in. What it cannot say is found out by comparison:
 * @reduce makes the profile that the output will mean, and @print prints that without loss.
 */
struct sg_dialect {
	const char *name;    /* as --format says it */
	const char *summary; /* one line without full stop: who takes it */
	const char *cannot;  /* one line: what it cannot express */
	bool is_binary;	     /* not for a terminal */
	/* what it does to a call that nothing names, where it has one answer only; NULL: what the
	 * profile says */
	const char *unnamed;
	/* NULL: what is printed can be read back and compared itself. @loss takes what is no matter
	 * of verdicts; on failure the caller releases it. */
	int (*reduce)(const struct sg_profile *profile, const struct sg_print_options *opts,
		      struct sg_profile **ret, struct sg_conversion_loss *loss,
		      struct sg_error *err);
	int (*print)(const struct sg_profile *reduced, const struct sg_print_options *opts,
		     struct sg_strbuf *out, struct sg_error *err);
};

/* Ends where the name is NULL; the first is the default. */
extern const struct sg_dialect sg_dialects[];

const struct sg_dialect *sg_dialect_by_name(const char *name);

/*
 * Print @profile. @ret_loss says what the dialect could not express, and the caller decides whether
 * that is acceptable (--strict). Equal profiles give identical bytes.
 *
 * Returns 0, -ENOENT (a call without a name), -EOPNOTSUPP (the dialect has no way at all to say
 * this profile), -E2BIG (a limit of the dialect), -ENOMEM. On failure nothing was printed and
 * @ret_loss is empty.
 */
int sg_dialect_print(const struct sg_dialect *dialect, const struct sg_profile *profile,
		     const struct sg_print_options *opts, struct sg_strbuf *out,
		     struct sg_conversion_loss *ret_loss, struct sg_error *err);

#endif
