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
enum sg_lost_effect {
	SG_LOST_WIDER,	   /* the output lets more calls through than the profile */
	SG_LOST_NARROWER,  /* the output denies calls that the profile lets through */
	SG_LOST_DIFFERENT, /* a denied call is denied in another way */
	SG_LOST_DETAIL,	   /* flags, a listener, whether a call is logged */
	SG_LOST_NOTE,	   /* nothing is lost: a matter of versions */
	SG_LOST_MAX_,
};

extern const char *const sg_lost_effect_names[SG_LOST_MAX_]; /* "allows more", … */

struct sg_lost_item {
	enum sg_lost_effect effect;
	char *text; /* one sentence, safe for a terminal */
};

/* Everything that one printing could not express. Release with _done. */
struct sg_lost {
	struct sg_lost_item *items;
	size_t n;
};

void sg_lost_done(struct sg_lost *lost);
int sg_lost_add(struct sg_lost *lost, struct sg_error *err, enum sg_lost_effect effect,
		const char *fmt, ...) __attribute__((format(printf, 4, 5)));

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
	/* NULL: what is printed can be read back and compared itself. @lost takes what is no matter
	 * of verdicts; on failure the caller releases it. */
	int (*reduce)(const struct sg_profile *profile, const struct sg_print_options *opts,
		      struct sg_profile **ret, struct sg_lost *lost, struct sg_error *err);
	int (*print)(const struct sg_profile *reduced, const struct sg_print_options *opts,
		     struct sg_strbuf *out, struct sg_error *err);
};

/* Ends where the name is NULL; the first is the default. */
extern const struct sg_dialect sg_dialects[];

/* Their names, for a table of options; tests/unit/test_dialects.c sees that they are all there. */
#define SG_DIALECT_NAMES "oci docker podman crd systemd minijail bpf json-artifact"

const struct sg_dialect *sg_dialect_by_name(const char *name);

/*
 * Print @profile. @ret_lost says what the dialect could not express, and the caller decides whether
 * that is acceptable (--strict). Equal profiles give identical bytes.
 *
 * Returns 0, -ENOENT (a call without a name), -EOPNOTSUPP (the dialect has no way at all to say
 * this profile), -E2BIG (a limit of the dialect), -ENOMEM. On failure nothing was printed and
 * @ret_lost is empty.
 */
int sg_dialect_print(const struct sg_dialect *dialect, const struct sg_profile *profile,
		     const struct sg_print_options *opts, struct sg_strbuf *out,
		     struct sg_lost *ret_lost, struct sg_error *err);

#endif
