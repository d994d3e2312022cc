/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_RECORDING_ENTRY_H
#define SG_RECORDING_ENTRY_H

#include "base/json/json.h"
#include "recording/recording.h"

/* For gen/recording/ only. */

/* sg_entry_join() without the programs. */
void sg_entry_add_counts(struct sg_entry *dst, const struct sg_entry *src);

/* entry->first; in files the object "first". Joining takes what sg_entry_first() says of @src. */
int sg_entry_join_first(struct sg_entry *dst, const struct sg_entry *src, struct sg_error *err);
int sg_entry_copy_first(struct sg_entry *dst, const struct sg_entry *src, struct sg_error *err);
void sg_first_print(struct sg_json_writer *w, const struct sg_entry *entry);
int sg_first_read(const struct sg_json_doc *doc, const cJSON *node, struct sg_entry *entry,
		  struct sg_error *err);
void sg_first_done(struct sg_entry *entry);

int sg_entry_copy(const struct sg_entry *src, struct sg_entry *ret, struct sg_error *err);

/* The observations of an entry's arguments, an object in files. *ret is the caller's. */
void sg_args_print(struct sg_json_writer *w, const char *key, const struct sg_arg_obs *obs);
int sg_args_read(const struct sg_json_doc *doc, const cJSON *node, struct sg_arg_obs **ret,
		 struct sg_error *err);

/* Read the array @node into @run, which has no entries yet. A call that has two is refused. */
int sg_entries_read(const struct sg_json_doc *doc, const cJSON *node, struct sg_run *run,
		    struct sg_error *err);

#endif
