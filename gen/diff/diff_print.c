/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "base/escape.h"
#include "diff/diff.h"
#include "profile/verdict_text.h"
#include "syscall/arch.h"
#include "syscall/table.h"

static const char *arch_name(uint32_t token)
{
	const struct sg_arch *arch = sg_arch_by_token(token);

	return arch ? arch->name : "?";
}

/* Whether @y says of another architecture what @x says. */
static bool is_twin(const struct sg_diff_item *x, const struct sg_diff_item *y)
{
	const char *nx, *ny;

	if (x->kind != y->kind || x->scope != y->scope || x->is_partial != y->is_partial ||
	    x->scope == SG_DIFF_ARCH || !sg_verdict_equal(x->a, y->a) ||
	    !sg_verdict_equal(x->b, y->b))
		return false;
	if (x->is_partial &&
	    (x->args_mask != y->args_mask || memcmp(x->args, y->args, sizeof(x->args)) != 0))
		return false;
	if (x->scope == SG_DIFF_UNNAMED)
		return true;
	nx = sg_syscall_name(x->id);
	ny = sg_syscall_name(y->id);
	return nx && ny && strcmp(nx, ny) == 0;
}

static void print_arches(const struct sg_diff *diff, size_t at, struct sg_strbuf *out)
{
	const struct sg_diff_item *item = &diff->items[at];

	sg_strbuf_printf(out, " (%s", arch_name(item->id.arch));
	for (size_t i = at + 1; i < diff->n; i++) {
		if (is_twin(item, &diff->items[i]))
			sg_strbuf_printf(out, ", %s", arch_name(diff->items[i].id.arch));
	}
	sg_strbuf_add_char(out, ')');
}

static void print_lines(const struct sg_diff_item *item, struct sg_strbuf *out)
{
	if (item->line_a && item->line_b)
		sg_strbuf_printf(out, " [lines %u and %u]", item->line_a, item->line_b);
	else if (item->line_a)
		sg_strbuf_printf(out, " [line %u of A]", item->line_a);
	else if (item->line_b)
		sg_strbuf_printf(out, " [line %u of B]", item->line_b);
}

void sg_diff_example(const struct sg_diff_item *item, struct sg_strbuf *out)
{
	const char *separator = "";

	if (!item->is_partial)
		return;
	if (!item->args_mask) {
		sg_strbuf_add(out, ", for some arguments");
		return;
	}
	sg_strbuf_add(out, ", for instance with ");
	for (unsigned int i = 0; i < SG_ARGS_MAX; i++) {
		if (!(item->args_mask >> i & 1))
			continue;
		sg_strbuf_printf(out, "%sarg%u = 0x%" PRIx64, separator, i, item->args[i]);
		separator = ", ";
	}
}

void sg_diff_subject(const struct sg_diff *diff, size_t i, struct sg_strbuf *out)
{
	const struct sg_diff_item *item = &diff->items[i];
	const char *name = sg_syscall_name(item->id);

	if (item->scope == SG_DIFF_ARCH) {
		sg_strbuf_printf(out, "calls of %s", arch_name(item->id.arch));
		return;
	}
	if (item->scope == SG_DIFF_UNNAMED)
		sg_strbuf_add(out, "every call that neither names");
	else if (name)
		sg_strbuf_add(out, name);
	else
		sg_strbuf_printf(out, "%u", item->id.nr);
	print_arches(diff, i, out);
}

bool sg_diff_is_repeated(const struct sg_diff *diff, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (is_twin(&diff->items[k], &diff->items[i]))
			return true;
	}
	return false;
}

static void print_item(const struct sg_diff *diff, size_t at, struct sg_strbuf *out)
{
	const struct sg_diff_item *item = &diff->items[at];

	sg_strbuf_add(out, "  ");
	sg_diff_subject(diff, at, out);
	if (item->scope == SG_DIFF_ARCH) {
		sg_strbuf_add(out, ", an architecture that only one of them lists\n");
		return;
	}
	if (item->kind != SG_DIFF_UNDECIDED) {
		sg_strbuf_add(out, ": ");
		sg_verdict_text(item->a, out);
		sg_strbuf_add(out, " / ");
		sg_verdict_text(item->b, out);
	}
	sg_diff_example(item, out);
	print_lines(item, out);
	sg_strbuf_add_char(out, '\n');
}

void sg_diff_print(const struct sg_diff *diff, const char *name_a, const char *name_b,
		   struct sg_strbuf *out)
{
	static const char *const headers[SG_DIFF_KIND_MAX_] = {
		[SG_DIFF_ONLY_A] = "Allowed only by A, ",
		[SG_DIFF_ONLY_B] = "Allowed only by B, ",
		[SG_DIFF_CHANGED] = "Another verdict, A / B",
		[SG_DIFF_UNDECIDED] = "Not proven equal",
	};

	for (int kind = 0; kind < SG_DIFF_KIND_MAX_; kind++) {
		if (!diff->counts[kind])
			continue;
		sg_strbuf_add(out, headers[kind]);
		if (kind == SG_DIFF_ONLY_A)
			sg_escape(out, name_a);
		if (kind == SG_DIFF_ONLY_B)
			sg_escape(out, name_b);
		sg_strbuf_add(out, ":\n");
		for (size_t i = 0; i < diff->n; i++) {
			if ((int)diff->items[i].kind == kind && !sg_diff_is_repeated(diff, i))
				print_item(diff, i, out);
		}
	}
}
