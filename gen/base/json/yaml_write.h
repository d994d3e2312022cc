/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_BASE_JSON_YAML_WRITE_H
#define SG_BASE_JSON_YAML_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strbuf.h"

/*
 * Writing one YAML document, by libyaml's emitter. Failures are sticky: sg_yaml_writer_finish()
 * reports the first. A string that a parser could take for something else is quoted.
 */
struct sg_yaml_writer {
	void *emitter; /* yaml_emitter_t */
	bool failed;
};

/* @out must outlive the writer. Returns 0, -ENOMEM; on failure nothing needs to be finished. */
int sg_yaml_writer_init(struct sg_yaml_writer *w, struct sg_strbuf *out, struct sg_error *err);
/* End the document and release the writer. Returns 0, -ENOMEM, -EINVAL (not a document). */
int sg_yaml_writer_finish(struct sg_yaml_writer *w, struct sg_error *err);

/* Inside a mapping, keys and values alternate. */
void sg_yaml_open_mapping(struct sg_yaml_writer *w);
void sg_yaml_close_mapping(struct sg_yaml_writer *w);
void sg_yaml_open_sequence(struct sg_yaml_writer *w);
void sg_yaml_close_sequence(struct sg_yaml_writer *w);
void sg_yaml_string(struct sg_yaml_writer *w, const char *value);
void sg_yaml_u64(struct sg_yaml_writer *w, uint64_t value);

/* A key and its value. */
void sg_yaml_pair(struct sg_yaml_writer *w, const char *key, const char *value);

#endif
