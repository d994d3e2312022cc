/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_CHECK_FINDING_H
#define SG_CHECK_FINDING_H

#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "dialect/read/parsed.h"

/* Of ascending weight; only errors make `check` answer "no". */
enum sg_severity {
	SG_SEVERITY_NOTE,
	SG_SEVERITY_WARNING,
	SG_SEVERITY_ERROR,
	SG_SEVERITY_MAX_,
};

extern const char *const sg_severity_names[SG_SEVERITY_MAX_]; /* "note", … as SARIF has them */

enum sg_finding_kind {
#define FINDING(name, id, severity, summary, remedy) SG_FINDING_##name,
#include "check/findings.def"
#undef FINDING
	SG_FINDING_MAX_,
};

struct sg_finding_row {
	const char *id;
	enum sg_severity severity;
	const char *summary, *remedy; /* a sentence each */
};

extern const struct sg_finding_row sg_finding_rows[SG_FINDING_MAX_];

struct sg_finding {
	enum sg_finding_kind kind;
	struct sg_position at; /* 0/0: the file as a whole */
	char *message;	       /* what and where it is here; one line, safe for a terminal */
};

struct sg_findings {
	struct sg_finding *items;
	size_t n, cap;
	size_t counts[SG_SEVERITY_MAX_];
};

void sg_findings_done(struct sg_findings *findings);

int sg_findings_add(struct sg_findings *findings, enum sg_finding_kind kind, struct sg_position at,
		    struct sg_error *err, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* By place, then weight; equal ones in the order in which they were found. */
void sg_findings_sort(struct sg_findings *findings);

#endif
