/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_VIEW_RUNS_H
#define SG_VIEW_RUNS_H

#include "base/strbuf.h"
#include "recording/recording.h"

/* What several commands say of a recording. Texts are terminal-safe. */

/* "lossy", "complete" or "checkpoint": the worst that can be said of it. */
const char *sg_view_state(const struct sg_recording *rec);

/* "web", or of several "2 targets: db, web"; "log" where no run knows its target. Returns how many
 * there are. */
size_t sg_view_targets(const struct sg_recording *rec, struct sg_strbuf *out);

/* A table of the runs. */
void sg_view_runs(const struct sg_recording *rec, struct sg_strbuf *out);

#endif
