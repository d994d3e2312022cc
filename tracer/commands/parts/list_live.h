/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_COMMANDS_PARTS_LIST_LIVE_H
#define SG_TRACER_COMMANDS_PARTS_LIST_LIVE_H

#include <stdbool.h>

#include "base/error.h"
#include "base/strbuf.h"

/* The recordings that are pinned, as a table or by name alone. Returns an exit code, or -errno. */
int sg_list_live(bool names_only, struct sg_strbuf *out, struct sg_error *err);

#endif
