/* SPDX-License-Identifier: Apache-2.0 */
#include "view/completeness.h"

#include <stdlib.h>

#include "estimate/estimate.h"
#include "syscall/table.h"
#include "view/columns.h"

/* A sample and what it says. */
struct answer {
	struct sg_sample sample;
	struct sg_estimate estimate;
};

static void answer_done(struct answer *answer)
{
	sg_sample_done(&answer->sample);
}

static int answer_of(const struct sg_recording *rec, enum sg_item_kind kind, struct answer *ret,
		     struct sg_error *err)
{
	int r = sg_sample_runs(rec, kind, &ret->sample, err);

	if (r < 0)
		return r;
	return sg_estimate(&ret->sample, 0, sg_recording_is_lossy(rec), &ret->estimate, err);
}

/* "1 in 10", "7 in 10"; rounded so that it is no smaller than it is. */
static void add_share(struct sg_strbuf *out, double share)
{
	if (share > 0.35)
		sg_strbuf_printf(out, "%d in 10", (int)(share * 10 + 0.9999));
	else
		sg_strbuf_printf(out, "1 in %d", (int)(1 / share + 0.0001));
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* "40 runs, 62 calls. " */
static void add_sample(struct sg_strbuf *out, const struct sg_estimate *e, const char *what)
{
	sg_strbuf_printf(out, "%zu %s, %zu %s%s", e->n,
			 e->n == 1 ? sg_unit_names[e->unit] : sg_unit_plurals[e->unit], e->n_items,
			 what, plural(e->n_items));
}

static void add_line(struct sg_strbuf *out, const struct sg_estimate *e, const char *what)
{
	const char *units = sg_unit_plurals[e->unit];

	switch (e->answer) {
	case SG_ESTIMATE_LOSSY:
		sg_strbuf_add(out, "Cannot be estimated: the loss ledger says that calls can be "
				   "missing from the recording itself.");
		return;
	case SG_ESTIMATE_NONE:
	case SG_ESTIMATE_MAX_:
		sg_strbuf_add(out, "Cannot be estimated: nothing was counted in the kernel.");
		return;
	case SG_ESTIMATE_ONE:
		add_sample(out, e, what);
		sg_strbuf_printf(out,
				 ". What another %s would call cannot be said from one: "
				 "record several, each with different input, and merge them.",
				 sg_unit_names[e->unit]);
		return;
	case SG_ESTIMATE_ORDER:
		add_sample(out, e, what);
		sg_strbuf_printf(out,
				 ". Cannot be estimated: what they did changed from the "
				 "first %s to the last.",
				 units);
		return;
	case SG_ESTIMATE_UNIT:
		add_sample(out, e, what);
		sg_strbuf_add(out, ". Cannot be estimated: the load changes more slowly than the "
				   "recording is long.");
		return;
	case SG_ESTIMATE_ALIKE:
		sg_strbuf_printf(out,
				 "%zu %s, all with the same %zu %s%s. If their input was the "
				 "same, nothing is known of other input; if it was not, at "
				 "most ",
				 e->n, units, e->n_items, what, plural(e->n_items));
		add_share(out, e->share_upper);
		sg_strbuf_printf(out,
				 " further %s like these would meet a %s that is not in the "
				 "profile (95 %%).",
				 units, what);
		return;
	case SG_ESTIMATE_GIVEN:
		break;
	}
	add_sample(out, e, what);
	sg_strbuf_add(out, ". ");
	if (e->units_new) {
		add_share(out, e->share);
		sg_strbuf_printf(out,
				 " further %s like these would meet a %s that is not in the "
				 "profile (at most ",
				 units, what);
		add_share(out, e->share_upper);
		sg_strbuf_add(out, ", 95 %)");
	} else {
		sg_strbuf_add(out, "At most ");
		add_share(out, e->share_upper);
		sg_strbuf_printf(out,
				 " further %s like these would meet a %s that is not in the "
				 "profile (95 %%)",
				 units, what);
	}
	sg_strbuf_printf(out, ". %c%s unlike these: nothing is known.", units[0] - 'a' + 'A',
			 units + 1);
}

static int finish(struct sg_strbuf *out, struct sg_error *err)
{
	return out->failed ? sg_error_oom(err) : 0;
}

int sg_view_completeness_line(const struct sg_recording *rec, struct sg_strbuf *out,
			      struct sg_error *err)
{
	_cleanup_(answer_done) struct answer calls = { 0 };
	int r = answer_of(rec, SG_ITEM_CALL, &calls, err);

	if (r < 0)
		return r;
	add_line(out, &calls.estimate, "call");
	return finish(out, err);
}

/* How many items were known after each unit; @ret has room for as many as there are units. */
static void curve_of(const struct sg_sample *sample, size_t *ret)
{
	for (size_t i = 0; i < sample->n_items; i++)
		ret[sample->items[i].units[0]]++;
	for (size_t i = 1; i < sample->n; i++)
		ret[i] += ret[i - 1];
}

/* The units at which the curve is printed: 1, 2, 5, 10, 20, …, and the last. */
static bool is_printed(size_t unit, size_t n)
{
	size_t decade = 1;

	if (unit == n)
		return true;
	while (decade <= unit / 10)
		decade *= 10;
	return unit == decade || unit == 2 * decade || unit == 5 * decade;
}

static void print_figures(struct sg_strbuf *out, const char *title, const struct sg_estimate *e)
{
	const char *units = sg_unit_plurals[e->unit];

	if (e->answer != SG_ESTIMATE_GIVEN && e->answer != SG_ESTIMATE_ALIKE) {
		sg_strbuf_printf(out, "%-10s %zu in %zu %s, no estimate\n", title, e->n_items, e->n,
				 units);
		return;
	}
	sg_strbuf_printf(out, "%-10s %zu in %zu %s, %zu in one of them only, %zu in two\n", title,
			 e->n_items, e->n, units, e->once, e->twice);
	sg_strbuf_printf(out,
			 "%-10s %zu of %zu %s have one of their own: %.3f, at most %.3f (95 %%)\n",
			 "", e->units_new, e->n, units, e->share, e->share_upper);
	sg_strbuf_printf(out, "%-10s at most %zu of the next %zu %s would meet a new one (95 %%)\n",
			 "", e->at_most, e->horizon, units);
	sg_strbuf_printf(out, "%-10s about %.1f more, in bundles (no bound); %.2f in the next %s\n",
			 "", e->more_items, e->next_items, sg_unit_names[e->unit]);
}

static int print_curve(const struct sg_sample *sample, struct sg_strbuf *out, struct sg_error *err)
{
	_cleanup_free_ size_t *curve = calloc(sample->n + 1, sizeof(*curve));

	if (!curve)
		return sg_error_oom(err);
	curve_of(sample, curve);
	sg_strbuf_printf(out, "%-10s", "Known");
	for (size_t unit = 1; unit <= sample->n; unit++) {
		if (is_printed(unit, sample->n))
			sg_strbuf_printf(out, "%s %zu after %zu", unit > 1 ? "," : "",
					 curve[unit - 1], unit);
	}
	sg_strbuf_add_char(out, '\n');
	return 0;
}

static void print_once(const struct sg_sample *sample, struct sg_strbuf *out)
{
	static const struct sg_column columns[] = { { "CALL", false },
						    { "ARCH", false },
						    { "RUN", true } };
	struct sg_columns table;
	size_t n = 0;

	sg_columns_init(&table, columns, SG_ARRAY_SIZE(columns));
	for (size_t i = 0; i < sample->n_items; i++) {
		const struct sg_item *item = &sample->items[i];

		if (item->at_least != 1 || sample->n < 2)
			continue;
		sg_columns_add_call(&table, item->id);
		sg_columns_printf(&table, "%u", item->units[0] + 1);
		n++;
	}
	if (n) {
		sg_strbuf_add(out, "\nIn one run only:\n");
		sg_columns_print(&table, out);
	}
	sg_columns_done(&table);
}

int sg_view_completeness(const struct sg_recording *rec, struct sg_strbuf *out,
			 struct sg_error *err)
{
	_cleanup_(answer_done) struct answer calls = { 0 }, tuples = { 0 };
	int r = answer_of(rec, SG_ITEM_CALL, &calls, err);

	if (r == 0)
		r = answer_of(rec, SG_ITEM_TUPLE, &tuples, err);
	if (r < 0)
		return r;
	add_line(out, &calls.estimate, "call");
	sg_strbuf_add(out, "\n\n");
	print_figures(out, "Calls", &calls.estimate);
	r = print_curve(&calls.sample, out, err);
	if (r < 0)
		return r;
	print_figures(out, "Arguments", &tuples.estimate);
	r = print_curve(&tuples.sample, out, err);
	if (r < 0)
		return r;
	if (calls.estimate.answer == SG_ESTIMATE_GIVEN)
		print_once(&calls.sample, out);
	return finish(out, err);
}

/* With six digits, so that the text is the same everywhere. */
static void add_ratio(struct sg_json_writer *w, const char *key, double value)
{
	sg_json_add_millionths(w, key, value < 0 ? 0 : (uint64_t)(value * 1e6 + 0.5));
}

static int print_answer(struct sg_json_writer *w, const char *key, const struct answer *answer,
			struct sg_error *err)
{
	const struct sg_sample *sample = &answer->sample;
	const struct sg_estimate *e = &answer->estimate;
	_cleanup_free_ size_t *curve = calloc(sample->n + 1, sizeof(*curve));

	if (!curve)
		return sg_error_oom(err);
	curve_of(sample, curve);
	sg_json_open_object(w, key);
	sg_json_add_string(w, "answer", sg_estimate_answer_names[e->answer]);
	sg_json_add_string(w, "unit", sg_unit_names[e->unit]);
	sg_json_add_u64(w, "units", e->n);
	sg_json_add_u64(w, "seen", e->n_items);
	sg_json_add_u64(w, "once", e->once);
	sg_json_add_u64(w, "twice", e->twice);
	sg_json_add_u64(w, "units_new", e->units_new);
	if (e->answer == SG_ESTIMATE_GIVEN || e->answer == SG_ESTIMATE_ALIKE) {
		add_ratio(w, "share", e->share);
		add_ratio(w, "share_upper", e->share_upper);
		sg_json_add_u64(w, "horizon", e->horizon);
		sg_json_add_u64(w, "at_most", e->at_most);
		add_ratio(w, "next", e->next_items);
		add_ratio(w, "more", e->more_items);
	}
	sg_json_open_inline_array(w, "curve");
	for (size_t i = 0; i < sample->n; i++)
		sg_json_add_u64(w, NULL, curve[i]);
	sg_json_close_array(w);
	sg_json_close_object(w);
	return 0;
}

int sg_view_completeness_json(const struct sg_recording *rec, struct sg_json_writer *w,
			      struct sg_error *err)
{
	_cleanup_(answer_done) struct answer calls = { 0 }, tuples = { 0 };
	int r = answer_of(rec, SG_ITEM_CALL, &calls, err);

	if (r == 0)
		r = answer_of(rec, SG_ITEM_TUPLE, &tuples, err);
	if (r < 0)
		return r;
	sg_json_open_object(w, "completeness");
	r = print_answer(w, "calls", &calls, err);
	if (r == 0)
		r = print_answer(w, "arguments", &tuples, err);
	sg_json_close_object(w);
	return r;
}
