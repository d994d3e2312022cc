/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_BASE_UTF8_H
#define SG_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Decode the code point at the start of @s, of which @n bytes are there. Strict (RFC 3629):
 * overlong forms, surrogates and anything above U+10FFFF are not UTF-8.
 *
 * Returns how many bytes it takes, 1 to 4; 0 when there is none (then *ret is untouched).
 */
size_t sg_utf8_decode(const char *s, size_t n, uint32_t *ret);

/*
 * Whether @cp does something to a terminal, or to the reader's eye, other than showing a glyph: C0
 * and C1 controls, DEL, line separators, bidirectional controls, and characters that have no width.
 */
bool sg_utf8_is_unprintable(uint32_t cp);

#endif
