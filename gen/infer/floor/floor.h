/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_INFER_FLOOR_FLOOR_H
#define SG_INFER_FLOOR_FLOOR_H

#include <stddef.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "filter/filter.h"
#include "recording/recording.h"

/*
 * A runtime floor: the calls that a container runtime makes between loading the filter and the
 * workload's exec. A profile that lacks one of them does not start. Depends on runtime, version and
 * no_new_privs. profiles/floor/<runtime>.json holds what was measured and how;
 * docs/runtime-floor.md is its format.
 */
struct sg_floor {
	char *runtime; /* "runc 1.1.5, with no_new_privs (measured)", for reasons and notices */
	char **names;  /* sorted, unique, known to the table */
	size_t n_names;
	/* called as well, where an errno does no harm and only being killed does; the same */
	char **tolerated;
	size_t n_tolerated;
	struct sg_floor_way *ways;
	size_t n_ways;
	struct sg_floor_use *uses; /* one for each of @names that the data tells more of */
	size_t n_uses;
	bool one_kind; /* it is of starts with no_new_privs only, or without only */
};

/* In which starts a call is needed; nothing is known of what was joined. */
enum sg_floor_when {
	SG_FLOOR_EACH_START = 1 << 0,
	SG_FLOOR_OTHER_USER = 1 << 1, /* of a process that is not root's */
	SG_FLOOR_EXEC = 1 << 2,	      /* of a further process in a container that runs */
	SG_FLOOR_AT_TIMES = 1 << 3,   /* of any, when the runtime's timing has it so */
};

struct sg_floor_use {
	char *call;
	unsigned int when;		/* bits of enum sg_floor_when */
	bool with_privs, with_no_privs; /* without and with no_new_privs */
};

/* Of @names one that is called in vain if it gets ENOSYS or EPERM: then @instead are called. */
struct sg_floor_way {
	char *call;
	char **instead;
	size_t n_instead;
};

void sg_floor_free(struct sg_floor *floor);

/*
 * The floor that @text (a document of profiles/floor/) gives for a runtime's @version ("1.1.5";
 * what follows the numbers, as in "1.1.5+ds1", says nothing; NULL: the union over all versions) and
 * @no_new_privs (SG_UNKNOWN: the union of both).
 *
 * @name is what messages call the text. Returns 0, -EINVAL (malformed, with its place; or @version
 * is none), -E2BIG, -ENOENT (no version range fits), -ENOMEM.
 */
int sg_floor_parse(const char *name, const char *text, size_t len, const char *version,
		   enum sg_tristate no_new_privs, struct sg_floor **ret, struct sg_error *err);

/*
 * What every version calls at every start: a profile without one of these starts nothing,
 * whichever version it is. Otherwise as sg_floor_parse().
 */
int sg_floor_parse_least(const char *name, const char *text, size_t len,
			 enum sg_tristate no_new_privs, struct sg_floor **ret,
			 struct sg_error *err);

/*
 * The floor that @rec measured itself: the calls of stage FLOOR, made by whoever was moved into the
 * cgroup, had a filter loaded and had not exec'd yet. It is what those starts called: a call that
 * the runtime makes only sometimes can be missing, so join it with the floor that is shipped for
 * the same version.
 *
 * Returns 0, -ENODATA (nobody started under a filter there), -ENOENT (a number without a name),
 * -ENOMEM.
 */
int sg_floor_from_recording(const struct sg_recording *rec, struct sg_floor **ret,
			    struct sg_error *err);

/*
 * Join @src into @dst: the floor that starts under both. @dst is unchanged on failure; @src is
 * borrowed. What either does without is dropped. Returns 0, -ENOMEM.
 */
int sg_floor_join(struct sg_floor *dst, const struct sg_floor *src, struct sg_error *err);

/*
 * The calls of @floor that @filters deny whatever their arguments on @arch, as far as it has them.
 * All must let a call through for it to be made. The caller frees *ret. Returns 0, -ENOMEM.
 */
int sg_floor_missing(const struct sg_floor *floor, const struct sg_filter *const *filters,
		     size_t n_filters, uint32_t arch, struct sg_syscall_id **ret, size_t *ret_n,
		     struct sg_error *err);

/* What is known of the starts in which @call is needed; NULL: nothing. */
const struct sg_floor_use *sg_floor_find_use(const struct sg_floor *floor, const char *call);

SG_DEFINE_CLEANUP(struct sg_floor, sg_floor_free)

#endif
