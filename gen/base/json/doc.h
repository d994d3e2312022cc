/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_BASE_JSON_DOC_H
#define SG_BASE_JSON_DOC_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/json/json.h"

/*
 * For base/yaml.c only: a document of a tree that somebody else parsed.
 *
 * @root: taken, also on failure. @offsets: where in @text each value of the tree starts, in
 * document order (an object before its members); allocated by malloc and taken, also on failure.
 * @text is copied; @len is below UINT32_MAX. Messages are those of sg_json_parse().
 *
 * Returns 0, -EINVAL (a duplicate key), -ENOMEM.
 */
int sg_json_doc_from_tree(const char *name, const char *text, size_t len, cJSON *root,
			  uint32_t *offsets, size_t n_values, struct sg_json_doc **ret,
			  struct sg_error *err);

#endif
