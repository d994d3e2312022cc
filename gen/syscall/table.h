/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_SYSCALL_TABLE_H
#define SG_SYSCALL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "syscall/syscall_id.h"

/*
 * The project's own number/name table: gen/syscall/data/ holds one text file an architecture, from
 * the kernel's own tables up to Linux 7.3, and scripts/gen-syscall-table turns them into C. The
 * installed libseccomp is not asked: Debian 12's stops at Linux 5.17.
 */

/* The name of @id, or NULL when the table has none. Static storage. */
const char *sg_syscall_name(struct sg_syscall_id id);

/* The number of @name under @arch. Returns 0, or -ENOENT (then *ret_nr is untouched). */
int sg_syscall_nr(uint32_t arch, const char *name, uint32_t *ret_nr);

/* Whether any architecture has a call of that name. */
bool sg_syscall_name_is_known(const char *name);

/*
 * The Linux version that brought @name, as "major.minor" in static storage, for calls newer
 * than 4.15; NULL when it is older or not known.
 */
const char *sg_syscall_since(const char *name);

/* The newest Linux version whose calls the table knows, as "major.minor" in static storage. */
const char *sg_syscall_newest(void);

/*
 * Whether the table has every call that a kernel of that release can have, "6.18.44-generic", as
 * uname says it: then a number without a name is no call there. False also for what is no release
 * from Linux 3.0 on: 2.6.N is what a newer kernel says under `setarch --uname-2.6`.
 */
bool sg_syscall_table_covers(const char *release);

/* Walk the names of @arch in ascending order of number; NULL at the end. Start with *pos = 0. */
const char *sg_syscall_next(uint32_t arch, size_t *pos, uint32_t *ret_nr);

/* The highest number that the table names under @arch; 0 when the architecture is unknown. */
uint32_t sg_syscall_max(uint32_t arch);

/*
 * The name of @id or a failure that says which number of which architecture has none; for callers
 * that are about to print a profile, where a missing name is an error and never a silent drop.
 */
int sg_syscall_name_or_error(struct sg_syscall_id id, const char **ret, struct sg_error *err);

#endif
