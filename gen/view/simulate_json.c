/* SPDX-License-Identifier: Apache-2.0 */
#include "view/json.h"
#include "view/simulate.h"

static void print_cases_json(struct sg_json_writer *w, const struct sg_sim_call *call)
{
	sg_json_open_inline_array(w, "cases");
	for (size_t i = 0; i < call->n_cases; i++) {
		const struct sg_sim_case *c = &call->cases[i];

		sg_json_open_inline_object(w, NULL);
		if (c->tuple)
			sg_view_json_tuple(w, "args", call->id, call->args, c->tuple);
		sg_json_add_u64(w, "count", c->count);
		sg_json_add_string(w, "answer", sg_sim_answer_names[c->answer]);
		sg_view_json_verdict(w, "verdict", c->verdict);
		if (c->answer == SG_SIM_UNDECIDED)
			sg_view_json_verdict(w, "least_severe", c->least_severe);
		sg_json_close_object(w);
	}
	sg_json_close_array(w);
}

static void print_call_json(struct sg_json_writer *w, const struct sg_sim_call *call)
{
	sg_json_open_inline_object(w, NULL);
	sg_view_json_call(w, call->id);
	sg_json_add_u64(w, "count", call->count);
	sg_view_json_stages(w, "stages", call->stages);
	sg_json_add_string(w, "answer", sg_sim_answer_names[call->answer]);
	sg_view_json_verdict(w, "verdict", call->verdict);
	if (call->depends_on_args)
		sg_view_json_verdict(w, "least_severe", call->least_severe);
	if (call->n_cases)
		print_cases_json(w, call);
	sg_json_add_bool(w, "depends_on_args", call->depends_on_args);
	sg_json_add_bool(w, "bitmap", call->is_cached);
	sg_json_open_inline_array(w, "instructions");
	sg_json_add_u64(w, NULL, call->min_executed);
	sg_json_add_u64(w, NULL, call->max_executed);
	sg_json_close_array(w);
	sg_json_close_object(w);
}

static void print_filter_json(struct sg_json_writer *w, const struct sg_simulate_report *report)
{
	const struct sg_compiled *compiled = report->compiled;

	sg_json_open_object(w, "filter");
	sg_json_add_string(w, "name", report->filter_name);
	sg_json_add_u64(w, "filters", report->n_filters);
	sg_json_add_u64(w, "instructions", sg_simulate_size(report));
	if (compiled) {
		sg_json_add_string(w, "runtime", sg_compile_flavor_names[report->flavor]);
		sg_json_add_string(w, "libseccomp", sg_libseccomp_version());
		sg_json_add_bool(w, "tree", compiled->optimize == 2);
		sg_json_open_array(w, "missing");
		for (size_t i = 0; i < compiled->n_drops; i++) {
			const struct sg_drop *drop = &compiled->drops[i];

			if (drop->is_compiled || drop->reason == SG_DROP_IS_DEFAULT)
				continue;
			sg_json_open_inline_object(w, NULL);
			sg_view_json_call(w, drop->id);
			sg_json_add_string(w, "reason", sg_drop_reasons[drop->reason]);
			sg_json_close_object(w);
		}
		sg_json_close_array(w);
	}
	sg_json_close_object(w);
}

void sg_simulate_print_json(const struct sg_simulate_report *report, struct sg_strbuf *out)
{
	const struct sg_simulation *sim = report->sim;
	struct sg_json_writer w;

	sg_view_json_init(&w, out);
	sg_json_open_object(&w, NULL);
	print_filter_json(&w, report);
	sg_json_add_string(&w, "recording", report->recording_name);
	sg_json_open_object(&w, "totals");
	for (int i = 0; i < SG_SIM_MAX_; i++) {
		sg_json_open_inline_object(&w, sg_sim_answer_names[i]);
		sg_json_add_u64(&w, "distinct", sim->n_answers[i]);
		sg_json_add_u64(&w, "count", sim->counts[i]);
		sg_json_close_object(&w);
	}
	sg_json_open_inline_object(&w, "absent");
	sg_json_add_u64(&w, "distinct", sim->n_absent);
	sg_json_add_u64(&w, "count", sim->absent);
	sg_json_close_object(&w);
	sg_json_add_u64(&w, "bitmap", sim->n_cached);
	sg_json_add_u64(&w, "instructions", sim->executed);
	sg_json_close_object(&w);
	sg_json_open_array(&w, "floors");
	for (size_t i = 0; i < report->n_floors; i++) {
		const struct sg_simulate_floor *floor = &report->floors[i];

		sg_json_open_inline_object(&w, NULL);
		sg_json_add_string(&w, "runtime", floor->runtime);
		if (!floor->depends)
			sg_json_add_bool(&w, "starts", !floor->n_missing);
		sg_json_open_inline_array(&w, "missing");
		for (size_t k = 0; k < floor->n_missing; k++) {
			sg_json_open_inline_object(&w, NULL);
			sg_view_json_call(&w, floor->missing[k]);
			sg_json_close_object(&w);
		}
		sg_json_close_array(&w);
		sg_json_close_object(&w);
	}
	sg_json_close_array(&w);
	sg_json_open_array(&w, "syscalls");
	for (size_t i = 0; i < sim->n_calls; i++)
		print_call_json(&w, &sim->calls[i]);
	sg_json_close_array(&w);
	sg_json_close_object(&w);
}
