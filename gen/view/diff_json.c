/* SPDX-License-Identifier: Apache-2.0 */
#include "view/diff_json.h"

#include "syscall/arch.h"
#include "view/json.h"

static void json_item(struct sg_json_writer *w, const struct sg_diff_item *item)
{
	const struct sg_syscall_id none = { 0 };
	char arch[SG_ARCH_TEXT_SIZE];

	sg_json_open_object(w, NULL);
	sg_json_add_string(w, "kind", sg_diff_kind_names[item->kind]);
	sg_json_add_string(w, "scope", sg_diff_scope_names[item->scope]);
	if (item->scope == SG_DIFF_CALL)
		sg_view_json_call(w, item->id);
	else
		sg_json_add_string(w, "arch", sg_arch_text(item->id.arch, arch));
	if (item->kind != SG_DIFF_UNDECIDED && item->scope != SG_DIFF_ARCH) {
		sg_view_json_verdict(w, "a", item->a);
		sg_view_json_verdict(w, "b", item->b);
	}
	if (item->is_partial)
		sg_view_json_args(w, "example", item->scope == SG_DIFF_CALL ? item->id : none,
				  item->args, item->args_mask);
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

	sg_view_json_init(&w, out);
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
