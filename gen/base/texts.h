/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_BASE_TEXTS_H
#define SG_BASE_TEXTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Owned strings, and arrays of them. A set is one that is sorted by byte and has no equals. */

/* A copy, the caller's; of NULL, NULL. Returns 0, -ENOMEM. */
int sg_text_copy(const char *text, char **ret, struct sg_error *err);

/* Set *field to a copy of @value where it is not set yet; NULL and "" are nothing. -ENOMEM. */
int sg_text_fill(char **field, const char *value, struct sg_error *err);

/* What comes after the last '/' of @path; all of it when there is none. Borrowed. */
const char *sg_text_base_name(const char *path);

/* For qsort() and bsearch() over an array of pointers to text. */
int sg_text_compare(const void *a, const void *b);

void sg_texts_free(char **texts, size_t n);
bool sg_texts_equal(char *const *a, size_t n_a, char *const *b, size_t n_b);
int sg_texts_copy(char *const *texts, size_t n, char ***ret, size_t *ret_n, struct sg_error *err);

/* Add a copy of @text to the set *set, when it is not in it. Returns 0, -ENOMEM. */
int sg_texts_add(char ***set, size_t *n, const char *text, struct sg_error *err);

/*
 * The set of what @texts, borrowed and in any order, holds. @texts is sorted in place. One sort,
 * however many there are: adding them one by one would move the set as often.
 */
int sg_texts_unite(const char **texts, size_t n, char ***ret, size_t *ret_n, struct sg_error *err);

#endif
