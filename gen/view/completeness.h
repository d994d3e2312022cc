/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_VIEW_COMPLETENESS_H
#define SG_VIEW_COMPLETENESS_H

#include "base/error.h"
#include "base/json/json.h"
#include "base/strbuf.h"
#include "recording/recording.h"

/*
 * What `show` and `emit` say of how complete a recording is: one paragraph without line ends,
 * always with its condition: "40 runs, 62 calls. 1 in 10 further runs like these would …". 0 or
 * -ENOMEM.
 */
int sg_view_completeness_line(const struct sg_recording *rec, struct sg_strbuf *out,
			      struct sg_error *err);

/* `show --completeness`: all figures, of calls and of their arguments, the calls that one run alone
 * had, and how many were known after how many runs. 0 or -ENOMEM. */
int sg_view_completeness(const struct sg_recording *rec, struct sg_strbuf *out,
			 struct sg_error *err);

/* The same as the member "completeness" of @w's object. 0 or -ENOMEM. */
int sg_view_completeness_json(const struct sg_recording *rec, struct sg_json_writer *w,
			      struct sg_error *err);

#endif
