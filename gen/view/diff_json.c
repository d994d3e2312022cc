/* SPDX-License-Identifier: Apache-2.0 */
#include "view/diff_json.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/json.h"
#include "syscall/arch.h"
#include "syscall/table.h"

static const char *arch_name(uint32_t token)
{
	const struct sg_arch *arch = sg_arch_by_token(token);

	return arch ? arch->name : "?";
}

static void json_verdict(struct sg_json_writer *w, const char *key, struct sg_verdict verdict)
{
	sg_json_open_inline_object(w, key);
	sg_json_add_string(w, "action", sg_action_names[verdict.action]);
	if (sg_action_has_data(verdict.action))
		sg_json_add_u64(w, "errnoRet", verdict.data);
	sg_json_close_object(w);
}

static void json_item(struct sg_json_writer *w, const struct sg_diff_item *item)
{
	const char *name = sg_syscall_name(item->id);
	char text[24];

	sg_json_open_object(w, NULL);
	sg_json_add_string(w, "kind", sg_diff_kind_names[item->kind]);
	sg_json_add_string(w, "scope", sg_diff_scope_names[item->scope]);
	sg_json_add_string(w, "arch", arch_name(item->id.arch));
	if (item->scope == SG_DIFF_CALL) {
		if (name)
			sg_json_add_string(w, "name", name);
		else
			sg_json_add_null(w, "name");
		sg_json_add_u64(w, "nr", item->id.nr);
	}
	if (item->kind != SG_DIFF_UNDECIDED && item->scope != SG_DIFF_ARCH) {
		json_verdict(w, "a", item->a);
		json_verdict(w, "b", item->b);
	}
	if (item->is_partial) {
		sg_json_open_inline_array(w, "example");
		for (size_t i = 0; i < SG_ARGS_MAX; i++) {
			snprintf(text, sizeof(text), "0x%" PRIx64, item->args[i]);
			sg_json_add_string(w, NULL, text);
		}
		sg_json_close_array(w);
	}
	if (item->line_a)
		sg_json_add_u64(w, "line_a", item->line_a);
	if (item->line_b)
		sg_json_add_u64(w, "line_b", item->line_b);
	sg_json_close_object(w);
}

void sg_diff_print_json(const struct sg_diff *diff, const char *name_a, const char *name_b,
			struct sg_strbuf *out)
{
	struct sg_json_writer w;

	sg_json_writer_init(&w, out);
	sg_json_open_object(&w, NULL);
	sg_json_add_string(&w, "a", name_a);
	sg_json_add_string(&w, "b", name_b);
	sg_json_add_bool(&w, "equal", diff->n == 0);
	sg_json_add_bool(&w, "subset", sg_diff_is_subset(diff));
	sg_json_open_inline_object(&w, "counts");
	for (int i = 0; i < SG_DIFF_KIND_MAX_; i++)
		sg_json_add_u64(&w, sg_diff_kind_names[i], diff->counts[i]);
	sg_json_close_object(&w);
	sg_json_open_array(&w, "differences");
	for (size_t i = 0; i < diff->n; i++)
		json_item(&w, &diff->items[i]);
	sg_json_close_array(&w);
	sg_json_close_object(&w);
}
