/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_BASE_ESCAPE_H
#define SG_BASE_ESCAPE_H

#include <stddef.h>

#include "base/strbuf.h"

/*
 * Append @s so that it can be shown on a terminal and stays on its line. Each byte of control
 * characters (C0 with ESC, tab and newline, DEL, C1), of bidirectional and invisible characters,
 * and of what is not UTF-8 comes out as \xNN with two lower-case digits.
 *
 * For strings from the kernel, a log or a file that others wrote: comm, exe, paths, names. It is
 * for eyes and not reversible: a backslash stays one, so that systemd's own "\x2d" in a cgroup path
 * can be copied as it is.
 */
void sg_escape(struct sg_strbuf *out, const char *s);

/* The same for @n bytes, NULs included. */
void sg_escape_mem(struct sg_strbuf *out, const char *s, size_t n);

#endif
