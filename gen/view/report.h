/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_VIEW_REPORT_H
#define SG_VIEW_REPORT_H

#include <stddef.h>

#include "base/strbuf.h"
#include "check/finding.h"

/* What was found in one file. @name is borrowed. */
struct sg_report {
	const char *name;
	struct sg_findings findings;
};

/*
 * "FILE:LINE:COLUMN: severity: message [id]", with the remedy on a line of its own once an id.
 * @least: lighter findings are left out.
 */
void sg_report_print(const struct sg_report *reports, size_t n, enum sg_severity least,
		     struct sg_strbuf *out);
/* `check --json` (docs/schema/check.schema.json). */
void sg_report_print_json(const struct sg_report *reports, size_t n, enum sg_severity least,
			  struct sg_strbuf *out);
/* SARIF 2.1.0 (OASIS), as code hosts take it; @version is the program's. */
void sg_report_print_sarif(const struct sg_report *reports, size_t n, enum sg_severity least,
			   const char *version, struct sg_strbuf *out);

#endif
