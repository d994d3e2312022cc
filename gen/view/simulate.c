/* SPDX-License-Identifier: Apache-2.0 */
#include "view/simulate.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/types.h>

#include "args/table.h"
#include "base/cleanup.h"
#include "base/escape.h"
#include "profile/verdict_text.h"
#include "syscall/table.h"
#include "view/columns.h"

static const struct sg_column columns[] = {
	{ .title = "CALL" },
	{ .title = "ARCH" },
	{ .title = "COUNT", .is_number = true },
	{ .title = "ANSWER" },
	{ .title = "VERDICT" },
	{ .title = "INSTRUCTIONS", .is_number = true },
	{ .title = "BITMAP" },
	/* only where some are known */
	{ .title = "ARGUMENTS" },
};
#define COLUMNS_ALWAYS 7

/* A line of the table: a case of a call, or all of it that is allowed. */
struct line {
	const struct sg_sim_call *call;
	const struct sg_sim_case *of; /* NULL: the allowed ones */
	enum sg_sim_answer answer;
	uint64_t count;
};

size_t sg_simulate_size(const struct sg_simulate_report *report)
{
	size_t n = 0;

	for (size_t i = 0; i < report->n_filters; i++)
		n += report->filters[i]->len;
	return n;
}

static void print_heading(const struct sg_simulate_report *report, struct sg_strbuf *out)
{
	bool is_plain = report->flavor == SG_COMPILE_PLAIN;

	sg_strbuf_printf(out, "%-10s ", report->compiled ? "Profile" : "Filter");
	sg_escape(out, report->filter_name);
	if (report->compiled)
		sg_strbuf_printf(out, ", as %s %s libseccomp %s makes a filter of it",
				 is_plain ? "nothing" : sg_compile_flavor_names[report->flavor],
				 is_plain ? "but" : "with", sg_libseccomp_version());
	sg_strbuf_printf(out, "\n%-10s %zu instructions", "Size", sg_simulate_size(report));
	if (report->n_filters > 1)
		sg_strbuf_printf(out, " in %zu filters", report->n_filters);
	if (report->compiled && report->compiled->optimize == 2)
		sg_strbuf_add(out, ", a binary tree");
	sg_strbuf_printf(out, "\n%-10s ", "Recording");
	sg_escape(out, report->recording_name);
	sg_strbuf_add_char(out, '\n');
}

static void print_totals(const struct sg_simulation *sim, struct sg_strbuf *out)
{
	static const char *const titles[SG_SIM_MAX_] = {
		[SG_SIM_ALLOWED] = "Allowed",
		[SG_SIM_DENIED] = "Denied",
		[SG_SIM_UNDECIDED] = "Undecided",
		[SG_SIM_FALLS_BACK] = "Falls back",
	};
	uint64_t made = 0;

	for (int i = 0; i < SG_SIM_MAX_; i++) {
		if (i == SG_SIM_FALLS_BACK && !sim->n_answers[i])
			continue;
		sg_strbuf_printf(out, "%-10s %zu distinct, made %" PRIu64 " times%s\n", titles[i],
				 sim->n_answers[i], sim->counts[i],
				 i == SG_SIM_FALLS_BACK ? ": ENOSYS, after which another call is "
							  "made that is allowed"
							: "");
		made += sim->counts[i];
	}
	if (sim->n_absent)
		sg_strbuf_printf(out,
				 "%-10s %zu distinct, tried %" PRIu64 " times: numbers that no "
				 "system call has; ENOSYS, as without the filter\n",
				 "No call", sim->n_absent, sim->absent);
	if (!made)
		return;
	sg_strbuf_printf(out, "%-10s %.1f %% of the calls need no filter run (Linux 5.11)",
			 "Bitmap", 100.0 * (double)sim->n_cached / (double)made);
	if (sim->n_cached < made)
		sg_strbuf_printf(out, "; the others run %.1f instructions",
				 (double)sim->executed / (double)(made - sim->n_cached));
	sg_strbuf_add_char(out, '\n');
}

/* "openat, setuid" */
static void print_missing(const struct sg_simulate_floor *floor, struct sg_strbuf *out)
{
	for (size_t i = 0; i < floor->n_missing; i++)
		sg_strbuf_printf(out, "%s%s", i ? ", " : "", sg_syscall_name(floor->missing[i]));
}

static void print_floors(const struct sg_simulate_report *report, struct sg_strbuf *out)
{
	for (size_t i = 0; i < report->n_floors; i++) {
		const struct sg_simulate_floor *floor = &report->floors[i];

		sg_strbuf_printf(out, "%-10s %s: ", "Floor", floor->runtime);
		if (!floor->n_missing) {
			sg_strbuf_add(out, "starts it\n");
			continue;
		}
		sg_strbuf_add(out, floor->depends ? "may not start it: some versions need "
						  : "does not start it without ");
		print_missing(floor, out);
		sg_strbuf_add(out, floor->depends ? " (the recording has none; give "
						    "--runtime-version)\n"
						  : "\n");
	}
}

static void add_verdict(struct sg_columns *table, const struct line *line)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf text = SG_STRBUF_INIT;

	/* of a call with several cases, the least severe verdict is the allowed ones' */
	sg_verdict_text(line->of ? line->of->verdict : line->call->least_severe, &text);
	if (line->answer == SG_SIM_UNDECIDED) {
		sg_strbuf_add(&text, " or ");
		sg_verdict_text(line->of->least_severe, &text);
	}
	sg_columns_add_text(table, &text);
}

/* "AF_ALG, SOCK_SEQPACKET, 0": those that were watched. */
static void add_arguments(struct sg_columns *table, const struct line *line)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf text = SG_STRBUF_INIT;
	const struct sg_arg_obs *obs = line->call->args;
	uint64_t args[SG_ARGS_MAX] = { 0 };

	for (unsigned int i = 0; line->of && line->of->tuple && i < obs->n; i++)
		args[obs->index[i]] = line->of->tuple->value[i];
	for (unsigned int i = 0; line->of && line->of->tuple && i < obs->n; i++) {
		sg_strbuf_printf(&text, "%s%u: ", i ? ", " : "", obs->index[i]);
		sg_arg_text_of(line->call->id, obs->index[i], args, &text);
	}
	sg_columns_add_text(table, &text);
}

static void add_row(struct sg_columns *table, const struct line *line)
{
	const struct sg_sim_call *call = line->call;

	sg_columns_add_call(table, call->id);
	sg_columns_printf(table, "%" PRIu64, line->count);
	sg_columns_add(table, line->answer == SG_SIM_FALLS_BACK
				      ? "falls back"
				      : sg_sim_answer_names[line->answer]);
	add_verdict(table, line);
	if (call->min_executed == call->max_executed)
		sg_columns_printf(table, "%u", call->max_executed);
	else
		sg_columns_printf(table, "%u-%u", call->min_executed, call->max_executed);
	sg_columns_add(table, call->is_cached ? "yes" : "-");
	if (table->n_columns > COLUMNS_ALWAYS)
		add_arguments(table, line);
}

/* What would be denied comes first, then what might be; within, what is called most. */
static int compare_weight(const void *a, const void *b)
{
	static const int order[SG_SIM_MAX_] = {
		[SG_SIM_DENIED] = 0,
		[SG_SIM_UNDECIDED] = 1,
		[SG_SIM_FALLS_BACK] = 2,
		[SG_SIM_ALLOWED] = 3,
	};
	const struct line *x = a, *y = b;

	if (x->answer != y->answer)
		return order[x->answer] - order[y->answer];
	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	if (x->call != y->call)
		return sg_syscall_id_compare(x->call->id, y->call->id);
	return (x->of > y->of) - (x->of < y->of);
}

/* The lines to print, unsorted; returns their number, or -ENOMEM. */
static ssize_t collect(const struct sg_simulate_report *report, struct line **ret)
{
	const struct sg_simulation *sim = report->sim;
	struct line *lines;
	size_t n = sim->n_calls;

	for (size_t i = 0; i < sim->n_calls; i++)
		n += sim->calls[i].n_cases;
	lines = calloc(n ? n : 1, sizeof(*lines));
	if (!lines)
		return -ENOMEM;
	n = 0;
	for (size_t i = 0; i < sim->n_calls; i++) {
		const struct sg_sim_call *call = &sim->calls[i];

		for (size_t k = 0; k < call->n_cases; k++)
			lines[n++] = (struct line){ call, &call->cases[k], call->cases[k].answer,
						    call->cases[k].count };
		if (report->show_all && call->counts[SG_SIM_ALLOWED])
			lines[n++] = (struct line){ call, NULL, SG_SIM_ALLOWED,
						    call->counts[SG_SIM_ALLOWED] };
	}
	*ret = lines;
	return (ssize_t)n;
}

int sg_simulate_print(const struct sg_simulate_report *report, struct sg_strbuf *out,
		      struct sg_error *err)
{
	_cleanup_(sg_columns_done) struct sg_columns table = { 0 };
	_cleanup_free_ struct line *lines = NULL;
	size_t n_columns = COLUMNS_ALWAYS;
	ssize_t n;

	print_heading(report, out);
	print_totals(report->sim, out);
	print_floors(report, out);
	n = collect(report, &lines);
	if (n < 0)
		return sg_error_oom(err);
	if (n == 0)
		return 0;
	for (ssize_t i = 0; i < n; i++) {
		if (lines[i].of && lines[i].of->tuple)
			n_columns = SG_ARRAY_SIZE(columns);
	}
	qsort(lines, (size_t)n, sizeof(*lines), compare_weight);
	sg_columns_init(&table, columns, n_columns);
	for (ssize_t i = 0; i < n; i++)
		add_row(&table, &lines[i]);
	sg_strbuf_add_char(out, '\n');
	sg_columns_print(&table, out);
	return 0;
}
