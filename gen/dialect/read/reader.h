/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_DIALECT_READ_READER_H
#define SG_DIALECT_READ_READER_H

#include <stdint.h>

#include "dialect/read/parsed.h"

/*
 * For the files of this folder only. All dialects are one grammar whose fields each belong to some
 * of them: reading a field leaves only the dialects that have it, and a field that none of those
 * left has is passed over, as runtimes do.
 */
#define SG_IN(dialect) (1u << (dialect))
#define SG_IN_OCI      (SG_IN(SG_PARSED_OCI) | SG_IN(SG_PARSED_DOCKER) | SG_IN(SG_PARSED_PODMAN))
#define SG_IN_DOCKER   (SG_IN(SG_PARSED_DOCKER) | SG_IN(SG_PARSED_PODMAN))
#define SG_IN_PODMAN   SG_IN(SG_PARSED_PODMAN)
#define SG_IN_CRD      SG_IN(SG_PARSED_CRD)
#define SG_IN_ALL      (SG_IN_OCI | SG_IN_CRD)

struct sg_reader {
	struct sg_parsed_profile *parsed;
	const struct sg_json_doc *doc;
	uint32_t dialects; /* SG_IN(): those that have every field met so far */
};

/* One row a field. */
struct sg_parsed_field {
	const char *name;
	uint32_t in;	   /* SG_IN(): the dialects that have it */
	uint32_t required; /* SG_IN(): those that cannot do without it */
	int (*read)(struct sg_reader *rd, const cJSON *node, void *data, struct sg_error *err);
};

/*
 * Read @node as an object by its table; a NULL name ends it. null counts as absent, as Go's decoder
 * has it, unless the field is required. Fields that are in no table go to the parsed profile's
 * unknown ones.
 */
int sg_parsed_object(struct sg_reader *rd, const cJSON *node, const struct sg_parsed_field *fields,
		     void *data, struct sg_error *err);

/* Whether the profile can only be of @dialect. */
static inline bool sg_reader_is(const struct sg_reader *rd, enum sg_parsed_dialect dialect)
{
	return rd->dialects == SG_IN(dialect);
}

struct sg_position sg_reader_position(const struct sg_reader *rd, const cJSON *node);

/*
 * Note that @node, a field that only the engine of @dialect reads, is used, unless it says nothing
 * (Go's zero value).
 */
void sg_parsed_own_field(struct sg_reader *rd, const cJSON *node, enum sg_parsed_dialect dialect);

/* An array of strings, none of them empty, into @ret, which the parsed profile owns from then
 * on. */
int sg_parse_strings(struct sg_reader *rd, const cJSON *node, struct sg_parsed_strings *ret,
		     struct sg_error *err);
int sg_parse_action(struct sg_reader *rd, const cJSON *node, enum sg_action *ret,
		    struct sg_error *err);
/* podman's errno: a name or decimal digits. */
int sg_parse_errno_name(struct sg_reader *rd, const cJSON *node, uint32_t *ret,
			struct sg_error *err);

/* The fields of a profile into @data, the struct sg_parsed_profile. */
int sg_parse_profile(struct sg_reader *rd, const cJSON *node, void *data, struct sg_error *err);
/* The array `syscalls`, in entry.c. */
int sg_parse_entries(struct sg_reader *rd, const cJSON *node, void *data, struct sg_error *err);

#endif
