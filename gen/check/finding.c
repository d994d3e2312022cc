/* SPDX-License-Identifier: Apache-2.0 */
#include "check/finding.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"

const char *const sg_severity_names[SG_SEVERITY_MAX_] = {
	[SG_SEVERITY_NOTE] = "note",
	[SG_SEVERITY_WARNING] = "warning",
	[SG_SEVERITY_ERROR] = "error",
};
static_assert(SG_ARRAY_SIZE(sg_severity_names) == 3, "a severity has no name");

const struct sg_finding_row sg_finding_rows[SG_FINDING_MAX_] = {
#define FINDING(name, id, severity, summary, remedy) \
	[SG_FINDING_##name] = { id, SG_SEVERITY_##severity, summary, remedy },
#include "check/findings.def"
#undef FINDING
};

void sg_findings_done(struct sg_findings *findings)
{
	for (size_t i = 0; i < findings->n; i++)
		free(findings->items[i].message);
	free(findings->items);
	*findings = (struct sg_findings){ 0 };
}

int sg_findings_add(struct sg_findings *findings, enum sg_finding_kind kind, struct sg_position at,
		    struct sg_error *err, const char *fmt, ...)
{
	va_list ap;
	char *message;
	int n;

	if (SG_ARRAY_GROW_CAP(findings->items, findings->n, findings->cap) < 0)
		return sg_error_oom(err);
	va_start(ap, fmt);
	n = vasprintf(&message, fmt, ap);
	va_end(ap);
	if (n < 0)
		return sg_error_oom(err);
	findings->items[findings->n++] = (struct sg_finding){ kind, at, message };
	findings->counts[sg_finding_rows[kind].severity]++;
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct sg_finding *x = a, *y = b;

	if (x->at.line != y->at.line)
		return x->at.line < y->at.line ? -1 : 1;
	if (x->at.column != y->at.column)
		return x->at.column < y->at.column ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return 0;
}

/* A merge sort, because qsort() need not keep equal ones in order. */
static void sort(struct sg_finding *items, struct sg_finding *scratch, size_t n)
{
	size_t half = n / 2, i = 0, k = half, out = 0;

	if (n < 2)
		return;
	sort(items, scratch, half);
	sort(items + half, scratch, n - half);
	while (i < half || k < n) {
		if (k == n || (i < half && compare(&items[i], &items[k]) <= 0))
			scratch[out++] = items[i++];
		else
			scratch[out++] = items[k++];
	}
	for (i = 0; i < n; i++)
		items[i] = scratch[i];
}

void sg_findings_sort(struct sg_findings *findings)
{
	_cleanup_free_ struct sg_finding *scratch = calloc(findings->n + 1, sizeof(*scratch));

	/* without memory they stay in the order in which they were found, which is no error */
	if (scratch)
		sort(findings->items, scratch, findings->n);
}
