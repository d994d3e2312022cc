/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_BASE_JSON_YAML_H
#define SG_BASE_JSON_YAML_H

#include <stddef.h>

#include "base/error.h"
#include "base/json/json.h"

/*
 * Parse one YAML document into the tree that sg_json_parse() gives, positions included, so that one
 * reader serves both. libyaml parses; this file types the plain scalars and draws the limits.
 *
 * Only what JSON can say is taken. Refused, with line and column: anchors, aliases and tags (so no
 * document grows beyond its text), keys that are not scalars, duplicate keys, a second document,
 * integers in a form that YAML 1.1 and 1.2 read differently (0x1f, 017, 1_000), NULs, and nesting
 * below SG_JSON_MAX_DEPTH.
 *
 * Returns 0, -EINVAL (malformed), -E2BIG (larger than @max_bytes, too many values, nested too
 * deep), -ENOMEM.
 */
int sg_yaml_parse(const char *name, const char *text, size_t len, size_t max_bytes,
		  struct sg_json_doc **ret, struct sg_error *err);

#endif
