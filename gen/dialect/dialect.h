/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_DIALECT_DIALECT_H
#define SG_DIALECT_DIALECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "profile/profile.h"

/* What becomes of a fact that a dialect cannot say. */
enum sg_conversion_effect {
	SG_CONVERSION_WIDER,	 /* the output lets more calls through than the profile */
	SG_CONVERSION_NARROWER,	 /* the output denies calls that the profile lets through */
	SG_CONVERSION_DIFFERENT, /* a denied call is denied in another way */
	SG_CONVERSION_DETAIL,	 /* flags, a listener, whether a call is logged */
	SG_CONVERSION_NOTE,	 /* nothing is lost: a matter of versions */
	SG_CONVERSION_MAX_,
};

extern const char *const sg_conversion_effect_names[SG_CONVERSION_MAX_]; /* "allows more", … */

struct sg_conversion_loss_item {
	enum sg_conversion_effect effect;
	char *text; /* one sentence, safe for a terminal */
};

/* Everything that one printing could not express. Release with _done. */
struct sg_conversion_loss {
	struct sg_conversion_loss_item *items;
	size_t n;
};

void sg_conversion_loss_done(struct sg_conversion_loss *loss);
int sg_conversion_loss_add(struct sg_conversion_loss *loss, struct sg_error *err,
			   enum sg_conversion_effect effect, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

struct sg_print_options {
	const char *name; /* of the resource, for dialects that have one; NULL: "seccomp-gen" */
};

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

/* Their names, for a table of options; tests/unit/test_dialects.c sees that they are all there. */
#define SG_DIALECT_NAMES "oci docker podman crd systemd minijail bpf json-artifact"

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
