/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "args/table.h"
#include "args/tables.h"
#include "base/cleanup.h"
#include "syscall/arch.h"

static bool is_for(const struct sg_arg_value *value, uint32_t token)
{
	const struct sg_arch *arch = sg_arch_by_token(token);

	for (size_t i = 0; arch && i < sg_arg_n_arches; i++) {
		if (strcmp(sg_arg_arches[i], arch->name) == 0)
			return value->arches >> i & 1;
	}
	return false;
}

static const struct sg_arg_values *find_set(const char *name)
{
	for (size_t i = 0; i < sg_arg_n_sets; i++) {
		if (strcmp(sg_arg_sets[i].name, name) == 0)
			return &sg_arg_sets[i];
	}
	return NULL;
}

/* The value says what all bits are, not some. */
static bool is_whole(const struct sg_arg_value *value)
{
	return value->mask >= UINT32_MAX;
}

/* What all of @v is called, or NULL. */
static const char *whole_name(const struct sg_arg_values *set, uint32_t arch, uint64_t v)
{
	for (size_t i = 0; set && i < set->n; i++) {
		const struct sg_arg_value *value = &set->values[i];

		if (is_whole(value) && value->value == v && is_for(value, arch))
			return value->name;
	}
	return NULL;
}

/* The set that names @arg's values, where another argument's value has a say in it. */
static const struct sg_arg_values *set_of(const struct sg_arg_call *call, const struct sg_arg *arg,
					  uint32_t arch, const uint64_t *args, uint32_t known)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf name = SG_STRBUF_INIT;
	const struct sg_arg *by;
	const char *first;

	if (!arg->values)
		return NULL;
	if (arg->by < 0)
		return find_set(arg->values);
	by = &call->args[arg->by];
	if (!(known >> by->index & 1) || !by->values)
		return NULL;
	first = whole_name(find_set(by->values), arch, args[by->index] & sg_arg_width_mask(by));
	if (!first)
		return NULL;
	sg_strbuf_printf(&name, "%s/%s", arg->values, first);
	return name.failed ? NULL : find_set(name.data);
}

static void add_number(struct sg_strbuf *out, uint64_t v)
{
	if (v < 4096)
		sg_strbuf_printf(out, "%" PRIu64, v);
	else
		sg_strbuf_printf(out, "0x%" PRIx64, v);
}

/* A value in several bits counts when they all agree, zero among them; a single bit when it is
 * set. */
static bool fits(const struct sg_arg_value *value, uint64_t left, uint64_t named)
{
	if (value->mask & named || (left & value->mask) != value->value)
		return false;
	return value->value || (value->mask & (value->mask - 1));
}

void sg_arg_text(const struct sg_arg_call *call, const struct sg_arg *arg, uint32_t arch,
		 const uint64_t *args, uint32_t known, struct sg_strbuf *out)
{
	const struct sg_arg_values *set = set_of(call, arg, arch, args, known);
	uint64_t v = args[arg->index] & sg_arg_width_mask(arg), named = 0;
	const char *whole = whole_name(set, arch, v), *separator = "";

	if (whole) {
		sg_strbuf_add(out, whole);
		return;
	}
	for (size_t i = 0; set && i < set->n; i++) {
		const struct sg_arg_value *value = &set->values[i];

		if (is_whole(value) || !is_for(value, arch) || !fits(value, v, named))
			continue;
		sg_strbuf_printf(out, "%s%s", separator, value->name);
		named |= value->mask;
		separator = "|";
	}
	if (!*separator || v & ~named) {
		sg_strbuf_add(out, separator);
		add_number(out, v & ~named);
	}
}

void sg_arg_text_of(struct sg_syscall_id id, unsigned int index, const uint64_t *args,
		    struct sg_strbuf *out)
{
	const struct sg_arg_call *call = sg_arg_call_find(id, SG_ARG_SET_ALL);
	const struct sg_arg *arg = call ? sg_arg_find(call, index) : NULL;

	if (arg)
		sg_arg_text(call, arg, id.arch, args, 0x3f, out);
	else
		add_number(out, args[index]);
}
