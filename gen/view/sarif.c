/* SPDX-License-Identifier: Apache-2.0 */
#include "view/report.h"

#include <string.h>

#include "base/json/json.h"

/* A relative URI reference, RFC 3986: what a path segment may hold stays as it is. */
static void print_uri(const char *path, struct sg_strbuf *out)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~/!$&'()*+,;=@";

	for (; *path; path++) {
		if (strchr(plain, *path))
			sg_strbuf_add_char(out, *path);
		else
			sg_strbuf_printf(out, "%%%02X", (unsigned char)*path);
	}
}

static void add_text(struct sg_json_writer *w, const char *key, const char *text)
{
	sg_json_open_inline_object(w, key);
	sg_json_add_string(w, "text", text);
	sg_json_close_object(w);
}

static void print_rules(struct sg_json_writer *w)
{
	sg_json_open_array(w, "rules");
	for (int i = 0; i < SG_FINDING_MAX_; i++) {
		const struct sg_finding_row *row = &sg_finding_rows[i];

		sg_json_open_object(w, NULL);
		sg_json_add_string(w, "id", row->id);
		add_text(w, "shortDescription", row->summary);
		add_text(w, "help", row->remedy);
		sg_json_open_inline_object(w, "defaultConfiguration");
		sg_json_add_string(w, "level", sg_severity_names[row->severity]);
		sg_json_close_object(w);
		sg_json_close_object(w);
	}
	sg_json_close_array(w);
}

static void print_location(struct sg_json_writer *w, const char *uri,
			   const struct sg_finding *finding)
{
	sg_json_open_array(w, "locations");
	sg_json_open_object(w, NULL);
	sg_json_open_object(w, "physicalLocation");
	sg_json_open_inline_object(w, "artifactLocation");
	sg_json_add_string(w, "uri", uri);
	sg_json_close_object(w);
	if (finding->at.line) {
		sg_json_open_inline_object(w, "region");
		sg_json_add_u64(w, "startLine", finding->at.line);
		sg_json_add_u64(w, "startColumn", finding->at.column);
		sg_json_close_object(w);
	}
	sg_json_close_object(w);
	sg_json_close_object(w);
	sg_json_close_array(w);
}

static void print_results(struct sg_json_writer *w, const struct sg_report *report,
			  enum sg_severity least)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf uri = SG_STRBUF_INIT;

	print_uri(report->name, &uri);
	for (size_t i = 0; i < report->findings.n; i++) {
		const struct sg_finding *finding = &report->findings.items[i];
		const struct sg_finding_row *row = &sg_finding_rows[finding->kind];

		if (row->severity < least)
			continue;
		sg_json_open_object(w, NULL);
		sg_json_add_string(w, "ruleId", row->id);
		sg_json_add_u64(w, "ruleIndex", finding->kind);
		sg_json_add_string(w, "level", sg_severity_names[row->severity]);
		add_text(w, "message", finding->message);
		print_location(w, uri.data ? uri.data : "", finding);
		sg_json_close_object(w);
	}
	if (uri.failed)
		w->out->failed = true;
}

void sg_report_print_sarif(const struct sg_report *reports, size_t n, enum sg_severity least,
			   const char *version, struct sg_strbuf *out)
{
	struct sg_json_writer w;

	sg_json_writer_init(&w, out);
	sg_json_open_object(&w, NULL);
	sg_json_add_string(&w, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
	sg_json_add_string(&w, "version", "2.1.0");
	sg_json_open_array(&w, "runs");
	sg_json_open_object(&w, NULL);
	sg_json_open_object(&w, "tool");
	sg_json_open_object(&w, "driver");
	sg_json_add_string(&w, "name", "seccomp-gen");
	sg_json_add_string(&w, "version", version);
	print_rules(&w);
	sg_json_close_object(&w);
	sg_json_close_object(&w);
	sg_json_open_array(&w, "results");
	for (size_t i = 0; i < n; i++)
		print_results(&w, &reports[i], least);
	sg_json_close_array(&w);
	sg_json_close_object(&w);
	sg_json_close_array(&w);
	sg_json_close_object(&w);
}
