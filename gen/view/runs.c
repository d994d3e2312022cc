/* SPDX-License-Identifier: Apache-2.0 */
#include "view/runs.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/escape.h"
#include "base/utc.h"
#include "view/columns.h"
#include "recording/derive/targets.h"
#include "syscall/arch.h"

#define TARGETS_SHOWN 5
#define RUNS_SHOWN    50
#define BOOT_ID_SHOWN 8
#define DIGEST_SHOWN  12

static const char *state_of(const struct sg_run *run)
{
	if (sg_run_is_lossy(run))
		return "lossy";
	return run->complete ? "complete" : "checkpoint";
}

const char *sg_view_state(const struct sg_recording *rec)
{
	if (sg_recording_is_lossy(rec))
		return "lossy";
	for (size_t i = 0; i < rec->n_runs; i++) {
		if (!rec->runs[i]->complete)
			return "checkpoint";
	}
	return rec->n_runs ? "complete" : "checkpoint";
}

size_t sg_view_targets(const struct sg_recording *rec, struct sg_strbuf *out)
{
	_cleanup_free_ const struct sg_run **targets = calloc(rec->n_runs + 1, sizeof(*targets));
	size_t n;

	if (!targets) {
		out->failed = true;
		return 0;
	}
	n = sg_recording_targets(rec, targets);
	if (n > 1)
		sg_strbuf_printf(out, "%zu targets: ", n);
	for (size_t i = 0; i < n && i < TARGETS_SHOWN; i++) {
		if (i)
			sg_strbuf_add(out, ", ");
		sg_escape(out, sg_target_name(&targets[i]->target));
	}
	if (n > TARGETS_SHOWN)
		sg_strbuf_printf(out, " and %zu more", n - TARGETS_SHOWN);
	if (n == 0)
		sg_escape(out, rec->n_runs ? sg_target_name(&rec->runs[0]->target) : "-");
	return n;
}

static const struct sg_column columns[] = {
	{ .title = "TARGET" },	 { .title = "IMAGE" },	  { .title = "HOST" },
	{ .title = "RECORDED" }, { .title = "DURATION" }, { .title = "CALLS", .is_number = true },
	{ .title = "SOURCES" },	 { .title = "STATE" },
};

/* Add @b, and empty it for the next. */
static void move_cell(struct sg_columns *table, struct sg_strbuf *b)
{
	sg_columns_add_text(table, b);
	sg_strbuf_done(b);
	*b = (struct sg_strbuf)SG_STRBUF_INIT;
}

/* "6.18.0 x86_64, boot 0e7b2b3c": two hosts can run one kernel. */
static void add_host(struct sg_strbuf *b, const struct sg_host *host)
{
	const struct sg_arch *arch = sg_arch_by_token(host->arch);
	const char *separator = "";

	if (host->kernel) {
		sg_strbuf_add(b, host->kernel);
		separator = " ";
	}
	if (arch) {
		sg_strbuf_printf(b, "%s%s", separator, arch->name);
		separator = ", ";
	}
	if (host->boot_id)
		sg_strbuf_printf(b, "%sboot %.*s", separator, BOOT_ID_SHOWN, host->boot_id);
}

/* "nginx:1.22 (3f2a7b9c0d1e)": one name can have been several images. */
static void add_image(struct sg_strbuf *b, const struct sg_target *target)
{
	const char *digest = target->image_digest, *colon = digest ? strchr(digest, ':') : NULL;

	if (target->image)
		sg_strbuf_add(b, target->image);
	if (digest)
		sg_strbuf_printf(b, "%s(%.*s)", b->len ? " " : "", DIGEST_SHOWN,
				 colon ? colon + 1 : digest);
}

static void add_sources(struct sg_strbuf *b, const struct sg_run *run)
{
	for (int i = 0; i < SG_SOURCE_COUNT; i++) {
		if (run->sources & 1u << i)
			sg_strbuf_printf(b, "%s%s", b->len ? ", " : "", sg_source_names[i]);
	}
}

static void add_row(struct sg_columns *table, const struct sg_run *run)
{
	struct sg_strbuf b = SG_STRBUF_INIT;
	uint64_t calls;
	size_t distinct;

	sg_columns_add(table, sg_target_name(&run->target));
	add_image(&b, &run->target);
	move_cell(table, &b);
	add_host(&b, &run->host);
	move_cell(table, &b);
	sg_utc_text(&b, run->start);
	move_cell(table, &b);
	sg_duration_text(&b, run->end > run->start ? run->end - run->start : 0);
	move_cell(table, &b);
	sg_run_totals(run, &calls, &distinct);
	sg_columns_printf(table, "%" PRIu64, calls);
	add_sources(&b, run);
	move_cell(table, &b);
	sg_columns_add(table, state_of(run));
}

void sg_view_runs(const struct sg_recording *rec, struct sg_strbuf *out)
{
	_cleanup_(sg_columns_done) struct sg_columns table = { 0 };

	sg_columns_init(&table, columns, SG_ARRAY_SIZE(columns));
	for (size_t i = 0; i < rec->n_runs && i < RUNS_SHOWN; i++)
		add_row(&table, rec->runs[i]);
	sg_strbuf_add_char(out, '\n');
	sg_columns_print(&table, out);
	if (rec->n_runs > RUNS_SHOWN)
		sg_strbuf_printf(out, "and %zu runs more (--json has them all)\n",
				 rec->n_runs - RUNS_SHOWN);
}
