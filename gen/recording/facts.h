/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_RECORDING_FACTS_H
#define SG_RECORDING_FACTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/json/json.h"
#include "recording/recording.h"

/*
 * For gen/recording/ only: what a run says of itself, its host and its target, as tables. Copying,
 * folding, reading, printing and freeing all walk these, so a fact that is added to one is in all.
 */
enum sg_fact_type {
	SG_FACT_TEXT,	  /* char *, NULL: not known */
	SG_FACT_TEXTS,	  /* char ** and, elsewhere, its size_t; empty: not known */
	SG_FACT_U64,	  /* 0: not known */
	SG_FACT_BOOL,	  /* always known */
	SG_FACT_TRISTATE, /* SG_UNKNOWN: not known */
	SG_FACT_ARCH,	  /* uint32_t token; 0: not known */
};

struct sg_fact {
	const char *name; /* in the file */
	enum sg_fact_type type;
	size_t offset;	     /* in the structure of its group */
	size_t count_offset; /* TEXTS: of the number of texts */
};

struct sg_fact_group {
	const char *name;	     /* of the object in the file; NULL: the run's own */
	size_t offset;		     /* in struct sg_run */
	const struct sg_fact *facts; /* end where the name is NULL */
};

extern const struct sg_fact_group sg_fact_group_run, sg_fact_group_host, sg_fact_group_target;
extern const struct sg_fact_group *const sg_fact_groups[]; /* all three; ends with NULL */

/* Free what the facts of @base own and set them to "not known". @base is the group's structure. */
void sg_facts_done(const struct sg_fact *facts, void *base);

/* Set the facts of @group in @dst to those that all of @runs know and agree on. */
int sg_facts_agree(const struct sg_fact_group *group, struct sg_run *dst,
		   struct sg_run *const *runs, size_t n_runs, struct sg_error *err);

/* Write the facts that are known as members of the object that is open. */
void sg_facts_print(const struct sg_fact *facts, const void *base, struct sg_json_writer *w);

/* Read the fact that @node, an object's member, is the value of; names without a fact are passed
 * over. */
int sg_fact_read(const struct sg_fact *facts, void *base, const struct sg_json_doc *doc,
		 const cJSON *node, struct sg_error *err);

/* Architectures in files: by name, or as "0x%08x" where the table has none. */
void sg_arch_print(uint32_t arch, const char *key, struct sg_json_writer *w);
int sg_arch_read(const struct sg_json_doc *doc, const cJSON *node, uint32_t *ret,
		 struct sg_error *err);

#endif
