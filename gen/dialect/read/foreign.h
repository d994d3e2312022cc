/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_DIALECT_READ_FOREIGN_H
#define SG_DIALECT_READ_FOREIGN_H

#include <cjson/cJSON.h>
#include <stddef.h>

/*
 * For root.c only: files that people take for a profile, so that they are called what
 * they are in place of what they lack. NULL: none that is known. Static storage: "a recording: …".
 */
const char *sg_foreign_text(const char *text, size_t len);
const char *sg_foreign_object(const cJSON *root);

#endif
