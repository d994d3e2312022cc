/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_RECORDING_JSON_TEXTS_H
#define SG_RECORDING_JSON_TEXTS_H

#include <stddef.h>

#include "base/error.h"
#include "base/json/json.h"

/* For gen/recording/ only. */

/* An array of strings (text.h) as it is in the file; as a set, where a string that is there twice
 * is refused. */
int sg_texts_read(const struct sg_json_doc *doc, const cJSON *node, char ***ret, size_t *ret_n,
		  struct sg_error *err);
int sg_texts_read_set(const struct sg_json_doc *doc, const cJSON *node, char ***ret, size_t *ret_n,
		      struct sg_error *err);

#endif
