/* SPDX-License-Identifier: Apache-2.0 */
#include "view/report.h"

#include <stdbool.h>

#include "base/escape.h"
#include "view/json.h"

static bool is_wanted(const struct sg_finding *finding, enum sg_severity least)
{
	return sg_finding_rows[finding->kind].severity >= least;
}

static void print_finding(const struct sg_report *report, const struct sg_finding *finding,
			  struct sg_strbuf *out)
{
	const struct sg_finding_row *row = &sg_finding_rows[finding->kind];

	sg_escape(out, report->name);
	if (finding->at.line)
		sg_strbuf_printf(out, ":%u:%u", finding->at.line, finding->at.column);
	sg_strbuf_printf(out, ": %s: %s [%s]\n", sg_severity_names[row->severity], finding->message,
			 row->id);
}

void sg_report_print(const struct sg_report *reports, size_t n, enum sg_severity least,
		     struct sg_strbuf *out)
{
	bool explained[SG_FINDING_MAX_] = { 0 };

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < reports[i].findings.n; k++) {
			const struct sg_finding *finding = &reports[i].findings.items[k];
			const struct sg_finding_row *row = &sg_finding_rows[finding->kind];

			if (!is_wanted(finding, least))
				continue;
			print_finding(&reports[i], finding, out);
			if (!explained[finding->kind])
				sg_strbuf_printf(out, "    %s\n    %s\n", row->summary,
						 row->remedy);
			explained[finding->kind] = true;
		}
	}
}

static void json_finding(struct sg_json_writer *w, const struct sg_finding *finding)
{
	const struct sg_finding_row *row = &sg_finding_rows[finding->kind];

	sg_json_open_object(w, NULL);
	sg_json_add_string(w, "id", row->id);
	sg_json_add_string(w, "severity", sg_severity_names[row->severity]);
	if (finding->at.line) {
		sg_json_add_u64(w, "line", finding->at.line);
		sg_json_add_u64(w, "column", finding->at.column);
	}
	sg_json_add_string(w, "message", finding->message);
	sg_json_add_string(w, "summary", row->summary);
	sg_json_add_string(w, "remedy", row->remedy);
	sg_json_close_object(w);
}

void sg_report_print_json(const struct sg_report *reports, size_t n, enum sg_severity least,
			  struct sg_strbuf *out)
{
	struct sg_json_writer w;

	sg_view_json_init(&w, out);
	sg_json_open_object(&w, NULL);
	sg_json_open_array(&w, "profiles");
	for (size_t i = 0; i < n; i++) {
		const struct sg_findings *findings = &reports[i].findings;

		sg_json_open_object(&w, NULL);
		sg_json_add_string(&w, "profile", reports[i].name);
		sg_json_open_inline_object(&w, "counts");
		for (int s = SG_SEVERITY_MAX_ - 1; s >= 0; s--)
			sg_json_add_u64(&w, sg_severity_names[s], findings->counts[s]);
		sg_json_close_object(&w);
		sg_json_open_array(&w, "findings");
		for (size_t k = 0; k < findings->n; k++) {
			if (is_wanted(&findings->items[k], least))
				json_finding(&w, &findings->items[k]);
		}
		sg_json_close_array(&w);
		sg_json_close_object(&w);
	}
	sg_json_close_array(&w);
	sg_json_close_object(&w);
}
