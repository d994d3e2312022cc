/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_RECORDING_TEXTS_H
#define SG_RECORDING_TEXTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/json.h"

/* For gen/recording/ only: arrays of owned strings. A set is one that is sorted by byte and has no
 * equals. */

void sg_texts_free(char **texts, size_t n);
bool sg_texts_equal(char *const *a, size_t n_a, char *const *b, size_t n_b);
int sg_texts_copy(char *const *texts, size_t n, char ***ret, size_t *ret_n, struct sg_error *err);

/* Add @text to the set *set, when it is not in it. */
int sg_texts_add(char ***set, size_t *n, const char *text, struct sg_error *err);

/*
 * The set of what @texts, borrowed and in any order, holds. @texts is sorted in place. One sort,
 * however many there are: adding them one by one would move the set as often.
 */
int sg_texts_unite(const char **texts, size_t n, char ***ret, size_t *ret_n, struct sg_error *err);

/* An array of strings (text.h) as it is in the file; as a set, where a string that is there twice
 * is refused. */
int sg_texts_read(const struct sg_json_doc *doc, const cJSON *node, char ***ret, size_t *ret_n,
		  struct sg_error *err);
int sg_texts_read_set(const struct sg_json_doc *doc, const cJSON *node, char ***ret, size_t *ret_n,
		      struct sg_error *err);

#endif
