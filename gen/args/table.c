/* SPDX-License-Identifier: Apache-2.0 */
#include "args/table.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "args/tables.h"
#include "base/cleanup.h"
#include "syscall/arch.h"
#include "syscall/table.h"

const char *const sg_arg_set_names[SG_ARG_SET_MAX_] = {
	[SG_ARG_SET_NONE] = "none",
	[SG_ARG_SET_SECURITY] = "security",
	[SG_ARG_SET_ALL] = "all",
};
static_assert(SG_ARRAY_SIZE(sg_arg_set_names) == 3, "a set has no name");

int sg_arg_set_parse(const char *s, enum sg_arg_set *ret)
{
	for (int i = 0; i < SG_ARG_SET_MAX_; i++) {
		if (strcmp(s, sg_arg_set_names[i]) == 0) {
			*ret = (enum sg_arg_set)i;
			return 0;
		}
	}
	return -EINVAL;
}

/* The bit that rows and values have for @token; 0 for an architecture that they do not speak of. */
static uint32_t arch_bit(uint32_t token)
{
	const struct sg_arch *arch = sg_arch_by_token(token);

	for (size_t i = 0; arch && i < sg_arg_n_arches; i++) {
		if (strcmp(sg_arg_arches[i], arch->name) == 0)
			return UINT32_C(1) << i;
	}
	return 0;
}

size_t sg_arg_call_n(const struct sg_arg_call *call, enum sg_arg_set set)
{
	size_t n = 0;

	if (set == SG_ARG_SET_NONE || (call->only_all && set != SG_ARG_SET_ALL))
		return 0;
	while (n < call->n_args && (!call->args[n].only_all || set == SG_ARG_SET_ALL))
		n++;
	return n;
}

const struct sg_arg_call *sg_arg_call_find(struct sg_syscall_id id, enum sg_arg_set set)
{
	const char *name = sg_syscall_name(id);
	uint32_t bit = arch_bit(id.arch);

	for (size_t i = 0; name && bit && i < sg_arg_n_calls; i++) {
		const struct sg_arg_call *call = &sg_arg_calls[i];

		if ((call->arches & bit) && strcmp(call->name, name) == 0)
			return sg_arg_call_n(call, set) ? call : NULL;
	}
	return NULL;
}

const struct sg_arg *sg_arg_find(const struct sg_arg_call *call, unsigned int index)
{
	for (size_t i = 0; i < call->n_args; i++) {
		if (call->args[i].index == index)
			return &call->args[i];
	}
	return NULL;
}
