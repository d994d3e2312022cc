/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_RECORDING_JSON_COUNTERS_H
#define SG_RECORDING_JSON_COUNTERS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/json/json.h"

/*
 * For gen/recording/ only: arrays of counters that files write as objects from name to number, in
 * which a counter of zero is left out.
 */
struct sg_counters {
	const char *what; /* one of them, for messages */
	size_t n;
	const char *(*name)(size_t i);
};

extern const struct sg_counters sg_stage_counters, sg_denial_counters, sg_loss_counters;

/* The object @key with the counters above zero. Without any there is no object, except for
 * losses. */
void sg_counters_print(const struct sg_counters *counters, const uint64_t *values, const char *key,
		       struct sg_json_writer *w);

/* The same with all counters, zero or not. */
void sg_counters_print_all(const struct sg_counters *counters, const uint64_t *values,
			   const char *key, struct sg_json_writer *w);

/*
 * Read the object @node. A name that is not in the table is passed over when it counts nothing, and
 * refused when it does: to leave it out would be to lose a call or hide a loss.
 */
int sg_counters_read(const struct sg_counters *counters, uint64_t *values,
		     const struct sg_json_doc *doc, const cJSON *node, struct sg_error *err);

/* SG_SOURCE_*, an array of names in files. */
void sg_sources_print(uint32_t sources, const char *key, struct sg_json_writer *w);
int sg_sources_read(const struct sg_json_doc *doc, const cJSON *node, uint32_t *ret,
		    struct sg_error *err);

#endif
