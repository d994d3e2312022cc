/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_VIEW_SHOW_RECONCILE_H
#define SG_VIEW_SHOW_RECONCILE_H

#include <stdbool.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "recording/recording.h"

/*
 * `show --reconcile`: what BPF and the audit trail say of each call, and why they differ. With
 * @json as docs/schema/reconcile.schema.json says.
 */
int sg_show_reconcile(const struct sg_recording *rec, bool json, struct sg_strbuf *out,
		      struct sg_error *err);

#endif
