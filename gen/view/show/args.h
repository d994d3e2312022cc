/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_VIEW_SHOW_ARGS_H
#define SG_VIEW_SHOW_ARGS_H

#include "base/error.h"
#include "base/strbuf.h"
#include "recording/recording.h"

/* `show --args`: the table of the arguments with which the application made its calls. @run is
 * folded. */
int sg_show_args(const struct sg_run *run, struct sg_strbuf *out, struct sg_error *err);

#endif
