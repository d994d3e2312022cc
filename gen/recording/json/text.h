/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_RECORDING_JSON_TEXT_H
#define SG_RECORDING_JSON_TEXT_H

#include "base/error.h"
#include "base/json/json.h"

/*
 * For gen/recording/ only: strings of the kernel hold any byte but NUL, those of JSON only UTF-8. A
 * byte that is not part of well-formed UTF-8 is written as U+FFFD and two lower-case hexadecimal
 * digits, and so are the three bytes of a U+FFFD that the text itself holds: every string comes
 * back as it was.
 */
void sg_text_print(struct sg_json_writer *w, const char *key, const char *text);

/* A string that is not so encoded, or stands for a NUL, is -EINVAL. The caller frees *ret. */
int sg_text_read(const struct sg_json_doc *doc, const cJSON *node, char **ret,
		 struct sg_error *err);

#endif
