/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_COMMANDS_PARTS_ARG_SET_H
#define SG_TRACER_COMMANDS_PARTS_ARG_SET_H

#include "args/table.h"
#include "cli/option.h"

/* What --args takes. */
static const struct sg_choice sg_arg_set_choices[] = {
	{ "none", SG_ARG_SET_NONE },
	{ "security", SG_ARG_SET_SECURITY },
	{ "all", SG_ARG_SET_ALL },
	{ 0 },
};

#endif
