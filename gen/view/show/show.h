/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_VIEW_SHOW_SHOW_H
#define SG_VIEW_SHOW_SHOW_H

#include <stdbool.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "recording/recording.h"

/*
 * `show` for people: what was recorded and lost, then the calls, or with @args their arguments.
 * @name is that of the recording. Safe for a terminal. Returns 0, -ENOMEM.
 */
int sg_view_show(const struct sg_recording *rec, const char *name, bool args, struct sg_strbuf *out,
		 struct sg_error *err);

/* `show --json` (docs/schema/show.schema.json). Returns 0, -ENOMEM. */
int sg_view_show_json(const struct sg_recording *rec, struct sg_strbuf *out, struct sg_error *err);

#endif
