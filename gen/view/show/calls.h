/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_VIEW_SHOW_CALLS_H
#define SG_VIEW_SHOW_CALLS_H

#include <stdbool.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "recording/recording.h"

/*
 * A table of the calls of a folded run, most used first; nothing where there are none. @relative:
 * times are counted from the run's start. Returns 0, -ENOMEM.
 */
int sg_view_calls(const struct sg_run *run, bool relative, struct sg_strbuf *out,
		  struct sg_error *err);

#endif
