/* SPDX-License-Identifier: Apache-2.0 */
#include "view/json.h"

#include <inttypes.h>
#include <stdio.h>

#include "args/table.h"
#include "base/cleanup.h"
#include "base/utc.h"
#include "recording/json/counters.h"
#include "syscall/arch.h"
#include "syscall/table.h"

void sg_view_json_init(struct sg_json_writer *w, struct sg_strbuf *out)
{
	sg_json_writer_init(w, out);
	w->large_as_text = true;
}

void sg_view_json_call(struct sg_json_writer *w, struct sg_syscall_id id)
{
	const char *name = sg_syscall_name(id);
	char arch[SG_ARCH_TEXT_SIZE];

	if (name)
		sg_json_add_string(w, "name", name);
	else
		sg_json_add_null(w, "name");
	sg_json_add_string(w, "arch", sg_arch_text(id.arch, arch));
	sg_json_add_u64(w, "nr", id.nr);
}

void sg_view_json_verdict(struct sg_json_writer *w, const char *key, struct sg_verdict verdict)
{
	sg_json_open_inline_object(w, key);
	sg_json_add_string(w, "action", sg_action_names[verdict.action]);
	if (sg_action_has_data(verdict.action))
		sg_json_add_u64(w, "errnoRet", verdict.data);
	sg_json_close_object(w);
}

static void print_arg(struct sg_json_writer *w, struct sg_syscall_id id, unsigned int index,
		      const uint64_t args[6])
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf text = SG_STRBUF_INIT;
	char value[24];

	snprintf(value, sizeof(value), "0x%" PRIx64, args[index]);
	sg_arg_text_of(id, index, args, &text);
	sg_json_open_inline_object(w, NULL);
	sg_json_add_u64(w, "index", index);
	sg_json_add_string(w, "value", value);
	sg_json_add_string(w, "text", text.failed ? "" : text.data);
	sg_json_close_object(w);
	w->out->failed |= text.failed;
}

void sg_view_json_args(struct sg_json_writer *w, const char *key, struct sg_syscall_id id,
		       const uint64_t args[6], unsigned int mask)
{
	sg_json_open_inline_array(w, key);
	for (unsigned int i = 0; i < 6; i++) {
		if (mask >> i & 1)
			print_arg(w, id, i, args);
	}
	sg_json_close_array(w);
}

void sg_view_json_tuple(struct sg_json_writer *w, const char *key, struct sg_syscall_id id,
			const struct sg_arg_obs *obs, const struct sg_arg_tuple *tuple)
{
	uint64_t args[6] = { 0 };
	unsigned int mask = 0;

	for (size_t i = 0; i < obs->n; i++) {
		args[obs->index[i]] = tuple->value[i];
		mask |= 1u << obs->index[i];
	}
	sg_view_json_args(w, key, id, args, mask);
}

void sg_view_json_stages(struct sg_json_writer *w, const char *key,
			 const uint64_t counts[SG_STAGE_MAX_])
{
	sg_counters_print_all(&sg_stage_counters, counts, key, w);
}

void sg_view_json_time(struct sg_json_writer *w, const char *key, uint64_t ns)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf text = SG_STRBUF_INIT;

	if (ns == 0) {
		sg_json_add_null(w, key);
		return;
	}
	sg_utc_exact(&text, ns);
	sg_json_add_string(w, key, text.failed ? "" : text.data);
	w->out->failed |= text.failed;
}
