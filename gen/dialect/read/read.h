/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_DIALECT_READ_READ_H
#define SG_DIALECT_READ_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "dialect/read/parsed.h"
#include "profile/profile.h"

/* What reading found that is no error and must be reported all the same. */
enum sg_read_notice_kind {
	SG_READ_EMPTY_NAME,	  /* a name is "": runc refuses the profile, crun skips it */
	SG_READ_UNKNOWN_NAME,	  /* no architecture has a call of this name: runtimes skip it */
	SG_READ_NAME_NOT_HERE,	  /* a call of other architectures only: without effect here */
	SG_READ_UNSUPPORTED_ARCH, /* an architecture that our table does not have: not judged */
	SG_READ_UNKNOWN_FIELD,	  /* nobody has it: runtimes pass over it */
	SG_READ_OTHER_CASE,	  /* a field but for upper and lower case, which some take */
	SG_READ_BASE_PROFILE,	  /* CRD: what baseProfileName adds is not in the result */
	SG_READ_NOTICE_MAX_,
};

struct sg_read_notice {
	enum sg_read_notice_kind kind;
	char *text; /* the name that it is about; from the file: escape it for a terminal */
	struct sg_position at;
};

struct sg_read_notices {
	struct sg_read_notice *items;
	size_t n;
};

void sg_read_notices_done(struct sg_read_notices *notices);

/* One sentence for people about a note of @kind, with "%s" where its text belongs. */
extern const char *const sg_read_notice_formats[SG_READ_NOTICE_MAX_];

/* For whom conditional entries are resolved. All borrowed. */
struct sg_read_options {
	uint32_t native_arch;	 /* AUDIT_ARCH_* of the machine the profile is for; required */
	const char *const *caps; /* the container's bounding set, "CAP_CHOWN", … */
	size_t n_caps;
	uint32_t kernel;		 /* major << 16 | minor; 0: newer than any minKernel */
	bool no_min_kernel;		 /* the engine passes over minKernel, as podman does */
	struct sg_read_notices *notices; /* filled on success when not NULL; release with _done */
	bool entries_as_lines; /* for check: a rule's line is its entry's index + 1 instead */
};

/*
 * Resolve @parsed: entries whose includes and excludes hold, as Docker and podman decide it, names
 * as the numbers of every architecture that the filter has. The native architecture always is one
 * of them, because libseccomp starts every filter with it. Rules keep their order and know their
 * line.
 *
 * Returns 0, -EINVAL (native_arch is not in our table; an entry that counts has an action that
 * nobody has), -ENOMEM.
 */
int sg_profile_resolve(const struct sg_parsed_profile *parsed, const struct sg_read_options *opts,
		       struct sg_profile **ret, struct sg_error *err);

/* sg_profile_parse() and sg_profile_resolve() in one. */
int sg_profile_read(const char *name, const char *text, size_t len,
		    const struct sg_read_options *opts, struct sg_profile **ret,
		    struct sg_error *err);

/*
 * The capabilities that an engine gives a container by default, for sg_read_options: Docker's
 * fourteen (moby oci/caps/defaults.go) or podman's eleven (containers/common
 * pkg/config/default.go).
 */
extern const char *const sg_docker_caps[];
extern const size_t sg_n_docker_caps;
extern const char *const sg_podman_caps[];
extern const size_t sg_n_podman_caps;
/* What podman gave up to 4.3: AUDIT_WRITE, MKNOD and NET_RAW as well. */
extern const char *const sg_podman_4_3_caps[];
extern const size_t sg_n_podman_4_3_caps;

/* Every capability of linux/capability.h, by number. */
extern const char *const sg_all_caps[];
extern const size_t sg_n_all_caps;

/* "CAP_SYS_ADMIN" in static storage for "sys_admin", "CAP_sys_admin", …; NULL when there is none
 * such. */
const char *sg_cap_by_name(const char *name);

#endif
