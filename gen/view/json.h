/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_VIEW_JSON_H
#define SG_VIEW_JSON_H

#include "base/json/json.h"
#include "base/strbuf.h"
#include "profile/profile.h"
#include "recording/args.h"
#include "recording/recording.h"
#include "syscall/syscall_id.h"

/*
 * The vocabulary of every --json (docs/schema/README.md): a thing that several outputs hold is
 * printed here, and looks the same in all of them.
 */

/* Begin an output: integers that a double does not hold are written as text. */
void sg_view_json_init(struct sg_json_writer *w, struct sg_strbuf *out);

/* The members "name" (null where the number has none), "arch" and "nr" of the open object. */
void sg_view_json_call(struct sg_json_writer *w, struct sg_syscall_id id);

/* {"action": "SCMP_ACT_ERRNO", "errnoRet": 1}, as OCI has it: errnoRet of ERRNO and TRACE only. */
void sg_view_json_verdict(struct sg_json_writer *w, const char *key, struct sg_verdict verdict);

/*
 * An array of arguments: {"index": 0, "value": "0x26", "text": "AF_ALG"}, those whose bit is set in
 * @mask. @args: all six of the call @id, which is 0/0 where they are of no one call.
 */
void sg_view_json_args(struct sg_json_writer *w, const char *key, struct sg_syscall_id id,
		       const uint64_t args[6], unsigned int mask);

/* The same of a combination that was observed. */
void sg_view_json_tuple(struct sg_json_writer *w, const char *key, struct sg_syscall_id id,
			const struct sg_arg_obs *obs, const struct sg_arg_tuple *tuple);

/* {"setup": 0, "floor": 0, "app": 12}: all stages are there. */
void sg_view_json_stages(struct sg_json_writer *w, const char *key,
			 const uint64_t counts[SG_STAGE_MAX_]);

/* "2026-11-21T18:48:02.710000000Z", or null where it is not known (0). Nanoseconds since 1970. */
void sg_view_json_time(struct sg_json_writer *w, const char *key, uint64_t ns);

#endif
